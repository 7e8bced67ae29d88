import { describe, expect, it } from '@jest/globals';
import { freeTextWarnings } from './free-text.js';

/** What is found in one free text. */
const foundIn = (text: string) => freeTextWarnings({ reason: { en: text } }).map(({ message }) => message);

describe('a warning of free text', () => {
  it.each([
    'write to recorder@example.org.',
    'RECORDER.UNIT+7@mail.example.com, please',
    'راسلوا unit@example.org',
    'ｕｎｉｔ＠ｅｘａｍｐｌｅ．ｏｒｇ',
  ])('is given for an address: %s', (text) => {
    expect(foundIn(text)).toEqual([expect.stringContaining('an e-mail address')]);
  });

  it.each([
    'call 5550123',
    'call +964 (0) 555 012 3456 before noon',
    'tel. 0555-012-34-56',
    'الهاتف ٠٥٥٥٠١٢٣٤٥٦',
    'تلفن ۰۵۵۵ ۰۱۲ ۳۴۵۶',
    'رقم \u202a+964 555 0123\u202c للاتصال',
  ])('is given for a phone number: %s', (text) => {
    expect(foundIn(text)).toEqual([expect.stringContaining('a phone number')]);
  });

  it('names both where there are both', () => {
    expect(foundIn('unit@example.org or 555 0123')).toEqual([
      'seems to hold an e-mail address and a phone number: what is written here can never be erased',
    ]);
  });

  it.each([
    'Law 20 (2016), articles 12 to 14',
    'held on 2017-04-18, and again on 18/04/2017 and 2017/04',
    'the plan of 2017-2021 and that of 2017 – 2021',
    'costs 1,500,000 or 12.500.000 dinars',
    'in ٢٠١٧/٠٤/١٨',
    'items 1, 2, 3, 4, 5, 6, 7 and 8',
    'see @annex or a@b',
    'SAMPLE-001',
    '555 012',
  ])('is not given for %s', (text) => {
    expect(foundIn(text)).toEqual([]);
  });

  it('names each place, however deep, in any language, and in plain text fields', () => {
    const contact = 'unit@example.org';
    const input = {
      title: { 'ar-IQ': contact, en: 'A title' },
      purpose: contact,
      decidedOn: { edtf: '2017-04-18', asWritten: contact },
      items: [{ outcome: { reason: { ckb: contact } } }],
    };
    expect(freeTextWarnings(input).map(({ path, code }) => `${code} ${path}`)).toEqual([
      'FREE_TEXT_NOT_ERASABLE title.ar-IQ',
      'FREE_TEXT_NOT_ERASABLE purpose',
      'FREE_TEXT_NOT_ERASABLE decidedOn.asWritten',
      'FREE_TEXT_NOT_ERASABLE items.0.outcome.reason.ckb',
    ]);
  });

  // Jest ends what takes longer than five seconds; a pattern that goes back and forth takes minutes.
  it('takes no longer over one long word than over any other text', () => {
    const words = ['x'.repeat(60_000), `${'x'.repeat(60_000)}@`, '1-'.repeat(3), '1   x'.repeat(12_000)];
    expect(words.map(foundIn)).toEqual([[], [], [], []]);
  });

  it('looks at no reference, id or name: those are not free text', () => {
    const number = '5550123456';
    expect(
      freeTextWarnings({
        reference: number,
        commandId: number,
        people: [{ part: number, name: number }],
        evidence: { uri: `https://example.org/${number}`, sha256: number },
        themes: [number],
      }),
    ).toEqual([]);
  });
});
