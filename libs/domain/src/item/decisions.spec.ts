import { describe, expect, it } from '@jest/globals';
import {
  type Decide,
  after,
  given,
  happened,
  on,
  proposed,
  registered,
  reviewed,
  started,
  verified,
  wayTo,
  withdrawn,
} from '../testing/item-histories.js';
import {
  addAlias,
  itemWhen,
  plan,
  propose,
  recordDetails,
  recordOnItem,
  recordState,
  registerItem,
  remove,
  renumber,
  restore,
  startReview,
  withdraw,
} from './decisions.js';
import { verifyImplementation } from './verification-decisions.js';
import type { Plan } from './events.js';
import { type LifecycleState, endStates, isEnd, lifecycleStates } from './lifecycle.js';

const registration = {
  ...on('2017-01-01'),
  programme: 'SAMPLE',
  reference: 'SAMPLE-001',
  title: { en: 'A title' },
};
const day = '2017-06-01';
const reason = { en: 'New facts came up' };
const fullPlan: Plan = {
  leads: ['UNIT-A'],
  horizon: 'immediate',
  dueDate: '2018',
  action: { en: 'Draft it' },
};
const live = lifecycleStates.filter((state) => !isEnd(state));

describe('registering an item', () => {
  it('starts a draft, with what is known of it', () => {
    given([])
      .when((history) => registerItem(history, { ...registration, themes: ['training'], illustrative: true }))
      .then({
        type: 'ReformItemRegistered',
        data: {
          programme: 'SAMPLE',
          reference: 'SAMPLE-001',
          title: { en: 'A title' },
          state: 'Draft',
          themes: ['training'],
          dates: { effective: { basis: 'inferred' } },
          illustrative: true,
        },
        decidedOn: '2017-01-01',
        effective: '2017-01-01',
      });
  });

  it('is refused where there is an item already, where the title is missing, and in another state', () => {
    given([registered])
      .when((history) => registerItem(history, registration))
      .thenRefused('ALREADY_EXISTS', 'reference');
    given([])
      .when((history) => registerItem(history, { ...registration, title: {} }))
      .thenRefused('INVALID_INPUT', 'title');
    given([])
      .when((history) => registerItem(history, { ...registration, reference: ' ' }))
      .thenRefused('INVALID_REFERENCE', 'reference');
    given([])
      .when((history) => registerItem(history, { ...registration, state: 'Adopted' }))
      .thenRefused('INVALID_TRANSITION', 'state');
    given([])
      .when((history) => registerItem(history, { ...registration, decidedOn: { edtf: 'May' } }))
      .thenRefused('INVALID_DATE', 'decidedOn');
  });

  it.each(lifecycleStates)('as it was takes %s', (state) => {
    given([])
      .when((history) =>
        registerItem(history, { ...registration, state, sourceStatus: 'X', asRecorded: true }),
      )
      .thenLike({ data: { state, sourceStatus: 'X', asRecorded: true } });
  });
});

describe('a step along the path', () => {
  const steps: readonly [string, Decide, LifecycleState][] = [
    ['proposing', (history) => propose(history, on(day)), 'Draft'],
    ['starting a review', (history) => startReview(history, on(day)), 'Proposed'],
    ['adopting', happened({ type: 'ReformItemAdopted', data: { manner: 'plain' } }, day), 'UnderReview'],
    ['approving', happened({ type: 'ReformItemApproved', data: {} }, day), 'Adopted'],
    ['planning', (history) => plan(history, { ...on(day), plan: fullPlan }), 'Approved'],
    [
      'starting implementation',
      happened({ type: 'ReformItemImplementationStarted', data: {} }, day),
      'Planned',
    ],
    ['verifying', happened({ type: 'ReformItemImplemented', data: {} }, day), 'InImplementation'],
  ];

  it.each(steps)('%s is taken from the state before it and refused from every other', (_, decide, from) => {
    for (const state of lifecycleStates) {
      if (state === from) expect(after([...wayTo[state], decide]).item.standing?.state).not.toBe(state);
      else
        given(wayTo[state])
          .when(decide)
          .thenRefused(isEnd(state) ? 'ITEM_ENDED' : 'INVALID_TRANSITION');
    }
  });

  it('cannot be taken by what is not registered, or not yet', () => {
    given([])
      .when((history) => propose(history, on(day)))
      .thenRefused('NOT_FOUND');
    given([registered])
      .when((history) => propose(history, on('2016-12-31')))
      .thenRefused('NOT_FOUND');
  });
});

describe('planning', () => {
  it('names the leads, the horizon, the due date and the first action', () => {
    given(wayTo.Approved)
      .when((history) => plan(history, { ...on(day), plan: { ...fullPlan, leads: ['UNIT-A', 'UNIT-B'] } }))
      .thenLike({ type: 'ReformItemPlanned', data: { ...fullPlan, leads: ['UNIT-A', 'UNIT-B'] } });
  });

  it('is refused without a lead, a readable due date or an action, by field', () => {
    for (const [field, wrong] of Object.entries({ leads: [], dueDate: 'soon', action: {} })) {
      given(wayTo.Approved)
        .when((history) => plan(history, { ...on(day), plan: { ...fullPlan, [field]: wrong } }))
        .thenRefused('INVALID_INPUT', field);
    }
  });
});

describe('verifying', () => {
  const evidence = [{ description: { en: 'The order as issued' } }];

  it('is refused to a lead, and without evidence', () => {
    given(wayTo.InImplementation)
      .when((history) => verifyImplementation(history, { ...on(day), verifiedBy: 'UNIT-A', evidence }))
      .thenRefused('NOT_INDEPENDENT');
    given(wayTo.InImplementation)
      .when((history) => verifyImplementation(history, { ...on(day), verifiedBy: 'UNIT-B', evidence: [] }))
      .thenRefused('NO_EVIDENCE');
  });

  it('as it was takes both, and flags them', () => {
    given(wayTo.InImplementation)
      .when((history) =>
        verifyImplementation(history, {
          ...on(day),
          verifiedBy: 'UNIT-A',
          evidence: [],
          asRecorded: true,
          flags: ['LATE'],
        }),
      )
      .thenLike({ data: { irregularities: ['LATE', 'NOT_INDEPENDENT', 'NO_EVIDENCE'] } });
  });

  it('asks who led at the date it takes effect, not who leads since', () => {
    const replanned = [
      ...wayTo.InImplementation,
      happened({ type: 'ReformItemReturned', data: {} }, '2018-01-01'),
    ];
    given(replanned)
      .when((history) =>
        verifyImplementation(history, { ...on('2017-06-01'), verifiedBy: 'UNIT-A', evidence }),
      )
      .thenRefused('NOT_INDEPENDENT');
  });
});

describe('pausing', () => {
  const defer = happened({ type: 'ReformItemDeferred', data: { until: '2018' } }, day);
  const refer = happened({ type: 'ReformItemReferred', data: { to: { name: { en: 'A committee' } } } }, day);
  const resume = happened({ type: 'ReformItemResumed', data: {} }, '2017-06-02');

  it.each(live.filter((state) => state !== 'Deferred' && state !== 'Referred'))(
    'from %s resumes there',
    (state) => {
      for (const pause of [defer, refer]) {
        expect(after([...wayTo[state], pause, resume]).item.standing).toEqual({ state });
      }
    },
  );

  it('can be followed by the other pause, and by a referral to somebody else', () => {
    expect(after([...wayTo.Adopted, defer, refer, refer, resume]).item.standing).toEqual({
      state: 'Adopted',
    });
    given([...wayTo.Adopted, defer])
      .when(defer)
      .thenRefused('INVALID_TRANSITION');
  });

  it('is over once: what is not paused does not resume', () => {
    for (const state of live.filter((each) => each !== 'Deferred' && each !== 'Referred')) {
      given(wayTo[state]).when(resume).thenRefused('INVALID_TRANSITION');
    }
  });

  it('recorded late is checked against its day; the resumption recorded before it stays, and says so', () => {
    const { steps, item } = after([
      ...wayTo.UnderReview,
      happened({ type: 'ReformItemAdopted', data: { manner: 'plain' } }, '2017-03-01'),
      happened({ type: 'ReformItemDeferred', data: {} }, '2017-02-01'),
    ]);
    expect(item.standing?.state).toBe('Adopted');
    expect(steps.map(({ entry, irregularities }) => [entry.effective, irregularities]).slice(-2)).toEqual([
      ['2017-02-01', ['OUT_OF_ORDER']],
      ['2017-03-01', []],
    ]);
  });

  it('ends as the item does: a late end before a resumption is not undone by it', () => {
    const { steps, item } = after([
      ...wayTo.Adopted,
      happened({ type: 'ReformItemDeferred', data: {} }, '2017-02-01'),
      happened({ type: 'ReformItemResumed', data: {} }, '2017-04-01'),
      happened({ type: 'ReformItemRejected', data: {} }, '2017-03-01'),
    ]);
    expect(item.standing?.state).toBe('Rejected');
    expect(steps.at(-1)!.irregularities).toEqual(['ALREADY_MET']);
  });
});

describe('returning', () => {
  const back = happened({ type: 'ReformItemReturned', data: {} }, day);

  it('leads back to Proposed from any live state beyond it, and takes an approval back', () => {
    for (const state of live.filter((each) => each !== 'Draft' && each !== 'Proposed')) {
      const { item, steps } = after([...wayTo[state], back]);
      expect([state, item.standing, item.approved]).toEqual([state, { state: 'Proposed' }, false]);
      expect(steps.at(-1)!.irregularities).toEqual([]);
    }
    for (const state of ['Draft', 'Proposed'] as const)
      given(wayTo[state]).when(back).thenRefused('INVALID_TRANSITION');
  });
});

describe('ending', () => {
  const ends: readonly Decide[] = [
    happened({ type: 'ReformItemRejected', data: {} }, day),
    happened({ type: 'ReformItemClosed', data: { as: 'ClosedPartial' } }, day),
    happened({ type: 'ReformItemClosed', data: { as: 'ClosedNotImplemented' } }, day),
    happened({ type: 'ReformItemClosed', data: { as: 'NoLongerApplicable' } }, day),
    happened({ type: 'ReformItemSuperseded', data: { by: ['sample/b'] } }, day),
    happened({ type: 'ReformItemMerged', data: { into: ['sample/b'] } }, day),
    happened({ type: 'ReformItemSplit', data: { into: ['sample/b', 'sample/c'] } }, day),
    withdrawn(day),
  ];

  it.each(live)('is possible from %s, in every way but implementation', (state) => {
    const reached = ends.map((end) => after([...wayTo[state], end]).item.standing?.state);
    expect(new Set([...reached, 'Implemented'])).toEqual(new Set(endStates));
  });

  it.each(endStates)('as %s lets nothing follow but a reopening and what needs no state', (state) => {
    for (const end of ends) given(wayTo[state]).when(end).thenRefused('ITEM_ENDED');
    given(wayTo[state])
      .when((history) => propose(history, on(day)))
      .thenRefused('ITEM_ENDED');
    given(wayTo[state])
      .when(happened({ type: 'ReformItemResumed', data: {} }, day))
      .thenRefused('ITEM_ENDED');
    given(wayTo[state])
      .when(happened({ type: 'ReformItemTextAmended', data: { title: { en: 'B' } } }, day))
      .thenRefused('ITEM_ENDED');
    for (const decide of [
      happened({ type: 'ReformItemDiscussed', data: {} }, day),
      (history) => recordDetails(history, { ...on(day), attributes: { note: 'x' } }),
      (history) => addAlias(history, { ...on(day), alias: 'OLD-1' }),
      (history) => remove(history, on(day)),
    ] satisfies Decide[]) {
      expect(after([...wayTo[state], decide]).item.standing?.state).toBe(state);
    }
  });

  it('by a withdrawal says why, unless it is recorded as it was', () => {
    given(wayTo.Proposed)
      .when((history) => withdraw(history, on(day)))
      .thenRefused('REASON_REQUIRED', 'reason');
    given(wayTo.Proposed)
      .when((history) => withdraw(history, { ...on(day), asRecorded: true }))
      .thenLike({ type: 'ReformItemWithdrawn' });
  });
});

describe('reopening', () => {
  const reopen = (to: LifecycleState) =>
    happened({ type: 'ReformItemReopened', data: { to } }, day, { reason });

  it.each(endStates)('is possible from %s, to where the item was', (state) => {
    const from = after(wayTo[state]).item.standing!.endedFrom!;
    const { item, steps } = after([...wayTo[state], reopen(from)]);
    expect(item.standing).toEqual({ state: from });
    expect(steps.at(-1)!.irregularities).toEqual([]);
  });

  it('is refused to a live item, and to a state it had not come to', () => {
    for (const state of live) given(wayTo[state]).when(reopen('Proposed')).thenRefused('ITEM_NOT_ENDED');
    given(wayTo.Rejected).when(reopen('InImplementation')).thenRefused('INVALID_TRANSITION');
    given(wayTo.Withdrawn).when(reopen('Approved')).thenRefused('INVALID_TRANSITION');
  });

  it('as it was leads anywhere, and says what it skipped', () => {
    given(wayTo.Rejected)
      .when((history) =>
        recordOnItem(
          history,
          { type: 'ReformItemReopened', data: { to: 'Planned' } },
          { ...on(day), asRecorded: true },
        ),
      )
      .thenLike({ data: { irregularities: ['NO_APPROVAL_RECORDED', 'SKIPPED_STATES'] } });
  });

  it('can be done again after each end', () => {
    const again = [
      happened({ type: 'ReformItemRejected', data: {} }, '2017-07-01'),
      happened({ type: 'ReformItemReopened', data: { to: 'UnderReview' } }, '2017-08-01'),
    ];
    expect(after([...wayTo.Rejected, reopen('UnderReview'), ...again]).item.standing).toEqual({
      state: 'UnderReview',
    });
  });
});

describe('removing and restoring', () => {
  const removed: Decide = (history) => remove(history, on(day));
  const restored: Decide = (history) => restore(history, on(day));

  it.each(lifecycleStates)('takes an item that is %s off the register and back, as it was', (state) => {
    expect(after([...wayTo[state], removed]).item).toMatchObject({ removed: true, standing: { state } });
    expect(after([...wayTo[state], removed, restored]).item).toMatchObject({
      removed: false,
      standing: { state },
    });
  });

  it('is refused where it is so already', () => {
    given([registered, removed]).when(removed).thenRefused('ITEM_REMOVED');
    given([registered]).when(restored).thenRefused('ITEM_NOT_REMOVED');
    given([registered, removed, restored]).when(restored).thenRefused('ITEM_NOT_REMOVED');
  });

  it('lets nothing happen in between, except as it was recorded', () => {
    given([registered, removed])
      .when((history) => propose(history, on(day)))
      .thenRefused('ITEM_REMOVED');
    given([registered, removed])
      .when((history) => propose(history, { ...on(day), asRecorded: true }))
      .thenLike({ data: { irregularities: ['NOT_REGISTERED'] } });
  });

  it('is checked at its day: what took effect before the removal can still be recorded', () => {
    expect(after([registered, removed, (history) => propose(history, on('2017-03-01'))]).item).toMatchObject({
      removed: true,
      standing: { state: 'Proposed' },
    });
  });
});

describe('a reference', () => {
  it('is changed, and the former one kept', () => {
    const { item } = after([registered, (history) => renumber(history, { ...on(day), reference: 'R-2' })]);
    expect(item).toMatchObject({ reference: 'R-2', aliases: ['SAMPLE-001'] });
  });

  it('is not given twice, unless that was recorded so', () => {
    const twice: Decide = (history) => renumber(history, { ...on(day), reference: 'SAMPLE-001' });
    given([registered]).when(twice).thenRefused('NOTHING_TO_CHANGE');
    const alias: Decide = (history) => addAlias(history, { ...on(day), alias: 'OLD-1' });
    given([registered, alias]).when(alias).thenRefused('NOTHING_TO_CHANGE');
    const { item } = after([
      registered,
      (history) => renumber(history, { ...on(day), reference: 'SAMPLE-001', asRecorded: true }),
      (history) => addAlias(history, { ...on(day), alias: 'SAMPLE-001', asRecorded: true }),
    ]);
    expect(item).toMatchObject({ reference: 'SAMPLE-001', aliases: [] });
  });

  it('is refused where it cannot be one', () => {
    given([registered])
      .when((history) => renumber(history, { ...on(day), reference: 'a~2' }))
      .thenRefused('INVALID_REFERENCE', 'reference');
    given([registered])
      .when((history) => addAlias(history, { ...on(day), alias: ' ' }))
      .thenRefused('INVALID_REFERENCE', 'alias');
  });
});

describe('a late entry', () => {
  it('is checked against the state at its day, and the days after it are flagged, not refused', () => {
    const late = happened({ type: 'ReformItemAdopted', data: { manner: 'plain' } }, '2017-02-01');
    given(wayTo.Implemented).when(late).thenRefused('ITEM_ENDED');
    given([registered, proposed, reviewed, happened({ type: 'ReformItemRejected', data: {} }, '2017-05-01')])
      .when(late)
      .thenLike({ type: 'ReformItemAdopted', data: { irregularities: ['OUT_OF_ORDER'] } });
  });

  it('meets, within a day, the state at its session', () => {
    const history = after([
      registered,
      proposed,
      reviewed,
      happened({ type: 'ReformItemRejected', data: { sessionOrder: 2 } }, day),
    ]).steps;
    expect(itemWhen(history, day, 1).standing?.state).toBe('UnderReview');
    expect(itemWhen(history, day, 2).standing?.state).toBe('Rejected');
    expect(itemWhen(history, day).standing?.state).toBe('Rejected');
    given([
      registered,
      proposed,
      reviewed,
      happened({ type: 'ReformItemRejected', data: { sessionOrder: 2 } }, day),
    ])
      .when(happened({ type: 'ReformItemAdopted', data: { manner: 'plain', sessionOrder: 1 } }, day))
      .thenLike({ type: 'ReformItemAdopted', data: { irregularities: ['OUT_OF_ORDER'] } });
  });

  it('of unknown date meets the item after all that is recorded, and counts from there', () => {
    const { item } = after([
      ...wayTo.UnderReview,
      happened({ type: 'ReformItemDiscussed', data: {} }, '2017-01-02'),
      happened({ type: 'ReformItemRejected', data: {} }, null),
    ]);
    expect(item.standing?.state).toBe('Rejected');
  });
});

describe('recording as it was', () => {
  it('takes every state after every other, and details at any time', () => {
    for (const from of lifecycleStates)
      for (const to of lifecycleStates) {
        const { item } = after([
          ...wayTo[from],
          (history) => recordState(history, { ...on(day), state: to }),
        ]);
        expect(item.standing?.state).toBe(to);
      }
  });

  it('keeps the status of the source verbatim, the row it came from and the reason', () => {
    const source = { name: 'register', row: 'R-1#1', digest: 'aa', claimedAt: '12/03/2017' };
    given([registered])
      .when((history) =>
        recordState(history, { ...on(day), state: 'Proposed', sourceStatus: ' Acc. ', source, reason }),
      )
      .thenLike({ data: { sourceStatus: ' Acc. ', source, reason, asRecorded: true } });
  });

  it('still needs an item, readable dates and a readable reason', () => {
    given([])
      .when((history) => recordState(history, { ...on(day), state: 'Proposed' }))
      .thenRefused('NOT_FOUND');
    given([registered])
      .when((history) => recordState(history, { ...on('x'), state: 'Proposed' }))
      .thenRefused('INVALID_DATE');
    given([registered])
      .when((history) => recordState(history, { ...on(day), state: 'Proposed', reason: {} }))
      .thenRefused('INVALID_INPUT', 'reason');
  });

  it('is regular where it breaks nothing', () => {
    given([registered])
      .when((history) => recordState(history, { ...on(day), state: 'Proposed' }))
      .then({
        type: 'ReformItemStateRecorded',
        data: { state: 'Proposed', asRecorded: true, dates: { effective: { basis: 'inferred' } } },
        decidedOn: day,
        effective: day,
      });
  });

  it('follows a verified end too', () => {
    expect(after([...wayTo.Planned, started, verified]).item.standing?.state).toBe('Implemented');
  });
});
