import type { ClientBase, Pool } from 'pg';
import { inTransaction } from './transaction.js';

/** One step of a component's tables. Never changed once released: another is added. */
export interface Migration {
  /** 1, 2, 3, … */
  readonly version: number;
  readonly sql: string;
}

/** The database's tables are not what this version of Masar can use. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
  constructor(
    readonly code: 'SCHEMA_TOO_NEW',
    message: string,
  ) {
    super(message);
  }
}

/**
 * Brings a component's tables to the newest version, one process at a time, all steps in one transaction. What was
 * applied is kept in `<schema>.migration`: a schema that is moved or restored alone brings its own.
 *
 * @throws SchemaError the database was written by a newer version of Masar
 */
export async function migrate(
  pool: Pool,
  component: string,
  migrations: readonly Migration[],
  schema: 'masar' | 'masar_keys' = 'masar',
): Promise<void> {
  const client = await pool.connect();
  try {
    await inTransaction(client, () => apply(client, component, migrations, schema));
  } finally {
    client.release();
  }
}

async function apply(
  client: ClientBase,
  component: string,
  migrations: readonly Migration[],
  schema: 'masar' | 'masar_keys',
): Promise<void> {
  await client.query(`set local lock_timeout = '60s'`);
  await client.query(`select pg_advisory_xact_lock(hashtextextended('masar.migrate', 0))`);
  await client.query(`create schema if not exists ${schema}`);
  await client.query(`create table if not exists ${schema}.migration (
    component text not null,
    version integer not null,
    applied_at timestamptz not null default now(),
    primary key (component, version)
  )`);
  const { rows } = await client.query<{ version: number | null }>(
    `select max(version) as version from ${schema}.migration where component = $1`,
    [component],
  );
  const current = rows[0]?.version ?? 0;
  const newest = migrations.at(-1)?.version ?? 0;
  if (current > newest) {
    throw new SchemaError(
      'SCHEMA_TOO_NEW',
      `the database has version ${current} of the tables of ${component}; this Masar knows up to ${newest}: start a newer one`,
    );
  }
  for (const { version, sql } of migrations.filter((migration) => migration.version > current)) {
    await client.query(sql);
    await client.query(`insert into ${schema}.migration (component, version) values ($1, $2)`, [
      component,
      version,
    ]);
  }
}
