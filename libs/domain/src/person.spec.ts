import { describe, expect, it } from '@jest/globals';
import { type PersonEvent, discloseNames, erasePerson, evolvePerson, noErasure } from './person.js';
import { specification } from './testing/given.js';

const given = specification((history: readonly PersonEvent[]) => history.reduce(evolvePerson, noErasure));

const programme = 'MOI';
const subject = '5c2b9f3e-0000-4000-8000-000000000001';
const decidedOn = { edtf: '2026-03-01' };
const erased: PersonEvent = { type: 'PersonErased', data: { programme, subject } };

describe('erasing a person', () => {
  it('is recorded with its reason and the date it was decided on', () => {
    const reason = { en: 'Asked for by the person' };
    given([])
      .when((person) => erasePerson(person, { programme, subject, reason, decidedOn }))
      .then({
        type: 'PersonErased',
        data: { programme, subject, reason, dates: { effective: { basis: 'inferred' } } },
        decidedOn: '2026-03-01',
        effective: '2026-03-01',
      });
  });

  it('needs no reason, and none that is empty', () => {
    given([])
      .when((person) => erasePerson(person, { programme, subject, decidedOn }))
      .thenLike({ data: { programme, subject } });
    given([])
      .when((person) => erasePerson(person, { programme, subject, decidedOn, reason: { en: ' ' } }))
      .thenRefused('INVALID_INPUT', 'reason.en');
  });

  it('a second time changes nothing', () => {
    given([erased])
      .when((person) => erasePerson(person, { programme, subject, decidedOn }))
      .thenRefused('NOTHING_TO_CHANGE', 'subject');
  });
});

describe('a reading of names', () => {
  const disclosure = { programme, subjects: [subject], purpose: 'To send the minutes', by: 'id' as const };
  const reading = (more: object = {}) => given([]).when(() => discloseNames({ ...disclosure, ...more }));

  it('is recorded with whose names and what for, each person once, without dates of its own', () => {
    reading({ subjects: [subject, subject], purpose: '  To send the minutes ' }).then({
      type: 'PersonalDataRead',
      data: disclosure,
      decidedOn: null,
      effective: null,
    });
  });

  it('says what for', () => {
    reading({ purpose: ' \n' }).thenRefused('REASON_REQUIRED', 'purpose');
  });

  it('is of one person at least, and not of everybody', () => {
    reading({ subjects: [] }).thenRefused('INVALID_INPUT', 'subjects');
    reading({ subjects: Array.from({ length: 201 }, (_, index) => `${index}`) }).thenRefused(
      'INVALID_INPUT',
      'subjects',
    );
    expect(discloseNames({ ...disclosure, subjects: [], by: 'name' }).data.subjects).toEqual([]);
  });
});
