import { describe, expect, it } from '@jest/globals';
import { type Decide, after, given, happened, on, wayTo } from '../testing/item-histories.js';
import { addAction, completeAction, dropAction, rescheduleAction } from './action-decisions.js';
import { isActionOverdue, isOverdue } from './computed.js';

const day = '2017-06-01';
const reason = { en: 'The office moved' };

const added =
  (action: string, due?: string, date = '2017-02-01'): Decide =>
  (history) =>
    addAction(history, { ...on(date), action, description: { en: 'Write it' }, ...(due && { due }) });
const rescheduled =
  (action: string, due: string, date = day): Decide =>
  (history) =>
    rescheduleAction(history, { ...on(date), action, due, reason });
const completed =
  (action: string, date = day): Decide =>
  (history) =>
    completeAction(history, { ...on(date), action });
const dropped =
  (action: string, date = day): Decide =>
  (history) =>
    dropAction(history, { ...on(date), action, reason });

const one = [...wayTo.Adopted, added('A-1', '2017-05')];

describe('an action', () => {
  it('is added with a due date and who takes it', () => {
    given(wayTo.Adopted)
      .when((history) =>
        addAction(history, {
          ...on(day),
          action: 'A-1',
          description: { ar: 'إعداد المسودة' },
          due: '2017-09',
          owner: 'UNIT-A',
        }),
      )
      .thenLike({
        type: 'ReformItemActionAdded',
        data: { action: 'A-1', description: { ar: 'إعداد المسودة' }, due: '2017-09', owner: 'UNIT-A' },
      });
  });

  it('is refused under a name in use, without words, and with no readable date', () => {
    given(one)
      .when(added('A-1', undefined, day))
      .thenRefused('ALREADY_EXISTS', 'action');
    given(wayTo.Planned)
      .when(added('first', undefined, day))
      .thenRefused('ALREADY_EXISTS', 'action');
    for (const name of ['', 'two words', 'x'.repeat(61), 'a\u0000'])
      given(one).when(added(name)).thenRefused('INVALID_INPUT', 'action');
    given(one).when(added('A-2', 'soon')).thenRefused('INVALID_INPUT', 'due');
    given(one)
      .when((history) => addAction(history, { ...on(day), action: 'A-2', description: {} }))
      .thenRefused('INVALID_INPUT', 'description');
    given(wayTo.Rejected).when(added('A-1')).thenRefused('ITEM_ENDED');
  });

  it('keeps its original due date through every slip', () => {
    const { item } = after([...one, rescheduled('A-1', '2017-08'), rescheduled('A-1', '2018', '2017-07-01')]);
    expect(item.actions).toMatchObject([
      {
        action: 'A-1',
        originalDue: '2017-05',
        currentDue: '2018',
        slips: ['2017-08', '2018'],
        status: 'open',
      },
    ]);
  });

  it('given its first due date later has not slipped', () => {
    const { item } = after([...wayTo.Adopted, added('A-1'), rescheduled('A-1', '2017-08')]);
    expect(item.actions).toMatchObject([{ originalDue: '2017-08', currentDue: '2017-08', slips: [] }]);
  });

  it('is rescheduled for a reason, to another date, while it is open', () => {
    given(one)
      .when((history) => rescheduleAction(history, { ...on(day), action: 'A-1', due: '2018' }))
      .thenRefused('REASON_REQUIRED', 'reason');
    given(one).when(rescheduled('A-1', '2017-05')).thenRefused('NOTHING_TO_CHANGE', 'due');
    given(one).when(rescheduled('A-1', 'soon')).thenRefused('INVALID_INPUT', 'due');
    given(one).when(rescheduled('A-2', '2018')).thenRefused('NOT_FOUND', 'action');
    given(one)
      .when(rescheduled('A-1', '2018', '2017-01-31'))
      .thenRefused('NOT_FOUND', 'action');
    given([...one, completed('A-1')])
      .when(rescheduled('A-1', '2018', '2017-06-02'))
      .thenRefused('INVALID_TRANSITION', 'action');
  });

  it('is completed or dropped once, and dropped for a reason', () => {
    given(one)
      .when(completed('A-1'))
      .thenLike({ type: 'ReformItemActionCompleted', data: { action: 'A-1' } });
    given(one)
      .when(dropped('A-1'))
      .thenLike({ type: 'ReformItemActionDropped', data: { action: 'A-1', reason } });
    given(one)
      .when((history) => dropAction(history, { ...on(day), action: 'A-1' }))
      .thenRefused('REASON_REQUIRED', 'reason');
    for (const end of [completed, dropped]) {
      given([...one, end('A-1')])
        .when(completed('A-1', '2017-06-02'))
        .thenRefused('INVALID_TRANSITION', 'action');
      given([...one, end('A-1')])
        .when(dropped('A-1', '2017-06-02'))
        .thenRefused('INVALID_TRANSITION', 'action');
    }
    given(one).when(completed('A-2')).thenRefused('NOT_FOUND', 'action');
  });

  it('of a plan is called first, and planned again it keeps the dates it had', () => {
    const replanned = [
      ...wayTo.Planned,
      happened({ type: 'ReformItemReturned', data: {} }, '2017-02-01'),
      happened(
        {
          type: 'ReformItemPlanned',
          data: { leads: ['UNIT-B'], horizon: 'immediate', dueDate: '2018-06', action: { en: 'Again' } },
        },
        '2017-03-01',
        { asRecorded: true },
      ),
    ];
    expect(after(replanned).item).toMatchObject({
      dueDates: ['2017-12', '2018-06'],
      actions: [
        { action: 'first', description: { en: 'Again' }, originalDue: '2017-12', currentDue: '2018-06' },
      ],
    });
  });
});

describe('overdue', () => {
  const { item } = after(wayTo.Planned);

  it('is an item or an action once the last day its due date may mean is over', () => {
    for (const [on2, overdue] of [
      ['2017-12-01', false],
      ['2017-12-31', false],
      ['2018-01-01', true],
    ] as const) {
      expect(isOverdue(item, on2)).toBe(overdue);
      expect(isActionOverdue(item.actions[0]!, on2)).toBe(overdue);
    }
  });

  it('is no item that ended, and no action that was completed or dropped', () => {
    expect(isOverdue(after(wayTo.Implemented).item, '2020-01-01')).toBe(false);
    expect(isOverdue(after(wayTo.Adopted).item, '2020-01-01')).toBe(false);
    for (const end of [completed, dropped]) {
      const { actions } = after([...one, end('A-1')]).item;
      expect(isActionOverdue(actions[0]!, '2020-01-01')).toBe(false);
    }
  });

  it('is a paused item too: a pause moves no date', () => {
    const paused = after([...wayTo.Planned, happened({ type: 'ReformItemDeferred', data: {} }, day)]).item;
    expect(isOverdue(paused, '2018-01-01')).toBe(true);
  });
});
