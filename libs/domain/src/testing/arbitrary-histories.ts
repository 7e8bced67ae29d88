import fc from 'fast-check';
import { decide } from '../decide.js';
import type { DecidedItem } from '../decision.js';
import { effectOn } from '../decision-effects.js';
import type { DecisionInput } from '../decision-input.js';
import type { Outcome } from '../outcome.js';
import type { GivenDates } from '../event.js';
import {
  type DatedItemEvent,
  addAlias,
  plan,
  propose,
  recordDetails,
  recordState,
  remove,
  renumber,
  restore,
  startImplementation,
  startReview,
  withdraw,
} from '../item/decisions.js';
import { verifyImplementation } from '../item/verification-decisions.js';
import { adoptionManners, closedAs } from '../item/events.js';
import { lifecycleStates } from '../item/lifecycle.js';
import { itemVisibilities, setVisibility } from '../item/visibility.js';
import { type Entry, type Step, timelineOf } from '../item/timeline.js';
import { Refusal } from '../refusal.js';
import { onAnAxis } from './arbitrary-axes.js';
import { asEntry } from './item-histories.js';

/** Something somebody tries to do to an item; undefined where it leaves no event. */
export type Attempt = (history: readonly Step[], index: number) => DatedItemEvent | undefined;

const year = fc.integer({ min: 2015, max: 2019 });
const twoDigits = (max: number) => fc.integer({ min: 1, max }).map((n) => String(n).padStart(2, '0'));
const point = fc.oneof(
  year.map(String),
  fc.tuple(year, twoDigits(12)).map((parts) => parts.join('-')),
  fc.tuple(year, twoDigits(12), twoDigits(28)).map((parts) => parts.join('-')),
);

/** Days, months, years, intervals, open ends and the unknown, in a few years, so that they meet. */
export const edtf: fc.Arbitrary<string | null> = fc.oneof(
  { weight: 6, arbitrary: point },
  {
    weight: 1,
    arbitrary: fc
      .tuple(point, point)
      .map(([from, to]) => (from.slice(0, 4) <= to.slice(0, 4) ? `${from.slice(0, 4)}/${to}` : from)),
  },
  {
    weight: 1,
    arbitrary: fc.oneof(
      point.map((to) => `../${to}`),
      point.map((from) => `${from}/..`),
    ),
  },
  { weight: 1, arbitrary: fc.constant(null) },
);

export const dates: fc.Arbitrary<GivenDates> = fc.record(
  { decidedOn: fc.record({ edtf }), effective: fc.record({ edtf }) },
  { requiredKeys: ['decidedOn'] },
);

const name = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'a', 'b'),
  fc.string({ minLength: 1, maxLength: 5 }),
);
const text = fc.record({ en: fc.constantFrom('One', 'Two', 'Three') });
const state = fc.constantFrom(...lifecycleStates);
const reference = fc.constantFrom('R-0', 'R-1', 'R-2', 'r-2', 'ر-٣');
const attributes = fc.dictionary(name, fc.option(fc.string({ maxLength: 5 })), { maxKeys: 4 });

const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.record({ kind: fc.constant('adopt' as const), manner: fc.constantFrom(...adoptionManners) }),
  fc.record({
    kind: fc.constantFrom(
      'approve' as const,
      'reject' as const,
      'resume' as const,
      'return' as const,
      'discuss' as const,
    ),
  }),
  fc.record({ kind: fc.constant('defer' as const) }),
  fc.record({ kind: fc.constant('refer' as const), to: text }),
  fc.record({ kind: fc.constant('amend' as const), title: text }),
  fc.record({ kind: fc.constant('merge' as const), into: fc.constantFrom('p/b', 'p/c') }),
  fc.record({ kind: fc.constant('split' as const), into: fc.constant(['p/b', 'p/c']) }),
  fc.record({ kind: fc.constant('supersede' as const), by: fc.constant(['p/b']) }),
  fc.record({ kind: fc.constant('close' as const), as: fc.constantFrom(...closedAs) }),
  fc.record({
    kind: fc.constant('reopen' as const),
    to: fc.option(
      fc.constantFrom('Draft' as const, 'Proposed' as const, 'Deferred' as const, 'Approved' as const),
      { nil: undefined },
    ),
  }),
);

/** What another register says: nothing of it may be refused. */
export const asItWas: fc.Arbitrary<Attempt> = dates.chain((given) => {
  const input = { ...given, asRecorded: true };
  return fc.oneof(
    fc.tuple(state, fc.option(fc.constantFrom('Open', 'Acc.'), { nil: undefined })).map(
      ([to, sourceStatus]): Attempt =>
        (history) =>
          recordState(history, { ...input, state: to, sourceStatus }),
    ),
    fc
      .record({
        attributes,
        people: fc.dictionary(name, fc.array(fc.uuid(), { maxLength: 2 }), { maxKeys: 2 }),
      })
      .map(
        (details): Attempt =>
          (history) =>
            recordDetails(history, { ...input, ...details }),
      ),
    text.map(
      (title): Attempt =>
        (history) =>
          recordDetails(history, { ...input, title }),
    ),
    reference.map(
      (to): Attempt =>
        (history) =>
          renumber(history, { ...input, reference: to }),
    ),
    reference.map(
      (alias): Attempt =>
        (history) =>
          addAlias(history, { ...input, alias }),
    ),
    fc.constantFrom<Attempt>(
      (history) => remove(history, input),
      (history) => restore(history, input),
      (history) => propose(history, input),
      (history) => startReview(history, input),
      (history) => startImplementation(history, input),
      (history) => withdraw(history, input),
      (history) => verifyImplementation(history, { ...input, verifiedBy: 'UNIT-A', evidence: [] }),
    ),
    attemptDecision(input),
    onAnAxis(input),
  );
});

function attemptDecision(given: Partial<DecisionInput> & GivenDates): fc.Arbitrary<Attempt> {
  const order = fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined });
  return fc.tuple(outcome, order).map(([what, sessionOrder]): Attempt => (history, index) => {
    const item: DecidedItem = { item: 'p/a', outcome: what, reason: { en: 'Why' } };
    const about = { history, revision: 0 };
    const items = new Map([
      ['p/a', about],
      ['p/b', about],
      ['p/c', about],
    ]);
    const id = `d-${index}`;
    // Whether the targets could be targets is not what is tried here: they get no check.
    const recorded = decide(
      { ...given, sessionOrder, id, programme: 'p', items: [item], asRecorded: true },
      { items, relations: [] },
    );
    return effectOn(
      { ...recorded, data: { ...recorded.data, asRecorded: given.asRecorded } },
      item,
      history,
      'declared',
    );
  });
}

/** Anything anybody can try, by the rules or as it was. */
export const anything: fc.Arbitrary<Attempt> = fc.oneof(
  asItWas,
  dates.chain((given) =>
    fc.oneof(
      attemptDecision(given),
      onAnAxis(given),
      reference.map(
        (to): Attempt =>
          (history) =>
            renumber(history, { ...given, reference: to }),
      ),
      fc.constantFrom(...itemVisibilities).map(
        (visibility): Attempt =>
          (history) =>
            setVisibility(history, { ...given, visibility, reason: { en: 'Why' } }),
      ),
      fc.constantFrom<Attempt>(
        (history) => propose(history, given),
        (history) => startReview(history, given),
        (history) => startImplementation(history, given),
        (history) =>
          plan(history, {
            ...given,
            plan: { leads: ['UNIT-A'], horizon: 'immediate', dueDate: '2020', action: { en: 'A' } },
          }),
        (history) =>
          verifyImplementation(history, {
            ...given,
            verifiedBy: 'UNIT-B',
            evidence: [{ description: { en: 'E' } }],
          }),
        (history) => withdraw(history, { ...given, reason: { en: 'Why' } }),
        (history) => remove(history, given),
        (history) => restore(history, given),
      ),
    ),
  ),
);

/** What came of the attempts: what was refused left nothing. Any other error is a fault, and passes through. */
export function attempted(
  first: DatedItemEvent,
  attempts: readonly Attempt[],
  refused: (refusal: Refusal) => void,
): Entry[] {
  const entries = [asEntry(first, 1)];
  for (const attempt of attempts) {
    try {
      const event = attempt(timelineOf(entries), entries.length);
      if (event) entries.push(asEntry(event, entries.length + 1));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refused(error);
    }
  }
  return entries;
}
