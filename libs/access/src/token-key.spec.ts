import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { TOKEN_KEY_FILE, loadTokenKey } from './token-key.js';

describe('the token key', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'masar-key-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is made at first use, in a folder made for it, for its owner’s eyes only, and stays', async () => {
    const data = join(folder, 'new', 'data');
    const key = await loadTokenKey(data);
    expect(key).toHaveLength(32);
    expect((await stat(join(data, TOKEN_KEY_FILE))).mode & 0o777).toBe(0o600);
    expect(Buffer.from(await loadTokenKey(data))).toEqual(Buffer.from(key));
  });

  it('is one key where many start at the same time, and leaves no drafts', async () => {
    const keys = await Promise.all(Array.from({ length: 20 }, () => loadTokenKey(folder)));
    expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(1);
    expect(await readdir(folder)).toEqual([TOKEN_KEY_FILE]);
  });

  it('is refused where others can read it, or where the file is not a key', async () => {
    await loadTokenKey(folder);
    await chmod(join(folder, TOKEN_KEY_FILE), 0o644);
    await expect(loadTokenKey(folder)).rejects.toMatchObject({ code: 'KEY_FILE_INVALID' });
    await chmod(join(folder, TOKEN_KEY_FILE), 0o600);
    await writeFile(join(folder, TOKEN_KEY_FILE), 'short\n');
    await expect(loadTokenKey(folder)).rejects.toMatchObject({ code: 'KEY_FILE_INVALID' });
  });
});
