import { describe, expect, it } from '@jest/globals';
import { parseEdtf } from '@masar/domain';
import fc from 'fast-check';
import { compileDatePattern, readDate } from './date-pattern.js';
import type { DateFormat, Step } from './language.js';
import { namedFormats } from './named-dates.js';
import { compileSteps } from './steps.js';
import { isTimeZone } from './time-zone.js';

const apply = (value: string | null, ...steps: Step[]) => {
  const result = compileSteps(steps)(value);
  return 'problem' in result ? { problem: result.problem } : { value: result.value };
};
const short = fc.string({ maxLength: 5, unit: 'binary' });
const step = fc.oneof<fc.Arbitrary<Step>[]>(
  fc.constantFrom('trim', 'lower', 'upper', 'squeeze', 'asciiDigits', 'year'),
  fc.record({ replace: fc.string({ minLength: 1, maxLength: 3 }), with: short }),
  fc.record({ prefix: short }),
  fc.record({ suffix: short }),
  fc.record({ dropPrefix: short }),
  fc.record({ dropSuffix: short }),
  fc.record({ before: fc.string({ minLength: 1 }) }),
  fc.record({ after: fc.string({ minLength: 1 }) }),
  fc.record({
    split: fc.string({ minLength: 1, maxLength: 2 }),
    take: fc.constantFrom('first' as const, 'last' as const, 1, 3),
  }),
  fc.record({ pad: fc.integer({ min: 1, max: 50 }), with: short }),
  fc.record({ emptyIf: fc.array(short, { minLength: 1 }) }),
  fc.record({ default: short }),
  fc.record({ date: fc.constantFrom('iso', 'DD/MM/YYYY', 'D MMMM YYYY*', 'MMM YYYY') }),
  fc.record({
    lookup: fc.dictionary(short, short),
    otherwise: fc.constantFrom('refuse' as const, 'keep' as const, 'empty' as const),
  }),
);

describe('the steps a mapping may take', () => {
  it('take any text: they yield a value or a problem, and throw nothing', () => {
    const text = fc.option(fc.string({ unit: 'binary', maxLength: 200 }));
    fc.assert(
      fc.property(text, fc.array(step, { maxLength: 8 }), (value, steps) => {
        const result = apply(value, ...steps);
        const [answer] = Object.values(result) as [unknown];
        expect(answer === null || typeof answer === 'string').toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('do what their names say', () => {
    expect(apply('  A  b ', 'squeeze', 'lower', { replace: ' ', with: '-' })).toEqual({ value: 'a-b' });
    expect(apply('7', { pad: 4, with: '0' }, { prefix: 'PEP-' })).toEqual({ value: 'PEP-0007' });
    expect(apply('a; b; c', { split: ';', take: 2 }, 'trim')).toEqual({ value: 'b' });
    expect(apply('a', { split: ';', take: 2 })).toEqual({ value: null });
    expect(apply('A Name <a@b>', { before: '<' }, 'trim')).toEqual({ value: 'A Name' });
    expect(apply('rec. 12', { after: '. ' }, { dropSuffix: '2' })).toEqual({ value: '1' });
    expect(apply('n/a', { emptyIf: ['n/a', '-'] }, { default: 'none' })).toEqual({ value: 'none' });
    expect(apply('قرار ١٢ لسنة ٢٠١٧', 'year')).toEqual({ value: '2017' });
    expect(apply('x', { lookup: { y: 'z' } })).toEqual({ problem: '"x" is not in the lookup table' });
    expect(apply('x', { lookup: { y: 'z' }, otherwise: 'keep' })).toEqual({ value: 'x' });
    expect(apply('toString', { lookup: { y: 'z' }, otherwise: 'empty' })).toEqual({ value: null });
  });

  it('do not grow a text without bound', () => {
    const doubling: Step[] = Array.from({ length: 20 }, () => ({ replace: 'a', with: 'a'.repeat(200) }));
    expect(apply('aa', ...doubling)).toEqual({ problem: 'is longer than 60000 characters' });
  });
});

describe('a date pattern', () => {
  const read = (text: string, pattern: string) => {
    const compiled = compileDatePattern(pattern);
    return 'problem' in compiled ? compiled.problem : readDate(text, compiled)?.edtf;
  };

  it.each([
    ['18/04/2017', 'DD/MM/YYYY', '2017-04-18'],
    ['8/4/2017', 'D/M/YYYY', '2017-04-08'],
    ['18 April 2017', 'D MMMM YYYY', '2017-04-18'],
    ['7 feb 2017', 'D MMM YYYY', '2017-02-07'],
    ['04.2017', 'MM.YYYY', '2017-04'],
    ['١٨/٠٤/٢٠١٧', 'DD/MM/YYYY', '2017-04-18'],
    ['18/04/2017 10:30', 'DD/MM/YYYY*', '2017-04-18'],
    ['2017-04-18T23:59:00-08:00', 'iso', '2017-04-18'],
    ['2017-04-18 23:59:00', 'iso', '2017-04-18'],
    ['2017-02/2017-04', 'iso', '2017-02/2017-04'],
    ['2017~', 'iso', '2017~'],
  ])('reads %s as %s', (text, pattern, edtf) => {
    expect(read(text, pattern)).toBe(edtf);
  });

  it.each([
    ['31/02/2017', 'DD/MM/YYYY'],
    ['18/04/2017 10:30', 'DD/MM/YYYY'],
    ['18/4/2017', 'DD/MM/YYYY'],
    ['00/04/2017', 'DD/MM/YYYY'],
    ['2017-13-01T00:00', 'iso'],
    ['18.04.2017', 'DD/MM/YYYY'],
  ])('does not take %s as %s', (text, pattern) => {
    expect(read(text, pattern)).toBeUndefined();
  });

  it('reads nothing but dates, from any text', () => {
    const patterns = fc.constantFrom('iso', 'DD/MM/YYYY', 'D MMM YYYY*', 'YYYY', 'MMMM YYYY');
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789/- T:Jany'.split('')) });
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), digits), patterns, (text, pattern) => {
        const found = read(text, pattern);
        expect(found === undefined || parseEdtf(found) !== undefined).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a date in a register', () => {
  const read = (text: string, format: DateFormat, zones = {}) => {
    const compiled = compileDatePattern(format);
    return 'problem' in compiled ? compiled.problem : readDate(text, compiled, zones)?.edtf;
  };

  it.each<[string, DateFormat, string]>([
    ['22/02/24', 'DD/MM/20YY', '2024-02-22'],
    ['22-Feb-99', 'D-MMM-19YY', '1999-02-22'],
    ['Tuesday, 7th February 2017', 'dddd, Do MMMM YYYY', '2017-02-07'],
    ['1er août 2017', 'Do MMMM YYYY', '2017-08-01'],
    ['7 févr. 2017', 'D MMM YYYY', '2017-02-07'],
    ['7\u00A0Sept. 2017', 'D MMM YYYY', '2017-09-07'],
    ['٧ شباط ٢٠١٧', 'D MMMM YYYY', '2017-02-07'],
    ['7 كانون الثاني 2017', 'D MMMM YYYY', '2017-01-07'],
    ['7 كانون الأول 2017', 'D MMMM YYYY', '2017-12-07'],
    ['تشرين الاول 2017', 'MMMM YYYY', '2017-10'],
    ['7 كانون الثاني/يناير 2017', 'D MMMM YYYY', '2017-01-07'],
    ['7 آذار 2017', 'D MMMM YYYY', '2017-03-07'],
    ['7 أغسطس 2017', 'D MMMM YYYY', '2017-08-07'],
    ['7 جويلية 2017', 'D MMMM YYYY', '2017-07-07'],
    ['\u200F07/02/2017\u200F', 'DD/MM/YYYY', '2017-02-07'],
    ['2/7/2017 9:05 PM', 'M/D/YYYY H:mm A', '2017-02-07'],
    ['20170207', 'YYYYMMDD', '2017-02-07'],
    ['45000', 'excel', '2023-03-15'],
    ['45000.75', 'excel', '2023-03-15'],
    ['59', 'excel', '1900-02-28'],
    ['61', 'excel', '1900-03-01'],
    ['43538', 'excel1904', '2023-03-15'],
    ['1486425600', 'unix', '2017-02-07'],
    ['1486425600000', 'unixMillis', '2017-02-07'],
    ['Q2 2017', 'quarter', '2017-04/2017-06'],
    ['2017-Q4', 'quarter', '2017-10/2017-12'],
    ['3Q 2017', 'quarter', '2017-07/2017-09'],
    ['2nd quarter of 2017', 'quarter', '2017-04/2017-06'],
    ['first quarter 2017', 'quarter', '2017-01/2017-03'],
    ['T3 2017', 'quarter', '2017-07/2017-09'],
    ['الربع الثاني من عام ٢٠١٧', 'quarter', '2017-04/2017-06'],
    ['H2 2017', 'half', '2017-07/2017-12'],
    ['2017–2020', 'years', '2017/2020'],
    ['2017-18', 'fiscalYear', '2017/2018'],
    ['FY2017/18', 'fiscalYear', '2017/2018'],
    ['FY17-18', 'fiscalYear', '2017/2018'],
    ['2017-18', { fiscalYear: 7 }, '2017-07/2018-06'],
    ['FY2017', { fiscalYear: 10 }, '2016-10/2017-09'],
    ['FY2017', { fiscalYear: 4, named: 'start' }, '2017-04/2018-03'],
    ['early 2018', 'about', '2018~'],
    ['mid-March 2017', 'about', '2017-03~'],
    ['fin 2017', 'about', '2017~'],
    ['أواخر عام 2017', 'about', '2017~'],
  ])('is read: %s as %j', (text, format, edtf) => {
    expect(read(text, format)).toBe(edtf);
  });

  it.each<[string, DateFormat]>([
    ['22/02/2024', 'DD/MM/20YY'],
    ['7 Ma 2017', 'D MMM YYYY'],
    ['7 jui 2017', 'D MMM YYYY'],
    ['7 Feb 2017', 'D MMMM YYYY'],
    ['60', 'excel'],
    ['2017-02-07', 'excel'],
    ['Q5 2017', 'quarter'],
    ['2020-2017', 'years'],
    ['2017-19', 'fiscalYear'],
    ['17-18', 'fiscalYear'],
    ['FY2017', 'fiscalYear'],
    ['2017', 'about'],
    ['before 2017', 'about'],
    ['7/2/2017 9:65', 'D/M/YYYY H:mm'],
  ])('is not made of %s by %j', (text, format) => {
    expect(read(text, format)).toBeUndefined();
  });

  it('falls on the day of the stated zone, where its own zone is known', () => {
    const baghdad = { zone: 'Asia/Baghdad' };
    expect(read('2017-02-07T22:30:00Z', 'iso')).toBe('2017-02-07');
    expect(read('2017-02-07T22:30:00Z', 'iso', baghdad)).toBe('2017-02-08');
    expect(read('2017-02-07T22:30:00-08:00', 'iso', baghdad)).toBe('2017-02-08');
    expect(read('2017-02-07 22:30:00', 'iso', baghdad)).toBe('2017-02-07');
    expect(read('2017-02-07 22:30:00', 'iso', { ...baghdad, timesIn: 'UTC' })).toBe('2017-02-08');
    expect(read('2017-02-08', 'iso', { ...baghdad, timesIn: 'UTC' })).toBe('2017-02-08');
    expect(read('07.02.2017 22:30 +0000', 'DD.MM.YYYY HH:mm ZZ', baghdad)).toBe('2017-02-08');
    expect(read('1486506600', 'unix', baghdad)).toBe('2017-02-08');
    // An hour that came twice, and one that never was.
    expect(read('2017-03-26 02:30', 'iso', { zone: 'UTC', timesIn: 'Europe/Paris' })).toBe('2017-03-26');
    expect(read('2017-10-29 02:30', 'iso', { zone: 'UTC', timesIn: 'Europe/Paris' })).toBe('2017-10-29');
    expect(read('2017-02-07T22:30:00Z', 'iso', { zone: '+03:00' })).toBe('2017-02-08');
    expect([isTimeZone('Asia/Baghdad'), isTimeZone('-03:30'), isTimeZone('Asia/Atlantis')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('agrees with another way of working out zones', () => {
    const zones = fc.constantFrom(
      'Asia/Baghdad',
      'America/New_York',
      'Pacific/Auckland',
      'Asia/Kolkata',
      'UTC',
    );
    const moments = fc.date({
      min: new Date('1995-01-01'),
      max: new Date('2035-01-01'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(moments, zones, (moment, zone) => {
        const expected = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(
          moment,
        );
        expect(read(moment.toISOString(), 'iso', { zone })).toBe(expected);
      }),
    );
  });

  it('reads nothing but dates in spellings with a name, from any text', () => {
    const named = fc.constantFrom<DateFormat>(
      ...namedFormats,
      { fiscalYear: 1 },
      { fiscalYear: 7, named: 'start' },
    );
    const near = fc.string({ unit: fc.constantFrom(...'0123456789/-–QHTFY of'.split('')), maxLength: 16 });
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), near), named, (text, format) => {
        const found = read(text, format);
        expect(found === undefined || parseEdtf(found) !== undefined).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('the steps for what registers hold', () => {
  it('find texts in tables by more than equality', () => {
    const table = { 'is accepted': 'accepted', 'not accepted': 'notAccepted' };
    const inOrder = { 'not accepted': 'notAccepted', accepted: 'accepted' };
    expect(apply(' IS  Accepted', { lookup: table, match: 'folded' })).toEqual({ value: 'accepted' });
    expect(apply('It is not accepted.', { lookup: inOrder, match: 'contains' })).toEqual({
      value: 'notAccepted',
    });
    expect(apply('Accepted in full', { lookup: inOrder, match: 'startsWith' })).toEqual({
      value: 'accepted',
    });
    expect(apply('Thanks', { lookup: table, match: 'contains', otherwise: 'empty' })).toEqual({
      value: null,
    });
    expect(apply('Thanks', { lookup: table, match: 'contains' })).toEqual({
      problem: '"Thanks" has nothing that is in the lookup table',
    });
  });

  it('read numbers, strip markup, shorten to a title, and tell texts apart', () => {
    expect(apply('about ١٬٢٣٤', { replace: '٬', with: ',' }, 'number')).toEqual({ value: '1234' });
    expect(apply('45.5 %', 'number')).toEqual({ value: '45.5' });
    expect(apply('none', 'number')).toEqual({ value: null });
    expect(apply('<p>One &amp; <b>two</b>&#33;</p>a_x000D_\n<br/>b < c', 'plainText')).toEqual({
      value: 'One & two!\na\n\nb < c',
    });
    expect(apply('One form for\nevery request, of any kind', { shorten: 26 })).toEqual({
      value: 'One form for every…',
    });
    expect(apply('One form', { shorten: 26 })).toEqual({ value: 'One form' });
    const digest = apply('One  Form', 'digest') as { value: string };
    expect(digest.value).toMatch(/^[0-9a-f]{12}$/);
    expect(apply('one form', 'digest')).toEqual(digest);
    expect(apply('one firm', 'digest')).not.toEqual(digest);
  });
});
