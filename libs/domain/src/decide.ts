import type { DecisionRecorded } from './decision.js';
import { circumstanceFlags, circumstanceProblems, positionFlags } from './decision-circumstances.js';
import { type DecisionInput, requireDecisionShape } from './decision-input.js';
import { relationsAfter } from './decision-relations.js';
import { type Problem, type Surroundings, decidedWhen, refuseFor } from './decision-surroundings.js';
import { isCompetent, itemProblems } from './decided-items.js';
import { type Dated, readDates, withoutUndefined } from './event.js';
import type { Irregularity } from './item/lifecycle.js';
import { noProgramme } from './programme/programme.js';
import { findCycle } from './relation-cycles.js';
import { requireNoCycle } from './relations.js';
import { sessionOf } from './workshop/sessions.js';

/**
 * Checks a decision against every item, and yields the one event to record. The effects are worked out afterwards by
 * {@link effectOn}, each against its item as it is by then.
 *
 * @throws Refusal the first rule broken, with the path of each item that breaks one
 */
export function decide(input: DecisionInput, around: Surroundings): Dated<DecisionRecorded> {
  const dates = readDates(input);
  requireDecisionShape(input);
  const decision = { ...input, sessionOrder: input.sessionOrder ?? orderOfSession(input, around) };
  refuseFor([
    ...(input.asRecorded ? [] : rulesBroken(decision, around, dates)),
    ...input.items.flatMap((_decided, index) => itemProblems(decision, index, around, dates)),
  ]);
  const { effective } = dates;
  const histories = new Map(input.items.map(({ item }) => [item, around.items.get(item)!.history]));
  requireNoCycle(findCycle(around.relations, relationsAfter(decision, effective, histories)), 'items');
  return recorded(decision, around, dates);
}

type Dates = ReturnType<typeof readDates>;

/** The number of the session named, where it is on record: it orders the decisions of a day. */
function orderOfSession({ session }: DecisionInput, { workshop }: Surroundings): number | undefined {
  return session === undefined || !workshop ? undefined : sessionOf(workshop.sessions, session)?.order;
}

/** What breaks the rules about the decision as a whole. */
function rulesBroken(input: DecisionInput, around: Surroundings, dates: Dates): Problem[] {
  const { body, workshop, programme = noProgramme } = around;
  const nobody: Problem[] =
    input.body !== undefined && !body?.reference
      ? [{ code: 'NOT_FOUND', path: 'body', message: `there is no body ${input.body}` }]
      : [];
  return [...nobody, ...circumstanceProblems(input, workshop, programme, decidedWhen(dates))];
}

/** The event, with what is irregular about a decision that is recorded as it was. */
function recorded(input: DecisionInput, around: Surroundings, dates: Dates): Dated<DecisionRecorded> {
  const { decidedOn, effective, notes } = dates;
  const { body, workshop } = around;
  const on = decidedWhen(dates);
  const items = input.items.map((decided) => {
    const { item, outcome, reason, positions } = decided;
    const flags = positionFlags(positions, workshop, on);
    // Of a body that is not on record nobody can say what it was competent for.
    if (body?.reference && !isCompetent(input, decided, around, dates)) flags.push('NOT_COMPETENT');
    return withoutUndefined({
      item,
      outcome: withoutUndefined(outcome),
      reason,
      positions,
      flags: listed(flags),
    });
  });
  const { id, programme, session, sessionOrder, mode = 'notKnown', method = 'notKnown' } = input;
  const { basis, minutes, note, votes, quorum, positions, asRecorded, illustrative } = input;
  const data = withoutUndefined({
    id,
    programme,
    items,
    body: input.body,
    workshop: input.workshop,
    session,
    sessionOrder,
    mode,
    method,
    basis,
    minutes,
    note,
    votes,
    quorum,
    positions,
    flags: listed([...(input.flags ?? []), ...circumstanceFlags(input, workshop, on)]),
    asRecorded,
    illustrative,
    ...notes,
  });
  return { type: 'DecisionRecorded', data, decidedOn, effective };
}

function listed(flags: readonly Irregularity[]): readonly Irregularity[] | undefined {
  return flags.length > 0 ? [...new Set(flags)].sort() : undefined;
}
