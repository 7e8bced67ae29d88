import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { StoreError } from '../errors.js';
import type { LogRestore } from '../ports.js';
import { AppendConnection } from './append-connection.js';
import { backoffMs, connectionConfig } from './connection.js';
import { LogListener } from './log-listener.js';
import { logMigrations } from './log-migrations.js';
import { requireOwnLog } from './log-owner.js';
import { migrate } from './migrations.js';
import { faultOf, noSuchDatabase } from './postgres-errors.js';
import { PostgresEventLog } from './postgres-event-log.js';
import { PostgresEventStore } from './postgres-event-store.js';
import { PostgresLogRestore } from './postgres-log-restore.js';

export interface PostgresOptions {
  readonly connectionString: string;
  /** As `pg_stat_activity` shows it. Default `masar`. */
  readonly applicationName?: string;
  /** Connections of the pool everything but appends uses. Default 10. */
  readonly maxConnections?: number;
  /** How long to wait for a database that does not answer. Default 60 s. */
  readonly patienceMs?: number;
  /** The prefix under which a server has the events of which this database has the ordered log. */
  readonly sequencedFrom?: string;
  /** Opens it also where a copy or restore into it is not finished: for who finishes it. */
  readonly filling?: boolean;
  /** Told of each try that failed, in a sentence without the connection string. */
  readonly onRetry?: (message: string) => void;
}

/** Store, log and pool on one PostgreSQL. */
export interface PostgresBackend {
  readonly store: PostgresEventStore;
  readonly log: PostgresEventLog;
  readonly restoring: LogRestore;
  /** Hears of what is written to the log. */
  readonly listener: LogListener;
  /** For read models and other tables of ours. */
  readonly pool: pg.Pool;
  /** Appends under way finish, then connections close. */
  close(): Promise<void>;
}

/**
 * Connects, waits for a database that is not up yet, and brings the log's tables to the newest version.
 *
 * @throws StoreError `UNAVAILABLE` where it does not answer in time, or may lose what it acknowledged; `OTHER_LOG` where it
 *   has the log of another store; `UNSAFE_STORE` where a copy or restore into it was broken off
 * @throws SchemaError a newer version of Masar wrote the database
 */
export async function openPostgres(options: PostgresOptions): Promise<PostgresBackend> {
  const { connectionString, applicationName = 'masar', maxConnections = 10 } = options;
  const pool = new pg.Pool({
    ...connectionConfig(connectionString, applicationName),
    max: maxConnections,
    idleTimeoutMillis: 30_000,
    query_timeout: 120_000,
  });
  // A connection that breaks while idle is replaced at the next query; without a listener it would end the process.
  pool.on('error', () => undefined);
  try {
    await untilReachable(pool, options);
    await requireDurable(pool);
    await migrate(pool, 'log', logMigrations);
    await requireOwnLog(pool, options);
  } catch (error) {
    await pool.end();
    throw error;
  }
  const listener = new LogListener(connectionString, applicationName);
  const store = new PostgresEventStore(pool, new AppendConnection(connectionString, applicationName));
  const log = new PostgresEventLog(pool, listener);
  return {
    store,
    log,
    restoring: new PostgresLogRestore(connectionString, applicationName, () => log.forgetIdentity()),
    listener,
    pool,
    async close() {
      await store.close();
      await log.close();
      await pool.end();
    },
  };
}

async function untilReachable(
  pool: pg.Pool,
  { patienceMs = 60_000, onRetry }: PostgresOptions,
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (let attempt = 0; ; attempt += 1) {
    try {
      await pool.query('select 1');
      return;
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (faultOf(error) !== 'transient' || code === noSuchDatabase) throw refused(error);
      const wait = backoffMs(attempt + 3);
      if (Date.now() + wait > deadline) {
        throw new StoreError(
          'UNAVAILABLE',
          `the database does not answer (${reason(error)}): is it running, and is DATABASE_URL right?`,
          { cause: error },
        );
      }
      onRetry?.(`the database does not answer yet (${reason(error)}); trying again in ${wait} ms`);
      await delay(wait);
    }
  }
}

function reason(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : 'no connection';
}

function refused(cause: unknown): StoreError {
  return new StoreError(
    'UNAVAILABLE',
    `the database refuses the connection (${reason(cause)}): check DATABASE_URL, its user and its password`,
    { cause },
  );
}

/** An append that was acknowledged must survive a crash of the server, and its text must fit, whatever its script. */
async function requireDurable(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ setting: string; encoding: string }>(
    `select current_setting('synchronous_commit') as setting, current_setting('server_encoding') as encoding`,
  );
  const encoding = rows[0]?.encoding;
  if (encoding !== undefined && encoding !== 'UTF8') {
    throw new StoreError(
      'UNSAFE_STORE',
      `the database keeps text in ${encoding}, which cannot hold every script: make one with ENCODING 'UTF8'`,
    );
  }
  if (rows[0]?.setting === 'off') {
    throw new StoreError(
      'UNAVAILABLE',
      'synchronous_commit is off: the server may lose what it acknowledged. Set it to on for this database or user',
    );
  }
}
