import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addErasures, erasuresPath, readErasures, requireErasures } from './erasures.js';

describe('the list of erasures', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'masar-erasures-'));
    path = erasuresPath(folder, '');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const entry = (number: number) => ({
    subject: `5c2b9f3e-0000-4000-8000-${String(number).padStart(12, '0')}`,
    erasedAt: '2026-01-02T03:04:05.678901Z',
    event: `00000000-0000-5000-8000-${String(number).padStart(12, '0')}`,
  });

  it('gives back what was entered, in order, each event once, in a file for its owner only', async () => {
    await addErasures(path, []);
    expect((await readErasures(path)).entries).toEqual([]);
    await addErasures(path, [entry(1), entry(2)]);
    await addErasures(path, [entry(2), entry(3), entry(3)]);
    expect((await readErasures(path)).entries).toEqual([entry(1), entry(2), entry(3)]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('only ever grows', async () => {
    await addErasures(path, [entry(1)]);
    const before = await readFile(path, 'utf8');
    await addErasures(path, [entry(2)]);
    expect((await readFile(path, 'utf8')).startsWith(before)).toBe(true);
  });

  it('lies where the environment says, or in the data folder', () => {
    expect(erasuresPath('/data', '/elsewhere/list')).toBe('/elsewhere/list');
    expect(erasuresPath('/data', '')).toBe('/data/erasures.jsonl');
  });

  it('is refused where it is not there', async () => {
    await expect(readErasures(path)).rejects.toMatchObject({
      name: 'VaultError',
      code: 'ERASURES_MISSING',
      message: expect.stringContaining(path),
    });
  });

  it('is refused, with the line, after any change, any line left out and any cut inside a line', async () => {
    await addErasures(path, [entry(1), entry(2), entry(3)]);
    const text = await readFile(path, 'utf8');
    const lines = text.split('\n').slice(0, -1);
    const broken: [string, number][] = [
      [text.replace(entry(2).subject, entry(4).subject), 3],
      [text.replace('2026', '2027'), 2],
      [[lines[0], ...lines.slice(2), ''].join('\n'), 2],
      [[lines[0], lines[2], lines[1], lines[3], ''].join('\n'), 2],
      [[...lines.slice(1), ''].join('\n'), 1],
      [text.slice(0, -1), 4],
      [text.slice(0, -40), 4],
      [`${text}not a line\n`, 5],
      [`${text}null\n`, 5],
      [text.slice(0, 10), 1],
    ];
    for (const [wrong, line] of broken) {
      await writeFile(path, wrong);
      await expect(readErasures(path)).rejects.toMatchObject({
        code: 'ERASURES_DAMAGED',
        message: expect.stringContaining(`line ${line} `),
      });
    }
  });

  it('takes nothing where it is damaged, and is left as it is', async () => {
    await addErasures(path, [entry(1)]);
    await appendFile(path, '{}\n');
    const before = await readFile(path, 'utf8');
    await expect(addErasures(path, [entry(2)])).rejects.toMatchObject({ code: 'ERASURES_DAMAGED' });
    expect(await readFile(path, 'utf8')).toBe(before);
  });

  it('goes on after a line that a crash cut off', async () => {
    await addErasures(path, [entry(1), entry(2)]);
    const { size } = await stat(path);
    for (const left of [size - 1, size - 100, 5, 0]) {
      await truncate(path, left);
      await addErasures(path, [entry(1), entry(2)]);
      expect((await readErasures(path)).entries).toEqual([entry(1), entry(2)]);
      expect((await stat(path)).size).toBe(size);
    }
  });

  it('is refused by whoever knows of an erasure that whole lines cut from its end held', async () => {
    await addErasures(path, [entry(1), entry(2)]);
    const events = [entry(2), entry(1)].map(({ event }) => event);
    requireErasures(await readErasures(path), events);
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.slice(0, text.lastIndexOf('{')));
    const cut = await readErasures(path);
    expect(cut.entries).toEqual([entry(1)]);
    expect(() => requireErasures(cut, events)).toThrow(
      expect.objectContaining({
        code: 'ERASURES_INCOMPLETE',
        message: expect.stringContaining(entry(2).event),
      }),
    );
  });
});
