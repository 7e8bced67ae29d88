import { hkdfSync, randomBytes } from 'node:crypto';
import { chmod, link, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { VaultError } from './vault-error.js';

/** The key everything in the vault hangs on: 32 bytes, never stored in the database. */
export type MasterKey = Buffer;

/**
 * The master key: `MASAR_VAULT_KEY` (base64) where it is given, otherwise the file `vault.key` (base64, 0600) of
 * the data folder, which is made at the first start. Without it no name can be read: back it up, apart from
 * the database.
 *
 * @throws VaultError `INVALID_MASTER_KEY`
 */
export async function masterKey(dataDir: string, given = process.env.MASAR_VAULT_KEY): Promise<MasterKey> {
  if (given) return parse(given, 'MASAR_VAULT_KEY');
  return keyFile(join(dataDir, 'vault.key'));
}

/**
 * The master key that is to follow: `MASAR_VAULT_KEY_NEXT` where it is given, otherwise the file `vault.key.next` of the data
 * folder, made where there is none.
 *
 * @throws VaultError `INVALID_MASTER_KEY`
 */
export async function nextMasterKey(
  dataDir: string,
  given = process.env.MASAR_VAULT_KEY_NEXT,
): Promise<MasterKey> {
  if (given) return parse(given, 'MASAR_VAULT_KEY_NEXT');
  return keyFile(join(dataDir, 'vault.key.next'));
}

/** Makes the key that was to follow the master key of the data folder, where it is in a file; the former one is gone then. */
export async function adoptNextMasterKey(dataDir: string): Promise<void> {
  await rename(join(dataDir, 'vault.key.next'), join(dataDir, 'vault.key'));
  const folder = await open(dataDir, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function keyFile(path: string): Promise<MasterKey> {
  try {
    await makeKeyFile(path);
    if (((await stat(path)).mode & 0o077) !== 0) await chmod(path, 0o600);
    return parse(await readFile(path, 'utf8'), path);
  } catch (error) {
    if (error instanceof VaultError) throw error;
    throw new VaultError('INVALID_MASTER_KEY', `${path} cannot be used (${(error as Error).message})`, {
      cause: error,
    });
  }
}

/** A key for one purpose, by HKDF-SHA-256 (RFC 5869) without salt; one tells nothing of another. */
export function deriveKey(master: MasterKey, purpose: 'wrap' | 'lookup' | 'check' | 'backup'): Buffer {
  return Buffer.from(hkdfSync('sha256', master, '', `masar/vault/1/${purpose}`, 32));
}

/** Whole or not at all, and never over an existing one: of processes that start at once, one makes the key. */
async function makeKeyFile(path: string): Promise<void> {
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  if (exists) return;
  const scratch = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    const file = await open(scratch, 'wx', 0o600);
    try {
      await file.writeFile(`${randomBytes(32).toString('base64')}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(scratch, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(scratch, { force: true });
  }
}

function parse(text: string, origin: string): MasterKey {
  const key = Buffer.from(text.trim(), 'base64');
  // Buffer.from skips what is not base64: a key with a typing error must not become another key.
  if (key.length === 32 && key.toString('base64') === text.trim()) return key;
  throw new VaultError(
    'INVALID_MASTER_KEY',
    `${origin} must be 32 bytes in base64 (openssl rand -base64 32)`,
  );
}
