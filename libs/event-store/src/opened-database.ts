import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import type { EmbeddedPostgres } from './embedded/embedded-postgres.js';
import { superviseEmbeddedPostgres } from './embedded/supervised-postgres.js';
import { StoreError } from './errors.js';
import { connectionConfig } from './postgres/connection.js';
import { readError } from './postgres/postgres-errors.js';
import type { DatabaseAddress } from './store-address.js';

/** A database that is there; the embedded one for as long as it is held. */
export interface OpenedDatabase {
  readonly connectionString: string;
  readonly place: string;
  release(): Promise<void>;
}

/**
 * Starts the embedded one where that is meant, and connects to nothing otherwise.
 *
 * @param options.withLog refuses one that has none, rather than making it
 * @throws StoreError `OTHER_LOG`, `UNAVAILABLE`; EmbeddedPostgresError
 */
export async function openDatabase(
  address: DatabaseAddress,
  {
    say,
    withLog = false,
  }: { readonly say?: ((message: string) => void) | undefined; readonly withLog?: boolean },
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

/** Refuses a store that is not one. */
export function noLog(place: string): StoreError {
  return new StoreError('OTHER_LOG', `there is no log of Masar in ${place}: is it the store that is meant?`);
}

/** Where an embedded PostgreSQL is, for people. */
function embeddedPlace(embedded: EmbeddedPostgres): string {
  const how = embedded.adopted
    ? ', left running by an earlier start'
    : embedded.attached
      ? ', shared with another process'
      : '';
  const who = embedded.runsAs ? `, run as ${embedded.runsAs}` : '';
  return `embedded PostgreSQL in ${embedded.clusterDir}${who}${how}`;
}

/** Where a PostgreSQL is, for people: without user and password. */
function postgresPlace(connectionString: string): string {
  if (!URL.canParse(connectionString)) return 'PostgreSQL at the address that was given';
  const { host, pathname } = new URL(connectionString);
  return `PostgreSQL at ${host}${pathname}`;
}
