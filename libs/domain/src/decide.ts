import { type Body, approvesOn } from './body.js';
import type { DecisionRecorded } from './decision.js';
import { requireApplicable } from './decision-effects.js';
import { relationsAfter } from './decision-relations.js';
import { type DecisionInput, requireDecisionShape } from './decision-input.js';
import { type Dated, readDates, withoutUndefined } from './event.js';
import { itemWhen } from './item/decisions.js';
import { isEnd } from './item/lifecycle.js';
import type { Step } from './item/timeline.js';
import { notThere } from './mentions.js';
import { eventOf, mentionedIn, needsApprovingBody, needsReason, targetsOf, undoneBy } from './outcome.js';
import { type Programme, noProgramme } from './programme/programme.js';
import { type FieldProblem, Refusal } from './refusal.js';
import { type StandingRelation, findCycle } from './relation-cycles.js';
import { requireNoCycle } from './relations.js';

/** An item's history as it stands, with the stream's revision. */
export interface LoadedItem {
  readonly history: readonly Step[];
  readonly revision: number;
}

/** What a decision is checked against. */
export interface Surroundings {
  /** Every item named, also as a target; missing where there is no such item. */
  readonly items: ReadonlyMap<string, LoadedItem>;
  /** What stands between the items one can get to from those it makes others of; see {@link findCycle}. */
  readonly relations: readonly StandingRelation[];
  /** The deciding body; undefined where none was named. */
  readonly body?: Body | undefined;
  /** The programme as it is recorded; needed where an outcome mentions something of it. */
  readonly programme?: Programme | undefined;
  /** The decisions it undoes, by id; missing where there is no such decision. */
  readonly undone?: ReadonlyMap<string, DecisionRecorded['data']>;
}

/**
 * Checks a decision against every item, and yields the one event to record. The effects are worked out afterwards by
 * {@link effectOn}, each against its item as it is by then.
 *
 * @throws Refusal the first rule broken, with the path of each item that breaks one
 */
export function decide(input: DecisionInput, around: Surroundings): Dated<DecisionRecorded> {
  const { items, relations, body, undone, programme = noProgramme } = around;
  const { decidedOn, effective, notes } = readDates(input);
  requireDecisionShape(input);
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
    for (const problem of notThere(programme, mentionedIn(decided.outcome), effective)) {
      problems.push({ ...problem, path: `${path}.outcome.${problem.path}`, code: 'NOT_FOUND' });
    }
    for (const target of targets) {
      const { standing, removed } = itemWhen(items.get(target)?.history ?? [], effective, input.sessionOrder);
      if (removed) fail('ITEM_REMOVED', `${target} is removed`);
      else if (standing && isEnd(standing.state)) fail('ITEM_ENDED', `${target} has ended`);
    }
    const target = undoneBy(decided.outcome);
    const former = target === undefined ? undefined : undone?.get(target);
    if (target !== undefined && !former) return void fail('NOT_FOUND', `there is no decision ${target}`);
    // What a body decided it can also take back.
    const ownDecision =
      decided.outcome.kind === 'revoke' && body !== undefined && former?.body === input.body;
    const approves = approvesOn(body, decidedOn ?? effective);
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
  const histories = new Map(input.items.map(({ item }) => [item, items.get(item)!.history]));
  requireNoCycle(findCycle(relations, relationsAfter(input, effective, histories)), 'items');
  const { id, workshop, session, sessionOrder, basis, minutes, note, asRecorded, illustrative } = input;
  const { votes, quorum, positions, flags } = input;
  const data = withoutUndefined({
    id,
    programme: input.programme,
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
