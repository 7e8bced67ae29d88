import type { Irregularity } from '@masar/domain';
import { Unmapped, type UnmappedValue } from './unmapped.js';

/** Something wrong with a row or with the file, and where: line and column from 1. */
export interface ImportProblem {
  readonly file: string;
  readonly line: number;
  /** Number of the CSV column, or the character in a line of JSON. */
  readonly column?: number;
  readonly field?: string;
  /** Reference the row gives, where it gives one. */
  readonly reference?: string;
  readonly message: string;
}

export interface ImportSummary {
  /** Records of the file, the header apart. */
  readonly rows: number;
  /** Items registered. */
  readonly registered: number;
  /** Events written; of a check, the events an import would write. */
  readonly events: number;
  /** Rows that were imported before just so. */
  readonly unchanged: number;
  /** Rows that were imported before with other contents; nothing is written for them. */
  readonly changed: number;
  /** Rows with a problem. */
  readonly rejected: number;
  /** Rows the mapping passes over, or that say nothing it asks for. */
  readonly skipped: number;
  /** How often each irregularity was flagged in the events written. */
  readonly irregular: { readonly [code in Irregularity]?: number };
}

/** What became of an import. */
export interface ImportReport {
  /** `refused`: there are problems, nothing was written. `checked`: a dry run without any. */
  readonly outcome: 'written' | 'checked' | 'refused';
  readonly summary: ImportSummary;
  /** The first problems, in the order of the file; `totalProblems` counts all. */
  readonly problems: readonly ImportProblem[];
  readonly totalProblems: number;
  /** The first rows changed since they were imported; the summary counts all. */
  readonly changed: readonly ImportProblem[];
  /** What the mapping has nothing for, with the line to add to it; the most frequent of a table first. */
  readonly unmapped: readonly UnmappedValue[];
  /** What is worth a look and stops nothing. */
  readonly notes: readonly string[];
  /** The file the rejected rows were written to. */
  readonly rejectsFile?: string;
  /** Position of the log once all was written; null where nothing was. */
  readonly position: number | null;
}

export interface ImportProgress {
  readonly pass: 'check' | 'write';
  /** Rows read in this pass. */
  readonly rows: number;
  /** Bytes of the file read in this pass, and its size. */
  readonly bytes: number;
  readonly totalBytes: number;
  /** Events acknowledged by the store. */
  readonly events: number;
  /** Rows a second, since the pass began. */
  readonly rate: number;
}

/** How many problems, and how many changed rows, a report lists. */
export const maxListed = 1000;

/** Counts and lists what one pass finds. */
export class Tally {
  rows = 0;
  registered = 0;
  events = 0;
  unchanged = 0;
  changed = 0;
  rejected = 0;
  skipped = 0;
  totalProblems = 0;
  readonly problems: ImportProblem[] = [];
  readonly changedRows: ImportProblem[] = [];
  readonly unmapped = new Unmapped();
  private readonly irregular = new Map<Irregularity, number>();

  problem(problem: ImportProblem): void {
    this.totalProblems += 1;
    if (this.problems.length < maxListed) this.problems.push(problem);
  }

  change(problem: ImportProblem): void {
    this.changed += 1;
    if (this.changedRows.length < maxListed) this.changedRows.push(problem);
  }

  flag(codes: readonly Irregularity[]): void {
    for (const code of codes) this.irregular.set(code, (this.irregular.get(code) ?? 0) + 1);
  }

  summary(): ImportSummary {
    const { rows, registered, events, unchanged, changed, rejected, skipped } = this;
    const irregular = Object.fromEntries([...this.irregular].sort(([a], [b]) => (a < b ? -1 : 1)));
    return { rows, registered, events, unchanged, changed, rejected, skipped, irregular };
  }
}
