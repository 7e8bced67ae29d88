import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseEdtf, requireDate } from './edtf.js';
import { refusalOf } from './testing/given.js';

function days(edtf: string): string | undefined {
  const window = parseEdtf(edtf);
  return window && `${window.earliest} ${window.latest}`;
}

describe('a given date', () => {
  it('means the days of its year, month or day', () => {
    expect(days('2017')).toBe('2017-01-01 2017-12-31');
    expect(days('2017-04')).toBe('2017-04-01 2017-04-30');
    expect(days('2017-04-18')).toBe('2017-04-18 2017-04-18');
  });

  it('knows the length of February in every kind of year', () => {
    expect(days('2016-02')).toBe('2016-02-01 2016-02-29');
    expect(days('2017-02')).toBe('2017-02-01 2017-02-28');
    expect(days('2000-02-29')).toBe('2000-02-29 2000-02-29');
    expect(days('1900-02-29')).toBeUndefined();
    expect(days('2017-02-29')).toBeUndefined();
  });

  it('means the same days whether marked uncertain, approximate, both or neither', () => {
    for (const mark of ['?', '~', '%']) expect(days(`2017-04${mark}`)).toBe(days('2017-04'));
    expect(days('2017?/2018~')).toBe('2017-01-01 2018-12-31');
  });

  it('spans an interval from the first day of its start to the last of its end', () => {
    expect(days('2017-02-07/2017-04')).toBe('2017-02-07 2017-04-30');
    expect(days('2017/2017-03')).toBe('2017-01-01 2017-03-31');
  });

  it('goes on without end where an interval is open', () => {
    expect(days('../2017')).toBe('0001-01-01 2017-12-31');
    expect(days('2017/..')).toBe('2017-01-01 9999-12-31');
    expect(days('../..')).toBe('0001-01-01 9999-12-31');
  });

  it('is not read where it is no such date', () => {
    const wrong = [
      '',
      '/',
      '2017/',
      '/2017',
      '2018/2017',
      '2017/2018/2019',
      '17',
      '0000',
      '2017-00',
      '2017-13',
    ];
    const wronger = [
      '2017-04-31',
      '2017-4-1',
      '2017-04-18T10:00',
      ' 2017',
      '2017\n',
      '٢٠١٧',
      '-2017',
      'unknown',
    ];
    for (const text of [...wrong, ...wronger]) expect([text, days(text)]).toEqual([text, undefined]);
  });

  it('is refused by name where it cannot be read, and taken where it is unknown', () => {
    const refusal = refusalOf(() => requireDate({ edtf: 'yesterday' }, 'decidedOn'));
    expect(refusal.code).toBe('INVALID_DATE');
    expect(refusal.fields.map(({ path }) => path)).toEqual(['decidedOn']);
    expect(requireDate({ edtf: null }, 'decidedOn')).toEqual({ edtf: null });
  });
});

describe('reading any text as a date', () => {
  const likely = fc.stringMatching(/^[0-9./?~%-]{0,24}$/);

  it('never throws, and its window is in order', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), likely), (text) => {
        const window = parseEdtf(text);
        return window === undefined || window.earliest <= window.latest;
      }),
      { numRuns: 2_000 },
    );
  });

  it('agrees with the calendar of the language on every day', () => {
    const day = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(day, (date) => {
        const text = date.toISOString().slice(0, 10);
        expect(days(text)).toBe(`${text} ${text}`);
        // Date.UTC takes years below 100 for the 1900s; the 400 years between have the same calendar.
        const lastOfMonth = new Date(Date.UTC(date.getUTCFullYear() + 400, date.getUTCMonth() + 1, 0));
        expect(parseEdtf(text.slice(0, 7))!.latest.slice(8)).toBe(lastOfMonth.toISOString().slice(-16, -14));
      }),
    );
  });
});
