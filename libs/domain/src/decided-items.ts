import { approvesOn } from './body.js';
import type { DecidedItem } from './decision.js';
import { requireApplicable } from './decision-effects.js';
import type { DecisionInput } from './decision-input.js';
import { type Problem, type Surroundings, decidedWhen } from './decision-surroundings.js';
import type { readDates } from './event.js';
import { itemWhen } from './item/decisions.js';
import { isEnd } from './item/lifecycle.js';
import { notThere } from './mentions.js';
import { eventOf, mentionedIn, needsApprovingBody, needsReason, targetsOf, undoneBy } from './outcome.js';
import { noProgramme } from './programme/programme.js';
import { Refusal, type RefusalCode } from './refusal.js';

type Dates = ReturnType<typeof readDates>;

/** What is wrong with deciding so on one of its items. As it was, the items need only be there. */
export function itemProblems(
  input: DecisionInput,
  index: number,
  around: Surroundings,
  dates: Dates,
): readonly Problem[] {
  const decided = input.items[index]!;
  const { item, outcome, expectedRevision } = decided;
  const { items, undone } = around;
  const path = `items.${index}`;
  const problem = (code: RefusalCode, message: string, field?: string): Problem => ({
    code,
    path: field === undefined ? path : `${path}.${field}`,
    message,
  });
  const loaded = items.get(item);
  if (!loaded || loaded.history.length === 0) return [problem('NOT_FOUND', `there is no item ${item}`)];
  if (expectedRevision !== undefined && expectedRevision !== loaded.revision) {
    const message = `${item} is at revision ${loaded.revision}, not ${expectedRevision}`;
    return [problem('REVISION_MISMATCH', message)];
  }
  const problems = targetsOf(outcome)
    .filter((target) => !items.get(target)?.history.length)
    .map((target) => problem('NOT_FOUND', `there is no item ${target}`));
  if (input.asRecorded) return problems;
  problems.push(...outcomeProblems(input, index, around, dates));
  const target = undoneBy(outcome);
  if (target !== undefined && !undone?.has(target)) {
    return [...problems, problem('NOT_FOUND', `there is no decision ${target}`, 'outcome.decision')];
  }
  if (!isCompetent(input, decided, around, dates)) {
    problems.push(problem('NOT_COMPETENT', `${input.body ?? 'no body'} is not a body that approves`));
  }
  if (needsReason(outcome) && !decided.reason) {
    problems.push(
      problem('REASON_REQUIRED', `gives no reason: who decides to ${outcome.kind} says why`, 'reason'),
    );
  }
  try {
    const when = itemWhen(loaded.history, dates.effective, input.sessionOrder);
    requireApplicable(loaded.history, when, eventOf(outcome, when), dates.effective);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    problems.push(problem(error.code, error.message));
  }
  return problems;
}

/** What an outcome mentions that is not there, or can be no target any more. */
function outcomeProblems(
  input: DecisionInput,
  index: number,
  { items, programme = noProgramme }: Surroundings,
  { effective }: Dates,
): Problem[] {
  const { outcome } = input.items[index]!;
  const path = `items.${index}`;
  const missing = notThere(programme, mentionedIn(outcome), effective).map((one): Problem => ({
    ...one,
    path: `${path}.outcome.${one.path}`,
    code: 'NOT_FOUND',
  }));
  const unfit = targetsOf(outcome).flatMap((target): Problem[] => {
    const { standing, removed } = itemWhen(items.get(target)?.history ?? [], effective, input.sessionOrder);
    if (removed) return [{ code: 'ITEM_REMOVED', path, message: `${target} is removed` }];
    const ended = standing && isEnd(standing.state);
    return ended ? [{ code: 'ITEM_ENDED', path, message: `${target} has ended` }] : [];
  });
  return [...missing, ...unfit];
}

/** Whether the body could decide so then. What a body decided it can also take back. */
export function isCompetent(
  input: DecisionInput,
  { outcome }: DecidedItem,
  { body, undone }: Surroundings,
  dates: Dates,
): boolean {
  if (!needsApprovingBody(outcome) || approvesOn(body, decidedWhen(dates))) return true;
  const former = undone?.get(undoneBy(outcome) ?? '');
  return outcome.kind === 'revoke' && body !== undefined && former?.body === input.body;
}
