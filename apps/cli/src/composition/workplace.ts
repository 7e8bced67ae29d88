import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type OpenedEventStore, openEventStore } from '@masar/event-store/open';
import { ReadModels, readModels } from '@masar/read-models';
import { type SubjectVault, erasuresPath, masterKey, openVault } from '@masar/subjects';

/** The data folder commands work on: `MASAR_DATA`, or `.masar`. */
export function dataFolder(): string {
  return process.env['MASAR_DATA'] || '.masar';
}

/** Opens the store the environment names, does the work, and closes it, whatever happens. */
export async function withStore<T>(
  work: (opened: OpenedEventStore) => Promise<T>,
  applicationName = 'masar cli',
): Promise<T> {
  const opened = await openEventStore({
    databaseUrl: process.env['DATABASE_URL'] || undefined,
    dataFolder: dataFolder(),
    applicationName,
    say: (message) => process.stderr.write(`${message}\n`),
  });
  try {
    return await work(opened);
  } finally {
    await opened.close();
  }
}

/** Whether there is a master key of names already; otherwise the next to open the vault makes one. */
export function hasMasterKey(): boolean {
  return Boolean(process.env['MASAR_VAULT_KEY']) || existsSync(join(dataFolder(), 'vault.key'));
}

/** Opens the vault of names beside the store, does the work, and closes it. */
export async function withVault<T>(
  { pool }: OpenedEventStore,
  work: (vault: SubjectVault) => Promise<T>,
): Promise<T> {
  const vault = await openVault({
    pool,
    keysUrl: process.env['MASAR_KEYS_URL'] || undefined,
    masterKey: await masterKey(dataFolder()),
    erasures: erasuresPath(dataFolder()),
  });
  try {
    return await work(vault);
  } finally {
    await vault.close();
  }
}

/** {@link withStore} and {@link withVault} in one. */
export async function withStoreAndVault<T>(
  work: (opened: OpenedEventStore, vault: SubjectVault) => Promise<T>,
): Promise<T> {
  return withStore((opened) => withVault(opened, (vault) => work(opened, vault)));
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
