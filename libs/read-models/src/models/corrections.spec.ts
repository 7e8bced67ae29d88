import { describe, expect, it } from '@jest/globals';
import type { CorrectionEvent } from '@masar/domain';
import { History } from '../testing/history.js';
import { corrections } from './corrections.js';
import { foldModel } from './fold-model.js';

const target = { kind: 'decision', decision: 'd-1', change: { struck: true } } as const;
const proposed: CorrectionEvent = {
  type: 'CorrectionProposed',
  data: { id: 'c-1', programme: 'Sample', target, items: ['sample/a'], reason: { en: 'Read wrongly' } },
};

/** The rows of the correction after these events. */
function rows(...events: CorrectionEvent[]) {
  const history = new History();
  for (const event of events)
    history.record('correction-c-1', { ...event, decidedOn: '2017', effective: '2017' });
  return foldModel(corrections, 'c-1', history.events).correction;
}

describe('corrections', () => {
  it('wait for a second person from when they are proposed', () => {
    expect(rows(proposed)).toMatchObject([
      {
        programme: 'Sample',
        programme_key: 'sample',
        state: 'proposed',
        target,
        items: ['sample/a'],
        reason: { en: 'Read wrongly' },
        answered_by: null,
        position: 1,
        answered_position: null,
      },
    ]);
  });

  it.each([
    ['CorrectionConfirmed', 'confirmed'],
    ['CorrectionDeclined', 'declined'],
    ['CorrectionWithdrawn', 'withdrawn'],
  ] as const)('are answered by %s, and say by whom and why', (type, state) => {
    const reason = { en: 'As the minutes have it' };
    const [row] = rows(proposed, { type, data: { programme: 'Sample', reason } });
    expect(row).toMatchObject({ state, answer_reason: reason, answered_position: 2, position: 1 });
    expect(row!.answered_by).toBe(row!.proposed_by);
  });

  it('are told by their own stream alone', () => {
    const history = new History();
    history.record('correction-c-1', { ...proposed, decidedOn: null, effective: null });
    history.record('decision-d-1', { ...proposed, decidedOn: null, effective: null });
    expect(history.events.map((event) => corrections.keyOf(event))).toEqual(['c-1', undefined]);
  });
});
