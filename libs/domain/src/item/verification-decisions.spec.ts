import { describe, expect, it } from '@jest/globals';
import { type Decide, after, evidenced, given, happened, on, wayTo } from '../testing/item-histories.js';
import { refusalOf } from '../testing/given.js';
import type { Assessment } from './assessment.js';
import { assessments } from './assessment.js';
import { recordOnItem } from './decisions.js';
import type { KinOf } from './independence.js';
import {
  type ImplementationInput,
  type VerificationInput,
  recordVerification,
  verifyImplementation,
} from './verification-decisions.js';

const day = '2017-06-01';

const verified =
  (more: Partial<VerificationInput> = {}, date = day, kinOf?: KinOf): Decide =>
  (history) =>
    recordVerification(
      history,
      {
        ...on(date),
        verification: 'V-1',
        verifiedBy: 'UNIT-V',
        method: { en: 'Two visits' },
        examined: ['E-1'],
        conclusion: 'implemented',
        ...more,
      },
      kinOf,
    );
const found =
  (verification: string, conclusion: Assessment, part: string | undefined, date: string): Decide =>
  (history) =>
    verified({ verification, conclusion, ...(part && { part }) }, date)(history);
const ended =
  (more: Partial<ImplementationInput> = {}, date = '2017-12-01', kinOf?: KinOf): Decide =>
  (history) =>
    verifyImplementation(history, { ...on(date), ...more }, kinOf);

const parts = ['a', 'b'].map((label) => ({ label, text: { en: `Part ${label}` } }));
const withEvidence = [...wayTo.InImplementation, evidenced('E-1', '2017-02-01')];
const withParts = [
  ...withEvidence,
  happened({ type: 'ReformItemTextAmended', data: { parts } }, '2017-02-02'),
];
const inline = { verifiedBy: 'UNIT-V', evidence: [{ description: { en: 'The order' } }] };

/** An organisation counts as one with those it is listed under. */
const kin =
  (above: Readonly<Record<string, readonly string[]>>): KinOf =>
  (organisation) =>
    new Set([organisation, ...(above[organisation] ?? [])].map((one) => one.toLowerCase()));

const standing = (decisions: readonly Decide[]) =>
  after(decisions).item.assessments.map(({ part, assessment, verification }) => [
    part,
    assessment,
    verification,
  ]);

describe('a verification', () => {
  it('says how, where, on what and for when it came to its conclusion', () => {
    const more: Partial<VerificationInput> = {
      sites: [{ en: 'The main office' }, { ar: 'الفرع' }],
      period: '2017-03/2017-05',
      accessRefused: { en: 'The archive' },
      remarks: { en: 'Two posts remain open' },
    };
    given(withEvidence)
      .when(verified(more))
      .thenLike({
        type: 'ReformItemVerified',
        data: {
          verification: 'V-1',
          verifiedBy: 'UNIT-V',
          textVersion: 1,
          conclusion: 'implemented',
          ...more,
        },
      });
  });

  it('judges the text version current at its date, or the one it names', () => {
    given(withParts)
      .when(verified())
      .thenLike({ data: { textVersion: 2 } });
    given(withParts)
      .when(verified({}, '2017-02-01'))
      .thenLike({ data: { textVersion: 1 } });
    given(withParts)
      .when(verified({ textVersion: 1 }))
      .thenLike({ data: { textVersion: 1 } });
    given(withParts)
      .when(verified({ textVersion: 3 }))
      .thenRefused('NOT_FOUND', 'textVersion');
    given(withParts)
      .when(verified({ textVersion: 0 }))
      .thenRefused('NOT_FOUND', 'textVersion');
    given(withParts)
      .when(verified({ textVersion: 2 }, '2017-02-01'))
      .thenRefused('NOT_FOUND', 'textVersion');
  });

  it('is of a part of the version it judges', () => {
    given(withParts)
      .when(verified({ part: 'b' }))
      .thenLike({ data: { part: 'b', textVersion: 2 } });
    given(withParts)
      .when(verified({ part: 'c' }))
      .thenRefused('NOT_FOUND', 'part');
    given(withParts)
      .when(verified({ part: 'b', textVersion: 1 }))
      .thenRefused('NOT_FOUND', 'part');
    given(withEvidence)
      .when(verified({ part: 'a' }))
      .thenRefused('NOT_FOUND', 'part');
  });

  it('is recorded once under its name, and its fields are what they should be', () => {
    given([...withEvidence, verified()])
      .when(verified({}, '2017-07-01'))
      .thenRefused('ALREADY_EXISTS', 'verification');
    for (const [path, more] of [
      ['verification', { verification: 'two words' }],
      ['method', { method: {} }],
      ['sites.0', { sites: [{}] }],
      ['period', { period: 'spring' }],
      ['accessRefused', { accessRefused: {} }],
      ['remarks', { remarks: {} }],
      ['conclusion', { conclusion: 'notAssessed' }],
      ['examined.1', { examined: ['E-1', 'E-1'] }],
    ] as const)
      given(withEvidence)
        .when(verified(more as Partial<VerificationInput>))
        .thenRefused('INVALID_INPUT', path);
  });

  const onEvidence = assessments.filter((one) => one !== 'notAssessed' && one !== 'cannotBeDetermined');
  it.each(onEvidence)('that finds %s rests on evidence that stands at its date', (conclusion) => {
    given(withEvidence).when(verified({ conclusion })).thenLike({ data: { conclusion } });
    given(withEvidence)
      .when(verified({ conclusion, examined: [] }))
      .thenRefused('NO_EVIDENCE', 'examined');
    given(withEvidence)
      .when(verified({ conclusion, examined: ['E-2'] }))
      .thenRefused('NOT_FOUND', 'examined.0');
    const withdrawn = happened(
      { type: 'ReformItemEvidenceWithdrawn', data: { evidence: 'E-1' } },
      '2017-05-01',
    );
    given([...withEvidence, withdrawn])
      .when(verified({ conclusion }))
      .thenRefused('NO_EVIDENCE', 'examined');
    given([...withEvidence, withdrawn])
      .when(verified({ conclusion }, '2017-04-01'))
      .thenLike({ data: { conclusion } });
  });

  it('that was in vain needs nothing in hand', () => {
    given(withEvidence)
      .when(verified({ conclusion: 'cannotBeDetermined', examined: [], accessRefused: { en: 'All of it' } }))
      .thenLike({ data: { conclusion: 'cannotBeDetermined' } });
  });

  it('as it was takes what breaks the rules, and flags it', () => {
    given(withEvidence)
      .when(verified({ verifiedBy: 'UNIT-A', examined: ['E-7'], asRecorded: true }))
      .thenLike({ data: { irregularities: ['NOT_INDEPENDENT', 'NO_EVIDENCE'] } });
  });

  it('is flagged where evidence is found later to have been withdrawn before it', () => {
    const late = happened({ type: 'ReformItemEvidenceWithdrawn', data: { evidence: 'E-1' } }, '2017-05-01');
    const { steps } = after([...withEvidence, verified(), late]);
    expect(steps.at(-1)).toMatchObject({
      entry: { event: { type: 'ReformItemVerified' } },
      irregularities: ['NO_EVIDENCE'],
    });
  });

  it('is taken on an ended item too, and moves none', () => {
    const { item } = after([
      ...wayTo.Implemented,
      evidenced('E-1', '2017-02-01'),
      verified({ conclusion: 'reversed' }),
    ]);
    expect(item).toMatchObject({
      standing: { state: 'Implemented' },
      assessments: [{ assessment: 'reversed' }],
    });
  });
});

describe('independence', () => {
  const assigned = (date: string): Decide =>
    happened(
      {
        type: 'ReformItemAssigned',
        data: { leads: ['LEAD'], supporting: ['SUPPORT'], funders: ['FUND'], partners: ['PARTNER'] },
      },
      date,
    );
  const addressed = happened(
    { type: 'ReformItemAddressed', data: { addressees: ['ADDRESSEE'] } },
    '2017-03-01',
  );
  const involved = [...withEvidence, assigned('2017-03-01'), addressed];

  it.each(['LEAD', 'SUPPORT', 'FUND', 'ADDRESSEE', 'lead'])('is refused to %s', (verifiedBy) => {
    given(involved).when(verified({ verifiedBy })).thenRefused('NOT_INDEPENDENT', 'verifiedBy');
    given(involved)
      .when(ended({ ...inline, verifiedBy }))
      .thenRefused('NOT_INDEPENDENT', 'verifiedBy');
    given(involved)
      .when(ended({ ...inline, verifiedBy, asRecorded: true }))
      .thenLike({ data: { irregularities: ['NOT_INDEPENDENT'] } });
  });

  it('is what a partner has, and whoever takes no part', () => {
    for (const verifiedBy of ['PARTNER', 'UNIT-V'])
      given(involved).when(verified({ verifiedBy })).thenLike({ data: { verifiedBy } });
  });

  it('is refused to whom one of them is part of at that date, and not to what is part of them', () => {
    const above = kin({ LEAD: ['MINISTRY'], SUPPORT: ['MINISTRY'] });
    given(involved)
      .when(verified({ verifiedBy: 'MINISTRY' }, day, above))
      .thenRefused('NOT_INDEPENDENT', 'verifiedBy');
    given(involved)
      .when(verified({ verifiedBy: 'AUDIT' }, day, kin({ AUDIT: ['LEAD'] })))
      .thenLike({ data: { verifiedBy: 'AUDIT' } });
    given(involved)
      .when(verified({ verifiedBy: 'MINISTRY', asRecorded: true }, day, above))
      .thenLike({ data: { irregularities: ['NOT_INDEPENDENT'] } });
  });

  it('is that of the date it takes effect', () => {
    given(involved)
      .when(verified({ verifiedBy: 'LEAD' }, '2017-02-15'))
      .thenLike({ data: { verifiedBy: 'LEAD' } });
    given(involved)
      .when(verified({ verifiedBy: 'UNIT-A' }, '2017-02-15'))
      .thenRefused('NOT_INDEPENDENT', 'verifiedBy');
    given(involved)
      .when(verified({ verifiedBy: 'UNIT-A' }))
      .thenLike({ data: { verifiedBy: 'UNIT-A' } });
  });

  it('found wanting by an entry recorded later is flagged', () => {
    const { steps } = after([...withEvidence, verified({ verifiedBy: 'LEAD' }), assigned('2017-03-01')]);
    expect(steps.at(-1)).toMatchObject({
      entry: { event: { type: 'ReformItemVerified' } },
      irregularities: ['NOT_INDEPENDENT'],
    });
  });
});

describe('standing assessments', () => {
  it('are those of the verification latest in effect, of the whole and of each part', () => {
    expect(
      standing([
        ...withParts,
        found('V-1', 'partlyImplemented', undefined, '2017-03-01'),
        found('V-3', 'implemented', 'a', '2017-05-01'),
        found('V-2', 'notImplemented', 'a', '2017-04-01'),
      ]),
    ).toEqual([
      [undefined, 'partlyImplemented', 'V-1'],
      ['a', 'implemented', 'V-3'],
    ]);
  });

  it('of the whole as implemented are of all its parts, until one is assessed anew', () => {
    const whole = [...withParts, found('V-1', 'implemented', undefined, '2017-03-01')];
    expect(standing(whole)).toEqual([
      [undefined, 'implemented', 'V-1'],
      ['a', 'implemented', 'V-1'],
      ['b', 'implemented', 'V-1'],
    ]);
    expect(standing([...whole, found('V-2', 'reversed', 'b', '2017-04-01')]).at(-1)).toEqual([
      'b',
      'reversed',
      'V-2',
    ]);
  });
});

describe('the end as implemented', () => {
  it('rests on evidence named with it, or on a verification of the item', () => {
    given(withEvidence).when(ended(inline)).thenLike({ type: 'ReformItemImplemented', data: inline });
    given([...withEvidence, verified()])
      .when(ended({ verification: 'V-1' }))
      .then({
        type: 'ReformItemImplemented',
        data: { verifiedBy: 'UNIT-V', verification: 'V-1', dates: { effective: { basis: 'inferred' } } },
        decidedOn: '2017-12-01',
        effective: '2017-12-01',
      });
    expect(standing([...withEvidence, verified(), ended({ verification: 'V-1' })])).toEqual([
      [undefined, 'implemented', 'V-1'],
    ]);
  });

  it('is refused without an organisation, without evidence, and on a verification there is not', () => {
    given(withEvidence)
      .when(ended({ evidence: inline.evidence }))
      .thenRefused('INVALID_INPUT', 'verifiedBy');
    given(withEvidence)
      .when(ended({ verifiedBy: 'UNIT-V' }))
      .thenRefused('NO_EVIDENCE', 'evidence');
    given(withEvidence)
      .when(ended({ verification: 'V-1' }))
      .thenRefused('NOT_FOUND', 'verification');
    given([...withEvidence, verified({}, '2018-01-01')])
      .when(ended({ verification: 'V-1' }))
      .thenRefused('NOT_FOUND', 'verification');
    given([...withEvidence, verified()])
      .when(ended({ verification: 'V-1', verifiedBy: 'UNIT-W' }))
      .thenRefused('INVALID_INPUT', 'verifiedBy');
    given(withEvidence)
      .when(ended({ ...inline, method: {} }))
      .thenRefused('INVALID_INPUT', 'method');
  });

  it('is refused where the evidence of the verification does not stand any more', () => {
    const withdrawn = happened(
      { type: 'ReformItemEvidenceWithdrawn', data: { evidence: 'E-1' } },
      '2017-09-01',
    );
    given([...withEvidence, verified(), withdrawn])
      .when(ended({ verification: 'V-1' }))
      .thenRefused('NO_EVIDENCE', 'evidence');
    given([...withEvidence, verified(), withdrawn])
      .when(ended({ verification: 'V-1', asRecorded: true }))
      .thenLike({ data: { irregularities: ['NO_EVIDENCE'] } });
  });

  it('is refused on a verification that found something else', () => {
    given([...withEvidence, verified({ conclusion: 'partlyImplemented' })])
      .when(ended({ verification: 'V-1' }))
      .thenRefused('INVALID_TRANSITION', 'verification');
  });

  it('is refused while a part stands as anything but implemented, and names each', () => {
    const contradicted = [
      ...withParts,
      found('V-1', 'implemented', 'a', '2017-03-01'),
      found('V-2', 'notImplemented', 'b', '2017-03-01'),
    ];
    const refusal = refusalOf(() => ended(inline)(after(contradicted).steps));
    expect(refusal.code).toBe('INVALID_TRANSITION');
    expect(refusal.message).toContain('part b is notImplemented, by V-2');
    expect(refusal.fields).toEqual([
      {
        path: 'verification',
        message: 'part b is notImplemented, by V-2: verify it, or the item as a whole',
      },
    ]);
    const whole = found('V-3', 'implemented', undefined, '2017-04-01');
    given([...contradicted, whole])
      .when(ended({ verification: 'V-3' }))
      .thenLike({ data: { verification: 'V-3' } });
    given([...contradicted, whole, found('V-4', 'reversed', 'a', '2017-05-01')])
      .when(ended({ verification: 'V-3' }))
      .thenRefused('INVALID_TRANSITION', 'verification');
    given(contradicted)
      .when(ended({ ...inline, asRecorded: true }))
      .thenLike({ data: inline });
  });

  it('on the verification of a part needs all others found implemented as well', () => {
    const one = [...withParts, found('V-1', 'implemented', 'a', '2017-03-01')];
    given(one)
      .when(ended({ verification: 'V-1' }))
      .thenRefused('INVALID_TRANSITION', 'verification');
    given([...one, found('V-2', 'implemented', 'b', '2017-04-01')])
      .when(ended({ verification: 'V-2' }))
      .thenLike({ data: { verification: 'V-2' } });
    given(withParts).when(ended(inline)).thenLike({ data: inline });
  });

  it('is left for no other reason than before: from implementation only', () => {
    given([...wayTo.Planned, evidenced('E-1', '2017-02-01'), verified()])
      .when(ended({ verification: 'V-1' }))
      .thenRefused('INVALID_TRANSITION');
    given(wayTo.Implemented).when(ended(inline)).thenRefused('ITEM_ENDED');
  });

  it('as another register has it is flagged for the evidence it does not name', () => {
    const { steps } = after([
      ...withEvidence,
      (history) =>
        recordOnItem(history, { type: 'ReformItemStateRecorded', data: { state: 'Implemented' } }, on(day)),
    ]);
    expect(steps.at(-1)!.irregularities).toContain('NO_EVIDENCE');
  });
});
