import { describe, expect, it } from '@jest/globals';
import { type Decide, after, evidenced, given, on, registered, wayTo } from '../testing/item-histories.js';
import { type EvidenceInput, addEvidence, withdrawEvidence } from './evidence-decisions.js';

const day = '2017-06-01';
const sha256 = 'a'.repeat(64);
const reason = { en: 'It was a copy of another order' };

const added =
  (more: Partial<EvidenceInput> = {}, date = day): Decide =>
  (history) =>
    addEvidence(history, {
      ...on(date),
      evidence: 'E-9',
      description: { en: 'The order as issued' },
      custody: 'inspected',
      ...more,
    });
const withdrawn =
  (evidence: string, date = day): Decide =>
  (history) =>
    withdrawEvidence(history, { ...on(date), evidence, reason });

const statuses = (decisions: readonly Decide[]) =>
  after(decisions).item.evidence.map(({ evidence, status, supersededBy }) => [
    evidence,
    status,
    supersededBy,
  ]);

describe('a piece of evidence', () => {
  it.each([
    ['held', { sha256, hashedBy: 'recorder' }],
    ['linked', { uri: 'https://example.org/order.pdf' }],
    ['linked', { uri: 'urn:example:order:7', sha256, hashedBy: 'provider' }],
    ['inspected', { custodian: 'UNIT-C', documentDate: '2017-04' }],
  ] as const)('can be %s', (custody, more) => {
    given([registered])
      .when(added({ custody, ...more }))
      .thenLike({ type: 'ReformItemEvidenceAdded', data: { evidence: 'E-9', custody, ...more } });
  });

  it('says who worked out its digest, what it is held or linked by, and when it is of', () => {
    for (const [path, more] of [
      ['hashedBy', { sha256 }],
      ['sha256', { hashedBy: 'recorder' }],
      ['sha256', { custody: 'held', uri: 'https://example.org' }],
      ['sha256', { sha256: 'A'.repeat(64), hashedBy: 'recorder' }],
      ['uri', { custody: 'linked', sha256, hashedBy: 'recorder' }],
      ['uri', { uri: 'order.pdf' }],
      ['uri', { uri: 'javascript:alert(1)' }],
      ['uri', { uri: 'https://example.org/a b' }],
      ['documentDate', { documentDate: 'May' }],
      ['description', { description: {} }],
      ['evidence', { evidence: ' ' }],
    ] as const)
      given([registered])
        .when(added(more as Partial<EvidenceInput>))
        .thenRefused('INVALID_INPUT', path);
  });

  it('is never edited: its name is its own, and another takes its place', () => {
    const two = [registered, evidenced('E-1', '2017-03-01')];
    given(two)
      .when(added({ evidence: 'E-1' }))
      .thenRefused('ALREADY_EXISTS', 'evidence');
    expect(statuses([...two, added({ supersedes: 'E-1' })])).toEqual([
      ['E-1', 'superseded', 'E-9'],
      ['E-9', 'standing', undefined],
    ]);
  });

  it('takes the place of what stands at its date', () => {
    const two = [registered, evidenced('E-1', '2017-03-01')];
    given(two)
      .when(added({ supersedes: 'E-2' }))
      .thenRefused('NOT_FOUND', 'supersedes');
    given(two)
      .when(added({ supersedes: 'E-1' }, '2017-02-01'))
      .thenRefused('NOT_FOUND', 'supersedes');
    given([...two, added({ supersedes: 'E-1' })])
      .when(added({ evidence: 'E-10', supersedes: 'E-1' }, '2017-07-01'))
      .thenRefused('INVALID_TRANSITION', 'supersedes');
    given([...two, withdrawn('E-1')])
      .when(added({ supersedes: 'E-1' }, '2017-07-01'))
      .thenRefused('INVALID_TRANSITION', 'supersedes');
  });

  it('is withdrawn once, for a reason, and stays known', () => {
    const two = [registered, evidenced('E-1', '2017-03-01')];
    given(two)
      .when(withdrawn('E-1'))
      .thenLike({ type: 'ReformItemEvidenceWithdrawn', data: { evidence: 'E-1', reason } });
    expect(statuses([...two, withdrawn('E-1')])).toEqual([['E-1', 'withdrawn', undefined]]);
    given(two)
      .when((history) => withdrawEvidence(history, { ...on(day), evidence: 'E-1' }))
      .thenRefused('REASON_REQUIRED', 'reason');
    given(two).when(withdrawn('E-2')).thenRefused('NOT_FOUND', 'evidence');
    given([...two, withdrawn('E-1')])
      .when(withdrawn('E-1', '2017-07-01'))
      .thenRefused('NOTHING_TO_CHANGE', 'evidence');
  });

  it('is taken and withdrawn on an ended item too', () => {
    const { item } = after([...wayTo.Implemented, added(), withdrawn('E-9')]);
    expect(item).toMatchObject({ standing: { state: 'Implemented' }, evidence: [{ status: 'withdrawn' }] });
  });
});
