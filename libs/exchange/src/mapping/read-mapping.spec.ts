import { describe, expect, it } from '@jest/globals';
import { MappingError, type MappingProblem } from './mapping-error.js';
import { parseMapping } from './read-mapping.js';

const good = `masar: 1
source: a register
format: { kind: csv }
reference: Number
statuses:
  from: Status
  states: { Open: Proposed }
rows:
  - do:
      - register:
          title: { en: Title }
`;

function problemsOf(text: string): readonly MappingProblem[] {
  try {
    parseMapping(text);
  } catch (error) {
    if (error instanceof MappingError) return error.problems;
    throw error;
  }
  return [];
}

/** The problems as a person reads them. */
function lines(text: string): string[] {
  return problemsOf(text).map(({ line, column, message }) => `${line}:${column} ${message}`);
}

describe('a mapping file', () => {
  it('is read as it is written', () => {
    expect(parseMapping(good)).toMatchObject({
      source: 'a register',
      statuses: { states: { Open: 'Proposed' } },
    });
  });

  it('is told every problem, each with its line and column', () => {
    const bad = good
      .replace('kind: csv', 'kind: xlsx')
      .replace('Open: Proposed', 'Open: Proposd')
      .replace('title:', 'titel:');
    expect(lines(bad)).toEqual([
      '3:17 must be one of: csv, jsonl, json',
      expect.stringMatching(/^7:19 must be one of: Draft, Proposed, /),
      '11:11 "title" is missing',
      expect.stringMatching(/^11:11 "titel" is not known here; known are: when, reference, /),
    ]);
  });

  it('is told in words what kind of value is wanted', () => {
    expect(lines(good.replace('reference: Number', 'reference: 12'))).toEqual([
      '4:12 must be a text: write "12" in quotes',
    ]);
    expect(lines(good.replace('Open: Proposed', '1: Proposed, Open: [x]'))).toEqual([
      expect.stringMatching(/^7:32 must be one of/),
    ]);
    expect(lines(good.replace('{ en: Title }', '{ english!: Title }'))).toEqual([
      '11:20 "english!" is not a language tag such as en, ar, ckb',
    ]);
  });

  it('takes one of what excludes each other', () => {
    expect(lines(good.replace('reference: Number', 'reference: { field: a, text: b }'))).toEqual([
      '4:12 takes only one of: field, text, first, join, rowNumber',
    ]);
    expect(lines(good.replace('reference: Number', 'reference: { then: [trim] }'))).toEqual([
      '4:12 needs one of: field, text, first, join, rowNumber',
    ]);
    expect(
      lines(
        good.replace(
          'title: { en: Title }',
          'title: { en: Title }\n          state: Draft\n          status: S',
        ),
      ),
    ).toEqual(['11:11 takes "status" or "state", not both']);
  });

  it.each([
    ['an anchor', 'reference: &number Number', /anchors \(&name\) are not taken/],
    ['an alias', 'reference: &a Number\nidentity: *a', /aliases \(\*name\) are not taken/],
    ['a tag', 'reference: !!str Number', /tags .* are not taken/],
    ['a tag of its own', 'reference: !js/function "x"', /tags .* are not taken/],
    ['a key that stands twice', 'reference: Number\nreference: Other', /stands twice/],
  ])('refuses %s', (_, line, message) => {
    const problems = problemsOf(good.replace('reference: Number', line));
    expect(problems.map((problem) => problem.message)).toContainEqual(expect.stringMatching(message));
    expect(problems.every((problem) => problem.line === 4 || problem.line === 5)).toBe(true);
  });

  it('refuses a second document, an empty file and a broken one', () => {
    expect(lines(`${good}---\nmore: 1\n`)).toHaveLength(1);
    expect(lines('# nothing\n')).toEqual(['1:1 is empty']);
    expect(lines('masar: [1\nsource: x')[0]).toMatch(/^2:1 /);
    expect(lines('just a text')).toEqual(['1:1 must be a map']);
  });

  it('refuses what is too large or too deep before it parses it', () => {
    expect(lines(`${good}#${'x'.repeat(300_000)}`)).toEqual([
      expect.stringMatching(/^1:1 is larger than 256 KiB/),
    ]);
    expect(lines(`masar: ${'['.repeat(50_000)}`)).toEqual([expect.stringMatching(/^1:1 is nested deeper/)]);
    expect(lines(`masar:\n${'- '.repeat(50_000)}x`)).toEqual([expect.stringMatching(/nested deeper/)]);
  });

  it('is told of names that lead nowhere, patterns that are no dates, and rules that are never reached', () => {
    const text = `${good
      .replace(
        'reference: Number',
        'reference: { field: Number, then: [{ lookup: numbers }] }\neffective: { field: D, formats: [DD/MM/YY, iso] }',
      )
      .replace('rows:', 'rows:\n  - skip: true')}      - state: { effective: { field: E, formats: MM } }\n`;
    expect(lines(text)).toEqual([
      '4:46 there is no table "numbers" under tables',
      '5:34 "DD/MM/YY" has no YYYY: a date needs its year, in four digits; where the source has two, say the century: 20YY',
      '10:5 has no condition, so no rule after it is ever reached',
      expect.stringMatching(
        /^14:50 "MM" has no YYYY: a date needs its year, in four digits; .*with a name: iso, excel, /,
      ),
    ]);
  });

  it('is told of a state that comes from nowhere', () => {
    const text = good.replace(/statuses:[^]*rows:/, 'rows:');
    expect(lines(text)).toEqual(['7:9 has no state: give one, or describe statuses']);
  });

  it('may use words of the language as names of its own', () => {
    const text = good.replace(
      'title: { en: Title }',
      'title: { en: Title }\n          attributes: { date: Made, lookup: Where, formats: X }',
    );
    expect(lines(text)).toEqual([]);
  });
});
