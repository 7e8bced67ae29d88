import { describe, expect, it } from '@jest/globals';
import type { ImportReport } from '@masar/exchange';
import { describeImport, refusalOf } from './import-report.js';

const mapping = `masar: 1
statuses:
  from: Status
  states:
    Open: Proposed
`;

const report: ImportReport = {
  outcome: 'refused',
  summary: {
    rows: 90,
    registered: 1,
    events: 1,
    unchanged: 0,
    changed: 0,
    rejected: 60,
    skipped: 0,
    irregular: { UNKNOWN_DATE: 1 },
  },
  problems: Array.from({ length: 60 }, (_, index) => ({
    file: 'register.csv',
    line: index + 2,
    column: 3,
    field: 'Status',
    message: '"Parked" is no status the mapping knows',
  })),
  totalProblems: 60,
  changed: [],
  unmapped: [
    {
      under: 'statuses.states',
      field: 'Status',
      value: 'Parked',
      count: 60,
      firstLine: 2,
      guess: 'Deferred',
      add: 'Parked: Deferred # 60 rows; a guess, to be read over',
    },
  ],
  notes: [],
  position: null,
};

describe('the report of an import, for people', () => {
  it('lists the first problems, and what the mapping lacks as lines to paste', () => {
    const lines = describeImport(report, mapping).split('\n');
    expect(lines[0]).toBe('register.csv:2:3: Status: "Parked" is no status the mapping knows');
    expect(lines.filter((line) => line.startsWith('register.csv'))).toHaveLength(50);
    expect(lines.slice(50)).toEqual([
      '… and 10 more problems; --json lists more',
      'unmapped: the mapping has nothing for these; to add under statuses.states, behind line 5:',
      '    Parked: Deferred # 60 rows; a guess, to be read over',
      'refused: 90 rows, 1 items registered, 1 events, 0 unchanged, 0 changed, 60 rejected, 0 skipped',
      'irregular:',
      '  UNKNOWN_DATE: 1',
      '',
    ]);
    expect(refusalOf(report)).toBe('nothing was written: 60 problems');
  });
});
