import { StoreError } from './errors.js';
import { KurrentConnection } from './kurrentdb/kurrent-connection.js';
import { StreamNames } from './kurrentdb/names.js';
import { type RebuildOptions, type RebuiltLog, rebuildLog } from './kurrentdb/rebuild-log.js';
import { databaseOf, type EventStoreSettings } from './open-event-store.js';
import { openDatabase } from './opened-database.js';
import { openPostgres } from './postgres/open-postgres.js';

export type { RebuildOptions } from './kurrentdb/rebuild-log.js';

/**
 * Writes the ordered log of a KurrentDB anew from it, while nothing else works on the database: for a database that was
 * lost or damaged, or a server that was put back to an earlier state.
 *
 * @throws StoreError `OTHER_LOG` where PostgreSQL is the store itself, or has another log; what {@link rebuildLog} throws
 */
export async function rebuildOrderedLog(
  settings: EventStoreSettings,
  options: RebuildOptions = {},
): Promise<RebuiltLog> {
  const { kurrent, applicationName, say } = settings;
  if (!kurrent) {
    throw new StoreError(
      'OTHER_LOG',
      'the log is kept in PostgreSQL itself, since KURRENTDB_URL is not set: there is nothing to write it anew from. A backup is put back with masar restore',
    );
  }
  const names = new StreamNames(kurrent.prefix);
  const database = await openDatabase(databaseOf(settings), { say });
  try {
    const { connectionString } = database;
    const backend = await openPostgres({
      connectionString,
      applicationName,
      sequencedFrom: names.prefix,
      ...(say && { onRetry: say }),
    });
    await backend.close();
    const connection = await KurrentConnection.open({ url: kurrent.url, connectionName: applicationName });
    try {
      return await rebuildLog({ connection, names, connectionString, applicationName }, options);
    } finally {
      await connection.close();
    }
  } finally {
    await database.release();
  }
}
