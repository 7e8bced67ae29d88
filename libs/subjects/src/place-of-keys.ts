import { timingSafeEqual } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { type BackupNote, type KeyStore, type SubjectKey, firstSubject } from './key-store.js';
import { selectBackups } from './postgres-key-store.js';
import { VaultError } from './vault-error.js';

const page = 1_000;

/**
 * Ties the names of a database to the store their keys are in, and moves keys there: those an earlier version kept beside
 * the names, and those in this database where a store elsewhere is given for the first time.
 *
 * @param adopt take the store as it is, whatever the names were tied to: for keys that come from a backup
 * @throws VaultError `WRONG_MASTER_KEY`, `WRONG_KEY_STORE`
 */
export async function settleKeys(
  pool: Pool,
  keys: KeyStore,
  masterKeyCheck: Buffer,
  adopt: boolean,
): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query(`SELECT pg_advisory_xact_lock(hashtextextended('masar.subjects', 0))`);
    const tied = await tieOf(client);
    requireKey(tied.check ?? masterKeyCheck, masterKeyCheck);
    requireKey(await keys.checkOf(masterKeyCheck), masterKeyCheck);
    if (await exists(client, 'masar.subject_key')) {
      await move(client, 'masar.subject_key', keys);
      await client.query('DROP TABLE masar.subject_key');
    }
    if (tied.store !== null && tied.store !== keys.id) {
      const isHere = (await localStore(client, masterKeyCheck)) === tied.store;
      if (!isHere && !adopt) throw elsewhere();
      if (isHere) await moveAway(client, keys);
    }
    await client.query(
      `INSERT INTO masar.subject_vault (key_store) VALUES ($1)
       ON CONFLICT (singleton) DO UPDATE SET key_store = excluded.key_store, key_check = NULL`,
      [keys.id],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

/** The key store the names are tied to, and the check of the master key where an earlier version kept it here. */
async function tieOf(client: PoolClient): Promise<{ check: Buffer | null; store: string | null }> {
  const { rows } = await client.query<{ check: Buffer | null; store: string | null }>(
    'SELECT key_check AS check, key_store AS store FROM masar.subject_vault',
  );
  return rows[0] ?? { check: null, store: null };
}

async function exists(client: PoolClient, table: string): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>('SELECT to_regclass($1) IS NOT NULL AS found', [
    table,
  ]);
  return rows[0]!.found;
}

/** The id of the key store in this very database, where there is one. */
async function localStore(client: PoolClient, masterKeyCheck: Buffer): Promise<string | undefined> {
  if (!(await exists(client, 'masar_keys.store'))) return undefined;
  const { rows } = await client.query<{ id: string; key_check: Buffer }>(
    'SELECT id, key_check FROM masar_keys.store',
  );
  requireKey(rows[0]!.key_check, masterKeyCheck);
  return rows[0]!.id;
}

/** Brings the whole key store of this database into another. */
async function moveAway(client: PoolClient, keys: KeyStore): Promise<void> {
  await move(client, 'masar_keys.subject_key', keys);
  const { rows: backups } = await client.query<BackupNote>(selectBackups);
  for (const backup of backups) await keys.noteBackup(backup);
  await client.query('DROP SCHEMA masar_keys CASCADE');
}

/** Page by page; what a move that broke off brought over already is left as it is. */
async function move(
  client: PoolClient,
  from: 'masar.subject_key' | 'masar_keys.subject_key',
  to: KeyStore,
): Promise<void> {
  let after = firstSubject;
  for (;;) {
    const { rows } = await client.query<SubjectKey>(
      `SELECT subject, lookup, wrapped FROM ${from} WHERE subject > $1 ORDER BY subject LIMIT ${page}`,
      [after],
    );
    if (rows.length === 0) return;
    await to.add(rows);
    after = rows.at(-1)!.subject;
  }
}

function requireKey(stored: Buffer, given: Buffer): void {
  if (stored.length === given.length && timingSafeEqual(stored, given)) return;
  throw new VaultError(
    'WRONG_MASTER_KEY',
    'the names in this database were sealed under another master key: put back the vault.key (or MASAR_VAULT_KEY) ' +
      'they were written with; without it they cannot be read, and no new ones are taken',
  );
}

function elsewhere(): VaultError {
  return new VaultError(
    'WRONG_KEY_STORE',
    'the keys of the names in this database are in another one: set MASAR_KEYS_URL to it; ' +
      'where it is lost, bring the keys back with masar keys restore',
  );
}
