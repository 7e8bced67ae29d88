import {
  type DatedItemEvent,
  plan,
  propose,
  recordOnItem,
  registerItem,
  startImplementation,
  startReview,
  withdraw,
} from '../item/decisions.js';
import { addEvidence } from '../item/evidence-decisions.js';
import { verifyImplementation } from '../item/verification-decisions.js';
import type { LifecycleState } from '../item/lifecycle.js';
import { type Entry, type Step, stateOf, timelineOf } from '../item/timeline.js';
import type { GivenDates } from '../event.js';
import { specification } from './given.js';

export type Decide = (history: readonly Step[]) => DatedItemEvent;

/** Decided, and in effect, on a day (EDTF, null for unknown). */
export function on(edtf: string | null): GivenDates {
  return { decidedOn: { edtf } };
}

/** The event as the log holds it, recorded after the entries before it. */
export function asEntry({ decidedOn, effective, ...event }: DatedItemEvent, position: number): Entry {
  return {
    position,
    id: `event-${position}`,
    event,
    decidedOn,
    effective,
    recordedAt: `2026-03-01T00:00:00.${pad(position)}Z`,
  };
}

function pad(position: number): string {
  return String(position).padStart(6, '0');
}

/** Takes one decision after the other, as accepted, and yields the entries. */
export function record(decisions: readonly Decide[], before: readonly Entry[] = []): Entry[] {
  const entries = [...before];
  for (const decide of decisions) entries.push(asEntry(decide(timelineOf(entries)), entries.length + 1));
  return entries;
}

/** Given these decisions, accepted one after the other. */
export const given = specification((decisions: readonly Decide[]) => timelineOf(record(decisions)));

/** The item after these decisions, and its steps. */
export function after(decisions: readonly Decide[]) {
  const steps = timelineOf(record(decisions));
  return { steps, item: stateOf(steps) };
}

export const registered: Decide = (history) =>
  registerItem(history, {
    ...on('2017-01-01'),
    programme: 'SAMPLE',
    reference: 'SAMPLE-001',
    title: { en: 'A title' },
  });
export const proposed: Decide = (history) => propose(history, on('2017-01-02'));
export const reviewed: Decide = (history) => startReview(history, on('2017-01-03'));
export const adopted: Decide = (history) =>
  recordOnItem(history, { type: 'ReformItemAdopted', data: { manner: 'plain' } }, on('2017-01-04'));
export const approved: Decide = (history) =>
  recordOnItem(history, { type: 'ReformItemApproved', data: {} }, on('2017-01-05'));
export const planned: Decide = (history) =>
  plan(history, {
    ...on('2017-01-06'),
    plan: { leads: ['UNIT-A'], horizon: 'immediate', dueDate: '2017-12', action: { en: 'Draft it' } },
  });
export const started: Decide = (history) => startImplementation(history, on('2017-01-07'));
export const verified: Decide = (history) =>
  verifyImplementation(history, {
    ...on('2017-01-08'),
    verifiedBy: 'UNIT-B',
    evidence: [{ description: { en: 'The order as issued' } }],
  });
export const withdrawn =
  (day: string): Decide =>
  (history) =>
    withdraw(history, { ...on(day), reason: { en: 'Covered elsewhere' } });

/** A piece of evidence that was inspected, known to the item from a day on. */
export const evidenced =
  (evidence: string, day: string): Decide =>
  (history) =>
    addEvidence(history, { ...on(day), evidence, description: { en: 'An order' }, custody: 'inspected' });

/** An event on the item, on a day. */
export const happened =
  (event: Parameters<typeof recordOnItem>[1], day: string | null, more: object = {}): Decide =>
  (history) =>
    recordOnItem(history, event, { ...on(day), ...more });

const path = [registered, proposed, reviewed, adopted, approved, planned, started, verified];

/** The regular way to each state that has one way: along the path, and off it from a review. */
export const wayTo: { readonly [state in LifecycleState]: readonly Decide[] } = {
  Draft: path.slice(0, 1),
  Proposed: path.slice(0, 2),
  UnderReview: path.slice(0, 3),
  Adopted: path.slice(0, 4),
  Approved: path.slice(0, 5),
  Planned: path.slice(0, 6),
  InImplementation: path.slice(0, 7),
  Implemented: path,
  Deferred: [...path.slice(0, 3), happened({ type: 'ReformItemDeferred', data: {} }, '2017-01-04')],
  Referred: [
    ...path.slice(0, 3),
    happened({ type: 'ReformItemReferred', data: { to: { name: { en: 'A committee' } } } }, '2017-01-04'),
  ],
  Rejected: [...path.slice(0, 3), happened({ type: 'ReformItemRejected', data: {} }, '2017-01-04')],
  ClosedPartial: [
    ...path.slice(0, 7),
    happened({ type: 'ReformItemClosed', data: { as: 'ClosedPartial' } }, '2017-01-08'),
  ],
  ClosedNotImplemented: [
    ...path.slice(0, 7),
    happened(
      { type: 'ReformItemClosed', data: { as: 'ClosedNotImplemented', cause: 'riskAccepted' } },
      '2017-01-08',
    ),
  ],
  NoLongerApplicable: [
    ...path.slice(0, 2),
    happened({ type: 'ReformItemClosed', data: { as: 'NoLongerApplicable' } }, '2017-01-03'),
  ],
  Withdrawn: [...path.slice(0, 2), withdrawn('2017-01-03')],
  Superseded: [
    ...path.slice(0, 5),
    happened({ type: 'ReformItemSuperseded', data: { by: ['sample/sample-002'] } }, '2017-01-06'),
  ],
  Merged: [
    ...path.slice(0, 3),
    happened({ type: 'ReformItemMerged', data: { into: ['sample/sample-002'] } }, '2017-01-04'),
  ],
  Split: [
    ...path.slice(0, 3),
    happened(
      { type: 'ReformItemSplit', data: { into: ['sample/sample-002', 'sample/sample-003'] } },
      '2017-01-04',
    ),
  ],
};
