import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { csvLine } from './csv-lines.js';
import { escapeCell, unescapeCell } from './escaped-cells.js';

/** Texts that begin as formulas do, or as escaped ones. */
const awkward = fc
  .tuple(
    fc.array(fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', '\n', '"', ',', ' ', 'a'), {
      maxLength: 6,
    }),
    fc.string({ unit: 'grapheme' }),
  )
  .map(([start, rest]) => start.join('') + rest);

describe('a cell escaped for spreadsheets', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+964 1', "'+964 1"],
    ['-5', "'-5"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tx', "'\tx"],
    ['\rx', "'\rx"],
    // Already as an escaped one: one more, so that it is not taken for one.
    ["'=1+1", "''=1+1"],
    ["''@", "'''@"],
  ])('%j becomes %j', (cell, escaped) => {
    expect(escapeCell(cell)).toBe(escaped);
    expect(unescapeCell(escaped)).toBe(cell);
  });

  it.each(['', 'a=b', ' =1', "'quoted'", "'", '１', 'مسار', '2017-02-07'])('%j stays as it is', (cell) => {
    expect(escapeCell(cell)).toBe(cell);
    expect(unescapeCell(cell)).toBe(cell);
  });

  it('never begins as a formula, and comes back just as it was', () => {
    fc.assert(
      fc.property(awkward, (cell) => {
        const escaped = escapeCell(cell);
        expect(escaped).not.toMatch(/^[=+\-@\t\r]/);
        expect(unescapeCell(escaped)).toBe(cell);
      }),
    );
  });
});

describe('a line of CSV', () => {
  it('ends with CR and LF, quotes what has to be, and doubles quotes within', () => {
    expect(csvLine(['a', '', 'b,c', 'say "so"', 'two\nlines', ' spaced '])).toBe(
      'a,,"b,c","say ""so""","two\nlines"," spaced "\r\n',
    );
  });

  it('is read back by other programs as the cells that were escaped', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(awkward, { minLength: 2, maxLength: 5 }), { minLength: 1, maxLength: 5 }),
        (rows) => {
          const text = rows.map(csvLine).join('');
          const read = parse(text, { relax_column_count: true, record_delimiter: '\r\n' });
          expect(read).toEqual(rows.map((cells) => cells.map(escapeCell)));
        },
      ),
    );
  });
});
