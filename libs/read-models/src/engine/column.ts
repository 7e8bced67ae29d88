import type { Json } from '@masar/event-store';

/**
 * How one column is stored and compared. What `evolve` returned and what is read back after a restart must be
 * the same value, or a fold would depend on when the process was last started; every kind here keeps that.
 */
export interface Column<T> {
  /** The PostgreSQL type. */
  readonly type: string;
  readonly nullable: boolean;
  /** May stand in the identity of a row: never null, compared with `=` here and in PostgreSQL alike. */
  readonly identifies: boolean;
  /** The value as text PostgreSQL reads, not yet escaped for COPY. */
  write(value: T): string;
  /** The value from what the engine selects, see {@link select}. */
  read(raw: unknown): T;
  /** The select expression whose result {@link read} takes; `name` is quoted already. */
  select(name: string): string;
  equal(one: T, other: T): boolean;
  /** The nearest value PostgreSQL can hold, where that may be another; throws where there is none. */
  readonly storable?: (value: T) => T;
  /** True where a string or number is its own text, so that {@link write} need not be called. */
  readonly verbatim: boolean;
}

const same = (one: unknown, other: unknown): boolean => one === other;
const plain = (name: string): string => name;

function column<T>(type: string, own: Partial<Column<T>> = {}): Column<T> {
  return {
    type,
    nullable: false,
    identifies: false,
    write: String,
    read: (raw) => raw as T,
    select: plain,
    equal: same,
    verbatim: false,
    ...own,
  };
}

/** PostgreSQL has no U+0000 in text; the replacement character stands for it. */
const storableText = (value: string): string =>
  value.includes('\u0000') ? value.replaceAll('\u0000', '\uFFFD') : value;

/** A string. U+0000, which PostgreSQL refuses, becomes U+FFFD. */
export const text = column<string>('text', { identifies: true, verbatim: true, storable: storableText });

/** An integer within ±2^31. */
export const integer = column<number>('integer', { identifies: true, verbatim: true, read: Number });

/** An integer within ±(2^53−1), such as a log position. */
export const bigint = column<number>('bigint', { identifies: true, verbatim: true, read: Number });

/** A floating point number. */
export const double = column<number>('double precision', { verbatim: true, read: Number });

export const boolean = column<boolean>('boolean', { write: (value) => (value ? 't' : 'f') });

/** A time as events carry it: `2026-01-31T10:11:12.123456Z`. */
export const timestamp = column<string>('timestamptz', {
  verbatim: true,
  select: (name) => `to_char(${name} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
  storable: (value) => {
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(value)) {
      throw new TypeError('a timestamp column wants UTC with microseconds and Z');
    }
    return value;
  },
});

/** A calendar day: `2026-01-31`. */
export const date = column<string>('date', {
  verbatim: true,
  select: (name) => `to_char(${name}, 'YYYY-MM-DD')`,
  storable: (value) => {
    if (!/^\d{4}-\d\d-\d\d$/.test(value)) throw new TypeError('a date column wants YYYY-MM-DD');
    return value;
  },
});

/** Strings in order, for `= ANY` and GIN indexes. */
export const textArray = column<readonly string[]>('text[]', {
  write: (value) => arrayLiteral(value),
  equal: (one, other) => one.length === other.length && one.every((entry, index) => entry === other[index]),
  storable: (value) =>
    value.some((entry) => entry.includes('\u0000')) ? value.map((entry) => storableText(entry)) : value,
});

/** Any JSON value. Stored as `json`, so the order of keys and U+0000 survive; cast it to jsonb to search in it. */
export function json<T = Json>(): Column<T> {
  return column<T>('json', {
    // As text: the driver's own parser may be set otherwise, and is slower on big values.
    select: (name) => `${name}::text`,
    read: (raw) => JSON.parse(raw as string) as T,
    write: (value) => JSON.stringify(value),
    equal: equalJson,
  });
}

/** The same column, where null stands for "none" or "not known". */
export function nullable<T>(of: Column<T>): Column<T | null> {
  return {
    ...of,
    nullable: true,
    identifies: false,
    write: (value) => of.write(value!),
    read: (raw) => (raw === null ? null : of.read(raw)),
    equal: (one, other) => one === other || (one !== null && other !== null && of.equal(one, other)),
    storable: of.storable && ((value) => (value === null ? null : of.storable!(value))),
  };
}

/** A one-dimensional array literal, as array parameters and text[] columns are written. */
export function arrayLiteral(entries: readonly string[]): string {
  let literal = '{';
  for (let index = 0; index < entries.length; index++) {
    const entry = entries[index]!;
    if (index > 0) literal += ',';
    literal += /["\\]/.test(entry) ? `"${entry.replace(/["\\]/g, '\\$&')}"` : `"${entry}"`;
  }
  return literal + '}';
}

/** Deep equality of JSON; a member that is undefined counts as absent, as it does once stored. */
export function equalJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) || Array.isArray(other)) {
    return (
      Array.isArray(one) &&
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((entry, index) => equalJson(entry, other[index]))
    );
  }
  const [mine, theirs] = [one as Record<string, unknown>, other as Record<string, unknown>];
  for (const name in mine) if (!equalJson(mine[name], theirs[name])) return false;
  for (const name in theirs) if (mine[name] === undefined && theirs[name] !== undefined) return false;
  return true;
}
