import pg from 'pg';
import type { ReadModel } from './read-model.js';

/** The right to project one version of a read model, held by one process at a time. */
export interface Ownership {
  /** The connection that holds it; all writing goes through it too, so it cannot outlive the right. */
  readonly client: pg.Client;
  /** Aborted when the connection breaks: another process may own it from then on. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/**
 * What every connection that writes rows is set to. A commit need not wait for the disk: rows and checkpoint
 * are lost together, and made again from the log. The plans are pinned to index lookups, which is what ending
 * versions and loading documents always want.
 */
const settings = `SET synchronous_commit = off; SET jit = off; SET statement_timeout = '120s'; SET lock_timeout = '30s';
  SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;
  SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3`;

export async function connectWriter(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    application_name: 'masar projection',
  });
  // Its statements fail too, which is where it is dealt with.
  client.on('error', () => undefined);
  await client.connect();
  await client.query(settings);
  return client;
}

const lockKey = "hashtextextended('masar.read_model:' || $1 || ':v' || $2, 0)";

/** Whether no process owns this version. Takes nothing. */
export async function isUnowned(on: pg.Pool, name: string, version: number): Promise<boolean> {
  const { rows } = await on.query<{ free: boolean }>(`SELECT pg_try_advisory_xact_lock(${lockKey}) AS free`, [
    name,
    String(version),
  ]);
  return rows[0]!.free;
}

/** Takes the ownership; undefined while another process has it. */
export async function tryToOwn(
  connectionString: string,
  pool: pg.Pool,
  { name, version }: ReadModel,
): Promise<Ownership | undefined> {
  // A stand-by asks through the pool, and needs no connection of its own for that.
  if (!(await isUnowned(pool, name, version))) return undefined;
  const client = await connectWriter(connectionString);
  const lost = new AbortController();
  client.on('error', () => lost.abort());
  client.on('end', () => lost.abort());
  const release = (): Promise<void> => client.end().catch(() => undefined);
  try {
    const { rows } = await client.query<{ held: boolean }>(
      `SELECT pg_try_advisory_lock(${lockKey}) AS held`,
      [name, String(version)],
    );
    if (rows[0]!.held) return { client, lost: lost.signal, release };
  } catch (error) {
    await release();
    throw error;
  }
  await release();
  return undefined;
}
