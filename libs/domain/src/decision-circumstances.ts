import type { DelegationPosition, PositionKind } from './decision.js';
import type { DecisionInput } from './decision-input.js';
import type { Problem } from './decision-surroundings.js';
import type { Irregularity } from './item/lifecycle.js';
import { notThere } from './mentions.js';
import type { Programme } from './programme/programme.js';
import { Refusal, type RefusalCode } from './refusal.js';
import { requireText } from './text.js';
import { delegationOn } from './workshop/delegations.js';
import { sessionOf } from './workshop/sessions.js';
import type { Workshop } from './workshop/workshop.js';

/** Positions that take part in deciding; a reservation or a dissent is words beside it. */
const deciding: ReadonlySet<PositionKind> = new Set<PositionKind>(['for', 'against', 'abstained']);
const inWords: ReadonlySet<PositionKind> = new Set<PositionKind>(['reservation', 'dissent']);

/** How a decision was come to, as far as the checks below look at it. */
type Circumstances = Pick<
  DecisionInput,
  'items' | 'workshop' | 'session' | 'mode' | 'method' | 'basis' | 'votes' | 'quorum' | 'positions'
>;

/** Refuses counts that count nothing, and positions of which one delegation has two. Whatever happened, it was not so. */
export function requireCircumstances({ items, votes, quorum, positions }: Circumstances): void {
  const whole = (path: string, value: number | undefined) => {
    if (value === undefined || (Number.isSafeInteger(value) && value >= 0)) return;
    const message = 'is no count: a whole number from 0 on';
    throw new Refusal('INVALID_INPUT', `${path} ${message}`, [{ path, message }]);
  };
  whole('votes.for', votes?.for);
  whole('votes.against', votes?.against);
  whole('votes.abstained', votes?.abstained);
  whole('quorum.required', quorum?.required);
  whole('quorum.present', quorum?.present);
  for (const [path, list] of positionLists({ items, positions })) {
    const seen = new Set<string>();
    list.forEach(({ delegation, text }, index) => {
      if (text) requireText(text, `${path}.${index}.text`);
      if (seen.has(delegation)) {
        const message = `is ${delegation} again: give each delegation one position`;
        throw new Refusal('INVALID_INPUT', `${path}.${index}.delegation ${message}`, [
          { path: `${path}.${index}.delegation`, message },
        ]);
      }
      seen.add(delegation);
    });
  }
}

/** The positions on the decision as a whole, and those on single items, each list with its path. */
function positionLists({
  items,
  positions = [],
}: Pick<Circumstances, 'items' | 'positions'>): [string, readonly DelegationPosition[]][] {
  return [
    ['positions', positions],
    ...items.map((item, index): [string, readonly DelegationPosition[]] => [
      `items.${index}.positions`,
      item.positions ?? [],
    ]),
  ];
}

/**
 * What breaks the rules of deciding: a session that is not there, a delegation without a seat, too few present.
 *
 * @param workshop the one named; undefined where none is
 * @param on when it was decided, EDTF, null for unknown
 */
export function circumstanceProblems(
  input: Circumstances,
  workshop: Workshop | undefined,
  programme: Programme,
  on: string | null,
): Problem[] {
  const { votes, quorum, method = 'notKnown', basis = [] } = input;
  const problems = sessionProblems(input, workshop);
  const add = (code: RefusalCode, path: string, message: string) => problems.push({ code, path, message });
  if (votes && (method === 'consensus' || method === 'chair')) {
    add('INVALID_INPUT', 'votes', `votes are counted where the method is a vote, not ${method}`);
  }
  if (votes && quorum && votes.for + votes.against + votes.abstained > quorum.present) {
    add('INVALID_INPUT', 'votes', `more votes are counted than the ${quorum.present} that were present`);
  }
  if (isInquorate(input)) {
    add(
      'NO_QUORUM',
      'quorum.present',
      `${quorum!.present} were present, fewer than the ${quorum!.required} it takes`,
    );
  }
  const provisions = basis.map((provision, index) => ({
    what: 'provision' as const,
    provision,
    path: `basis.${index}`,
  }));
  problems.push(
    ...notThere(programme, provisions, on).map((field) => ({ ...field, code: 'NOT_FOUND' as const })),
  );
  for (const [path, list] of positionLists(input)) {
    list.forEach((position, index) =>
      problems.push(...positionProblems(position, `${path}.${index}`, workshop, programme, on)),
    );
  }
  return problems;
}

function sessionProblems({ workshop: named, session, mode }: Circumstances, workshop: Workshop | undefined) {
  const problems: Problem[] = [];
  const add = (code: RefusalCode, path: string, message: string) => problems.push({ code, path, message });
  if (named !== undefined && !workshop?.reference) {
    add('NOT_FOUND', 'workshop', `there is no workshop ${named}: announce it first`);
  } else if (session !== undefined && named === undefined) {
    add('INVALID_INPUT', 'session', 'a session is one of a workshop: name the workshop too');
  } else if (session !== undefined && workshop && !sessionOf(workshop.sessions, session)) {
    add('NOT_FOUND', 'session', `${named} has no session ${session} on record: hold it first`);
  }
  if (session !== undefined && mode !== undefined && mode !== 'session' && mode !== 'notKnown') {
    add('INVALID_INPUT', 'session', `nothing is decided in a session by ${mode}`);
  }
  return problems;
}

function positionProblems(
  { delegation, position, text }: DelegationPosition,
  path: string,
  workshop: Workshop | undefined,
  programme: Programme,
  on: string | null,
): Problem[] {
  const problems: Problem[] = [];
  if (inWords.has(position) && !text) {
    const message = `a ${position} is given in its words: they are missing`;
    problems.push({ code: 'INVALID_INPUT', path: `${path}.text`, message });
  }
  const at = `${path}.delegation`;
  if (!workshop?.reference) {
    const organisation = [{ what: 'organisation' as const, reference: delegation, path: at }];
    const missing = notThere(programme, organisation, on);
    return [...problems, ...missing.map((field) => ({ ...field, code: 'NOT_FOUND' as const }))];
  }
  const seat = delegationOn(workshop, delegation, on);
  if (!seat) {
    const message = `${delegation} has no seat at ${workshop.reference} on that day: seat it first`;
    problems.push({ code: 'NOT_FOUND', path: at, message });
  } else if (seat.organisation !== delegation) {
    const message = `${delegation} has its seat as ${seat.organisation}: spell it so`;
    problems.push({ code: 'NOT_FOUND', path: at, message });
  } else if (deciding.has(position) && seat.capacity !== 'member') {
    const message = `${delegation} sat as ${seat.capacity}: only members are for, against or abstain`;
    problems.push({ code: 'NOT_A_MEMBER', path: at, message });
  }
  return problems;
}

function isInquorate({ quorum }: Circumstances): boolean {
  return quorum?.required !== undefined && quorum.present < quorum.required;
}

/** What is irregular about how a decision was come to that is recorded as it was, as far as the record shows. */
export function circumstanceFlags(
  input: Circumstances,
  workshop: Workshop | undefined,
  on: string | null,
): Irregularity[] {
  const flags: Irregularity[] = isInquorate(input) ? ['NO_QUORUM'] : [];
  return [...flags, ...positionFlags(input.positions, workshop, on)];
}

/** `NOT_A_MEMBER`, where one that had no seat as a member took part in deciding. Without a workshop nobody can say. */
export function positionFlags(
  positions: readonly DelegationPosition[] | undefined,
  workshop: Workshop | undefined,
  on: string | null,
): Irregularity[] {
  if (!workshop?.reference) return [];
  const strangers = (positions ?? []).filter(
    ({ delegation, position }) =>
      deciding.has(position) && delegationOn(workshop, delegation, on)?.capacity !== 'member',
  );
  return strangers.length > 0 ? ['NOT_A_MEMBER'] : [];
}
