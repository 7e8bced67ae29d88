import type { Body } from './body.js';
import type { DateNotes, Dated, GivenDates } from './event.js';
import { readDates } from './event.js';
import {
  type ItemInput,
  type DatedItemEvent,
  dated,
  itemWhen,
  requireAllowed,
  withoutUndefined,
} from './item/decisions.js';
import {
  type AdoptionManner,
  type ClosedAs,
  type ClosureCause,
  type LapseCode,
  lapseCodes,
} from './item/events.js';
import type { ReformItemEvent } from './item/events.js';
import { type LifecycleState, isEnd } from './item/lifecycle.js';
import { type ReformItem, itemId } from './item/reform-item.js';
import type { Step } from './item/timeline.js';
import { stateOf } from './item/timeline.js';
import { Refusal } from './refusal.js';
import type { FieldProblem } from './refusal.js';
import { type Relation, type Relations, requireNoCycle } from './relations.js';
import { type LangText, requireText } from './text.js';

export const decisionModes = ['session', 'correspondence', 'silenceProcedure', 'order', 'notKnown'] as const;
export type DecisionMode = (typeof decisionModes)[number];
export const decisionMethods = ['consensus', 'vote', 'chair', 'notKnown'] as const;
export type DecisionMethod = (typeof decisionMethods)[number];

/** What was decided about one item. */
export type Outcome =
  | {
      readonly kind: 'adopt';
      readonly manner: AdoptionManner;
      readonly title?: LangText;
      readonly text?: LangText;
    }
  | { readonly kind: 'approve' }
  | { readonly kind: 'reject' }
  | { readonly kind: 'defer'; readonly until?: string }
  | { readonly kind: 'resume' }
  | { readonly kind: 'refer'; readonly to: LangText }
  | { readonly kind: 'return' }
  | { readonly kind: 'amend'; readonly title?: LangText; readonly text?: LangText }
  | { readonly kind: 'merge'; readonly into: string }
  | { readonly kind: 'split'; readonly into: readonly string[] }
  | { readonly kind: 'supersede'; readonly by: readonly string[] }
  | { readonly kind: 'close'; readonly as: ClosedAs; readonly cause?: ClosureCause }
  | { readonly kind: 'reopen'; readonly to?: LifecycleState }
  | { readonly kind: 'discuss' };

export type DecisionKind = Outcome['kind'];
export const decisionKinds = [
  'adopt',
  'approve',
  'reject',
  'defer',
  'resume',
  'refer',
  'return',
  'amend',
  'merge',
  'split',
  'supersede',
  'close',
  'reopen',
  'discuss',
] as const satisfies readonly DecisionKind[];

export interface DecidedItem {
  /** Item id, `<programme>/<reference>`. */
  readonly item: string;
  readonly outcome: Outcome;
  readonly reason?: LangText;
}

/** The legal basis of a decision: an article of an instrument, in a version. */
export interface Basis {
  readonly instrument: string;
  readonly article?: string;
  readonly version?: string;
}

/*
 * The storage format of a decision's stream, `decision-<id>`. Its effects stand on the items' streams, one event for
 * each (decision, item). Add fields, never rename.
 */
export interface DecisionRecorded {
  readonly type: 'DecisionRecorded';
  readonly data: {
    readonly id: string;
    readonly programme: string;
    readonly items: readonly DecidedItem[];
    readonly body?: string;
    readonly workshop?: string;
    readonly session?: string;
    readonly sessionOrder?: number;
    readonly mode: DecisionMode;
    readonly method: DecisionMethod;
    readonly basis?: readonly Basis[];
    readonly minutes?: string;
    readonly note?: LangText;
    readonly asRecorded?: boolean;
    readonly illustrative?: boolean;
    readonly dates?: DateNotes;
  };
}
export type DecisionEvent = DecisionRecorded;

export function decisionStream(id: string): string {
  return `decision-${id}`;
}

export interface DecisionInput extends GivenDates, Pick<ItemInput, 'asRecorded' | 'illustrative'> {
  readonly id: string;
  readonly programme: string;
  readonly items: readonly (DecidedItem & { readonly expectedRevision?: number })[];
  readonly body?: string;
  readonly workshop?: string;
  readonly session?: string;
  readonly sessionOrder?: number;
  readonly mode?: DecisionMode;
  readonly method?: DecisionMethod;
  readonly basis?: readonly Basis[];
  readonly minutes?: string;
  readonly note?: LangText;
}

/** An item's history as it stands, with the stream's revision. */
export interface LoadedItem {
  readonly history: readonly Step[];
  readonly revision: number;
}

/** At most this many items in one decision. */
export const maxItemsInDecision = 500;

/**
 * Checks a decision against every item, and yields the one event to record. The effects are worked out afterwards by
 * {@link effectOn}, each against its item as it is by then.
 *
 * @param items every item named, also as a target; missing where there is no such item
 * @param body the deciding body; undefined where none was named
 * @throws Refusal the first rule broken, with the path of each item that breaks one
 */
export function decide(
  input: DecisionInput,
  items: ReadonlyMap<string, LoadedItem>,
  relations: Relations,
  body: Body | undefined,
): Dated<DecisionRecorded> {
  const { decidedOn, effective, notes } = readDates(input);
  requireShape(input);
  const problems: (FieldProblem & { code: Refusal['code'] })[] = [];
  if (input.body !== undefined && !body?.reference && !input.asRecorded) {
    problems.push({ code: 'NOT_FOUND', path: 'body', message: `there is no body ${input.body}` });
  }
  input.items.forEach((decided, index) => {
    const path = `items.${index}`;
    const fail = (code: Refusal['code'], message: string) => problems.push({ path, message, code });
    const loaded = items.get(decided.item);
    if (!loaded || loaded.history.length === 0)
      return void fail('NOT_FOUND', `there is no item ${decided.item}`);
    if (decided.expectedRevision !== undefined && decided.expectedRevision !== loaded.revision) {
      return void fail(
        'REVISION_MISMATCH',
        `${decided.item} is at revision ${loaded.revision}, not ${decided.expectedRevision}`,
      );
    }
    const targets = targetsOf(decided.outcome);
    for (const target of targets) {
      if (!items.get(target)?.history.length) fail('NOT_FOUND', `there is no item ${target}`);
    }
    if (input.asRecorded) return;
    for (const target of targets) {
      const { standing, removed } = itemWhen(items.get(target)?.history ?? [], effective, input.sessionOrder);
      if (removed) fail('ITEM_REMOVED', `${target} is removed`);
      else if (standing && isEnd(standing.state)) fail('ITEM_ENDED', `${target} has ended`);
    }
    if (decided.outcome.kind === 'approve' && (body?.competence !== 'approves' || body.dissolved)) {
      fail('NOT_COMPETENT', `${input.body ?? 'no body'} is not a body that approves`);
    }
    if (decided.outcome.kind === 'reopen' && !decided.reason) fail('REASON_REQUIRED', 'a reopening says why');
    try {
      const item = itemWhen(loaded.history, effective, input.sessionOrder);
      requireAllowed(item, eventOf(decided.outcome, item));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      fail(error.code, error.message);
    }
  });
  if (problems.length > 0) {
    const [first] = problems as [(typeof problems)[number]];
    throw new Refusal(
      first.code,
      first.message,
      problems.map(({ path, message }) => ({ path, message })),
    );
  }
  requireNoCycle(relations, relationsAdded(input.items), relationsReleased(input.items));
  const { id, programme, workshop, session, sessionOrder, basis, minutes, note, asRecorded, illustrative } =
    input;
  const data = withoutUndefined({
    id,
    programme,
    items: input.items.map(({ item, outcome, reason }) =>
      withoutUndefined({ item, outcome: withoutUndefined(outcome), reason }),
    ),
    body: input.body,
    workshop,
    session,
    sessionOrder,
    mode: input.mode ?? 'notKnown',
    method: input.method ?? 'notKnown',
    basis,
    minutes,
    note,
    asRecorded,
    illustrative,
    ...notes,
  });
  return { type: 'DecisionRecorded', data, decidedOn, effective };
}

function requireShape({ items, note, programme, sessionOrder }: DecisionInput): void {
  if (items.length === 0 || items.length > maxItemsInDecision) {
    const message = `names ${items.length} items; a decision is about 1 to ${maxItemsInDecision}`;
    throw new Refusal('INVALID_INPUT', `items ${message}`, [{ path: 'items', message }]);
  }
  if (note) requireText(note, 'note');
  if (sessionOrder !== undefined && !(Number.isInteger(sessionOrder) && sessionOrder >= 0)) {
    const message = 'is no number of a session: 0, 1, 2, …';
    throw new Refusal('INVALID_INPUT', `sessionOrder ${message}`, [{ path: 'sessionOrder', message }]);
  }
  const own = itemId(programme, '-').slice(0, -1);
  const seen = new Set<string>();
  items.forEach(({ item, outcome, reason }, index) => {
    const path = `items.${index}`;
    const fail = (field: string, message: string) => {
      throw new Refusal('INVALID_INPUT', `${path}.${field} ${message}`, [
        { path: `${path}.${field}`, message },
      ]);
    };
    if (seen.has(item)) fail('item', 'stands twice in the decision: give it one outcome');
    seen.add(item);
    if (reason) requireText(reason, `${path}.reason`);
    if (outcome.kind === 'amend' && !outcome.title && !outcome.text)
      fail('outcome', 'amends neither title nor text');
    if (outcome.kind === 'amend' || outcome.kind === 'adopt') {
      if (outcome.title) requireText(outcome.title, `${path}.outcome.title`);
      if (outcome.text) requireText(outcome.text, `${path}.outcome.text`);
    }
    if (outcome.kind === 'refer') requireText(outcome.to, `${path}.outcome.to`);
    const targets = [...new Set(targetsOf(outcome))];
    // Relations hold within a programme: no stream sees a cycle across two.
    const stranger = [item, ...targets].find((id) => !id.startsWith(own));
    if (stranger !== undefined) fail('item', `is about ${stranger}, which is not an item of ${programme}`);
    if (targets.includes(item)) fail('outcome', 'names the item itself');
    if (outcome.kind === 'split' && targets.length < 2) fail('outcome.into', 'names fewer than two items');
    if (outcome.kind === 'supersede' && targets.length < 1) fail('outcome.by', 'names no item');
    if (outcome.kind === 'reopen' && outcome.to && isEnd(outcome.to)) fail('outcome.to', 'is an end');
  });
}

/** The items an outcome points to. */
export function targetsOf(outcome: Outcome): readonly string[] {
  if (outcome.kind === 'merge') return [outcome.into];
  if (outcome.kind === 'split') return outcome.into;
  if (outcome.kind === 'supersede') return outcome.by;
  return [];
}

/** The relations a decision adds. */
export function relationsAdded(items: readonly DecidedItem[]): Relation[] {
  const kinds = { merge: 'mergedInto', split: 'splitInto', supersede: 'supersededBy' } as const;
  return items.flatMap(({ item, outcome }) =>
    outcome.kind === 'merge' || outcome.kind === 'split' || outcome.kind === 'supersede'
      ? targetsOf(outcome).map((to) => ({ kind: kinds[outcome.kind], from: item, to }))
      : [],
  );
}

/** The items whose relations a decision ends: those it reopens. */
export function relationsReleased(items: readonly DecidedItem[]): string[] {
  return items.filter(({ outcome }) => outcome.kind === 'reopen').map(({ item }) => item);
}

type EffectEvent = Exclude<ReformItemEvent, { type: 'ReformItemRegistered' | 'DecisionEffectLapsed' }>;

/** The event an outcome comes to on an item. */
function eventOf(outcome: Outcome, item: ReformItem, body?: string): EffectEvent {
  switch (outcome.kind) {
    case 'adopt': {
      const { manner, title, text } = outcome;
      return { type: 'ReformItemAdopted', data: withoutUndefined({ manner, title, text }) };
    }
    case 'approve':
      return { type: 'ReformItemApproved', data: withoutUndefined({ body }) };
    case 'reject':
      return { type: 'ReformItemRejected', data: {} };
    case 'defer':
      return { type: 'ReformItemDeferred', data: withoutUndefined({ until: outcome.until }) };
    case 'resume':
      return { type: 'ReformItemResumed', data: {} };
    case 'refer':
      return { type: 'ReformItemReferred', data: { to: outcome.to } };
    case 'return':
      return { type: 'ReformItemReturned', data: {} };
    case 'amend':
      return {
        type: 'ReformItemTextAmended',
        data: withoutUndefined({ title: outcome.title, text: outcome.text }),
      };
    case 'merge':
      return { type: 'ReformItemMerged', data: { into: [outcome.into] } };
    case 'split':
      return { type: 'ReformItemSplit', data: { into: outcome.into } };
    case 'supersede':
      return { type: 'ReformItemSuperseded', data: { by: outcome.by } };
    case 'close':
      return { type: 'ReformItemClosed', data: withoutUndefined({ as: outcome.as, cause: outcome.cause }) };
    case 'reopen':
      return {
        type: 'ReformItemReopened',
        data: { to: outcome.to ?? reopensTo(item) },
      };
    case 'discuss':
      return { type: 'ReformItemDiscussed', data: {} };
  }
}

/** Where a reopening leads that says no state: where the item ended from, or for one that did not end, where it is. */
function reopensTo({ standing }: ReformItem): LifecycleState {
  if (standing && !isEnd(standing.state)) return standing.state;
  return standing?.endedFrom ?? 'Proposed';
}

/**
 * The one event a recorded decision leaves on one of its items: the effect, or `DecisionEffectLapsed` where the item
 * has moved on. Undefined where the item has that event already.
 *
 * @param relation how the relations stream took the decision; undefined where the decision relates no items
 */
export function effectOn(
  decision: Dated<DecisionRecorded>,
  decided: DecidedItem,
  history: readonly Step[],
  relation: 'declared' | 'lapsed' | undefined,
): DatedItemEvent | undefined {
  const { id, body, asRecorded, illustrative, sessionOrder } = decision.data;
  const current = stateOf(history);
  if (Object.hasOwn(current.decisions, id)) return undefined;
  const dates = {
    decidedOn: { edtf: decision.decidedOn, ...decision.data.dates?.decidedOn },
    effective: { edtf: decision.effective, ...decision.data.dates?.effective },
  };
  const input = { ...dates, illustrative, reason: decided.reason, asRecorded };
  const lapsed = (code: LapseCode): DatedItemEvent =>
    dated(
      history,
      { type: 'DecisionEffectLapsed', data: { decision: id, code, kind: decided.outcome.kind } },
      input,
    );
  const item = itemWhen(history, decision.effective, sessionOrder);
  const event = eventOf(decided.outcome, item, body);
  if (relation === 'lapsed' && targetsOf(decided.outcome).length > 0) return lapsed('RELATION_CYCLE');
  if (!asRecorded) {
    try {
      requireAllowed(item, event);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return lapsed(isLapseCode(error.code) ? error.code : 'INVALID_TRANSITION');
    }
  }
  const data = { ...event.data, decision: id, ...(sessionOrder !== undefined && { sessionOrder }) };
  return dated(history, { type: event.type, data } as EffectEvent, input);
}

function isLapseCode(code: string): code is LapseCode {
  return (lapseCodes as readonly string[]).includes(code);
}
