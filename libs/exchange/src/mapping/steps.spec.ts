import { describe, expect, it } from '@jest/globals';
import { parseEdtf } from '@masar/domain';
import fc from 'fast-check';
import { compileDatePattern, readDate } from './date-pattern.js';
import type { Step } from './language.js';
import { compileSteps } from './steps.js';

const apply = (value: string | null, ...steps: Step[]) => compileSteps(steps)(value);
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
    return 'problem' in compiled ? compiled.problem : readDate(text, compiled);
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
