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
  const { rows } = await pool.query<{ kurrentdb: string | null; filling: boolean }>(
    'select kurrentdb, filling from masar.log',
  );
  const log = rows[0]!;
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

async function hasEvents(pool: Pool): Promise<boolean> {
  return (await pool.query('select 1 from masar.event order by position limit 1')).rows.length > 0;
}
