import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deriveKey, masterKey } from './master-key.js';

describe('the master key', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'masar-key-'));
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  it('is made once, for its owner only, by processes that start at the same moment too', async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, () => masterKey(dataDir, '')));
    expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1);
    expect(keys[0]!.length).toBe(32);
    expect(await masterKey(dataDir, '')).toEqual(keys[0]);
    expect(await readdir(dataDir)).toEqual(['vault.key']);
    expect((await stat(join(dataDir, 'vault.key'))).mode & 0o777).toBe(0o600);
  });

  it('is closed to others again where a copy opened its file', async () => {
    await masterKey(dataDir, '');
    await chmod(join(dataDir, 'vault.key'), 0o644);
    await masterKey(dataDir, '');
    expect((await stat(join(dataDir, 'vault.key'))).mode & 0o777).toBe(0o600);
  });

  it('comes from the environment where it is given there, and then no file is made', async () => {
    const given = randomBytes(32);
    expect(await masterKey(dataDir, given.toString('base64'))).toEqual(given);
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('is refused where it is not 32 bytes in base64, and a damaged file is left as it is', async () => {
    const key = randomBytes(32).toString('base64');
    for (const wrong of [
      'short',
      key.slice(0, -2),
      `${key.slice(0, 5)}!${key.slice(6)}`,
      randomBytes(33).toString('base64'),
    ]) {
      await expect(masterKey(dataDir, wrong)).rejects.toMatchObject({
        name: 'VaultError',
        code: 'INVALID_MASTER_KEY',
      });
      await writeFile(join(dataDir, 'vault.key'), wrong);
      await expect(masterKey(dataDir, '')).rejects.toMatchObject({ code: 'INVALID_MASTER_KEY' });
      expect(await readFile(join(dataDir, 'vault.key'), 'utf8')).toBe(wrong);
    }
    await expect(masterKey(join(dataDir, 'absent'), '')).rejects.toMatchObject({
      code: 'INVALID_MASTER_KEY',
    });
  });

  it('gives each purpose a key of its own', () => {
    const master = randomBytes(32);
    const derived = (['wrap', 'lookup', 'check', 'backup'] as const).map((purpose) =>
      deriveKey(master, purpose).toString('hex'),
    );
    expect(new Set([...derived, master.toString('hex')]).size).toBe(5);
    expect(deriveKey(master, 'wrap').toString('hex')).toBe(derived[0]);
  });
});
