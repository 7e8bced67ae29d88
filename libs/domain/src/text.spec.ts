import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { refusalOf } from './testing/given.js';
import { matchingForm, normaliseProgramme, normaliseReference, requireText } from './text.js';

const invisible = [
  '\u00AD',
  '\u061C',
  '\u200B',
  '\u200C',
  '\u200D',
  '\u200E',
  '\u200F',
  '\u202A',
  '\u202C',
  '\u2066',
  '\u2069',
  '\uFEFF',
];

describe('the form text is matched by', () => {
  it('unifies the letters Arabic, Persian and Kurdish keyboards write differently', () => {
    expect(matchingForm('اصلاحي')).toBe(matchingForm('اصلاحی'));
    expect(matchingForm('كتاب')).toBe(matchingForm('کتاب'));
    expect(matchingForm('ناوەڕۆک')).toBe(matchingForm('ناوهڕۆك'));
    expect(matchingForm('إدارة أمن آخر')).toBe(matchingForm('اداره امن اخر'));
    expect(matchingForm('مستشفى')).toBe(matchingForm('مستشفي'));
  });

  it('unifies presentation forms, tatweel and vowel marks', () => {
    expect(matchingForm('ﻣﺤﻤﺪ')).toBe('محمد');
    expect(matchingForm('إصــلاح')).toBe('اصلاح');
    expect(matchingForm('إِصْلَاحٌ')).toBe('اصلاح');
    expect(matchingForm('ا\u0653لية')).toBe(matchingForm('آلية'));
  });

  it('unifies the digits of three scripts and full width', () => {
    expect(matchingForm('٢٠١٧')).toBe('2017');
    expect(matchingForm('۲۰۱۷')).toBe('2017');
    expect(matchingForm('２０１７')).toBe('2017');
  });

  it('drops what cannot be seen', () => {
    for (const character of invisible) expect(matchingForm(`SAMPLE${character}-001`)).toBe('sample-001');
    expect(matchingForm('می\u200Cخواهم')).toBe('میخواهم');
  });

  it('folds case and every kind of white space', () => {
    expect(matchingForm('  Police\u00A0\t reform \n')).toBe('police reform');
  });

  it('joins what stood apart only by what cannot be seen', () => {
    expect(matchingForm('e\u200C\u0301')).toBe(matchingForm('\u00E9'));
  });

  it('is its own form, whatever the text', () => {
    const mixed = fc.string({
      unit: fc.oneof(
        fc.constantFrom(
          ...invisible,
          '\u0653',
          '\u0654',
          'a',
          'A',
          '\u0301',
          '\u0307',
          '\u1161',
          '\u1100',
          'ا',
          'ي',
          'ە',
          'İ',
          'ﷺ',
        ),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      ),
    });
    fc.assert(
      fc.property(fc.oneof(mixed, fc.string({ unit: 'binary' })), (text) => {
        expect(matchingForm(matchingForm(text))).toBe(matchingForm(text));
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('a reference', () => {
  it('is one whatever it is spelled with', () => {
    expect(normaliseReference(' Sample  ٠٠١ ')).toBe('sample-001');
    expect(normaliseReference('SAMPLE-001')).toBe('sample-001');
  });

  it('may hold what real references hold', () => {
    for (const text of ['A/RES/60/1', '2.1(b)', '§ 12', 'توصية-١'])
      expect(normaliseReference(text)).not.toBe('');
  });

  it('is refused where nothing of it is left, with the path of its field', () => {
    for (const text of ['', '   ', '\u200F', 'ـ']) {
      const refusal = refusalOf(() => normaliseReference(text, 'items.0.reference'));
      expect(refusal.code).toBe('INVALID_REFERENCE');
      expect(refusal.fields.map(({ path }) => path)).toEqual(['items.0.reference']);
    }
  });

  it('is refused where it could not name a stream, or could be taken for a suffixed duplicate', () => {
    for (const text of ['a\u0000b', 'a\u0085b', 'a\ud800b', 'a~2', 'x'.repeat(201)]) {
      expect(refusalOf(() => normaliseReference(text)).code).toBe('INVALID_REFERENCE');
    }
    expect(normaliseReference('x'.repeat(200))).toHaveLength(200);
  });

  it('is refused or normalised, and normalised once for all, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        let once: string;
        try {
          once = normaliseReference(text);
        } catch (error) {
          expect((error as { code?: string }).code).toBe('INVALID_REFERENCE');
          return;
        }
        expect(normaliseReference(once)).toBe(once);
      }),
      { numRuns: 2_000 },
    );
  });

  it('of a programme holds no slash, which would end it within the id of an item', () => {
    expect(refusalOf(() => normaliseProgramme('A/B')).code).toBe('INVALID_REFERENCE');
    expect(normaliseProgramme('Sample 1')).toBe('sample-1');
  });
});

describe('a text by language', () => {
  it('is taken as given', () => {
    const text = { en: ' As  given ', ar: 'كما هو', ckb: 'وەک خۆی', 'ar-IQ': 'كما هو' };
    expect(requireText(text, 'title')).toBe(text);
  });

  it('is refused where it is empty, in a language or in all, with each path', () => {
    expect(refusalOf(() => requireText({}, 'title')).fields.map(({ path }) => path)).toEqual(['title']);
    const refusal = refusalOf(() => requireText({ en: ' ', ar: 'نص', english: 'x' }, 'title'));
    expect(refusal.code).toBe('INVALID_INPUT');
    expect(refusal.fields.map(({ path }) => path)).toEqual(['title.en', 'title.english']);
  });

  it('has no language named like a part of every object', () => {
    const text = JSON.parse('{ "__proto__": "x", "constructor": "y" }') as { [tag: string]: string };
    expect(refusalOf(() => requireText(text, 'title')).fields).toHaveLength(2);
  });
});
