import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anything, attempted } from '../testing/arbitrary-histories.js';
import {
  type Decide,
  after,
  asEntry,
  given,
  happened,
  on,
  record,
  registered,
  wayTo,
} from '../testing/item-histories.js';
import { registerItem, remove } from './decisions.js';
import { type Entry, type Step, stateOf, statusIntervals, timelineOf } from './timeline.js';
import { type ItemVisibility, itemVisibilities, setVisibility } from './visibility.js';

const reason = { en: 'Names a place that is not announced yet' };
const set =
  (visibility: ItemVisibility, day: string | null = '2017-02-01', more: object = {}): Decide =>
  (history) =>
    setVisibility(history, { ...on(day), visibility, reason, ...more });

describe('setting who may see an item', () => {
  it('says so, with its reason', () => {
    given([registered])
      .when(set('restricted'))
      .then({
        type: 'ReformItemVisibilitySet',
        data: { visibility: 'restricted', reason, dates: { effective: { basis: 'inferred' } } },
        decidedOn: '2017-02-01',
        effective: '2017-02-01',
      });
  });

  it('takes a reason, an item, and something to change, recorded as it was or not', () => {
    for (const more of [{}, { asRecorded: true }]) {
      given([registered])
        .when(set('restricted', '2017-02-01', { reason: undefined, ...more }))
        .thenRefused('REASON_REQUIRED', 'reason');
      given([])
        .when(set('restricted', '2017-02-01', more))
        .thenRefused('NOT_FOUND');
      given([registered])
        .when(set('open', '2017-02-01', more))
        .thenRefused('NOTHING_TO_CHANGE', 'visibility');
      given([registered, set('restricted')])
        .when(set('restricted', '2017-03-01', more))
        .thenRefused('NOTHING_TO_CHANGE', 'visibility');
    }
  });

  it('is taken in any state, off the register too, and moves the item nowhere', () => {
    for (const way of Object.values(wayTo)) {
      for (const last of [[], [(history: readonly Step[]) => remove(history, on('2017-02-01'))]]) {
        const before = after([...way, ...last]).item;
        const { item } = after([...way, ...last, set('restricted')]);
        expect(item).toEqual({ ...before, visibility: 'restricted' });
      }
    }
  });

  it('holds by what was recorded last, whatever dates are given for it', () => {
    const twice = after([registered, set('restricted', '2018-01-01'), set('open', '2016-01-01')]);
    expect(twice.item.visibility).toBe('open');
    expect(twice.steps.flatMap(({ irregularities }) => irregularities)).toEqual([]);
    expect(after([registered, set('restricted', null)]).item.visibility).toBe('restricted');
  });

  it('is undone by nothing but another word on it', () => {
    const entries = record([registered, set('restricted')]);
    const change = { struck: true } as const;
    const striking = happened(
      {
        type: 'ReformItemEntryCorrected',
        data: { entry: 'event-2', correction: 'c-1', change },
      },
      '2017-03-01',
    );
    const steps = timelineOf([...entries, asEntry(striking(timelineOf(entries)), 3)]);
    expect(steps.find(({ entry }) => entry.id === 'event-2')?.undone).toBeUndefined();
    expect(stateOf(steps).visibility).toBe('restricted');
  });
});

const edtf = fc.constantFrom(null, '2015', '2016-05', '2017-06-07', '2030-01-01', '../2017');
const words = fc.array(fc.record({ at: fc.nat({ max: 12 }), day: edtf }), { minLength: 1, maxLength: 5 });
const first = registerItem([], {
  ...on('2016-01-01'),
  programme: 'p',
  reference: 'R-0',
  title: { en: 'T' },
});

/** The history with words on its visibility recorded in between, and what it was without. */
function withWords(entries: readonly Entry[], said: readonly { at: number; day: string | null }[]) {
  const recorded: Entry[] = [];
  const insert = (entry: Entry) => recorded.push({ ...entry, position: recorded.length + 1 });
  const count = { said: 0 };
  const say = (day: string | null) => {
    const visibility = itemVisibilities[(count.said += 1) % 2]!;
    const event = setVisibility(timelineOf(recorded), { ...on(day), visibility, reason });
    insert({ ...asEntry(event, 0), id: `said-${count.said}` });
  };
  entries.forEach((entry, index) => {
    insert(entry);
    said
      .filter(({ at }) => at === index || (at > index && index === entries.length - 1))
      .forEach(({ day }) => say(day));
  });
  return { recorded, last: itemVisibilities[count.said % 2]! };
}

describe('whatever is recorded before and after', () => {
  it('the last word on who may see the item holds, and everything else is as if none had been said', () => {
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 12 }), words, (attempts, said) => {
        const entries = attempted(first, attempts, () => undefined).filter(
          ({ event }) => event.type !== 'ReformItemVisibilitySet',
        );
        const { recorded, last } = withWords(entries, said);
        const steps = timelineOf(recorded);
        expect(stateOf(steps).visibility).toBe(last);
        const told = ({ entry, before, after: then, window, undone, irregularities }: Step) => ({
          id: entry.id,
          before: { ...before, visibility: undefined },
          after: { ...then, visibility: undefined },
          earliest: window.earliest,
          how: undone?.how,
          irregularities,
        });
        const others = steps.filter(({ entry }) => entry.event.type !== 'ReformItemVisibilitySet');
        const without = timelineOf(
          entries.map((entry) => ({
            ...entry,
            position: recorded.find(({ id }) => id === entry.id)!.position,
          })),
        );
        expect(others.map(told)).toEqual(without.map(told));
        expect(statusIntervals(steps)).toEqual(statusIntervals(without));
      }),
      { numRuns: 200 },
    );
  });
});
