import { noLog, openDatabase } from './opened-database.js';
import { KurrentConnection } from './kurrentdb/kurrent-connection.js';
import { KurrentLogFilling } from './kurrentdb/kurrent-log-filling.js';
import { readIdentity } from './kurrentdb/log-identity.js';
import { StreamNames } from './kurrentdb/names.js';
import { type Server, openOrderedLog } from './kurrentdb/open-ordered-log.js';
import { patiently } from './kurrentdb/patiently.js';
import { checkServer, requireSafe } from './kurrentdb/start-checks.js';
import { storedOnServer } from './kurrentdb/stored-on-server.js';
import { untilCaughtUp } from './kurrentdb/until-caught-up.js';
import type { EventLog, LogFilling, StoredLog } from './ports.js';
import { openPostgres } from './postgres/open-postgres.js';
import { PostgresLogFilling } from './postgres/postgres-log-filling.js';
import { requireSoleUse } from './postgres/sole-use.js';
import { storedPages } from './postgres/stored-pages.js';
import type { DatabaseAddress, StoreAddress } from './store-address.js';
import type { KurrentSettings } from './store-settings.js';

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
export function openCopySource(address: StoreAddress, opening: CopyOpening): Promise<OpenedSource> {
  const { kurrent, database } = address;
  return opened((closing) =>
    kurrent ? openServerSource(kurrent, database, opening, closing) : openSource(database, opening, closing),
  );
}

async function openSource(
  address: DatabaseAddress,
  opening: CopyOpening,
  closing: Closing,
): Promise<Omit<OpenedSource, 'close'>> {
  const { applicationName, say } = opening;
  const database = await openDatabase(address, { say, withLog: true });
  closing.push(() => database.release());
  const { connectionString, place } = database;
  const backend = await openPostgres({ connectionString, applicationName, ...retrying(opening) });
  closing.push(() => backend.close());
  return {
    log: backend.log,
    place,
    stored: () => storedPages(backend.log),
    requireUnused: () => requireSoleUse(backend.pool, applicationName),
  };
}

/** The ordered log of a server, brought up to the server's present end. */
async function openServerSource(
  { url, prefix }: KurrentSettings,
  address: DatabaseAddress,
  opening: CopyOpening,
  closing: Closing,
): Promise<Omit<OpenedSource, 'close'>> {
  const { applicationName, say } = opening;
  const database = await openDatabase(address, { say });
  closing.push(() => database.release());
  const ordered = await openOrderedLog({
    url,
    prefix,
    connectionString: database.connectionString,
    applicationName,
    ...retrying(opening),
    ...(say && { say }),
    check: async (server) => {
      const { connection, names } = server;
      if (!(await readIdentity(connection, names))) throw noLog(serverPlace(connection, names));
      await requireSafeServer(server, opening);
    },
  });
  closing.push(() => ordered.close());
  const { connection, names, pool } = ordered;
  const requireUnused = () => requireSoleUse(pool, applicationName);
  await requireUnused();
  await untilCaughtUp(ordered);
  return {
    log: ordered.database.log,
    place: `${serverPlace(connection, names)}, its ordered log in ${database.place}`,
    stored: () => storedOnServer(connection, names),
    requireUnused,
  };
}

/**
 * Opens a store that is to be filled, or was filled in part; makes the tables, and a data folder, where there are none.
 *
 * @throws StoreError whatever opening it throws
 */
export function openCopyTarget(address: StoreAddress, opening: CopyOpening): Promise<OpenedTarget> {
  const { kurrent } = address;
  const { applicationName, say } = opening;
  return opened(async (closing) => {
    const server = kurrent && {
      names: new StreamNames(kurrent.prefix),
      connection: await KurrentConnection.open({ url: kurrent.url, connectionName: applicationName }),
    };
    if (server) closing.push(() => server.connection.close());
    const database = await openDatabase(address.database, { say });
    closing.push(() => database.release());
    const { connectionString } = database;
    const { log, ...backend } = await openPostgres({
      connectionString,
      applicationName,
      filling: true,
      ...(server && { sequencedFrom: server.names.prefix }),
      ...retrying(opening),
    });
    closing.push(() => backend.close());
    if (server) await requireSafeServer({ ...server, pool: backend.pool }, opening);
    const target = { connectionString, applicationName, log };
    const filling = server ? new KurrentLogFilling({ ...target, ...server }) : new PostgresLogFilling(target);
    closing.push(() => filling.close());
    const place = server
      ? `${serverPlace(server.connection, server.names)}, its ordered log in ${database.place}`
      : database.place;
    return { filling, place };
  });
}

/** What closes the parts of something, in the order they were opened. */
type Closing = (() => Promise<void>)[];

/** Closes what was opened, the last first: when asked to, or where opening the rest fails. */
async function opened<T extends object>(
  open: (closing: Closing) => Promise<T>,
): Promise<T & { close(): Promise<void> }> {
  const closing: Closing = [];
  const close = async (): Promise<void> => {
    for (const one of closing.splice(0).toReversed()) await one();
  };
  try {
    return { ...(await open(closing)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function requireSafeServer({ connection, names, pool }: Server, { say }: CopyOpening): Promise<void> {
  requireSafe(await patiently(() => checkServer(connection, names, pool)), say);
}

function serverPlace({ place }: KurrentConnection, { all }: StreamNames): string {
  return `KurrentDB at ${place} under ${all}`;
}

const retrying = ({ say }: CopyOpening) => ({ ...(say && { onRetry: say }) });
