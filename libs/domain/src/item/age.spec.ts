import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Day } from '../edtf.js';
import { anything, attempted } from '../testing/arbitrary-histories.js';
import { type Decide, happened, on, record, registered, wayTo } from '../testing/item-histories.js';
import { ageOf } from './age.js';
import { propose, registerItem } from './decisions.js';
import { type Entry, statusIntervals, timelineOf } from './timeline.js';

const of = (entries: readonly Entry[]) => statusIntervals(timelineOf(entries));
const stretches = (...ways: readonly Decide[]) => of(record(ways));
const proposedOn =
  (edtf: string): Decide =>
  (history) =>
    propose(history, on(edtf));
const reopened: Decide = happened({ type: 'ReformItemReopened', data: { to: 'Proposed' } }, '2017-05-01');

describe('the age of an item', () => {
  it('runs from its first proposal, not from its draft', () => {
    expect(ageOf(stretches(registered), [], '2018-01-01')).toBeUndefined();
    const proposed = stretches(registered, proposedOn('2017-01-02'));
    expect(ageOf(proposed, [], '2017-01-01')).toBeUndefined();
    expect(ageOf(proposed, [], '2017-01-12')).toEqual({ certain: 10, possible: 10 });
  });

  it('runs to its end, and on where it was reopened', () => {
    const rejected = stretches(...wayTo.Rejected);
    expect(ageOf(rejected, [], '2017-01-03')).toEqual({ certain: 1, possible: 1 });
    expect(ageOf(rejected, [], '2020-01-01')).toEqual({ certain: 2, possible: 2 });
    const again = stretches(...wayTo.Rejected, reopened);
    expect(ageOf(again, [], '2017-04-01')).toEqual({ certain: 2, possible: 2 });
    expect(ageOf(again, [], '2017-05-02')).toEqual({ certain: 120, possible: 120 });
  });

  it('is at least and at most so much where dates are imprecise', () => {
    expect(ageOf(stretches(registered, proposedOn('2017-02')), [], '2017-03-01')).toEqual({
      certain: 1,
      possible: 28,
    });
  });

  it('runs from the first proposal of what it follows from', () => {
    const own = stretches(registered, proposedOn('2017-06-01'));
    const before = stretches(registered, proposedOn('2017-03'));
    expect(ageOf(own, [before], '2017-06-30')).toEqual({ certain: 91, possible: 121 });
    expect(ageOf(stretches(registered), [before], '2017-04-01')).toEqual({ certain: 1, possible: 31 });
  });

  it('never shrinks from a day to a later one, and its bounds never cross', () => {
    const first = registerItem([], {
      ...on('2015'),
      programme: 'p',
      reference: 'R-0',
      title: { en: 'One' },
    });
    const day: fc.Arbitrary<Day> = fc.integer({ min: 2015, max: 2020 }).map((year) => `${year}-07-01`);
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 10 }), day, day, (attempts, one, other) => {
        const own = of(attempted(first, attempts, () => undefined));
        const [earlier, later] = one < other ? [one, other] : [other, one];
        const [then, now] = [ageOf(own, [], earlier), ageOf(own, [], later)];
        if (then) {
          expect(then.certain).toBeLessThanOrEqual(then.possible);
          expect(now!.possible).toBeGreaterThanOrEqual(then.possible);
          expect(now!.certain).toBeGreaterThanOrEqual(then.certain);
        }
      }),
      { numRuns: 500 },
    );
  });
});
