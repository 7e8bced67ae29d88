import { type OpenedEventStore, openEventStore } from '@masar/event-store/open';
import { ReadModels, readModels } from '@masar/read-models';
import { masterKey, openVault } from '@masar/subjects';

/** The data folder commands work on: `MASAR_DATA`, or `.masar`. */
export function dataFolder(): string {
  return process.env['MASAR_DATA'] || '.masar';
}

/** Opens the store the environment names, does the work, and closes it, whatever happens. */
export async function withStore<T>(work: (opened: OpenedEventStore) => Promise<T>): Promise<T> {
  const opened = await openEventStore({
    databaseUrl: process.env['DATABASE_URL'] || undefined,
    dataFolder: dataFolder(),
    applicationName: 'masar cli',
    say: (message) => process.stderr.write(`${message}\n`),
  });
  try {
    return await work(opened);
  } finally {
    await opened.close();
  }
}

/** The vault of names beside the store. */
export async function vaultOf({ pool }: OpenedEventStore) {
  return openVault({ pool, masterKey: await masterKey(dataFolder()) });
}

/** The read models on the store; projected here where no other process does. */
export async function withReadModels<T>(
  opened: OpenedEventStore,
  work: (models: ReadModels) => Promise<T>,
): Promise<T> {
  const { connectionString, log } = opened;
  const models = await ReadModels.open({ connectionString, log, models: readModels });
  try {
    models.start();
    return await work(models);
  } finally {
    await models.stop();
  }
}
