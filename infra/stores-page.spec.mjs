import { readFile, readdir } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { kurrentExceptions } from '../libs/event-store/src/contract/kurrentdb-exceptions.js';

const root = new URL('../', import.meta.url);
const read = (path) => readFile(new URL(path, root), 'utf8');
const page = await read('docs/stores.md');

/** Everything in the sources that is called so, tests left out. */
async function named(folders, pattern) {
  const found = new Set();
  for (const folder of folders) {
    for (const path of await readdir(new URL(folder, root), { recursive: true })) {
      if (
        !path.endsWith('.ts') ||
        path.endsWith('.spec.ts') ||
        /(^|\/)(dist|node_modules|testing)\//.test(path)
      )
        continue;
      for (const [name] of (await read(`${folder}/${path}`)).matchAll(pattern)) found.add(name);
    }
  }
  return found;
}

/** As pages link to a heading. */
const anchor = (heading) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, '')
    .trim()
    .replace(/ /g, '-');

describe('docs/stores.md', () => {
  it('names every setting of the store that the code reads', async () => {
    const settings = await named(
      ['apps/api/src', 'apps/cli/src', 'libs/event-store/src'],
      /\bKURRENTDB_[A-Z]+\b/g,
    );
    expect(settings).toContain('KURRENTDB_URL');
    for (const setting of settings) expect(page).toContain(setting);
  });

  it('names every metric of the sequencer', async () => {
    const metrics = await named(['apps/api/src/platform/health'], /\bmasar_sequencer_[a-z_]+\b/g);
    expect(metrics.size).toBeGreaterThan(2);
    for (const metric of metrics) expect(page).toContain(`\`${metric}\``);
  });

  it('lists the exceptions of the contract as they are named beside it, and no others', () => {
    const listed = [...page.matchAll(/^\d\. \*\*(.+?)\.?\*\*/gm)].map(([, name]) => name.toLowerCase());
    expect(listed).toEqual(kurrentExceptions.map(({ name }) => name));
  });

  it('has the headings that other pages and itself link to', async () => {
    const headings = [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchor(heading));
    const pages = [
      'README.md',
      'docs/stores.md',
      'docs/backup.md',
      'docs/adr/0015-kurrentdb-behind-the-store-port.md',
    ];
    for (const path of pages) {
      const text = await read(path);
      const links = [...text.matchAll(/\]\((?:[^)#]*stores\.md)?#([^)]+)\)/g)].map(([, to]) => to);
      const own =
        path === 'docs/stores.md' ? links : [...text.matchAll(/stores\.md#([^)]+)\)/g)].map(([, to]) => to);
      for (const to of own) expect(headings).toContain(to);
    }
  });

  it('calls the adapter experimental as long as no run against a server is on record', async () => {
    const [, recorded] = page.split(/^## Recorded runs$/m);
    if (/\|/.test(recorded)) return;
    for (const path of ['README.md', 'docs/stores.md', 'CHANGELOG.md']) {
      expect(await read(path)).toContain('**experimental**');
    }
  });
});
