import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Decide, after, evidenced, happened, on, registered, wayTo } from '../testing/item-histories.js';
import { addressItem, recordResponse, reportProgress } from './addressee-decisions.js';
import { type ProgressLevel, progressLevels, responses } from './addressees.js';
import { type Assessment, assessments } from './assessment.js';
import { isReportedDoneNotVerified, isVerified } from './computed.js';
import {
  assessmentsByAdvance,
  assessmentsOf,
  distributionOf,
  progressByAdvance,
  progressOf,
  responsesByAdvance,
  responsesOf,
} from './distribution.js';
import { recordVerification } from './verification-decisions.js';

const addressed: Decide = (history) =>
  addressItem(history, { ...on('2017-02-01'), addressees: ['UNIT-X', 'UNIT-Y', 'UNIT-Z'] });
const reported =
  (addressee: string, progress: ProgressLevel): Decide =>
  (history) =>
    reportProgress(history, { ...on('2017-03-01'), addressee, progress });
const found =
  (verification: string, conclusion: Assessment, part?: string): Decide =>
  (history) =>
    recordVerification(history, {
      ...on('2017-04-01'),
      verification,
      verifiedBy: 'UNIT-V',
      method: { en: 'A visit' },
      examined: ['E-1'],
      conclusion,
      ...(part && { part }),
    });
const parts = ['a', 'b'].map((label) => ({ label, text: { en: label } }));
const withParts = [
  ...wayTo.InImplementation,
  evidenced('E-1', '2017-02-01'),
  happened({ type: 'ReformItemTextAmended', data: { parts } }, '2017-02-01'),
];

describe('a distribution', () => {
  it('counts each value and names the least advanced, in the stated order', () => {
    const { item } = after([
      registered,
      addressed,
      reported('UNIT-X', 'done'),
      reported('UNIT-Y', 'delayed'),
      (history) =>
        recordResponse(history, { ...on('2017-03-01'), addressee: 'UNIT-Z', response: 'notAccepted' }),
    ]);
    expect(distributionOf(responsesOf(item), responsesByAdvance)).toEqual({
      counts: [
        { value: 'notAccepted', count: 1 },
        { value: 'awaited', count: 2 },
      ],
      leastAdvanced: { value: 'notAccepted', of: ['UNIT-Z'] },
    });
    expect(distributionOf(progressOf(item), progressByAdvance)).toEqual({
      counts: [
        { value: null, count: 1 },
        { value: 'delayed', count: 1 },
        { value: 'done', count: 1 },
      ],
      leastAdvanced: { value: null, of: ['UNIT-Z'] },
    });
  });

  it('of assessments is of the parts where there are parts, else of the whole', () => {
    expect(assessmentsOf(after([registered]).item)).toEqual([{ of: null, value: 'notAssessed' }]);
    expect(assessmentsOf(after([...withParts, found('V-1', 'reversed', 'b')]).item)).toEqual([
      { of: 'a', value: 'notAssessed' },
      { of: 'b', value: 'reversed' },
    ]);
  });

  it('of nobody names nobody', () => {
    expect(distributionOf([], responsesByAdvance)).toEqual({ counts: [], leastAdvanced: undefined });
  });

  it('has every value there is in its order', () => {
    expect([...responsesByAdvance].sort()).toEqual([...responses].sort());
    expect(progressByAdvance).toEqual([null, ...progressLevels]);
    expect(assessmentsByAdvance).toEqual(assessments);
  });

  it('loses nobody, and the least advanced are those counted first', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...progressByAdvance)), (values) => {
        const standpoints = values.map((value, index) => ({ of: `${index}`, value }));
        const { counts, leastAdvanced } = distributionOf(standpoints, progressByAdvance);
        expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
        expect(leastAdvanced?.of.length).toBe(counts[0]?.count);
      }),
    );
  });
});

describe('reported done but not verified', () => {
  const allDone = ['UNIT-X', 'UNIT-Y', 'UNIT-Z'].map((addressee) => reported(addressee, 'done'));
  const is = (decisions: readonly Decide[]) => isReportedDoneNotVerified(after(decisions).item);

  it('is an item all addressees of which say they are done', () => {
    expect(is([...withParts, addressed, ...allDone])).toBe(true);
    expect(is([...withParts, addressed, ...allDone.slice(1)])).toBe(false);
    expect(is([...withParts, addressed, ...allDone, reported('UNIT-X', 'delayed')])).toBe(false);
    expect(is(withParts)).toBe(false);
  });

  it('is none where the whole or all its parts were found implemented', () => {
    const done = [...withParts, addressed, ...allDone];
    expect(is([...done, found('V-1', 'implemented')])).toBe(false);
    expect(is([...done, found('V-1', 'implemented', 'a')])).toBe(true);
    expect(is([...done, found('V-1', 'implemented', 'a'), found('V-2', 'implemented', 'b')])).toBe(false);
  });

  it('is one again where a later finding says less', () => {
    const whole = [...withParts, addressed, ...allDone, found('V-1', 'implemented')];
    expect(is([...whole, found('V-2', 'reversed', 'b')])).toBe(true);
    expect(is([...whole, found('V-2', 'reversed')])).toBe(true);
    expect(is([...whole, found('V-2', 'partlyImplemented'), found('V-3', 'implemented', 'b')])).toBe(false);
  });

  it('is a state of another register that rests on no verification', () => {
    const claimed = happened(
      { type: 'ReformItemStateRecorded', data: { state: 'Implemented' } },
      '2017-05-01',
    );
    expect(is([...withParts, addressed, ...allDone, claimed])).toBe(true);
    expect(isVerified(after(wayTo.Implemented).item)).toBe(true);
  });
});
