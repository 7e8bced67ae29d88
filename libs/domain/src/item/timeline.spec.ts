import { describe, expect, it } from '@jest/globals';
import { after, asEntry, given, happened, on, record, registered, wayTo } from '../testing/item-histories.js';
import { recordState, registerItem, remove, restore } from './decisions.js';
import type { ReformItemEvent } from './events.js';
import type { Irregularity, LifecycleState } from './lifecycle.js';
import { type Entry, type Step, movesTo, stateOf, stateOn, statusIntervals, timelineOf } from './timeline.js';

let position = 0;

/** An event of the log as it might be: nothing checked it. */
function entry(event: ReformItemEvent, effective: string | null, more: Partial<Entry> = {}): Entry {
  position += 1;
  return {
    position,
    id: `event-${position}`,
    event,
    decidedOn: effective,
    effective,
    recordedAt: '2026-03-01T00:00:00.000000Z',
    ...more,
  };
}

const register = (day: string | null, state: LifecycleState = 'Draft') =>
  entry(
    {
      type: 'ReformItemRegistered',
      data: { programme: 'SAMPLE', reference: 'R-1', title: { en: 'T' }, state },
    },
    day,
  );
const state = (to: LifecycleState, day: string | null, more: object = {}) =>
  entry({ type: 'ReformItemStateRecorded', data: { state: to, asRecorded: true, ...more } }, day);

function states(steps: readonly Step[]): (LifecycleState | undefined)[] {
  return steps.map((step) => movesTo(step.entry.event, step.after));
}
function flags(steps: readonly Step[]): readonly (readonly Irregularity[])[] {
  return steps.map((step) => step.irregularities);
}

describe('the order of effect', () => {
  it('is by effective date, whenever an entry was recorded', () => {
    const steps = timelineOf([
      register('2017-01-01'),
      state('Adopted', '2017-03-01'),
      state('Proposed', '2017-02-01'),
    ]);
    expect(states(steps)).toEqual(['Draft', 'Proposed', 'Adopted']);
    expect(stateOf(steps).standing?.state).toBe('Adopted');
  });

  it('is by session, then by position, within a day', () => {
    const day = '2017-02-07';
    const steps = timelineOf([
      register('2017-01-01'),
      state('Adopted', day, { sessionOrder: 2 }),
      state('UnderReview', day, { sessionOrder: 1 }),
      state('Approved', day, { sessionOrder: 2 }),
    ]);
    expect(states(steps)).toEqual(['Draft', 'UnderReview', 'Adopted', 'Approved']);
  });

  it('takes an entry without a session as recorded among those of its day that have one', () => {
    const day = '2017-02-07';
    const steps = timelineOf([
      register('2017-01-01'),
      state('Proposed', day),
      state('Adopted', day, { sessionOrder: 2 }),
      state('Approved', day),
      state('UnderReview', day, { sessionOrder: 1 }),
      state('Planned', day, { sessionOrder: 3 }),
    ]);
    expect(states(steps)).toEqual(['Draft', 'Proposed', 'UnderReview', 'Adopted', 'Approved', 'Planned']);
  });

  it('places a partial date at its first possible day', () => {
    const steps = timelineOf([
      register('2017-01-01'),
      state('Proposed', '2017-02-10'),
      state('UnderReview', '2017-02'),
    ]);
    expect(states(steps)).toEqual(['Draft', 'UnderReview', 'Proposed']);
    expect(steps[1]!.window).toEqual({ earliest: '2017-02-01', latest: '2017-02-28' });
  });

  it('places an unknown date after all that was recorded before it, until the day it was recorded', () => {
    const steps = timelineOf([
      register('2017-01-01'),
      state('Adopted', '2017-03-01'),
      state('Proposed', '2017-02-01'),
      state('Rejected', null),
      state('Approved', '2017-04-01'),
    ]);
    expect(states(steps)).toEqual(['Draft', 'Proposed', 'Adopted', 'Rejected', 'Approved']);
    expect(steps[3]!.window).toEqual({ earliest: '2017-03-01', latest: '2026-03-01' });
  });

  it('places an unknown date after the sessions of the day before it', () => {
    const steps = timelineOf([
      register('2017-01-01'),
      state('Adopted', '2017-03-01', { sessionOrder: 4 }),
      state('Rejected', null, { sessionOrder: 1 }),
      state('UnderReview', '2017-03-01', { sessionOrder: 3 }),
    ]);
    expect(states(steps)).toEqual(['Draft', 'UnderReview', 'Adopted', 'Rejected']);
  });

  it('keeps a registration of unknown date at the beginning, however early the rest is', () => {
    const steps = timelineOf([
      register(null),
      state('Adopted', '2001-05-01'),
      state('Proposed', '2000-01-01'),
    ]);
    expect(states(steps)).toEqual(['Draft', 'Proposed', 'Adopted']);
    expect(steps[0]!.window).toEqual({ earliest: '2000-01-01', latest: '2026-03-01' });
    expect(stateOf(steps)).toMatchObject({ registered: true, standing: { state: 'Adopted' } });
  });

  it('gives an unknown date after one to come no day before that', () => {
    const steps = timelineOf([register('2030-01-01'), state('Proposed', null)]);
    expect(steps[1]!.window).toEqual({ earliest: '2030-01-01', latest: '2030-01-01' });
    expect(timelineOf([register(null), state('Proposed', '2030-01-01')])[0]!.window).toEqual({
      earliest: '2026-03-01',
      latest: '2026-03-01',
    });
  });

  it('does not depend on the order entries are handed over in', () => {
    const entries = [
      register('2017-01-01'),
      state('Adopted', '2017-03-01'),
      state('Rejected', null),
      state('Proposed', '2017-02'),
    ];
    expect(timelineOf(entries.toReversed())).toEqual(timelineOf(entries));
  });
});

describe('what an entry breaks', () => {
  it('is flagged at its place, and what a late entry makes irregular after it too', () => {
    const before = [...wayTo.Adopted, happened({ type: 'ReformItemApproved', data: {} }, '2017-03-01')];
    const { steps, item } = after([
      ...before,
      happened({ type: 'ReformItemReturned', data: {} }, '2017-02-01'),
    ]);
    expect(item.standing?.state).toBe('Approved');
    expect(steps.slice(-2).map((step) => [step.entry.event.type, step.irregularities])).toEqual([
      ['ReformItemReturned', ['OUT_OF_ORDER']],
      ['ReformItemApproved', ['SKIPPED_STATES']],
    ]);
  });

  it('is a skip, and a missing approval with it', () => {
    expect(flags(timelineOf([register('2017'), state('Planned', '2018')]))[1]).toEqual([
      'NO_APPROVAL_RECORDED',
      'SKIPPED_STATES',
    ]);
  });

  it('is going back, or out of an end, without a decision that says so', () => {
    const steps = timelineOf([
      register('2017', 'Proposed'),
      state('Rejected', '2018'),
      state('Proposed', '2019'),
    ]);
    expect(flags(steps)[2]).toEqual(['REVERSED']);
    const reopened = entry({ type: 'ReformItemReopened', data: { to: 'Proposed' } }, '2019');
    expect(flags(timelineOf([register('2017', 'Proposed'), state('Rejected', '2018'), reopened]))[2]).toEqual(
      [],
    );
  });

  it('is reopening what had not ended, where it leads back', () => {
    const reopened = (to: LifecycleState) =>
      entry({ type: 'ReformItemReopened', data: { to, asRecorded: true } }, '2019');
    const before = [register('2017', 'Proposed'), state('UnderReview', '2018')];
    expect(flags(timelineOf([...before, reopened('Proposed')]))[2]).toEqual(['REVERSED']);
    expect(flags(timelineOf([...before, reopened('UnderReview')]))[2]).toEqual(['ALREADY_MET']);
  });

  it('is the same state again, but not another status of the source nor a referral to another', () => {
    const again = timelineOf([
      register('2017', 'Proposed'),
      state('Proposed', '2018'),
      state('Proposed', '2019', { sourceStatus: 'Open' }),
    ]);
    expect(flags(again).slice(1)).toEqual([['ALREADY_MET'], []]);
    const refer = (to: string, day: string) =>
      entry({ type: 'ReformItemReferred', data: { to: { name: { en: to } } } }, day);
    expect(flags(timelineOf([register('2017'), refer('A', '2018'), refer('B', '2019')]))).toEqual([
      [],
      [],
      [],
    ]);
  });

  it('is implementation without a verification, or without evidence', () => {
    const way = wayTo.InImplementation;
    const bare = { type: 'ReformItemImplemented', data: { verifiedBy: 'UNIT-B', evidence: [] } } as const;
    expect(after([...way, happened(bare, '2018')]).steps.at(-1)!.irregularities).toEqual(['NO_EVIDENCE']);
    const recorded = after([
      ...way,
      (history) => recordState(history, { ...on('2018'), state: 'Implemented' }),
    ]);
    expect(recorded.steps.at(-1)!.irregularities).toEqual(['NO_EVIDENCE']);
  });

  it('is being recorded after what took effect later, on another day or in a later session', () => {
    const steps = timelineOf([
      register('2017'),
      state('UnderReview', '2019', { sessionOrder: 2 }),
      state('Proposed', '2019', { sessionOrder: 1 }),
    ]);
    expect(flags(steps)[1]).toEqual(['OUT_OF_ORDER']);
    expect(flags(timelineOf([register('2018'), state('Proposed', '2017')]))[0]).toEqual([
      'NOT_REGISTERED',
      'OUT_OF_ORDER',
    ]);
  });

  it('is taking effect before it was decided, where the dates leave no doubt', () => {
    const decided = (decidedOn: string | null, effective: string) =>
      flags(timelineOf([register('2016'), { ...state('Proposed', effective), decidedOn }]))[1];
    expect(decided('2017-03-01', '2017-02-28')).toEqual(['BACKDATED']);
    expect(decided('2017-03-01', '2017-03')).toEqual([]);
    expect(decided('2017', '2016-12')).toEqual(['BACKDATED']);
    expect(decided(null, '2016-12')).toEqual([]);
  });

  it('is an unknown date, alone', () => {
    expect(flags(timelineOf([register(null), state('Proposed', null)]))).toEqual([
      ['UNKNOWN_DATE'],
      ['UNKNOWN_DATE'],
    ]);
  });

  it('is happening to an item off the register, but not its restoration or its removal', () => {
    const { steps } = after([
      registered,
      (history) => remove(history, on('2018')),
      (history) => recordState(history, { ...on('2019'), state: 'Proposed' }),
      (history) => restore(history, on('2020')),
    ]);
    expect(flags(steps)).toEqual([[], [], ['NOT_REGISTERED'], []]);
  });

  it('is what only the recorder could know, kept; what can be worked out is worked out afresh', () => {
    const steps = timelineOf([
      register('2017'),
      state('Proposed', '2018', { irregularities: ['LATE', 'REVERSED', 'DUPLICATE_REFERENCE'] }),
    ]);
    expect(flags(steps)[1]).toEqual(['DUPLICATE_REFERENCE', 'LATE']);
  });
});

describe('the stretches of a history', () => {
  it('are one a state, with what began and what ended it', () => {
    const { steps } = after(wayTo.UnderReview);
    const day = (text: string) => ({ earliest: text, latest: text });
    expect(statusIntervals(steps)).toEqual([
      {
        state: 'Draft',
        sourceStatus: undefined,
        removed: false,
        position: 1,
        from: day('2017-01-01'),
        to: day('2017-01-02'),
      },
      {
        state: 'Proposed',
        sourceStatus: undefined,
        removed: false,
        position: 2,
        from: day('2017-01-02'),
        to: day('2017-01-03'),
      },
      {
        state: 'UnderReview',
        sourceStatus: undefined,
        removed: false,
        position: 3,
        from: day('2017-01-03'),
        to: undefined,
      },
    ]);
  });

  it('go on over what is no change, and end at another status of the source or at a removal', () => {
    const steps = timelineOf([
      register('2017', 'Proposed'),
      entry({ type: 'ReformItemDiscussed', data: {} }, '2018'),
      state('Proposed', '2019', { sourceStatus: 'Open' }),
      entry({ type: 'ReformItemRemoved', data: {} }, '2020'),
    ]);
    expect(
      statusIntervals(steps).map(({ sourceStatus, removed, from }) => [sourceStatus, removed, from.earliest]),
    ).toEqual([
      [undefined, false, '2017-01-01'],
      ['Open', false, '2019-01-01'],
      ['Open', true, '2020-01-01'],
    ]);
  });

  it('leave room where a date is imprecise: certain after its last day, possible from its first', () => {
    const steps = timelineOf([register('2017-01-01'), state('Proposed', '2017-04')]);
    expect(on2('2017-03-31', steps)).toEqual({ is: 'Draft', certain: 'Draft', possible: ['Draft'] });
    expect(on2('2017-04-10', steps)).toEqual({
      is: 'Proposed',
      certain: undefined,
      possible: ['Draft', 'Proposed'],
    });
    expect(on2('2017-04-30', steps)).toEqual({ is: 'Proposed', certain: 'Proposed', possible: ['Proposed'] });
  });

  it('leave no room for a state that a later one has ended for certain', () => {
    const steps = timelineOf([
      register('2017-01-01'),
      state('Proposed', '2017'),
      state('UnderReview', '2017-03-01'),
    ]);
    expect(on2('2017-02-01', steps)).toEqual({
      is: 'Proposed',
      certain: undefined,
      possible: ['Draft', 'Proposed'],
    });
    expect(on2('2017-06-01', steps)).toEqual({
      is: 'UnderReview',
      certain: 'UnderReview',
      possible: ['UnderReview'],
    });
  });

  it('say nothing of the days before the first', () => {
    const { steps } = after([registered]);
    expect(stateOn(steps, '2016-12-31')).toBeUndefined();
    expect(on2('2016-12-31', steps)).toEqual({ is: undefined, certain: undefined, possible: [] });
  });
});

function on2(day: string, steps: readonly Step[]) {
  const intervals = statusIntervals(steps);
  return {
    is: stateOn(steps, day)?.standing?.state,
    certain: intervals.find(({ from, to }) => from.latest <= day && (!to || day < to.earliest))?.state,
    possible: intervals
      .filter(({ from, to }) => from.earliest <= day && (!to || day < to.latest))
      .map((each) => each.state),
  };
}

describe('an event as it is recorded', () => {
  it('carries the flags the fold will give it', () => {
    given([registered])
      .when((history) => recordState(history, { ...on('2016'), state: 'Planned', flags: ['LATE'] }))
      .thenLike({
        data: {
          irregularities: [
            'LATE',
            'NOT_REGISTERED',
            'NO_APPROVAL_RECORDED',
            'OUT_OF_ORDER',
            'SKIPPED_STATES',
          ],
        },
      });
  });

  it('carries the same flags whenever it was recorded', () => {
    const entries = record([
      (history) =>
        registerItem(history, { ...on(null), programme: 'SAMPLE', reference: 'R', title: { en: 'T' } }),
      (history) => recordState(history, { ...on('2030'), state: 'Proposed' }),
      (history) => recordState(history, { ...on('1999'), state: 'Adopted' }),
    ]);
    for (const recordedAt of ['0001-01-01T00:00:00.000000Z', '9999-12-31T00:00:00.000000Z']) {
      const steps = timelineOf(entries.map((each) => ({ ...each, recordedAt })));
      const asFolded = steps.toSorted((a, b) => a.entry.position - b.entry.position);
      expect(asFolded.at(-1)!.irregularities).toEqual(entries.at(-1)!.event.data.irregularities);
      expect(states(steps)).toEqual(['Draft', 'Adopted', 'Proposed']);
    }
  });

  it('carries no flag of the caller that is not so', () => {
    given([registered])
      .when(
        (history) =>
          asEntry(recordState(history, { ...on('2018'), state: 'Proposed', flags: ['REVERSED'] }), 2).event
            .data,
      )
      .then({ state: 'Proposed', asRecorded: true, dates: { effective: { basis: 'inferred' } } });
  });
});

describe('a long history', () => {
  /** Work grows with the entries, not with their square: counted in reads of entries, not in time. */
  it('is folded in a number of steps that grows with its entries', () => {
    const reads = (count: number) => {
      let read = 0;
      const counted = Array.from({ length: count }, (_, n) => {
        const plain =
          n === 0
            ? register('2000')
            : state(n % 2 ? 'Proposed' : 'UnderReview', `20${String(n % 100).padStart(2, '0')}`);
        return Object.defineProperty({ ...plain }, 'event', {
          enumerable: true,
          get: () => ((read += 1), plain.event),
        });
      });
      expect(timelineOf(counted)).toHaveLength(count);
      return read / count;
    };
    expect(reads(3_000)).toBeLessThan(reads(300) * 1.5);
  });
});
