import { describe, expect, it } from '@jest/globals';
import {
  type Decide,
  after,
  evidenced,
  given,
  happened,
  on,
  registered,
  wayTo,
} from '../testing/item-histories.js';
import {
  type ProgressInput,
  type ResponseInput,
  addressItem,
  recordResponse,
  reportProgress,
} from './addressee-decisions.js';
import { type ProgressLevel, type Response, progressLevels, responses } from './addressees.js';
import { isEnd, lifecycleStates } from './lifecycle.js';

const day = '2017-06-01';

const addressed =
  (addressees: readonly string[], date = '2017-02-01'): Decide =>
  (history) =>
    addressItem(history, { ...on(date), addressees });
const responded =
  (
    addressee: string,
    response: Response,
    date: string | null = day,
    more: Partial<ResponseInput> = {},
  ): Decide =>
  (history) =>
    recordResponse(history, { ...on(date), addressee, response, ...more });
const reported =
  (
    addressee: string,
    progress: ProgressLevel,
    date: string | null = day,
    more: Partial<ProgressInput> = {},
  ): Decide =>
  (history) =>
    reportProgress(history, { ...on(date), addressee, progress, ...more });

const toTwo = [registered, addressed(['UNIT-A', 'UNIT-B'])];

describe('addressing an item', () => {
  it('names one organisation or more, who are awaited from then on', () => {
    given([registered])
      .when(addressed(['UNIT-A', 'UNIT-B']))
      .then({
        type: 'ReformItemAddressed',
        data: { addressees: ['UNIT-A', 'UNIT-B'], dates: { effective: { basis: 'inferred' } } },
        decidedOn: '2017-02-01',
        effective: '2017-02-01',
      });
    expect(after(toTwo).item.addressees).toMatchObject([
      { organisation: 'UNIT-A', response: 'awaited', progress: undefined },
      { organisation: 'UNIT-B', response: 'awaited', progress: undefined },
    ]);
  });

  it('is refused to nobody, to one twice, and where it changes nothing', () => {
    given([registered]).when(addressed([])).thenRefused('INVALID_INPUT', 'addressees');
    given([registered])
      .when(addressed(['UNIT-A', 'UNIT-A']))
      .thenRefused('INVALID_INPUT', 'addressees.1');
    given(toTwo)
      .when(addressed(['UNIT-B', 'UNIT-A'], day))
      .thenRefused('NOTHING_TO_CHANGE', 'addressees');
  });

  it('is refused on an ended item, and changes what others answered not at all', () => {
    given(wayTo.Rejected)
      .when(addressed(['UNIT-A']))
      .thenRefused('ITEM_ENDED');
    const { item } = after([...toTwo, responded('UNIT-B', 'accepted'), addressed(['UNIT-B', 'UNIT-C'], day)]);
    expect(item.addressees.map(({ organisation, response }) => [organisation, response])).toEqual([
      ['UNIT-B', 'accepted'],
      ['UNIT-C', 'awaited'],
    ]);
  });
});

describe('a response', () => {
  it.each(responses)('can be %s', (response) => {
    given(toTwo)
      .when(responded('UNIT-A', response, day, { text: { ar: 'نوافق' } }))
      .thenLike({
        type: 'ReformItemResponseRecorded',
        data: { addressee: 'UNIT-A', response, text: { ar: 'نوافق' } },
      });
  });

  it('replaces the one before it and leaves those of others', () => {
    const { item } = after([
      ...toTwo,
      responded('UNIT-A', 'underConsideration', '2017-03-01', { text: { en: 'We look into it' } }),
      responded('UNIT-A', 'accepted', '2017-04-01'),
    ]);
    expect(item.addressees).toMatchObject([
      { organisation: 'UNIT-A', response: 'accepted', responseText: undefined },
      { organisation: 'UNIT-B', response: 'awaited' },
    ]);
  });

  it('is known under the spelling of the item', () => {
    given(toTwo)
      .when(responded('unit-a', 'noted'))
      .thenLike({ data: { addressee: 'UNIT-A' } });
  });

  it('is taken from addressees of its date only, with what to do', () => {
    given(toTwo).when(responded('UNIT-C', 'accepted')).thenRefused('NOT_FOUND', 'addressee');
    given(toTwo)
      .when(responded('UNIT-A', 'accepted', '2017-01-15'))
      .thenRefused('NOT_FOUND', 'addressee');
    given([...toTwo, addressed(['UNIT-B'], '2017-05-01')])
      .when(responded('UNIT-A', 'accepted'))
      .thenRefused('NOT_FOUND', 'addressee');
  });

  it('as it was is taken from anybody, who was asked by somebody then', () => {
    const { item, steps } = after([
      registered,
      responded('Recipient Ltd', 'noted', null, { asRecorded: true }),
    ]);
    expect(item.addressees).toMatchObject([{ organisation: 'Recipient Ltd', response: 'noted' }]);
    expect(steps.at(-1)!.irregularities).toEqual(['UNKNOWN_DATE']);
  });

  it('names parts there are, each once', () => {
    const parts = ['a', 'b'].map((label) => ({ label, text: { en: label } }));
    const withParts = [...toTwo, happened({ type: 'ReformItemTextAmended', data: { parts } }, '2017-02-02')];
    given(withParts)
      .when(responded('UNIT-A', 'acceptedInPart', day, { parts: ['b'] }))
      .thenLike({ data: { parts: ['b'] } });
    given(withParts)
      .when(responded('UNIT-A', 'acceptedInPart', day, { parts: ['a', 'c'] }))
      .thenRefused('NOT_FOUND', 'parts.1');
    given(withParts)
      .when(responded('UNIT-A', 'acceptedInPart', day, { parts: ['a', 'a'] }))
      .thenRefused('INVALID_INPUT', 'parts.1');
    given(toTwo)
      .when(responded('UNIT-A', 'accepted', day, { text: {} }))
      .thenRefused('INVALID_INPUT', 'text');
  });

  it('stands in the order of effect: one found later does not replace a younger one', () => {
    const { item } = after([
      ...toTwo,
      responded('UNIT-A', 'accepted', '2017-05-01'),
      responded('UNIT-A', 'underConsideration', '2017-03-01'),
    ]);
    expect(item.addressees[0]).toMatchObject({ response: 'accepted' });
  });
});

describe('a progress report', () => {
  const percentBasis = { en: 'of the posts' };

  it.each(progressLevels)('can be %s', (progress) => {
    given(toTwo)
      .when(reported('UNIT-B', progress, day, { percent: 40, percentBasis, period: '2017-01/2017-03' }))
      .thenLike({
        type: 'ReformItemProgressReported',
        data: { addressee: 'UNIT-B', progress, percent: 40, percentBasis, period: '2017-01/2017-03' },
      });
  });

  it('is the word of an addressee only', () => {
    given(toTwo).when(reported('UNIT-C', 'done')).thenRefused('NOT_FOUND', 'addressee');
    given([registered]).when(reported('UNIT-A', 'done')).thenRefused('NOT_FOUND', 'addressee');
  });

  it('has a whole percentage from 0 to 100 with its basis, or none', () => {
    for (const percent of [0, 100])
      given(toTwo)
        .when(reported('UNIT-A', 'started', day, { percent, percentBasis }))
        .thenLike({ data: { percent } });
    for (const percent of [-1, 101, 33.3, Number.NaN]) {
      given(toTwo)
        .when(reported('UNIT-A', 'started', day, { percent, percentBasis }))
        .thenRefused('INVALID_INPUT', 'percent');
    }
    given(toTwo)
      .when(reported('UNIT-A', 'started', day, { percent: 5 }))
      .thenRefused('INVALID_INPUT', 'percentBasis');
    given(toTwo)
      .when(reported('UNIT-A', 'started', day, { percentBasis }))
      .thenRefused('INVALID_INPUT', 'percent');
  });

  it('points to evidence of the item that is not withdrawn', () => {
    const withEvidence = [...toTwo, evidenced('E-1', '2017-03-01'), evidenced('E-2', '2017-03-01')];
    given(withEvidence)
      .when(reported('UNIT-A', 'done', day, { evidence: ['E-1', 'E-2'] }))
      .thenLike({ data: { evidence: ['E-1', 'E-2'] } });
    given(withEvidence)
      .when(reported('UNIT-A', 'done', day, { evidence: ['E-1', 'E-3'] }))
      .thenRefused('NOT_FOUND', 'evidence.1');
    given(withEvidence)
      .when(reported('UNIT-A', 'done', '2017-02-15', { evidence: ['E-1'] }))
      .thenRefused('NOT_FOUND', 'evidence.0');
    const withdrawn = happened(
      { type: 'ReformItemEvidenceWithdrawn', data: { evidence: 'E-1' } },
      '2017-04-01',
    );
    given([...withEvidence, withdrawn])
      .when(reported('UNIT-A', 'done', day, { evidence: ['E-1'] }))
      .thenRefused('NOT_FOUND', 'evidence.0');
  });

  it('is refused for a period and words that are none', () => {
    given(toTwo)
      .when(reported('UNIT-A', 'done', day, { period: 'spring' }))
      .thenRefused('INVALID_INPUT', 'period');
    given(toTwo)
      .when(reported('UNIT-A', 'done', day, { text: { en: ' ' } }))
      .thenRefused('INVALID_INPUT', 'text.en');
  });

  it('moves no item, and is taken on an ended one too', () => {
    for (const state of lifecycleStates) {
      const asked = { ...on('2017-01-09'), addressees: ['UNIT-X'], asRecorded: true };
      const history = [...wayTo[state], (before: Parameters<Decide>[0]) => addressItem(before, asked)];
      const { item } = after([...history, reported('UNIT-X', 'done'), responded('UNIT-X', 'noted')]);
      expect(item.standing?.state).toBe(state);
      expect(item.addressees).toMatchObject([{ progress: 'done', response: 'noted' }]);
    }
    expect(lifecycleStates.some(isEnd)).toBe(true);
  });
});
