import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedPostgresError } from './embedded-error.js';
import { withFolderLock } from './folder-lock.js';
import { newHolding } from './process-identity.js';

const loader = resolve(import.meta.dirname, '../../../../test/support/ts-loader.mjs');
const source = resolve(import.meta.dirname, 'folder-lock.ts');

/** Adds 1 to a number in a file, many times, by reading and writing: any overlap loses a step. */
const countUp = `
  const { withFolderLock } = await import(process.argv[1]);
  const { readFile, writeFile } = await import('node:fs/promises');
  const [, , lock, counter, times] = process.argv;
  for (let i = 0; i < Number(times); i++) {
    await withFolderLock(lock, async () => writeFile(counter, String(Number(await readFile(counter, 'utf8')) + 1)));
  }
`;

describe('the lock of a folder', () => {
  let folder: string;
  let lock: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'masar-lock-'));
    lock = join(folder, 'lock');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('lets one call in a process work at a time', async () => {
    let inside = 0;
    const seen: number[] = [];
    await Promise.all(
      Array.from({ length: 10 }, () =>
        withFolderLock(lock, async () => {
          seen.push(++inside);
          await new Promise(setImmediate);
          inside -= 1;
        }),
      ),
    );
    expect(seen).toEqual(Array.from({ length: 10 }, () => 1));
    expect(await readdir(lock)).toEqual([]);
  });

  it('loses no step of four processes that count together', async () => {
    const counter = join(folder, 'counter');
    await writeFile(counter, '0');
    const args = ['--import', loader, '--input-type=module', '-e', countUp, source, lock, counter, '25'];
    await Promise.all(Array.from({ length: 4 }, () => promisify(execFile)(process.execPath, args)));
    expect(await readFile(counter, 'utf8')).toBe('100');
  }, 60_000);

  it('passes over what dead processes left, also when their id is in use again', async () => {
    await withFolderLock(lock, async () => undefined);
    const [pid, , end] = newHolding().split('-');
    await writeFile(join(lock, `ticket_1_${pid}-anothertime-${end}`), '');
    await writeFile(join(lock, `choosing_2147483647-0-${end}`), '');
    expect(await withFolderLock(lock, async () => 'worked')).toBe('worked');
    expect(await readdir(lock)).toEqual([]);
  });

  it('is free again after work that failed', async () => {
    await expect(withFolderLock(lock, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await withFolderLock(lock, async () => 'worked')).toBe('worked');
  });

  it('is not waited for without end', async () => {
    await withFolderLock(lock, async () => {
      const second = withFolderLock(lock, async () => undefined, 20);
      await expect(second).rejects.toThrow(EmbeddedPostgresError);
      await expect(second).rejects.toMatchObject({ code: 'DATA_DIR_IN_USE' });
    });
    expect(await readdir(lock)).toEqual([]);
  });
});
