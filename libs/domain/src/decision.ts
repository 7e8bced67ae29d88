import type { Body } from './body.js';
import type { DateNotes, Dated, GivenDates } from './event.js';
import { readDates, withoutUndefined } from './event.js';
import { type ItemInput, type DatedItemEvent, dated, itemWhen, requireAllowed } from './item/decisions.js';
import { type LapseCode, lapseCodes } from './item/events.js';
import { type Irregularity, isEnd } from './item/lifecycle.js';
import { type ReformItem, itemId } from './item/reform-item.js';
import type { Step } from './item/timeline.js';
import { stateOf } from './item/timeline.js';
import { type EntryChange, requireUndoable } from './item/undoing.js';
import {
  type EffectEvent,
  type Outcome,
  eventOf,
  needsApprovingBody,
  needsReason,
  relationOf,
  releasesRelations,
  requireOutcome,
  targetsOf,
  undoneBy,
} from './outcome.js';
import { Refusal } from './refusal.js';
import type { FieldProblem } from './refusal.js';
import { type Relation, type Relations, requireNoCycle } from './relations.js';
import { type LangText, requireText } from './text.js';

export const decisionModes = ['session', 'correspondence', 'silenceProcedure', 'order', 'notKnown'] as const;
export type DecisionMode = (typeof decisionModes)[number];
export const decisionMethods = ['consensus', 'vote', 'chair', 'notKnown'] as const;
export type DecisionMethod = (typeof decisionMethods)[number];

export interface DecidedItem {
  /** Item id, `<programme>/<reference>`. */
  readonly item: string;
  readonly outcome: Outcome;
  readonly reason?: LangText;
  /** Where delegations stood differently on this item than on the decision as a whole. */
  readonly positions?: readonly DelegationPosition[];
}

/** Where a delegation stood. */
export const positionKinds = ['for', 'against', 'abstained', 'absent', 'reservation', 'dissent'] as const;
export type PositionKind = (typeof positionKinds)[number];

/** How one delegation stood to a decision. A reservation or a dissent has its words, in their language. */
export interface DelegationPosition {
  /** Reference of the organisation whose delegation it is. */
  readonly delegation: string;
  readonly position: PositionKind;
  readonly text?: LangText;
}

/** Votes counted, where they were. They need not add up to the delegations known. */
export interface Votes {
  readonly for: number;
  readonly against: number;
  readonly abstained: number;
}

/** How many were present, and how many the rules ask for. */
export interface Quorum {
  readonly required?: number;
  readonly present: number;
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
    readonly votes?: Votes;
    readonly quorum?: Quorum;
    readonly positions?: readonly DelegationPosition[];
    /** What only the recorder could know of it, and what holds for each of its effects: `LATE`, `AFTER_MINUTES`. */
    readonly flags?: readonly Irregularity[];
    readonly asRecorded?: boolean;
    readonly illustrative?: boolean;
    readonly dates?: DateNotes;
  };
}
/** What was written down of the decision was wrong; two people agreed on what is right. */
export interface DecisionCorrected {
  readonly type: 'DecisionCorrected';
  readonly data: {
    readonly correction: string;
    readonly change: EntryChange;
    readonly reason?: LangText;
    readonly dates?: DateNotes;
    readonly illustrative?: boolean;
  };
}
export type DecisionEvent = DecisionRecorded | DecisionCorrected;

export function decisionStream(id: string): string {
  return `decision-${id}`;
}

export interface DecisionInput
  extends
    GivenDates,
    Pick<ItemInput, 'asRecorded' | 'illustrative' | 'flags'>,
    Pick<DecisionRecorded['data'], 'votes' | 'quorum' | 'positions'> {
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
 * @param undone the decisions it undoes, by id; missing where there is no such decision
 * @throws Refusal the first rule broken, with the path of each item that breaks one
 */
export function decide(
  input: DecisionInput,
  items: ReadonlyMap<string, LoadedItem>,
  relations: Relations,
  body: Body | undefined,
  undone: ReadonlyMap<string, DecisionRecorded['data']> = new Map(),
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
    const target = undoneBy(decided.outcome);
    const former = target === undefined ? undefined : undone.get(target);
    if (target !== undefined && !former) return void fail('NOT_FOUND', `there is no decision ${target}`);
    // What a body decided it can also take back.
    const ownDecision =
      decided.outcome.kind === 'revoke' && body !== undefined && former?.body === input.body;
    const approves = body?.competence === 'approves' && !body.dissolved;
    if (needsApprovingBody(decided.outcome) && !approves && !ownDecision) {
      fail('NOT_COMPETENT', `${input.body ?? 'no body'} is not a body that approves`);
    }
    if (needsReason(decided.outcome) && !decided.reason) {
      fail('REASON_REQUIRED', `to ${decided.outcome.kind} an item takes a reason`);
    }
    try {
      const item = itemWhen(loaded.history, effective, input.sessionOrder);
      requireApplicable(loaded.history, item, eventOf(decided.outcome, item), effective);
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
  const { votes, quorum, positions, flags } = input;
  const data = withoutUndefined({
    id,
    programme,
    items: input.items.map(({ item, outcome, reason, positions: own }) =>
      withoutUndefined({ item, outcome: withoutUndefined(outcome), reason, positions: own }),
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
    votes,
    quorum,
    positions,
    flags: flags?.length ? flags : undefined,
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
    requireOutcome(outcome, (field, message) => fail(`outcome.${field}`, message), `${path}.outcome`);
    const targets = [...new Set(targetsOf(outcome))];
    // Relations hold within a programme: no stream sees a cycle across two.
    const stranger = [item, ...targets].find((id) => !id.startsWith(own));
    if (stranger !== undefined) fail('item', `is about ${stranger}, which is not an item of ${programme}`);
    if (targets.includes(item)) fail('outcome', 'names the item itself');
  });
}

/** The relations a decision adds. */
export function relationsAdded(items: readonly DecidedItem[]): Relation[] {
  return items.flatMap(({ item, outcome }) => {
    const kind = relationOf(outcome);
    return kind === undefined ? [] : targetsOf(outcome).map((to) => ({ kind, from: item, to }));
  });
}

/** The items whose relations a decision ends: those it reopens. */
export function relationsReleased(items: readonly DecidedItem[]): string[] {
  return items.filter(({ outcome }) => releasesRelations(outcome)).map(({ item }) => item);
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
  const input = { ...dates, illustrative, reason: decided.reason, asRecorded, flags: decision.data.flags };
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
      requireApplicable(history, item, event, decision.effective);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return lapsed(isLapseCode(error.code) ? error.code : 'INVALID_TRANSITION');
    }
  }
  const data = { ...event.data, decision: id, ...(sessionOrder !== undefined && { sessionOrder }) };
  return dated(history, { type: event.type, data } as EffectEvent, input);
}

/** Refuses an effect that the item's state, or its history, does not allow. */
function requireApplicable(
  history: readonly Step[],
  item: ReformItem,
  event: EffectEvent,
  effective: string | null,
): void {
  requireAllowed(item, event);
  if (event.type === 'ReformItemDecisionRevoked' || event.type === 'ReformItemDecisionAnnulled') {
    requireUndoable(history, event, effective);
  }
}

function isLapseCode(code: string): code is LapseCode {
  return (lapseCodes as readonly string[]).includes(code);
}
