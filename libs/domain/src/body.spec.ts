import { describe, expect, it } from '@jest/globals';
import {
  type BodyEvent,
  approvesOn,
  bodyOn,
  bodyStream,
  changeMandate,
  competences,
  dissolveBody,
  establishBody,
  evolveBody,
  noBody,
} from './body.js';
import { specification } from './testing/given.js';
import { type Happened, recorded } from './testing/recorded.js';

const fold = (events: readonly Happened<BodyEvent>[]) => recorded(events).reduce(evolveBody, noBody);
const given = specification(fold);
const dates = { decidedOn: { edtf: '2017' }, effective: { edtf: '2017' } };
const text = { en: 'A text' };
const board = {
  programme: 'SAMPLE',
  reference: 'BOARD',
  name: text,
  kind: 'committee',
  competence: 'endorses',
} as const;
const established: BodyEvent = { type: 'BodyEstablished', data: board };
const dissolved: BodyEvent = { type: 'BodyDissolved', data: {} };

describe('a body', () => {
  it('is established once, with what it may do', () => {
    given([])
      .when((body) => establishBody(body, { ...dates, ...board, mandate: text }))
      .then({
        type: 'BodyEstablished',
        data: { ...board, mandate: text },
        decidedOn: '2017',
        effective: '2017',
      });
    given([established])
      .when((body) => establishBody(body, { ...dates, ...board }))
      .thenRefused('ALREADY_EXISTS', 'reference');
    expect(bodyStream('Sample', 'The Board')).toBe('body-sample/the-board');
  });

  it.each(competences)('may be given the competence that %s', (competence) => {
    given([established])
      .when((body) => changeMandate(body, { ...dates, competence }))
      .thenLike({ type: 'BodyMandateChanged', data: { competence } });
    const after = fold([established, { type: 'BodyMandateChanged', data: { competence } }]);
    expect(bodyOn(after, null)).toEqual({
      reference: 'BOARD',
      name: text,
      kind: 'committee',
      competence,
      mandate: undefined,
      dissolved: false,
    });
  });

  it('is dissolved once, and changes no more', () => {
    given([established])
      .when((body) => dissolveBody(body, { ...dates, reason: text }))
      .thenLike({ type: 'BodyDissolved', data: { reason: text } });
    for (const history of [[], [established, dissolved]]) {
      given(history)
        .when((body) => dissolveBody(body, dates))
        .thenRefused('NOT_FOUND');
      given(history)
        .when((body) => changeMandate(body, { ...dates, competence: 'advises' }))
        .thenRefused('NOT_FOUND');
    }
    expect(bodyOn(fold([established, dissolved]), null)?.dissolved).toBe(true);
  });

  it('has no empty texts', () => {
    given([])
      .when((body) => establishBody(body, { ...dates, ...board, name: {} }))
      .thenRefused('INVALID_INPUT', 'name');
    given([])
      .when((body) => establishBody(body, { ...dates, ...board, mandate: {} }))
      .thenRefused('INVALID_INPUT', 'mandate');
    given([established])
      .when((body) => changeMandate(body, { ...dates, competence: 'advises', mandate: { en: ' ' } }))
      .thenRefused('INVALID_INPUT', 'mandate.en');
    given([established])
      .when((body) => dissolveBody(body, { ...dates, reason: {} }))
      .thenRefused('INVALID_INPUT', 'reason');
  });

  it('may do on a day what its mandate of that day says, whenever that was written down', () => {
    const on = (effective: string | null, event: BodyEvent) => ({ ...event, effective });
    const may = (competence: 'advises' | 'approves'): BodyEvent => ({
      type: 'BodyMandateChanged',
      data: { competence },
    });
    const body = fold([
      on('2015', established),
      on('2018-03-01', dissolved),
      // Found out late: it might approve from April 2016 on.
      on('2016-04', may('approves')),
    ]);
    expect(bodyOn(body, '2014-12-31')).toBeUndefined();
    expect(bodyOn(body, '2015-01-01')).toMatchObject({ competence: 'endorses', dissolved: false });
    expect(approvesOn(body, '2016-03-31')).toBe(false);
    // A partial date stands at its first possible day.
    expect(approvesOn(body, '2016-04-01')).toBe(true);
    expect(approvesOn(body, '2016-04')).toBe(true);
    expect(approvesOn(body, '2018-02-28')).toBe(true);
    expect(approvesOn(body, '2018-03-01')).toBe(false);
    expect(approvesOn(body, null)).toBe(false);
    expect(approvesOn(undefined, '2017')).toBe(false);
    expect(approvesOn(noBody, '2017')).toBe(false);
  });

  it('has stood since nobody knows when, where the date it was established on is not known', () => {
    const body = fold([
      { ...established, effective: null },
      { ...dissolved, effective: '2016' },
    ]);
    expect(bodyOn(body, '1921-01-01')).toMatchObject({ dissolved: false });
    expect(bodyOn(body, '2016-01-01')).toMatchObject({ dissolved: true });
  });

  it('changes nothing on a day before it was established', () => {
    given([{ ...established, effective: '2017-05-01' }])
      .when((body) => dissolveBody(body, { decidedOn: { edtf: '2017-04-30' } }))
      .thenRefused('NOT_FOUND', 'effective');
  });
});
