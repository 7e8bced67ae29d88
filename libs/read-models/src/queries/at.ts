import pg, { type CustomTypesConfig, type QueryConfig, type QueryResultRow } from 'pg';
import type { Pinned } from '../engine/pinned.js';
import { type Queried, type SeesRestricted, VisibleRows } from './visible-rows.js';

/** What runs a statement: a pool, or one connection. */
interface Runs {
  query<R extends QueryResultRow>(config: QueryConfig): Promise<{ rows: R[] }>;
}

/** Where a query reads: the tables of one pin, as of one position, as far as somebody may see them. */
export class At {
  private readonly rows: VisibleRows;

  constructor(
    /** Connections in UTC. */
    readonly on: Runs,
    private readonly pinned: Pinned,
    /** At most the pin's. */
    readonly position: number,
    /** Whose restricted items may be seen: by what items are now, whatever the position. */
    readonly sees: SeesRestricted,
  ) {
    this.rows = new VisibleRows(pinned, position, sees);
  }

  /** The rows of a table that may be seen: what a statement says after `from` or `join`. */
  from<M extends Queried>(model: M, table: keyof M['tables'] & string): string {
    return this.rows.of(model, table);
  }

  /** Everything there is, to work out what is to be hidden: nothing read by it is shown. */
  unrestricted(): At {
    return new At(this.on, this.pinned, this.position, 'all');
  }
}

const bigintType = 20;
const dateType = 1082;
const timestampType = 1184;
const parsers: Readonly<Record<number, (text: string) => unknown>> = {
  [bigintType]: Number,
  [dateType]: (text) => text,
  [timestampType]: (text) => `${text.slice(0, 10)}T${text.slice(11, 19)}.${decimals(text)}Z`,
};
const types: CustomTypesConfig = {
  getTypeParser: (oid) => parsers[oid] ?? pg.types.getTypeParser(oid),
};

/** PostgreSQL leaves out trailing zeros. */
function decimals(text: string): string {
  const point = text.indexOf('.', 19);
  return (point < 0 ? '' : text.slice(point + 1, text.lastIndexOf('+'))).padEnd(6, '0');
}

/** Runs one statement; positions come as numbers, days and times as the text events carry. */
export async function select<R extends QueryResultRow>(
  { on }: At,
  text: string,
  values: readonly unknown[],
): Promise<R[]> {
  return (await on.query<R>({ text, values: values.map(asStored), types })).rows;
}

/** PostgreSQL takes no U+0000; rows hold the replacement character for it, so that is what to look for. */
function asStored(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\u0000', '\uFFFD');
  return Array.isArray(value) ? value.map(asStored) : value;
}

/** Collects the parameters of a statement while its text is written. */
export class Parameters {
  readonly values: unknown[] = [];

  /** Adds a value and gives its place: `$3`. */
  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}
