import { parseEdtf } from './edtf.js';
import { withoutUndefined } from './event.js';
import type { EffectEvent, Fail, Kind, KindsOf } from './decision-kind.js';
import { type AssignmentOutcome, assignmentDecisions } from './item/assignment.js';
import { type ClassificationOutcome, classificationDecisions } from './item/classification.js';
import type { AdoptionManner, ClosedAs, ClosureCause } from './item/events.js';
import { type LifecycleState, isEnd } from './item/lifecycle.js';
import type { ReformItem } from './item/reform-item.js';
import { type TextChange, requireTextChange } from './item/text-versions.js';
import type { Mention } from './mentions.js';
import type { RelationKind } from './relation-kinds.js';
import { type LangText, requireText } from './text.js';

/** What was decided about one item. */
export type Outcome =
  | ({ readonly kind: 'adopt'; readonly manner: AdoptionManner } & TextChange)
  | { readonly kind: 'approve' }
  | { readonly kind: 'reject' }
  | { readonly kind: 'defer'; readonly until?: string }
  | { readonly kind: 'resume' }
  /** To whom: in words, and by reference where it is an organisation of the programme. */
  | { readonly kind: 'refer'; readonly to: LangText; readonly organisation?: string }
  | { readonly kind: 'return' }
  | ({ readonly kind: 'amend' } & TextChange)
  | { readonly kind: 'merge'; readonly into: string }
  | { readonly kind: 'split'; readonly into: readonly string[] }
  | { readonly kind: 'supersede'; readonly by: readonly string[] }
  | AssignmentOutcome
  | ClassificationOutcome
  | { readonly kind: 'discuss' }
  | { readonly kind: 'close'; readonly as: ClosedAs; readonly cause?: ClosureCause }
  | { readonly kind: 'reopen'; readonly to?: LifecycleState }
  /** Undoes what another decision did to the item, from the effective date on. */
  | { readonly kind: 'revoke'; readonly decision: string }
  /** Finds what another decision did to the item void from its beginning. */
  | { readonly kind: 'annul'; readonly decision: string };

export type DecisionKind = Outcome['kind'];

const kinds: KindsOf<Outcome> = {
  adopt: {
    summary: 'A workshop agrees, as proposed, with amendments or in principle.',
    requireShape: (outcome, _fail, path) => requireTextChange(outcome, path),
    event: ({ kind: _kind, ...data }) => ({ type: 'ReformItemAdopted', data: withoutUndefined(data) }),
  },
  approve: {
    summary: 'A body that is competent approves.',
    needsApprovingBody: true,
    event: (_outcome, _item, body) => ({ type: 'ReformItemApproved', data: withoutUndefined({ body }) }),
  },
  reject: { summary: 'An end.', event: () => ({ type: 'ReformItemRejected', data: {} }) },
  defer: {
    summary: 'Put off, with or without a day; resumes where it left.',
    requireShape: ({ until }, fail) => {
      if (until !== undefined && !parseEdtf(until))
        fail('until', 'is no date such as 2018, 2018-06 or 2018-06-30');
    },
    event: ({ until }) => ({ type: 'ReformItemDeferred', data: withoutUndefined({ until }) }),
  },
  resume: {
    summary: 'Taken up again where it was deferred or referred.',
    event: () => ({ type: 'ReformItemResumed', data: {} }),
  },
  refer: {
    summary: 'Handed to somebody else to consider.',
    requireShape: ({ to }, _fail, path) => void requireText(to, `${path}.to`),
    mentions: ({ organisation }) =>
      organisation === undefined
        ? []
        : [{ what: 'organisation', reference: organisation, path: 'organisation' }],
    event: ({ to, organisation }) => ({
      type: 'ReformItemReferred',
      data: { to: withoutUndefined({ name: to, organisation }) },
    }),
  },
  return: {
    summary: 'Sent back to be proposed again.',
    event: () => ({ type: 'ReformItemReturned', data: {} }),
  },
  amend: {
    summary: 'Other words.',
    requireShape: (outcome, fail, path) => {
      const { title, text, parts } = outcome;
      if (!title && !text && !parts) fail('text', 'amends neither title nor text');
      requireTextChange(outcome, path);
    },
    event: ({ kind: _kind, ...data }) => ({ type: 'ReformItemTextAmended', data: withoutUndefined(data) }),
  },
  merge: {
    summary: 'Becomes part of another item: an end.',
    relates: {
      as: 'mergedInto',
      targets: ({ into }) => [into],
      withTargets: (outcome, [into]) => ({ ...outcome, into: into! }),
    },
    event: ({ into }) => ({ type: 'ReformItemMerged', data: { into: [into] } }),
  },
  split: {
    summary: 'Becomes two or more items: an end.',
    relates: {
      as: 'splitInto',
      targets: ({ into }) => into,
      withTargets: (outcome, into) => ({ ...outcome, into }),
    },
    requireShape: ({ into }, fail) => {
      if (new Set(into).size < 2) fail('into', 'names fewer than two items');
    },
    event: ({ into }) => ({ type: 'ReformItemSplit', data: { into } }),
  },
  supersede: {
    summary: 'Replaced by other items: an end.',
    relates: {
      as: 'supersededBy',
      targets: ({ by }) => by,
      withTargets: (outcome, by) => ({ ...outcome, by }),
    },
    requireShape: ({ by }, fail) => {
      if (by.length === 0) fail('by', 'names no item');
    },
    event: ({ by }) => ({ type: 'ReformItemSuperseded', data: { by } }),
  },
  ...assignmentDecisions,
  ...classificationDecisions,
  discuss: {
    summary: 'Discussed without decision.',
    event: () => ({ type: 'ReformItemDiscussed', data: {} }),
  },
  close: {
    summary: 'Closed partly or not implemented, or no longer applicable: an end.',
    event: ({ as, cause }) => ({ type: 'ReformItemClosed', data: withoutUndefined({ as, cause }) }),
  },
  reopen: {
    summary: 'Taken out of an end, for a reason.',
    releases: true,
    needsReason: true,
    requireShape: ({ to }, fail) => {
      if (to && isEnd(to)) fail('to', 'is an end');
    },
    event: ({ to }, item) => ({ type: 'ReformItemReopened', data: { to: to ?? reopensTo(item) } }),
  },
  revoke: {
    summary: 'What another decision did counts no more, from the effective date on.',
    needsApprovingBody: true,
    needsReason: true,
    undoes: ({ decision }) => decision,
    event: ({ decision }) => ({ type: 'ReformItemDecisionRevoked', data: { revokes: decision } }),
  },
  annul: {
    summary: 'What another decision did never counted.',
    needsApprovingBody: true,
    needsReason: true,
    undoes: ({ decision }) => decision,
    event: ({ decision }) => ({ type: 'ReformItemDecisionAnnulled', data: { annuls: decision } }),
  },
};

/** Every kind of decision, in the order of the schema. */
export const decisionKinds = Object.keys(kinds) as readonly DecisionKind[];

/** What there is to know of an outcome's kind, as functions of the outcome. */
function kindOf(outcome: Outcome): Kind<Outcome> {
  return kinds[outcome.kind] as unknown as Kind<Outcome>;
}

/** One sentence on a kind of decision. */
export function describeKind(kind: DecisionKind): string {
  return kinds[kind].summary;
}

/** The items an outcome points to. */
export function targetsOf(outcome: Outcome): readonly string[] {
  return kindOf(outcome).relates?.targets(outcome) ?? [];
}

/** The outcome with other items to point to, as many as {@link targetsOf} gives. */
export function withTargets(outcome: Outcome, targets: readonly string[]): Outcome {
  return kindOf(outcome).relates?.withTargets(outcome, targets) ?? outcome;
}

/** How the item stands to each of {@link targetsOf}; undefined where there is none. */
export function relationOf(outcome: Outcome): RelationKind | undefined {
  return kindOf(outcome).relates?.as;
}

/** Whether the relations the item had end. */
export function releasesRelations(outcome: Outcome): boolean {
  return kindOf(outcome).releases ?? false;
}

/** The decision an outcome undoes; undefined for all others. */
export function undoneBy(outcome: Outcome): string | undefined {
  return kindOf(outcome).undoes?.(outcome);
}

export function needsApprovingBody(outcome: Outcome): boolean {
  return kindOf(outcome).needsApprovingBody ?? false;
}

export function needsReason(outcome: Outcome): boolean {
  return kindOf(outcome).needsReason ?? false;
}

/** What an outcome names in its programme, by the path of each within the outcome. */
export function mentionedIn(outcome: Outcome): readonly Mention[] {
  return kindOf(outcome).mentions?.(outcome) ?? [];
}

/** Calls `fail` with the field and what is wrong with it, for each that leaves the outcome open. */
export function requireOutcome(outcome: Outcome, fail: Fail, path: string): void {
  kindOf(outcome).requireShape?.(outcome, fail, path);
}

/** The event an outcome comes to on an item. */
export function eventOf(outcome: Outcome, item: ReformItem, body?: string): EffectEvent {
  return kindOf(outcome).event(outcome, item, body);
}

/** Where a reopening leads that says no state: where the item ended from, or for one that did not end, where it is. */
function reopensTo({ standing }: ReformItem): LifecycleState {
  if (standing && !isEnd(standing.state)) return standing.state;
  return standing?.endedFrom ?? 'Proposed';
}
