import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anything, attempted } from '../testing/arbitrary-histories.js';
import { type Decide, after, happened, on, registered } from '../testing/item-histories.js';
import { addressItem, recordResponse } from './addressee-decisions.js';
import type { Addressee } from './addressees.js';
import { registerItem } from './decisions.js';
import { type Followed, namedStretches } from './stretches.js';
import { stateOf, stateOn, timelineOf } from './timeline.js';

const addressees: Followed<Addressee> = {
  valuesOf: (item) => item.addressees,
  nameOf: ({ organisation }) => organisation,
  isAbout: (event) => (event.type === 'ReformItemResponseRecorded' ? event.data.addressee : undefined),
};

const addressed =
  (names: readonly string[], date: string): Decide =>
  (history) =>
    addressItem(history, { ...on(date), addressees: names });
const responded =
  (response: 'accepted' | 'noted', date: string): Decide =>
  (history) =>
    recordResponse(history, { ...on(date), addressee: 'UNIT-A', response });

const stretchesOf = (decisions: readonly Decide[]) =>
  namedStretches(after(decisions).steps, addressees).map(
    ({ name, number, ordinal, present, value, from, to }) => [
      `${name} ${number}/${ordinal}`,
      present ? value.response : 'not asked',
      from.earliest,
      to?.earliest,
    ],
  );

describe('stretches of what an item has', () => {
  it('begin with each change and with each entry about it, and end where the next begins', () => {
    expect(
      stretchesOf([
        registered,
        addressed(['UNIT-A', 'UNIT-B'], '2017-02-01'),
        responded('noted', '2017-03-01'),
        responded('noted', '2017-04-01'),
        addressed(['UNIT-B'], '2017-05-01'),
      ]),
    ).toEqual([
      ['UNIT-A 0/0', 'awaited', '2017-02-01', '2017-03-01'],
      ['UNIT-A 0/1', 'noted', '2017-03-01', '2017-04-01'],
      ['UNIT-A 0/2', 'noted', '2017-04-01', '2017-05-01'],
      ['UNIT-A 0/3', 'not asked', '2017-05-01', undefined],
      ['UNIT-B 1/0', 'awaited', '2017-02-01', undefined],
    ]);
  });

  it('count no entry that was undone', () => {
    const mistaken = [registered, addressed(['UNIT-A'], '2017-02-01'), responded('accepted', '2017-03-01')];
    const entry = after(mistaken).steps.at(-1)!.entry.id;
    const struck = happened(
      { type: 'ReformItemEntryCorrected', data: { entry, correction: 'c-1', change: { struck: true } } },
      '2017-04-01',
    );
    expect(stretchesOf([...mistaken, struck])).toEqual([['UNIT-A 0/0', 'awaited', '2017-02-01', undefined]]);
  });

  it('begin no later than the one after them can', () => {
    const { steps } = after([registered, addressed(['UNIT-A'], '2017'), responded('accepted', '2017-03')]);
    expect(namedStretches(steps, addressees).map(({ from, to }) => [from, to])).toEqual([
      [
        { earliest: '2017-01-01', latest: '2017-03-31' },
        { earliest: '2017-03-01', latest: '2017-03-31' },
      ],
      [{ earliest: '2017-03-01', latest: '2017-03-31' }, undefined],
    ]);
  });

  it('say on every day, and in the end, what the fold of the history says', () => {
    const histories = fc.tuple(
      fc.array(anything, { maxLength: 25 }),
      fc.constantFrom('2016-06-15', '2017-01-01', '2018-03-02'),
    );
    fc.assert(
      fc.property(histories, ([attempts, day]) => {
        const first = registerItem([], {
          ...on('2016'),
          programme: 'p',
          reference: 'R-0',
          title: { en: 'T' },
        });
        const steps = timelineOf(attempted(first, attempts, () => undefined));
        const stretches = namedStretches(steps, addressees);
        const standing = (holds: (stretch: (typeof stretches)[number]) => boolean) =>
          stretches
            .filter((stretch) => stretch.present && holds(stretch))
            .map(({ value }) => value)
            .sort(byName);
        expect(standing(({ from, to }) => from.earliest <= day && (!to || day < to.earliest))).toEqual(
          [...(stateOn(steps, day)?.addressees ?? [])].sort(byName),
        );
        expect(standing(({ to }) => !to)).toEqual([...stateOf(steps).addressees].sort(byName));
      }),
      { numRuns: 250 },
    );
  });
});

function byName(a: Addressee, b: Addressee): number {
  return a.organisation < b.organisation ? -1 : 1;
}
