import type { ColumnProfile } from './column-profile.js';
import { type HeaderRole, headerFit } from './header-words.js';

/** What a column was taken for, and why. */
export interface Use {
  readonly column: ColumnProfile;
  readonly why: string;
}

/** Columns are given roles in turn: what is surest first, and each column once. */
export class Assignment {
  private readonly taken = new Set<ColumnProfile>();

  constructor(private readonly columns: readonly ColumnProfile[]) {}

  get free(): ColumnProfile[] {
    return this.columns.filter((column) => !this.taken.has(column));
  }

  take(column: ColumnProfile, why: string): Use {
    this.taken.add(column);
    return { column, why };
  }

  /** The column that scores best, where one scores at all. */
  best(score: (column: ColumnProfile) => number, why: (column: ColumnProfile) => string): Use | undefined {
    const [found] = this.free
      .map((column) => ({ column, points: score(column) }))
      .filter(({ points }) => points > 0)
      .sort((a, b) => b.points - a.points);
    return found && this.take(found.column, why(found.column));
  }

  named(role: HeaderRole, fits: (column: ColumnProfile) => boolean, why: string): Use | undefined {
    return this.best(
      (column) => (fits(column) ? headerFit(column.name, role) : 0),
      () => why,
    );
  }
}
