import { parseEdtf } from './edtf.js';
import { withoutUndefined } from './event.js';
import type { Assignment } from './item/assignment.js';
import { type Priority, type ScopeUse, priorities } from './item/classification.js';
import {
  type AdoptionManner,
  type ClosedAs,
  type ClosureCause,
  type Horizon,
  type ReformItemEvent,
  horizons,
} from './item/events.js';
import { type LifecycleState, isEnd } from './item/lifecycle.js';
import type { ReformItem } from './item/reform-item.js';
import { type TextChange, requireTextChange } from './item/text-versions.js';
import type { RelationKind } from './relations.js';
import { type LangText, requireText } from './text.js';

/** What was decided about one item. */
export type Outcome =
  | ({ readonly kind: 'adopt'; readonly manner: AdoptionManner } & TextChange)
  | { readonly kind: 'approve' }
  | { readonly kind: 'reject' }
  | { readonly kind: 'defer'; readonly until?: string }
  | { readonly kind: 'resume' }
  | { readonly kind: 'refer'; readonly to: LangText }
  | { readonly kind: 'return' }
  | ({ readonly kind: 'amend' } & TextChange)
  | { readonly kind: 'merge'; readonly into: string }
  | { readonly kind: 'split'; readonly into: readonly string[] }
  | { readonly kind: 'supersede'; readonly by: readonly string[] }
  | ({ readonly kind: 'assign' } & Assignment)
  | { readonly kind: 'setHorizon'; readonly horizon: Horizon }
  | { readonly kind: 'setScope'; readonly scopes: readonly ScopeUse[] }
  | { readonly kind: 'setPriority'; readonly priority: Priority }
  | { readonly kind: 'setDueDate'; readonly dueDate: string }
  | { readonly kind: 'discuss' }
  | { readonly kind: 'close'; readonly as: ClosedAs; readonly cause?: ClosureCause }
  | { readonly kind: 'reopen'; readonly to?: LifecycleState }
  /** Undoes what another decision did to the item, from the effective date on. */
  | { readonly kind: 'revoke'; readonly decision: string }
  /** Finds what another decision did to the item void from its beginning. */
  | { readonly kind: 'annul'; readonly decision: string };

export type DecisionKind = Outcome['kind'];
type Of<K extends DecisionKind> = Extract<Outcome, { kind: K }>;

/** What an outcome can come to: everything but what begins an item, and what says that a decision lapsed. */
export type EffectEvent = Exclude<ReformItemEvent, { type: 'ReformItemRegistered' | 'DecisionEffectLapsed' }>;

/** Refuses an outcome for a field of its own. */
type Fail = (field: string, message: string) => void;

/** All there is to know of a kind of decision. */
interface Kind<O extends Outcome> {
  /** One sentence for the docs. */
  readonly summary: string;
  /** The one event it comes to on an item. */
  readonly event: (outcome: O, item: ReformItem, body: string | undefined) => EffectEvent;
  /** Refuses what its fields leave open. */
  readonly requireShape?: (outcome: O, fail: Fail, path: string) => void;
  /** Items it points to, and the relation of the item to them. */
  readonly relates?: {
    readonly as: RelationKind;
    readonly targets: (outcome: O) => readonly string[];
    readonly withTargets: (outcome: O, targets: readonly string[]) => O;
  };
  /** It ends the relations the item had. */
  readonly releases?: true;
  /** The decision it undoes. */
  readonly undoes?: (outcome: O) => string;
  /** Only a body that approves may decide it. */
  readonly needsApprovingBody?: true;
  readonly needsReason?: true;
}

const kinds: { readonly [K in DecisionKind]: Kind<Of<K>> } = {
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
    event: ({ to }) => ({ type: 'ReformItemReferred', data: { to } }),
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
  assign: {
    summary: 'Leads, and who supports, takes part and funds.',
    requireShape: ({ leads, supporting, partners, funders }, fail) => {
      if (leads.length === 0) fail('leads', 'names no lead: name one, or several co-leads');
      for (const [part, named] of Object.entries({ leads, supporting, partners, funders })) {
        if (named && new Set(named).size < named.length) fail(part, 'names an organisation twice');
      }
    },
    event: ({ kind: _kind, ...data }) => ({ type: 'ReformItemAssigned', data: withoutUndefined(data) }),
  },
  setHorizon: {
    summary: 'Immediate, or medium to long term.',
    requireShape: ({ horizon }, fail) => {
      if (!horizons.includes(horizon)) fail('horizon', `is none of ${horizons.join(', ')}`);
    },
    event: ({ horizon }) => ({ type: 'ReformItemClassified', data: { horizon } }),
  },
  setScope: {
    summary: 'The places or lists it is about.',
    requireShape: ({ scopes }, fail) => {
      if (scopes.length === 0) fail('scopes', 'names no scope');
    },
    event: ({ scopes }) => ({ type: 'ReformItemClassified', data: { scopes } }),
  },
  setPriority: {
    summary: 'How urgent it is.',
    requireShape: ({ priority }, fail) => {
      if (!priorities.includes(priority)) fail('priority', `is none of ${priorities.join(', ')}`);
    },
    event: ({ priority }) => ({ type: 'ReformItemClassified', data: { priority } }),
  },
  setDueDate: {
    summary: 'Another due date; the former ones stay visible.',
    requireShape: ({ dueDate }, fail) => {
      if (!parseEdtf(dueDate)) fail('dueDate', 'is no date such as 2018, 2018-06 or 2018-06-30');
    },
    event: ({ dueDate }) => ({ type: 'ReformItemDueDateSet', data: { dueDate } }),
  },
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
