import { lastDay, parseEdtf } from '../edtf.js';
import { type Dated, type GivenDates, readDates, withoutUndefined } from '../event.js';
import { Refusal } from '../refusal.js';
import { type LangText, normaliseReference, requireText } from '../text.js';
import type { Circumstances, SourceRow } from './circumstances.js';
import type { Attributes, People, Plan, ReformItemEvent } from './events.js';
import { type Irregularity, type LifecycleState, canReopenTo, isEnd, isPaused } from './lifecycle.js';
import type { ReformItem } from './reform-item.js';
import { type Part, requireTextChange } from './text-versions.js';
import { type Entry, type Step, stateOf, timelineOf } from './timeline.js';

export type DatedItemEvent = Dated<ReformItemEvent>;

/** What every decision on an item takes beside its own input. */
export interface ItemInput extends GivenDates {
  /** Record it as it was: no rule of the lifecycle applies, and what it breaks is flagged. */
  readonly asRecorded?: boolean;
  readonly reason?: LangText;
  readonly source?: SourceRow;
  readonly illustrative?: boolean;
  /** Flags only the recorder can know: `LATE`, `DUPLICATE_REFERENCE`, `UNKNOWN_STATUS`. */
  readonly flags?: readonly Irregularity[];
}

/**
 * The item a new entry is checked against: as it was at the entry's place, so that a late entry meets the state of its
 * time. With an unknown date, the item after everything recorded so far.
 */
export function itemWhen(
  history: readonly Step[],
  effective: string | null,
  sessionOrder?: number,
): ReformItem {
  const data = sessionOrder === undefined ? {} : { sessionOrder };
  return placed(history, { type: 'ReformItemDiscussed', data }, effective, null).step.before;
}

/** Stands for the id of an event that is not recorded yet: no other names it. */
const unrecorded = '';

/** The history as it would be if an event were recorded now. */
export function historyWith(
  history: readonly Step[],
  event: ReformItemEvent,
  effective: string | null,
): readonly Step[] {
  return placed(history, event, effective, null).steps;
}

/** The history an event would make if it were recorded now, and its step there. */
function placed(
  history: readonly Step[],
  event: ReformItemEvent,
  effective: string | null,
  decidedOn: string | null,
): { readonly steps: readonly Step[]; readonly step: Step } {
  const position = history.reduce((last, step) => Math.max(last, step.entry.position), 0) + 1;
  // The recorded time is not known yet; only an unknown date's days depend on it, and neither order nor flag does.
  const recordedAt = `${lastDay}T00:00:00.000000Z`;
  const here: Entry = { position, id: unrecorded, event, decidedOn, effective, recordedAt };
  const steps = timelineOf([...history.map((step) => step.entry), here]);
  return { steps, step: steps.find((one) => one.entry.position === position)! };
}

/** The event with its dates and circumstances, and with what it breaks at its place, judged as the fold judges it. */
export function dated(history: readonly Step[], event: ReformItemEvent, input: ItemInput): DatedItemEvent {
  const { decidedOn, effective, notes } = readDates(input);
  const data: Circumstances = {
    ...event.data,
    ...notes,
    ...(input.asRecorded && { asRecorded: true }),
    ...(input.reason && { reason: requireText(input.reason, 'reason') }),
    ...(input.source && { source: input.source }),
    ...(input.illustrative && { illustrative: true }),
  };
  const flagged = { type: event.type, data: { ...data, irregularities: input.flags } } as ReformItemEvent;
  const { irregularities } = placed(history, flagged, effective, decidedOn).step;
  return {
    type: event.type,
    data: irregularities.length === 0 ? data : { ...data, irregularities },
    decidedOn,
    effective,
  } as DatedItemEvent;
}

export interface Registration extends ItemInput {
  readonly programme: string;
  readonly reference: string;
  readonly title: LangText;
  readonly text?: LangText;
  readonly parts?: readonly Part[];
  /** Only with `asRecorded`; otherwise an item starts as a draft. */
  readonly state?: LifecycleState;
  readonly sourceStatus?: string;
  readonly attributes?: Attributes;
  readonly people?: People;
  readonly workshop?: string;
  readonly themes?: readonly string[];
}

/** Starts an item. Its stream must not exist yet. */
export function registerItem(history: readonly Step[], input: Registration): DatedItemEvent {
  if (history.length > 0) {
    throw new Refusal('ALREADY_EXISTS', `${input.reference} is registered already`, [
      { path: 'reference', message: 'is an item already: choose another, or add to that item' },
    ]);
  }
  normaliseReference(input.reference);
  const state = input.state ?? 'Draft';
  if (state !== 'Draft' && !input.asRecorded) {
    throw new Refusal('INVALID_TRANSITION', 'an item starts as a draft', [
      { path: 'state', message: 'can only be given with asRecorded' },
    ]);
  }
  const { programme, reference, title, text, parts, sourceStatus, attributes, people, workshop, themes } =
    input;
  requireTextChange({ title, text, parts });
  const data = {
    programme,
    reference,
    title,
    text,
    parts,
    state,
    sourceStatus,
    attributes,
    people,
    workshop,
    themes,
  };
  return dated(history, { type: 'ReformItemRegistered', data: withoutUndefined(data) }, input);
}

type Move = Exclude<ReformItemEvent, { type: 'ReformItemRegistered' | 'DecisionEffectLapsed' }>;

/** States each step of the path can be taken from. Everything else can be done from any state before an end. */
const startsFrom: { readonly [type in Move['type']]?: readonly LifecycleState[] } = {
  ReformItemProposed: ['Draft'],
  ReformItemReviewStarted: ['Proposed'],
  ReformItemAdopted: ['UnderReview'],
  ReformItemApproved: ['Adopted'],
  ReformItemPlanned: ['Approved'],
  ReformItemImplementationStarted: ['Planned'],
  ReformItemImplemented: ['InImplementation'],
};

/** Events that need no state of the lifecycle: they are taken on a live, an ended and a paused item alike. */
const anyState: ReadonlySet<Move['type']> = new Set<Move['type']>([
  'ReformItemDiscussed',
  'ReformItemDetailsRecorded',
  'ReformItemRenumbered',
  'ReformItemAliased',
  'ReformItemRemoved',
  'ReformItemRestored',
  'ReformItemResponseRecorded',
  'ReformItemProgressReported',
  'ReformItemMeasured',
  'ReformItemEvidenceAdded',
  'ReformItemEvidenceWithdrawn',
  'ReformItemVerified',
  'ReformItemEntryCorrected',
  'ReformItemDecisionRevoked',
  'ReformItemDecisionAnnulled',
  'ReformItemTextCorrected',
  'ReformItemTranslationAdded',
  'ReformItemPrevailingLanguageSet',
  'ReformItemTextDiscrepancyNoted',
]);

/** Refuses an event the item's state does not allow. The one place that says what can follow what. */
export function requireAllowed(item: ReformItem, event: Move): void {
  const { type } = event;
  if (!item.registered || !item.standing)
    throw new Refusal('NOT_FOUND', 'the item is not registered at that date');
  // What is off the register can still be read, and so be kept from being read.
  if (type === 'ReformItemVisibilitySet') return;
  if (type === 'ReformItemRestored') {
    if (!item.removed) throw new Refusal('ITEM_NOT_REMOVED', `${item.reference} is not removed`);
    return;
  }
  if (item.removed) throw new Refusal('ITEM_REMOVED', `${item.reference} is removed: restore it first`);
  if (anyState.has(type)) return;
  const { state } = item.standing;
  if (event.type === 'ReformItemReopened') {
    if (!isEnd(state))
      throw new Refusal('ITEM_NOT_ENDED', `${item.reference} is ${state}: only an end can be reopened`);
    if (!canReopenTo(event.data.to, item.standing)) {
      throw new Refusal(
        'INVALID_TRANSITION',
        `${item.reference} had not come as far as ${event.data.to}: reopen it where it was`,
      );
    }
    return;
  }
  if (isEnd(state))
    throw new Refusal('ITEM_ENDED', `${item.reference} has ended as ${state}: reopen it first`);
  const from = startsFrom[type];
  if (from && !from.includes(state)) {
    throw new Refusal('INVALID_TRANSITION', `${item.reference} is ${state}; this takes ${from.join(' or ')}`);
  }
  if (type === 'ReformItemResumed' && !isPaused(state)) {
    throw new Refusal(
      'INVALID_TRANSITION',
      `${item.reference} is ${state}; only what is deferred or referred resumes`,
    );
  }
  if (type === 'ReformItemDeferred' && state === 'Deferred') {
    throw new Refusal('INVALID_TRANSITION', `${item.reference} is deferred already`);
  }
  if (type === 'ReformItemReturned' && (state === 'Draft' || state === 'Proposed')) {
    throw new Refusal(
      'INVALID_TRANSITION',
      `${item.reference} is ${state}: there is nothing to return it from`,
    );
  }
}

/** Records an event on an item after checking it against the state at its effective date. */
export function recordOnItem(history: readonly Step[], event: Move, input: ItemInput): DatedItemEvent {
  if (history.length === 0) throw new Refusal('NOT_FOUND', 'there is no such item');
  if (!input.asRecorded) {
    requireAllowed(itemWhen(history, readDates(input).effective, event.data.sessionOrder), event);
  }
  return dated(history, event, input);
}

/**
 * Records what a decision on the item yields.
 *
 * @param decide given the item as it was at the entry's place
 */
export function decideOnItem(
  history: readonly Step[],
  input: ItemInput,
  decide: (item: ReformItem) => Move,
): DatedItemEvent {
  return recordOnItem(history, decide(itemWhen(history, readDates(input).effective)), input);
}

export function propose(
  history: readonly Step[],
  input: ItemInput & { readonly workshop?: string },
): DatedItemEvent {
  const data = input.workshop === undefined ? {} : { workshop: input.workshop };
  return recordOnItem(history, { type: 'ReformItemProposed', data }, input);
}

export function startReview(history: readonly Step[], input: ItemInput): DatedItemEvent {
  return recordOnItem(history, { type: 'ReformItemReviewStarted', data: {} }, input);
}

/** Planned: at least one lead, a horizon, a due date, and a first action. */
export function plan(history: readonly Step[], input: ItemInput & { readonly plan: Plan }): DatedItemEvent {
  const { leads, horizon, dueDate, action } = input.plan;
  if (leads.length === 0) refuseField('leads', 'names no lead: name one, or several co-leads');
  if (!parseEdtf(dueDate)) refuseField('dueDate', 'is no date such as 2018, 2018-06 or 2018-06-30');
  requireText(action, 'action');
  return recordOnItem(
    history,
    { type: 'ReformItemPlanned', data: { leads, horizon, dueDate, action } },
    input,
  );
}

export function startImplementation(history: readonly Step[], input: ItemInput): DatedItemEvent {
  return recordOnItem(history, { type: 'ReformItemImplementationStarted', data: {} }, input);
}

export function withdraw(history: readonly Step[], input: ItemInput): DatedItemEvent {
  if (!input.reason && !input.asRecorded)
    throw new Refusal('REASON_REQUIRED', 'a withdrawal says why', [
      { path: 'reason', message: 'is missing' },
    ]);
  return recordOnItem(history, { type: 'ReformItemWithdrawn', data: {} }, input);
}

/** The item goes by another reference from now on; the caller has reserved it. */
export function renumber(
  history: readonly Step[],
  input: ItemInput & { readonly reference: string },
): DatedItemEvent {
  normaliseReference(input.reference);
  if (!input.asRecorded && stateOf(history).reference === input.reference) {
    throw new Refusal('NOTHING_TO_CHANGE', `the item goes by ${input.reference} already`);
  }
  return recordOnItem(history, { type: 'ReformItemRenumbered', data: { reference: input.reference } }, input);
}

/** A further reference for the item; the caller has reserved it. */
export function addAlias(
  history: readonly Step[],
  input: ItemInput & { readonly alias: string },
): DatedItemEvent {
  normaliseReference(input.alias, 'alias');
  const { reference, aliases } = stateOf(history);
  if (!input.asRecorded && (reference === input.alias || aliases.includes(input.alias))) {
    throw new Refusal('NOTHING_TO_CHANGE', `${input.alias} is a reference of the item already`);
  }
  return recordOnItem(history, { type: 'ReformItemAliased', data: { alias: input.alias } }, input);
}

/** Takes the item off its register; its history stays. */
export function remove(history: readonly Step[], input: ItemInput): DatedItemEvent {
  return recordOnItem(history, { type: 'ReformItemRemoved', data: {} }, input);
}

export function restore(history: readonly Step[], input: ItemInput): DatedItemEvent {
  return recordOnItem(history, { type: 'ReformItemRestored', data: {} }, input);
}

/** A state somebody else's register showed. Never refused: what is irregular about it is flagged. */
export function recordState(
  history: readonly Step[],
  input: ItemInput & { readonly state: LifecycleState; readonly sourceStatus?: string },
): DatedItemEvent {
  const data = withoutUndefined({ state: input.state, sourceStatus: input.sourceStatus });
  return recordOnItem(history, { type: 'ReformItemStateRecorded', data }, { ...input, asRecorded: true });
}

/** Title, text, attributes or people as somebody else's register showed them. */
export function recordDetails(
  history: readonly Step[],
  input: ItemInput & {
    readonly title?: LangText;
    readonly text?: LangText;
    readonly attributes?: Attributes;
    readonly people?: People;
  },
): DatedItemEvent {
  const { title, text, attributes, people } = input;
  const data = withoutUndefined({ title, text, attributes, people });
  return recordOnItem(history, { type: 'ReformItemDetailsRecorded', data }, { ...input, asRecorded: true });
}

function refuseField(path: string, message: string): never {
  throw new Refusal('INVALID_INPUT', `${path} ${message}`, [{ path, message }]);
}
