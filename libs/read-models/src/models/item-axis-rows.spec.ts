import { describe, expect, it } from '@jest/globals';
import {
  type DatedItemEvent,
  type ItemInput,
  type ReformItemEvent,
  type Step,
  addAction,
  addEvidence,
  addressItem,
  defineIndicator,
  recordMeasurement,
  recordOnItem,
  recordVerification,
  registerItem,
  reportProgress,
  rescheduleAction,
} from '@masar/domain';
import { History } from '../testing/history.js';
import { foldItem } from './items.js';

const key = 'sample/r-1';
const words = { en: 'Words' };
const on = (edtf: string | null): ItemInput => ({ decidedOn: { edtf }, reason: words });

type Decide = (steps: readonly Step[]) => DatedItemEvent;
const happened =
  (event: ReformItemEvent, edtf: string): Decide =>
  (steps) =>
    recordOnItem(steps, event as Parameters<typeof recordOnItem>[1], { ...on(edtf), asRecorded: true });

/** The rows of an item after these decisions. */
function rowsAfter(...decisions: readonly Decide[]) {
  const history = new History();
  const parts = ['a', 'b'].map((label) => ({ label, text: words }));
  history.onItem(key, (steps) =>
    registerItem(steps, { ...on('2017-01-01'), programme: 'Sample', reference: 'R-1', title: words, parts }),
  );
  for (const decide of decisions) history.onItem(key, decide);
  return { ...foldItem(history.events), events: history.events };
}

const evidenced: Decide = (steps) =>
  addEvidence(steps, { ...on('2017-02-01'), evidence: 'E-1', description: words, custody: 'inspected' });
const verified =
  (verification: string, part: string | undefined, edtf: string): Decide =>
  (steps) =>
    recordVerification(steps, {
      ...on(edtf),
      verification,
      verifiedBy: 'INSPECTION',
      method: words,
      examined: ['E-1'],
      conclusion: 'implemented',
      ...(part !== undefined && { part }),
    });

describe('rows of what stands beside the lifecycle', () => {
  it('keep a slip with what it was moved from, its reason and its position', () => {
    const { action } = rowsAfter(
      (steps) => addAction(steps, { ...on('2017-02-01'), action: 'A-1', description: words, due: '2017-05' }),
      (steps) => rescheduleAction(steps, { ...on('2017-06'), action: 'A-1', due: '2018' }),
    );
    expect(action).toMatchObject([
      { number: 0, ordinal: 0, current_due: '2017-05', slipped_from: null, position: 2 },
      {
        number: 0,
        ordinal: 1,
        original_due: '2017-05',
        current_due: '2018',
        slipped_from: '2017-05',
        reason: words,
        effective: '2017-06',
        position: 3,
        from_earliest: '2017-06-01',
        from_latest: '2017-06-30',
        to_earliest: null,
      },
    ]);
  });

  it('count the parts where there are parts, and the whole where there are none', () => {
    const counted = (...decisions: readonly Decide[]) =>
      rowsAfter(...decisions)
        .assessment.filter(({ present, to_earliest }) => present && to_earliest === null)
        .map(({ part, assessment, counted: counts }) => [part, assessment, counts]);
    expect(counted(evidenced, verified('V-1', 'b', '2017-03-01'))).toEqual([
      [null, 'notAssessed', false],
      ['a', 'notAssessed', true],
      ['b', 'implemented', true],
    ]);
    const withoutParts = happened({ type: 'ReformItemTextAmended', data: { parts: [] } }, '2017-04-01');
    expect(counted(evidenced, withoutParts)).toEqual([[null, 'notAssessed', true]]);
  });

  it('leave out measurements and verifications that were struck', () => {
    const measured: Decide = (steps) =>
      recordMeasurement(steps, {
        ...on('2017-03-01'),
        indicator: 'I-1',
        value: '7.0',
        measuredOn: null,
        measurementSource: words,
      });
    const decisions: readonly Decide[] = [
      evidenced,
      (steps) => defineIndicator(steps, { ...on('2017-02-01'), indicator: 'I-1', name: words, unit: '%' }),
      measured,
      verified('V-1', undefined, '2017-03-01'),
    ];
    const before = rowsAfter(...decisions);
    expect(before.measurement).toMatchObject([
      { value: '7.0', measured_on: null, source: words, position: 4 },
    ]);
    expect(before.verification).toMatchObject([{ verification: 'V-1', text_version: 1, position: 5 }]);
    const struck = [3, 4].map((index) =>
      happened(
        {
          type: 'ReformItemEntryCorrected',
          data: {
            entry: before.events[index]!.id,
            correction: `c-${index}`,
            change: { struck: true },
          },
        },
        '2017-05-01',
      ),
    );
    const after = rowsAfter(...decisions, ...struck);
    expect([after.measurement, after.verification]).toEqual([[], []]);
    expect(after.assessment.every(({ assessment }) => assessment === 'notAssessed')).toBe(true);
  });

  it('hold one line of outlook as long as nothing changes what is computed from it', () => {
    const due = happened({ type: 'ReformItemDueDateSet', data: { dueDate: '2017-06' } }, '2017-02-01');
    const addressed: Decide = (steps) => addressItem(steps, { ...on('2017-02-01'), addressees: ['UNIT-A'] });
    const done: Decide = (steps) =>
      reportProgress(steps, { ...on('2017-04-01'), addressee: 'UNIT-A', progress: 'done' });
    expect(
      rowsAfter(due, addressed, done, evidenced).outlook.map((row) => [
        row.from_earliest,
        row.ended,
        row.due_latest,
        row.reported_done_not_verified,
      ]),
    ).toEqual([
      ['2017-01-01', false, null, false],
      ['2017-02-01', false, '2017-06-30', false],
      ['2017-04-01', false, '2017-06-30', true],
    ]);
  });
});
