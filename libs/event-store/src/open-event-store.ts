import type pg from 'pg';
import { openKurrent } from './kurrentdb/open-kurrent.js';
import { openDatabase } from './opened-database.js';
import { openPostgres } from './postgres/open-postgres.js';
import type { EventLog, EventStore, LogRestore } from './ports.js';
import type { LogComparison } from './kurrentdb/compare-log.js';
import type { StoreFinding } from './kurrentdb/checks/store-finding.js';
import type { Sequencing } from './sequencing.js';
import type { DatabaseAddress } from './store-address.js';
import type { KurrentSettings } from './store-settings.js';

export { storePlaceOf } from './store-settings.js';
export type { KurrentSettings, StorePlace } from './store-settings.js';

export interface EventStoreSettings {
  /** `postgres://…`; without one an embedded PostgreSQL is started on the data folder, or joined. */
  readonly databaseUrl?: string | undefined;
  /** The store is this server, and PostgreSQL has its ordered log; without one PostgreSQL is the store. */
  readonly kurrent?: KurrentSettings | undefined;
  readonly dataFolder: string;
  /** As the database shows it among its clients. */
  readonly applicationName: string;
  /** Opens it also where a restore into it is not finished: for who finishes it. */
  readonly filling?: boolean;
  /** Opens a server also where it could lose events, for who looks at the log, or saves what it has. */
  readonly unsafe?: boolean;
  /** Told, in plain sentences, what takes time or surprises. */
  readonly say?: (message: string) => void;
  /** Told, a sentence each, what a KurrentDB allows that could harm the log; the store opens all the same. */
  readonly warn?: (message: string) => void;
}

/** A server, for who looks at it. */
export interface ExaminedServer {
  /** What was found when it was opened. */
  readonly findings: readonly StoreFinding[];
  /** Compares the ordered log with the server, event by event. @throws StoreError `UNAVAILABLE` */
  compare(): Promise<LogComparison>;
}

/** The database they name. */
export function databaseOf({
  databaseUrl,
  dataFolder,
}: Pick<EventStoreSettings, 'databaseUrl' | 'dataFolder'>): DatabaseAddress {
  return databaseUrl ? { databaseUrl } : { dataFolder };
}

/** Store, log and database, wherever they are. */
export interface OpenedEventStore {
  readonly store: EventStore;
  readonly log: EventLog;
  /** For `masar restore` alone. */
  readonly restoring: LogRestore;
  readonly pool: pg.Pool;
  /** How the ordered log follows the store; undefined where they are one. */
  readonly sequencing?: Sequencing;
  /** The store as its server has it; undefined where PostgreSQL is the store. */
  readonly server?: ExaminedServer;
  /** For connections of one's own. Holds a password: never shown. */
  readonly connectionString: string;
  /** Where the events are, in a sentence for people; without a password. */
  readonly place: string;
  /** Appends under way finish, connections close, then the embedded PostgreSQL is let go of. */
  close(): Promise<void>;
}

/**
 * Opens the store the settings ask for.
 *
 * @throws StoreError the database cannot be reached or is not safe to use
 * @throws SchemaError a newer version of Masar wrote it
 * @throws EmbeddedPostgresError the embedded one cannot be started
 */
export async function openEventStore(settings: EventStoreSettings): Promise<OpenedEventStore> {
  const { kurrent, applicationName, filling, unsafe, say, warn } = settings;
  const database = await openDatabase(databaseOf(settings), { say });
  try {
    const { connectionString } = database;
    const options = {
      connectionString,
      applicationName,
      ...(filling !== undefined && { filling }),
      ...(say && { onRetry: say }),
    };
    const close = async (backend: { close(): Promise<void> }): Promise<void> => {
      await backend.close();
      await database.release();
    };
    if (kurrent) {
      const backend = await openKurrent({
        ...options,
        ...kurrent,
        unsafe,
        ...(say && { say }),
        ...(warn && { warn }),
      });
      const { store, log, restoring, pool, sequencing } = backend;
      return {
        store,
        log,
        restoring,
        pool,
        sequencing,
        server: backend,
        connectionString,
        place: `KurrentDB at ${backend.connection.place}, under ${backend.names.all}; its ordered log in ${database.place}`,
        close: () => close(backend),
      };
    }
    const backend = await openPostgres(options);
    const { store, log, restoring, pool } = backend;
    return {
      store,
      log,
      restoring,
      pool,
      connectionString,
      place: database.place,
      close: () => close(backend),
    };
  } catch (error) {
    await database.release();
    throw error;
  }
}
