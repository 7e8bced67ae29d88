import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { AccessError } from './errors.js';

/** Name of the key file in the data folder. */
export const TOKEN_KEY_FILE = 'token.key';

const KEY_BYTES = 32;

/**
 * The secret local tokens are signed with: 32 random bytes, base64url, in `token.key` (mode 0600) in the data folder.
 * Made when there is none; of several processes that start together, all end up with the key of one.
 *
 * @throws AccessError `KEY_FILE_INVALID` where the file is not a key, or where others than its owner can read it
 */
export async function loadTokenKey(dataFolder: string): Promise<Uint8Array> {
  const path = join(dataFolder, TOKEN_KEY_FILE);
  const known = await readKey(path);
  if (known !== undefined) return known;
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  await createKey(dataFolder, path);
  const created = await readKey(path);
  if (created === undefined)
    throw new AccessError('KEY_FILE_INVALID', `${path} disappeared while it was being made`);
  return created;
}

/** Written aside and linked into place, so that nobody ever reads half a key and the first to link wins. */
async function createKey(folder: string, path: string): Promise<void> {
  const draft = join(folder, `${TOKEN_KEY_FILE}.${randomUUID()}`);
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${randomBytes(KEY_BYTES).toString('base64url')}\n`);
    await file.sync();
    await file.close();
    await link(draft, path).catch((cause: unknown) => {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    });
  } finally {
    await file.close().catch(() => undefined);
    await rm(draft, { force: true });
  }
}

async function readKey(path: string): Promise<Uint8Array | undefined> {
  let text: string;
  try {
    text = (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
  // Windows has no such modes: the check would refuse every file there.
  if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0) {
    throw new AccessError(
      'KEY_FILE_INVALID',
      `${path} can be read by others: chmod 600 it, or remove it to make a new one`,
    );
  }
  const key = Buffer.from(text, 'base64url');
  if (key.length !== KEY_BYTES || key.toString('base64url') !== text) {
    throw new AccessError('KEY_FILE_INVALID', `${path} is not a token key: remove it to make a new one`);
  }
  return key;
}
