import { describe, expect, it } from '@jest/globals';
import {
  type BodyEvent,
  bodyStream,
  changeMandate,
  competences,
  dissolveBody,
  establishBody,
  evolveBody,
  noBody,
} from './body.js';
import { specification } from './testing/given.js';

const fold = (events: readonly BodyEvent[]) => events.reduce(evolveBody, noBody);
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
    expect(fold([established, { type: 'BodyMandateChanged', data: { competence } }])).toEqual({
      reference: 'BOARD',
      competence,
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
    expect(fold([established, dissolved]).dissolved).toBe(true);
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
});
