import type pg from 'pg';
import type { EmbeddedPostgres } from './embedded/embedded-postgres.js';
import { superviseEmbeddedPostgres } from './embedded/supervised-postgres.js';
import { openKurrent } from './kurrentdb/open-kurrent.js';
import { openPostgres } from './postgres/open-postgres.js';
import type { EventLog, EventStore, LogRestore } from './ports.js';
import type { LogComparison } from './kurrentdb/compare-log.js';
import type { StoreFinding } from './kurrentdb/checks/store-finding.js';
import type { Sequencing } from './sequencing.js';
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
  const { databaseUrl, kurrent, dataFolder, applicationName, filling, unsafe, say, warn } = settings;
  const embedded = databaseUrl
    ? undefined
    : await superviseEmbeddedPostgres({ dataDir: dataFolder, ...(say && { log: say }) });
  try {
    const connectionString = databaseUrl ?? embedded!.connectionString;
    const options = {
      connectionString,
      applicationName,
      ...(filling !== undefined && { filling }),
      ...(say && { onRetry: say }),
    };
    const database = embedded ? embeddedPlace(embedded) : postgresPlace(connectionString);
    const close = async (backend: { close(): Promise<void> }): Promise<void> => {
      await backend.close();
      await embedded?.release();
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
        place: `KurrentDB at ${backend.connection.place}, under ${backend.names.all}; its ordered log in ${database}`,
        close: () => close(backend),
      };
    }
    const backend = await openPostgres(options);
    const { store, log, restoring, pool } = backend;
    return { store, log, restoring, pool, connectionString, place: database, close: () => close(backend) };
  } catch (error) {
    await embedded?.release();
    throw error;
  }
}

/** Where an embedded PostgreSQL is, for people. */
export function embeddedPlace(embedded: EmbeddedPostgres): string {
  const how = embedded.adopted
    ? ', left running by an earlier start'
    : embedded.attached
      ? ', shared with another process'
      : '';
  const who = embedded.runsAs ? `, run as ${embedded.runsAs}` : '';
  return `embedded PostgreSQL in ${embedded.clusterDir}${who}${how}`;
}

/** Where a PostgreSQL is, for people: without user and password. */
export function postgresPlace(connectionString: string): string {
  if (!URL.canParse(connectionString)) return 'PostgreSQL at the address that was given';
  const { host, pathname } = new URL(connectionString);
  return `PostgreSQL at ${host}${pathname}`;
}
