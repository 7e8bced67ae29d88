import { describe, expect, it } from '@jest/globals';
import {
  type Classification,
  type ItemInput,
  classify,
  decideOnItem,
  recordOnItem,
  registerItem,
  remove,
} from '@masar/domain';
import { History } from '../testing/history.js';
import { dueBy } from './item-sorting.js';
import { foldItem } from './items.js';

const key = 'sample/r-1';
const on = (edtf: string | null): ItemInput => ({ decidedOn: { edtf } });

function registered(): History {
  const history = new History();
  const item = { programme: 'Sample', reference: 'R-1', title: { en: 'An order' }, themes: ['BORDERS'] };
  history.onItem(key, (steps) => registerItem(steps, { ...on('2017-01-01'), ...item }));
  return history;
}

type Data = Parameters<typeof recordOnItem>[1];
const happens = (history: History, event: Data, day: string | null, reason?: string) =>
  history.onItem(key, (steps) =>
    recordOnItem(steps, event, { ...on(day), asRecorded: true, ...(reason && { reason: { en: reason } }) }),
  );
const sorted = (history: History, classification: Classification, day: string) => {
  const input = { ...on(day), ...classification };
  history.onItem(key, (steps) => decideOnItem(steps, input, (item) => classify(item, input)));
};
const due = (dueDate: string, decision?: string): Data => ({
  type: 'ReformItemDueDateSet',
  data: { dueDate, ...(decision && { decision }) },
});
const rows = ({ events }: History) => foldItem(events);

describe('what an item is sorted by as rows', () => {
  it('is a stretch for each time something of it changed, the first from its registration', () => {
    const history = registered();
    sorted(
      history,
      { horizon: 'immediate', scopes: [{ scope: 'NORTH', frozenOn: '2017-02-01' }, { scope: 'SOUTH' }] },
      '2017-02',
    );
    sorted(history, { priority: 'urgent', themes: [] }, '2017-03-01');
    const { classification } = rows(history);
    expect(classification.map((row) => [row.themes, row.horizon, row.priority, row.scopes])).toEqual([
      [['BORDERS'], null, null, []],
      [['BORDERS'], 'immediate', null, ['NORTH', 'SOUTH']],
      [[], 'immediate', 'urgent', ['NORTH', 'SOUTH']],
    ]);
    expect(classification[1]).toMatchObject({
      programme_key: 'sample',
      scope_uses: [{ scope: 'NORTH', frozenOn: '2017-02-01' }, { scope: 'SOUTH' }],
      position: 2,
      removed: false,
      from_earliest: '2017-02-01',
      from_latest: '2017-02-28',
      to_earliest: '2017-03-01',
    });
  });

  it('is apart while the item is off its register', () => {
    const history = registered();
    history.onItem(key, (steps) => remove(steps, on('2017-05-01')));
    const { classification, assignment } = rows(history);
    expect(classification.map(({ removed }) => removed)).toEqual([false, true]);
    expect(assignment.map(({ removed }) => removed)).toEqual([false, true]);
  });

  it('keeps each assignment with the decision that made it; one that is revoked held until then', () => {
    const history = registered();
    happens(
      history,
      { type: 'ReformItemAssigned', data: { leads: ['A', 'B'], funders: ['F'], decision: 'd-1' } },
      '2017-02-01',
    );
    happens(history, { type: 'ReformItemAssigned', data: { leads: ['C'], decision: 'd-2' } }, '2017-03-01');
    happens(
      history,
      { type: 'ReformItemDecisionRevoked', data: { revokes: 'd-2', decision: 'd-3' } },
      '2017-04-01',
    );
    expect(
      rows(history).assignment.map((row) => [
        row.leads,
        row.funders,
        row.decision,
        row.from_earliest,
        row.to_earliest,
      ]),
    ).toEqual([
      [[], [], null, '2017-01-01', '2017-02-01'],
      [['A', 'B'], ['F'], 'd-1', '2017-02-01', '2017-03-01'],
      [['C'], [], 'd-2', '2017-03-01', '2017-04-01'],
      [['A', 'B'], ['F'], 'd-3', '2017-04-01', null],
    ]);
  });

  it('keeps the original due date and each slip, with its reason; an annulled one never was', () => {
    const history = registered();
    happens(history, due('2017-12'), '2017-02-01');
    happens(history, due('2018-06', 'd-1'), '2017-11-01', 'The law came late');
    happens(history, due('2019', 'd-2'), '2018-05-01');
    happens(history, { type: 'ReformItemDecisionAnnulled', data: { annuls: 'd-2' } }, '2018-07-01');
    const { due_date, item } = rows(history);
    expect(
      due_date.map((row) => [row.due_date, row.due_by, row.decision, row.reason, row.from_earliest]),
    ).toEqual([
      ['2017-12', '2017-12-31', null, null, '2017-02-01'],
      ['2018-06', '2018-06-30', 'd-1', { en: 'The law came late' }, '2017-11-01'],
    ]);
    expect(item[0]!.due_date).toBe('2018-06');
  });

  it('takes a due date that is none, as a register may have it, as one that never comes', () => {
    expect(dueBy('soon')).toBe('9999-12-31');
  });
});
