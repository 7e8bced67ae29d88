import { describe, expect, it } from '@jest/globals';
import { from, givenProgramme, programmeWith } from '../testing/programmes.js';
import { vocabularies } from '../vocabularies.js';
import { noProgramme } from './programme.js';
import { nameVocabularyTerm } from './vocabularies.js';

const named = (term: string, name: Readonly<Record<string, string>>) =>
  ({ type: 'VocabularyTermNamed', data: { vocabulary: 'horizon', term, name } }) as const;

describe('the terms of the closed lists', () => {
  it('are named in languages, one after the other', () => {
    const programme = programmeWith(
      named('immediate', { en: 'Now', ar: 'فوري' }),
      named('immediate', { en: 'Immediate' }),
    );
    expect(programme.terms.get('horizon')?.get('immediate')).toEqual({ en: 'Immediate', ar: 'فوري' });
  });

  it('are those Masar has, and are named anew only where the name differs', () => {
    const name = (term: string, text: Readonly<Record<string, string>>) => (state: typeof noProgramme) =>
      nameVocabularyTerm(state, { ...from('2017'), vocabulary: 'horizon', term, name: text });
    givenProgramme([])
      .when(name('immediate', { ckb: 'خێرا' }))
      .thenLike({ type: 'VocabularyTermNamed', data: { vocabulary: 'horizon', term: 'immediate' } });
    givenProgramme([])
      .when(name('someday', { en: 'Some day' }))
      .thenRefused('NOT_FOUND', 'term');
    givenProgramme([]).when(name('immediate', {})).thenRefused('INVALID_INPUT', 'name');
    givenProgramme([named('immediate', { en: 'Now', ar: 'فوري' })])
      .when(name('immediate', { en: 'Now' }))
      .thenRefused('NOTHING_TO_CHANGE', 'name');
    expect(() => name('immediate', { en: 'Now' })(noProgramme)).toThrow('no such programme');
  });

  it('stand in one list once', () => {
    for (const terms of Object.values<readonly string[]>(vocabularies)) {
      expect(new Set(terms).size).toBe(terms.length);
    }
  });
});
