import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RebuiltLog } from '@masar/event-store';
import {
  type EventStoreSettings,
  type OpenedEventStore,
  openEventStore,
  storePlaceOf,
} from '@masar/event-store/open';
import { type RebuildOptions, rebuildOrderedLog } from '@masar/event-store/rebuild';
import { ReadModels, readModels } from '@masar/read-models';
import { type SubjectVault, type VaultOptions, erasuresPath, masterKey, openVault } from '@masar/subjects';
import { untilCaughtUp } from './caught-up.js';

/** The data folder commands work on: `MASAR_DATA`, or `.masar`. */
export function dataFolder(): string {
  return process.env['MASAR_DATA'] || '.masar';
}

interface StoreOpening {
  readonly behind?: boolean;
  readonly resuming?: boolean;
  readonly unsafe?: boolean;
}

/**
 * Opens the store the environment names, does the work, and closes it, whatever happens.
 *
 * @param options.behind begin at once, also where the log does not have all that the store has
 * @param options.resuming also where a restore over a server broke off, for the restore that goes on
 * @param options.unsafe also where the store could lose events: for who looks at it, or saves what its log has
 */
export async function withStore<T>(
  work: (opened: OpenedEventStore) => Promise<T>,
  applicationName = 'masar cli',
  { behind = false, resuming = false, unsafe = false }: StoreOpening = {},
): Promise<T> {
  const settings = settingsOf(applicationName);
  // In PostgreSQL alone a restore is one transaction: what is filled in part there is a copy's.
  const filling = resuming && settings.kurrent !== undefined;
  const opened = await openEventStore({ ...settings, unsafe, ...(filling && { filling }) });
  try {
    if (opened.sequencing && !behind) await untilCaughtUp(opened.sequencing, sayOnStderr);
    return await work(opened);
  } finally {
    await opened.close();
  }
}

/** Writes the ordered log of the server the environment names anew. */
export function rebuildLogOfStore(options: RebuildOptions): Promise<RebuiltLog> {
  return rebuildOrderedLog(settingsOf('masar rebuild'), options);
}

function sayOnStderr(message: string): void {
  process.stderr.write(`${message}\n`);
}

function settingsOf(applicationName: string): EventStoreSettings {
  return {
    ...storePlaceOf(process.env),
    dataFolder: dataFolder(),
    applicationName,
    say: sayOnStderr,
  };
}

/** Whether there is a master key of names already; otherwise the next to open the vault makes one. */
export function hasMasterKey(): boolean {
  return Boolean(process.env['MASAR_VAULT_KEY']) || existsSync(join(dataFolder(), 'vault.key'));
}

/** Where the names are, and what opens them, as the environment has it. */
export async function vaultOptions({ pool }: OpenedEventStore): Promise<VaultOptions> {
  return {
    pool,
    keysUrl: process.env['MASAR_KEYS_URL'] || undefined,
    masterKey: await masterKey(dataFolder()),
    erasures: erasuresPath(dataFolder()),
  };
}

/** Opens the vault of names beside the store, does the work, and closes it. */
export async function withVault<T>(
  opened: OpenedEventStore,
  work: (vault: SubjectVault) => Promise<T>,
): Promise<T> {
  const vault = await openVault(await vaultOptions(opened));
  try {
    return await work(vault);
  } finally {
    await vault.close();
  }
}

/** Ids of the events that record erasures. */
export async function erasuresInLog({ pool }: OpenedEventStore): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `select id from masar.event where stream >= 'subject-' and stream < 'subject.' and type = 'PersonErased'`,
  );
  return rows.map(({ id }) => id);
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
