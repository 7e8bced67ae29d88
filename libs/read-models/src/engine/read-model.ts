import type { RecordedEvent } from '@masar/event-store';
import type { Column } from './column.js';

/** The columns of a table by name, snake_case. The engine adds `key`, `valid_from`, `valid_to` (and `seq`). */
// oxlint-disable-next-line typescript/no-explicit-any -- the kinds of the columns vary within one table
export type Columns = Readonly<Record<string, Column<any>>>;

/** A row as `evolve` sees and returns it: the columns, nothing else. Never change one, return another. */
export type RowOf<C extends Columns> = {
  readonly [N in keyof C]: C[N] extends Column<infer T> ? T : never;
};

/** An index beside the primary key; it may name `key`, `valid_from` and `valid_to` too. */
export interface IndexDefinition {
  /** Column names or SQL expressions, in order. */
  readonly on: readonly string[];
  /** Default btree. */
  readonly using?: 'btree' | 'gin' | 'gist' | 'hash';
  /** SQL condition of a partial index. */
  readonly where?: string;
}

/** A table, as {@link currentTable} and {@link appendTable} make it. */
export interface TableDefinition<
  C extends Columns = Columns,
  K extends 'current' | 'append' = 'current' | 'append',
> {
  readonly kind: K;
  readonly columns: C;
  /** Which columns tell the rows of one document apart; none where there is at most one. */
  readonly identity: readonly string[];
  readonly indexes: readonly IndexDefinition[];
}

/**
 * Rows that change: the engine keeps each version, from the position that made it to the one that ended it.
 * Primary key: `key`, the identity columns, `valid_from`.
 */
export function currentTable<const C extends Columns>(definition: {
  readonly columns: C;
  /** Default none: one row a document. Rows are handed to `evolve` ordered by these, by code unit. */
  readonly identity?: readonly (keyof C & string)[];
  readonly indexes?: readonly IndexDefinition[];
}): TableDefinition<C, 'current'> {
  return { kind: 'current', identity: [], indexes: [], ...definition };
}

/**
 * Rows that are only ever added, as in a journey: `evolve` is not shown the earlier ones and returns the new.
 * Primary key: `key`, `valid_from`, `seq` (0, 1, … in the order returned for one event); `valid_to` never ends.
 */
export function appendTable<const C extends Columns>(definition: {
  readonly columns: C;
  readonly indexes?: readonly IndexDefinition[];
}): TableDefinition<C, 'append'> {
  return { kind: 'append', identity: [], indexes: [], ...definition };
}

export type Tables = Readonly<Record<string, TableDefinition>>;

/** All current rows of one document, by the logical name of each current table. */
export type Rows<T extends Tables> = {
  readonly [N in keyof T as T[N]['kind'] extends 'current' ? N : never]: readonly RowOf<T[N]['columns']>[];
};

/**
 * What one event made of a document. Current table: all its rows from now on, or left out where none changed
 * (a row handed back as the same object is not compared again). Append table: the rows to add.
 */
export type Change<T extends Tables> = { readonly [N in keyof T]?: readonly RowOf<T[N]['columns']>[] };

/**
 * A read model: a pure fold of the log into rows, document by document.
 *
 * The engine promises: the rows with `valid_from <= P AND P < valid_to` are what `evolve` makes of the events up
 * to position P, for every P up to the checkpoint, whatever the batches, the restarts and the rebuilds.
 */
export interface ReadModel<T extends Tables = Tables> {
  /** snake_case, at most 30 characters; part of the schema's name. */
  readonly name: string;
  /** One more with every change of the tables or of the fold: the new version is built beside the old one. */
  readonly version: number;
  readonly tables: T;
  /** The document or documents an event belongs to; undefined or none: the event is passed over. */
  keyOf(this: void, event: RecordedEvent): string | readonly string[] | undefined;
  /**
   * The document after one event. Pure: no clock, no randomness, nothing but its arguments. Undefined: nothing
   * changed. An exception halts this model before the event, and only this model.
   */
  evolve(this: void, rows: Rows<T>, event: RecordedEvent, key: string): Change<T> | undefined;
}

const snakeCase = /^[a-z][a-z0-9_]{0,29}$/;
const taken = new Set(['key', 'valid_from', 'valid_to', 'seq']);

/**
 * Checks a read model and infers its row types.
 *
 * @throws TypeError a name, version or identity the engine could not store
 */
export function defineReadModel<const T extends Tables>(model: ReadModel<T>): ReadModel<T> {
  requireName('read model', model.name);
  if (!Number.isSafeInteger(model.version) || model.version < 1) {
    throw new TypeError(`read model ${model.name}: the version is an integer from 1 on`);
  }
  for (const [name, table] of Object.entries(model.tables)) {
    requireName(`table of ${model.name}`, name);
    for (const column of Object.keys(table.columns)) {
      requireName(`column of ${model.name}.${name}`, column);
      if (taken.has(column))
        throw new TypeError(`${model.name}.${name}: ${column} is the engine's own column`);
    }
    for (const column of table.identity) {
      if (!table.columns[column]?.identifies) {
        throw new TypeError(`${model.name}.${name}: ${column} cannot stand in the identity`);
      }
    }
  }
  return model;
}

function requireName(what: string, name: string): void {
  if (!snakeCase.test(name))
    throw new TypeError(`${what}: "${name}" is not snake_case of at most 30 characters`);
}
