import type { TableLayout, Version } from './layout.js';
import { forever, quote } from './layout.js';
import type { ReadModel } from './read-model.js';

/** What `pg.Pool`, `pg.PoolClient` and `pg.Client` have in common. */
export interface Queryable {
  // oxlint-disable-next-line typescript/no-explicit-any -- rows are as the caller's SQL makes them
  query<R extends Record<string, any> = any>(
    sql: string,
    values?: unknown[],
  ): Promise<{ rows: R[]; rowCount: number | null }>;
}

/** `rm_<name>_v<version>_<build>`. */
export function schemaName(model: ReadModel, build: number): string {
  return `rm_${model.name}_v${model.version}_${build}`;
}

/** The SQL that makes the schema and its tables, without any index. */
export function createTables(schema: string, layout: readonly TableLayout[]): string {
  const tables = layout.map((table) => {
    const columns = table.columns.map(
      ([name, column]) => `${quote(name)} ${column.type}${column.nullable ? '' : ' NOT NULL'}`,
    );
    // Room on the page lets the ends of its versions be written beside them, without touching an index.
    const room = table.appends ? '' : ' WITH (fillfactor = 60)';
    return `CREATE TABLE ${quote(schema)}.${quote(table.name)} (
      key text COLLATE "C" NOT NULL, valid_from bigint NOT NULL, valid_to bigint NOT NULL DEFAULT ${forever}${table.appends ? ', seq integer NOT NULL' : ''},
      ${columns.join(', ')})${room};`;
  });
  return [`CREATE SCHEMA ${quote(schema)};`, ...tables].join('\n');
}

/** The SQL that makes the primary keys and the model's own indexes, and has the planner look at the tables. */
export function createIndexes(schema: string, layout: readonly TableLayout[]): string {
  return layout
    .flatMap((table) => {
      const name = `${quote(schema)}.${quote(table.name)}`;
      const key = table.appends
        ? ['key', 'valid_from', 'seq']
        : ['key', ...table.identity.map((column) => quote(column)), 'valid_from'];
      const indexes = table.definition.indexes.map(
        (index) =>
          `CREATE INDEX ON ${name} USING ${index.using ?? 'btree'} (${index.on.join(', ')})${index.where ? ` WHERE ${index.where}` : ''};`,
      );
      return [`ALTER TABLE ${name} ADD PRIMARY KEY (${key.join(', ')});`, ...indexes, `ANALYZE ${name};`];
    })
    .join('\n');
}

/** The statements of one table in one schema. */
export interface TableStatements {
  readonly copy: string;
  /**
   * Ends versions: literals of the arrays of keys, starts and ends, then one for each identity column; fails
   * where another number of versions than expected was there to end.
   */
  readonly end: (arrays: readonly string[], expected: number) => string;
  /** The current versions of the keys in `$1`; undefined for append tables. */
  readonly load: string | undefined;
  /** A version from a row of {@link load}, as written by a batch before any of this process's. */
  readonly version: (raw: Record<string, unknown>) => Version;
}

export function statementsOf(schema: string, table: TableLayout): TableStatements {
  const name = `${quote(schema)}.${quote(table.name)}`;
  const columns = table.columns.map(([column]) => quote(column));
  const engine = ['key', 'valid_from', table.appends ? 'seq' : 'valid_to'];
  const identity = table.identity.map((column) => quote(column));
  const types = [
    'text',
    'bigint',
    'bigint',
    ...table.identity.map((column) => table.definition.columns[column]!.type),
  ];
  const match = ['key', 'valid_from', ...identity].map((column) => `t.${column} = e.${column}`).join(' AND ');
  const selected = table.columns.map(([column, kind]) => `${kind.select(quote(column))} AS ${quote(column)}`);
  return {
    copy: `COPY ${name} (${[...engine, ...columns].join(', ')}) FROM STDIN`,
    end: (arrays, expected) =>
      `WITH ended AS (
         UPDATE ${name} AS t SET valid_to = e.valid_to
         FROM unnest(${arrays.map((array, index) => `${array}::${types[index]}[]`).join(', ')})
           AS e (key, valid_from, valid_to${identity.map((column) => `, ${column}`).join('')})
         WHERE ${match} RETURNING 1)
       SELECT masar.read_model_expect(count(*), ${expected}) FROM ended`,
    load: table.appends
      ? undefined
      : `SELECT key, valid_from, ${selected.join(', ')} FROM ${name} WHERE key = ANY ($1::text[]) AND valid_to = ${forever}`,
    version: (raw) => ({
      key: raw['key'] as string,
      from: Number(raw['valid_from']),
      to: undefined,
      seq: 0,
      batch: 0,
      row: Object.fromEntries(table.columns.map(([column, kind]) => [column, kind.read(raw[column])])),
    }),
  };
}

/** A string constant; `standard_conforming_strings` is on, as it has been by default for long. */
export function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
