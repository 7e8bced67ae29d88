import type { Pool } from 'pg';
import { StoreError } from '../errors.js';

/** Of which store this database has to hold the log. */
export interface LogOwner {
  /** The prefix on a server; undefined where the database is the store itself. */
  readonly sequencedFrom?: string;
  /** A log that is not whole yet will do. */
  readonly filling?: boolean;
}

/**
 * Makes sure that the log in the database is that of the store that was asked for. An empty log that is sequenced from
 * nothing yet is any store's.
 *
 * @throws StoreError `OTHER_LOG`, `UNSAFE_STORE`
 */
export async function requireOwnLog(pool: Pool, { sequencedFrom, filling = false }: LogOwner): Promise<void> {
  const log = await read(pool, sequencedFrom === undefined);
  if (log === 'locked') return;
  if (sequencedFrom === undefined && log.kurrentdb !== null) {
    throw new StoreError(
      'OTHER_LOG',
      `the database has the ordered log of the events under ${log.kurrentdb}- on a KurrentDB: set KURRENTDB_URL to that server`,
    );
  }
  if (sequencedFrom !== undefined && log.kurrentdb === null && !log.filling && (await hasEvents(pool))) {
    throw new StoreError(
      'OTHER_LOG',
      'the database is a store of its own, with events that are not on the KurrentDB that KURRENTDB_URL names: name another database, or move them there with masar copy',
    );
  }
  if (sequencedFrom !== undefined && log.kurrentdb !== null && log.kurrentdb !== sequencedFrom) {
    throw new StoreError(
      'OTHER_LOG',
      `the database has the ordered log of the events under ${log.kurrentdb}-, not of those under ${sequencedFrom}-: set KURRENTDB_PREFIX, or name another database`,
    );
  }
  if (log.filling && !filling) {
    throw new StoreError(
      'UNSAFE_STORE',
      'a copy or restore into this database was broken off, so that its log is not whole: run the same again',
    );
  }
}

interface Owned {
  readonly kurrentdb: string | null;
  readonly filling: boolean;
}

/**
 * A restore locks it for as long as it writes. Who opens meanwhile a database that is a store of its own need not wait:
 * its reads do, and the appending itself refuses where the log turns out to be another's.
 */
async function read(pool: Pool, mayBeLocked: boolean): Promise<Owned | 'locked'> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    if (mayBeLocked) await client.query(`set local lock_timeout = '1s'`);
    const { rows } = await client.query<Owned>('select kurrentdb, filling from masar.log');
    return rows[0]!;
  } catch (error) {
    if (mayBeLocked && (error as { code?: unknown }).code === '55P03') return 'locked';
    throw error;
  } finally {
    await client.query('rollback').catch(() => undefined);
    client.release();
  }
}

async function hasEvents(pool: Pool): Promise<boolean> {
  return (await pool.query('select 1 from masar.event order by position limit 1')).rows.length > 0;
}
