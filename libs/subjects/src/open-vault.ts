import { type Migration, migrate } from '@masar/event-store';
import pg from 'pg';
import { addErasures } from './erasures.js';
import type { KeyStore } from './key-store.js';
import { type MasterKey, deriveKey } from './master-key.js';
import { settleKeys } from './place-of-keys.js';
import { PostgresKeyStore } from './postgres-key-store.js';
import { PostgresVault } from './postgres-vault.js';
import type { SubjectVault } from './vault.js';

const migrations: readonly Migration[] = [
  {
    version: 1,
    sql: `
      CREATE TABLE masar.subject_vault (
        singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
        key_check bytea NOT NULL
      );
      CREATE TABLE masar.subject (
        id uuid PRIMARY KEY,
        scope text NOT NULL,
        kind text NOT NULL,
        name bytea NOT NULL
      );
      CREATE TABLE masar.subject_key (
        subject uuid PRIMARY KEY REFERENCES masar.subject,
        lookup bytea NOT NULL UNIQUE,
        wrapped bytea NOT NULL
      );`,
  },
  {
    version: 2,
    // The keys themselves are moved by settleKeys, maybe to another database.
    sql: `
      ALTER TABLE masar.subject_vault ALTER COLUMN key_check DROP NOT NULL, ADD COLUMN key_store uuid;
      ALTER TABLE masar.subject ALTER COLUMN name DROP NOT NULL;`,
  },
];

export interface VaultOptions {
  /** The database of the sealed names; of the keys too, unless they have one of their own. */
  readonly pool: pg.Pool;
  /** `postgres://…` of the database the keys are in: `MASAR_KEYS_URL`. */
  readonly keysUrl?: string | undefined;
  readonly masterKey: MasterKey;
  /** The file erasures are entered in, made where there is none: see `erasuresPath`. */
  readonly erasures: string;
}

/**
 * Opens the vault in this database, made where there is none.
 *
 * @throws VaultError `WRONG_MASTER_KEY` where it was made under another key, `WRONG_KEY_STORE` where its keys are in
 *   another database, and what is wrong with the list of erasures
 */
export async function openVault(options: VaultOptions): Promise<SubjectVault> {
  return (await openParts(options, false)).vault;
}

/** What a vault is made of; closing the vault closes them. */
export interface VaultParts {
  readonly pool: pg.Pool;
  readonly keys: KeyStore;
  readonly vault: PostgresVault;
}

/** As {@link openVault}, with its parts. @param adopt see `settleKeys` */
export async function openParts(options: VaultOptions, adopt: boolean): Promise<VaultParts> {
  const { pool, keysUrl, masterKey, erasures } = options;
  await migrate(pool, 'subjects', migrations);
  const keysPool = keysUrl ? openKeysPool(keysUrl) : undefined;
  const close = async () => keysPool?.end();
  try {
    const keys = await PostgresKeyStore.open(keysPool ?? pool);
    await settleKeys(pool, keys, deriveKey(masterKey, 'check'), adopt);
    // An empty list can be copied to a safe place; none cannot be told from one that was lost.
    await keys.destroy([], () => addErasures(erasures, []));
    return { pool, keys, vault: new PostgresVault(pool, keys, masterKey, erasures, close) };
  } catch (error) {
    await close();
    throw error;
  }
}

function openKeysPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, application_name: 'masar keys', max: 4 });
  // A connection that breaks while idle is replaced at the next query; without a listener it would end the process.
  pool.on('error', () => undefined);
  return pool;
}
