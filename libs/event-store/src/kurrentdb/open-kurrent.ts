import type { LogRestore } from '../ports.js';
import type { PostgresBackend } from '../postgres/open-postgres.js';
import type { PostgresEventLog } from '../postgres/postgres-event-log.js';
import type { Sequencing } from '../sequencing.js';
import type { KurrentLimits } from './append-limits.js';
import { type LogComparison, compareLog } from './compare-log.js';
import { KurrentEventStore } from './kurrent-event-store.js';
import { KurrentLogRestore } from './kurrent-log-restore.js';
import { openOrderedLog, type OrderedLogOptions, type Server } from './open-ordered-log.js';
import { type StoreFinding, checkServer, requireSafe } from './start-checks.js';

export { followAll } from './all-follower.js';
export { KurrentConnection } from './kurrent-connection.js';
export { StreamNames } from './names.js';
export { openOrderedLog } from './open-ordered-log.js';
export type { OrderedLog, OrderedLogOptions } from './open-ordered-log.js';
export { readServerAll, readServerStream } from './reading.js';
export { toStore } from './stored-event.js';

export interface KurrentOptions extends Omit<OrderedLogOptions, 'check'> {
  /** Told, a sentence each, what the server allows that could harm the log; the store opens all the same. */
  readonly warn?: (message: string) => void;
  /** How long the parts of an append and of a read may take. */
  readonly limits?: Partial<KurrentLimits>;
  /** What makes the server unsafe is said and not refused: for who looks at the log, or saves what it has. */
  readonly unsafe?: boolean | undefined;
}

/** A store on KurrentDB, and its ordered log with everything else on one PostgreSQL. */
export interface KurrentBackend extends Server {
  readonly store: KurrentEventStore;
  readonly log: PostgresEventLog;
  readonly restoring: LogRestore;
  readonly listener: PostgresBackend['listener'];
  readonly sequencing: Sequencing;
  /** What was found when it was opened. */
  readonly findings: readonly StoreFinding[];
  /** Compares the ordered log with the server, event by event. */
  compare(): Promise<LogComparison>;
  /** Appends under way finish, the log is written no more by this process, then connections close. */
  close(): Promise<void>;
}

/**
 * Connects to server and database, looks whether the server is safe to use, and begins to write its ordered log. It waits
 * for both to answer, and not for the log to be complete.
 *
 * @throws StoreError `UNAVAILABLE` where one of them does not answer in time; `UNSAFE_STORE` where the server could lose
 *   or hide events; `OTHER_LOG` where the database has the log of another
 * @throws SchemaError a newer version of Masar wrote the database
 */
export async function openKurrent(options: KurrentOptions): Promise<KurrentBackend> {
  const { connectionString, applicationName = 'masar', limits, unsafe = false, warn } = options;
  let findings: readonly StoreFinding[] = [];
  const ordered = await openOrderedLog({
    ...options,
    check: async ({ connection, names, pool }) => {
      findings = await checkServer(connection, names, pool);
      if (!unsafe) requireSafe(findings, warn);
    },
  });
  const { connection, names, pool, database, waiting, sequencing } = ordered;
  const { log, listener } = database;
  const store = new KurrentEventStore({
    connection,
    names,
    pool,
    listener,
    waiting,
    ...(limits && { limits }),
  });
  return {
    connection,
    names,
    pool,
    store,
    log,
    listener,
    sequencing,
    restoring: new KurrentLogRestore({ connection, names, connectionString, applicationName, log }, (work) =>
      ordered.quietly(work),
    ),
    findings,
    compare: () => compareLog({ connection, names, pool, log }),
    async close() {
      await store.close();
      await ordered.close();
    },
  };
}
