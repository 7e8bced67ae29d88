import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { superviseEmbeddedPostgres } from './embedded/supervised-postgres.js';
import { StoreError } from './errors.js';
import { KurrentConnection } from './kurrentdb/kurrent-connection.js';
import { KurrentLogFilling } from './kurrentdb/kurrent-log-filling.js';
import { StreamNames } from './kurrentdb/names.js';
import { embeddedPlace, postgresPlace } from './open-event-store.js';
import type { EventLog, LogFilling, StoredLog } from './ports.js';
import { connectionConfig } from './postgres/connection.js';
import { openPostgres } from './postgres/open-postgres.js';
import { readError } from './postgres/postgres-errors.js';
import { PostgresLogFilling } from './postgres/postgres-log-filling.js';
import { requireSoleUse } from './postgres/sole-use.js';
import { storedPages } from './postgres/stored-pages.js';
import type { DatabaseAddress, StoreAddress } from './store-address.js';

export { databaseAddress, isKurrentAddress } from './store-address.js';
export type { DatabaseAddress, StoreAddress } from './store-address.js';

/** What a log is copied from. */
export interface OpenedSource extends StoredLog {
  readonly log: EventLog;
  /** In a sentence, without a password. */
  readonly place: string;
  /** @throws StoreError `IN_USE` where other processes of Masar are connected to its database */
  requireUnused(): Promise<void>;
  close(): Promise<void>;
}

/** What a log is copied into. */
export interface OpenedTarget {
  readonly filling: LogFilling;
  readonly place: string;
  close(): Promise<void>;
}

export interface CopyOpening {
  /** As databases show it: others whose name begins so count as this one. */
  readonly applicationName: string;
  readonly say?: (message: string) => void;
}

/**
 * Opens a store that has a log, to read it.
 *
 * @throws StoreError `OTHER_LOG` where there is none; whatever opening it otherwise throws
 */
export async function openCopySource(address: StoreAddress, opening: CopyOpening): Promise<OpenedSource> {
  const { applicationName } = opening;
  if (address.kurrent)
    throw new StoreError('UNSAFE_STORE', 'a log cannot be copied from a KurrentDB yet: name a PostgreSQL');
  const database = await openDatabase(address.database, opening, true);
  try {
    const { connectionString, place } = database;
    const backend = await openPostgres({ connectionString, applicationName, ...retrying(opening) });
    return {
      log: backend.log,
      place,
      stored: () => storedPages(backend.log),
      requireUnused: () => requireSoleUse(backend.pool, applicationName),
      async close() {
        await backend.close();
        await database.release();
      },
    };
  } catch (error) {
    await database.release();
    throw error;
  }
}

/**
 * Opens a store that is to be filled, or was filled in part; makes the tables, and a data folder, where there are none.
 *
 * @throws StoreError whatever opening it throws
 */
export async function openCopyTarget(address: StoreAddress, opening: CopyOpening): Promise<OpenedTarget> {
  const { applicationName } = opening;
  const names = address.kurrent && new StreamNames(address.kurrent.prefix);
  const connection =
    address.kurrent &&
    (await KurrentConnection.open({ url: address.kurrent.url, connectionName: applicationName }));
  const database = await openDatabase(address.database, opening, false);
  const letGo = async (): Promise<void> => {
    await connection?.close();
    await database.release();
  };
  try {
    const { connectionString } = database;
    const sequenced = names && { sequencedFrom: names.prefix };
    const { log, ...backend } = await openPostgres({
      connectionString,
      applicationName,
      filling: true,
      ...sequenced,
      ...retrying(opening),
    });
    const target = { connectionString, applicationName, log };
    const filling =
      names && connection
        ? new KurrentLogFilling({ ...target, connection, names })
        : new PostgresLogFilling(target);
    return {
      filling,
      place: connection ? serverPlace(connection, names!, database.place) : database.place,
      async close() {
        await filling.close();
        await backend.close();
        await letGo();
      },
    };
  } catch (error) {
    await letGo();
    throw error;
  }
}

function serverPlace(connection: KurrentConnection, names: StreamNames, database: string): string {
  return `KurrentDB at ${connection.place} under ${names.all}, its ordered log in ${database}`;
}

const retrying = ({ say }: CopyOpening) => ({ ...(say && { onRetry: say }) });

interface OpenedDatabase {
  readonly connectionString: string;
  readonly place: string;
  release(): Promise<void>;
}

/** @param withLog refuses one that has none, rather than making it */
async function openDatabase(
  address: DatabaseAddress,
  { say }: CopyOpening,
  withLog: boolean,
): Promise<OpenedDatabase> {
  if ('databaseUrl' in address) {
    const { databaseUrl } = address;
    const place = postgresPlace(databaseUrl);
    if (withLog) await requireLog(databaseUrl, place);
    return { connectionString: databaseUrl, place, release: async () => undefined };
  }
  const { dataFolder } = address;
  if (withLog && !existsSync(join(dataFolder, 'postgres'))) throw noLog(`the folder ${dataFolder}`);
  const embedded = await superviseEmbeddedPostgres({ dataDir: dataFolder, ...(say && { log: say }) });
  try {
    const place = embeddedPlace(embedded);
    if (withLog) await requireLog(embedded.connectionString, place);
    return { connectionString: embedded.connectionString, place, release: () => embedded.release() };
  } catch (error) {
    await embedded.release();
    throw error;
  }
}

/** A mistaken address is not to be given the tables of a log. */
async function requireLog(connectionString: string, place: string): Promise<void> {
  const client = new Client(connectionConfig(connectionString, 'masar'));
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ there: boolean }>(
      `select to_regclass('masar.event') is not null as there`,
    );
    if (!rows[0]!.there) throw noLog(place);
  } catch (error) {
    throw readError(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function noLog(place: string): StoreError {
  return new StoreError('OTHER_LOG', `there is no log of Masar in ${place}: is it the store that is meant?`);
}
