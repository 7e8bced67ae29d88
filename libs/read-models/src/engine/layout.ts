import type { Column } from './column.js';
import type { ReadModel, TableDefinition } from './read-model.js';

/** A row of any table. */
export type AnyRow = Readonly<Record<string, unknown>>;

/** The position no row reaches: `valid_to` of a row that still holds. As text, being above 2^53. */
export const forever = '9223372036854775807';

/** One version of one row. */
export interface Version {
  readonly key: string;
  readonly row: AnyRow;
  /** The position that made it. */
  readonly from: number;
  /** Append tables: which of the rows one event added. */
  readonly seq: number;
  /** The position that ended it, where its own batch did; undefined while it holds. */
  to: number | undefined;
  /** The batch that made it: until that is written, its end is written along with it. */
  readonly batch: number;
}

/** A table with everything precomputed that each row needs. */
export interface TableLayout {
  readonly name: string;
  readonly appends: boolean;
  readonly definition: TableDefinition;
  readonly columns: readonly (readonly [name: string, column: Column<unknown>])[];
  readonly identity: readonly string[];
  /** What tells the rows of one document apart, as one string; undefined where there is at most one. */
  identify(row: AnyRow): string;
  /** By the identity columns. */
  compare(one: AnyRow, other: AnyRow): number;
  equal(one: AnyRow, other: AnyRow): boolean;
  /** The row as PostgreSQL will hold it; the same object where that is so already. */
  storable(row: AnyRow): AnyRow;
  /** The version as a line of COPY's text format. */
  line(this: void, version: Version, to: number | undefined): string;
}

export function layoutOf(model: ReadModel): TableLayout[] {
  return Object.entries(model.tables).map(([name, definition]) => layoutTable(name, definition));
}

function layoutTable(name: string, definition: TableDefinition): TableLayout {
  const columns = Object.entries(definition.columns) as [string, Column<unknown>][];
  const identity = definition.identity;
  const appends = definition.kind === 'append';
  return {
    name,
    appends,
    definition,
    columns,
    identity,
    identify: identifier(identity),
    compare: (one, other) => {
      for (const column of identity) {
        const [mine, theirs] = [one[column] as string, other[column] as string];
        if (mine !== theirs) return mine < theirs ? -1 : 1;
      }
      return 0;
    },
    equal: (one, other) => {
      for (const [column, kind] of columns) if (!kind.equal(one[column], other[column])) return false;
      return true;
    },
    storable: (row) => {
      let kept = row;
      for (const [column, { nullable, storable }] of columns) {
        const value = row[column];
        if (value === undefined || (value === null && !nullable)) {
          throw new TypeError(`${name}.${column} is missing`);
        }
        if (storable === undefined) continue;
        const stored = storable(value);
        if (stored !== value) kept = { ...kept, [column]: stored };
      }
      return kept;
    },
    line: ({ key, row, from, seq }, to) => {
      let line = appends ? `${escape(key)}\t${from}\t${seq}` : `${escape(key)}\t${from}\t${to ?? forever}`;
      for (const [column, kind] of columns) {
        const value = row[column];
        if (value === null) line += '\t\\N';
        else if (!kind.verbatim) line += '\t' + escape(kind.write(value));
        else line += '\t' + escape(typeof value === 'number' ? value.toString() : (value as string));
      }
      return line + '\n';
    },
  };
}

function identifier(identity: readonly string[]): (row: AnyRow) => string {
  if (identity.length === 0) return () => '';
  if (identity.length === 1) {
    const only = identity[0]!;
    return (row) => String(row[only]);
  }
  return (row) => JSON.stringify(identity.map((column) => row[column]));
}

const special = /[\\\t\n\r]/;
const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function escape(value: string): string {
  return special.test(value) ? value.replace(/[\\\t\n\r]/g, (found) => escapes[found]!) : value;
}

/** Quotes a name for SQL. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
