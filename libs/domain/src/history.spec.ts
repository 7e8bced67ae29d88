import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { firstDay } from './edtf.js';
import { stretchOn, stretchesOf } from './history.js';
import { recorded } from './testing/recorded.js';

interface Named {
  readonly type: 'Named';
  readonly data: { readonly name: string };
}
const named = (name: string, effective: string | null) =>
  ({ type: 'Named', data: { name }, effective }) as const;

/** The names of a history on a day. */
function stretches(...events: readonly ReturnType<typeof named>[]) {
  return stretchesOf<Named, string>(recorded<Named>(events), (_before, { event }) => event.data.name);
}
const on = (history: ReturnType<typeof stretches>, day: string | null) => stretchOn(history, day)?.state;

describe('a dated history', () => {
  it('holds on a day what took effect by then, whenever it was recorded', () => {
    const history = stretches(
      named('first', '2015'),
      named('third', '2018-06'),
      named('second', '2016-02-01'),
    );
    expect(history.map(({ state, from, to }) => [state, from.earliest, to?.earliest])).toEqual([
      ['first', '2015-01-01', '2016-02-01'],
      ['second', '2016-02-01', '2018-06-01'],
      ['third', '2018-06-01', undefined],
    ]);
    expect(
      ['2014-12-31', '2015-01-01', '2016-01-31', '2016-02-01', '2018-05-31'].map((day) => on(history, day)),
    ).toEqual([undefined, 'first', 'first', 'second', 'second']);
  });

  it('is asked on a partial date as on its first possible day, and on an unknown one after everything', () => {
    const history = stretches(named('first', '2015'), named('second', '2016-02'));
    expect(on(history, '2016')).toBe('first');
    expect(on(history, '2016-02')).toBe('second');
    expect(on(history, null)).toBe('second');
  });

  it('puts what has no date after all that was recorded before it', () => {
    const history = stretches(named('first', '2015'), named('second', null), named('third', '2016'));
    expect(history.map(({ state }) => state)).toEqual(['first', 'second', 'third']);
    // It may mean any day from the one before it to the one after it.
    expect(history[1]!.from).toEqual({ earliest: '2015-01-01', latest: '2016-12-31' });
  });

  it('reaches back without end where nobody knows since when', () => {
    const history = stretches(named('first', null), named('second', '2016-03-01'));
    expect(history[0]!.from).toEqual({ earliest: firstDay, latest: '2016-03-01' });
    expect(on(history, '1932-10-03')).toBe('first');
  });

  it('has at most one state that is certain on a day, and none beside it that is possible', () => {
    const date = fc.option(
      fc
        .tuple(fc.integer({ min: 2015, max: 2018 }), fc.integer({ min: 1, max: 12 }), fc.boolean())
        .map(([year, month, whole]) => (whole ? `${year}` : `${year}-${String(month).padStart(2, '0')}`)),
      { nil: null },
    );
    fc.assert(
      fc.property(fc.array(date, { minLength: 1, maxLength: 6 }), date, (dates, asked) => {
        const day = `${`${asked ?? '2017'}-01`.slice(0, 7)}-15`;
        const history = stretches(...dates.map((effective, index) => named(`n${index}`, effective)));
        const certain = history.filter(
          ({ from, to }) => from.latest <= day && (to === undefined || day < to.earliest),
        );
        const possible = history.filter(
          ({ from, to }) => from.earliest <= day && (to === undefined || day < to.latest),
        );
        expect(certain.length).toBeLessThanOrEqual(1);
        if (certain.length === 1) expect(possible).toEqual(certain);
      }),
    );
  });
});
