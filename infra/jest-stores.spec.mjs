import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { chosenStores, overPostgresAlone, overServerInLongRuns, projectOver } from './jest-stores.js';

const root = join(import.meta.dirname, '..');

describe('the stores that suites run over', () => {
  it.each([
    [undefined, ['postgres', 'kurrentdb']],
    ['', ['postgres', 'kurrentdb']],
    ['both', ['postgres', 'kurrentdb']],
    ['postgres', ['postgres']],
    ['kurrentdb', ['kurrentdb']],
  ])('are chosen by MASAR_TEST_STORES: %s', (chosen, stores) => {
    expect(chosenStores({ MASAR_TEST_STORES: chosen })).toEqual(stores);
  });

  it('are never none because of a word that is not known', () => {
    expect(() => chosenStores({ MASAR_TEST_STORES: 'kurrent' })).toThrow(
      'MASAR_TEST_STORES is "kurrent": set it to postgres, kurrentdb or both',
    );
  });

  it('are told to spec files by the project, PostgreSQL where it says nothing', () => {
    expect(projectOver('kurrentdb').globals).toEqual({ masarTestStore: 'kurrentdb' });
    expect(projectOver('postgres').globals).toBeUndefined();
  });

  it('are told apart by Jest: each project runs what it should, and leaves out what is listed with its reason', async () => {
    const [overPostgres, overServer] = await Promise.all(['postgres', 'kurrentdb'].map(listed));
    const server = 'test/stores/kurrentdb-contract.spec.ts';
    expect(overServer).toContain(server);
    expect(overPostgres).not.toContain(server);
    expect(overPostgres).toEqual(expect.arrayContaining(overServer.filter((path) => path !== server)));
    const left = { ...overPostgresAlone, ...overServerInLongRuns };
    for (const [path, reason] of Object.entries(left)) {
      expect(overPostgres).toContain(path);
      expect(overServer).not.toContain(path);
      expect(reason).not.toBe('');
    }
    for (const folder of ['e2e', 'archive', 'import', 'export', 'conformance']) {
      const alone = overPostgres
        .filter((path) => path.startsWith(`test/${folder}/`) && !overServer.includes(path))
        .filter((path) => !Object.hasOwn(left, path));
      expect(alone).toEqual([]);
    }
  }, 120_000);

  it('have the longer suites too in a long run, and against a server that is named', async () => {
    const longer = Object.keys(overServerInLongRuns);
    for (const settings of [{ MASAR_LOAD: 'full' }, { KURRENTDB_TEST_URL: 'kurrentdb://127.0.0.1:1' }]) {
      expect(await listed('kurrentdb', settings)).toEqual(expect.arrayContaining(longer));
    }
  }, 120_000);

  it('are asked for by every spec file that runs over both, which opens none by itself', async () => {
    const both = (await listed('kurrentdb', { MASAR_LOAD: 'full' })).filter(
      (path) => !path.startsWith('test/stores/'),
    );
    expect(both.length).toBeGreaterThan(20);
    for (const path of both) {
      const text = readFileSync(join(root, path), 'utf8');
      const asks = /import .*(\/stores\.js|\/import-fixture\.js)'/.test(text);
      const byItself = /@masar\/event-store\/(postgres|testing|embedded)'|openEventStore\(/.exec(text)?.[0];
      expect({ path, asks, byItself }).toEqual({ path, asks: true, byItself: undefined });
    }
  }, 120_000);
});

/** The spec files that Jest finds for a store. */
async function listed(store, settings = { MASAR_LOAD: '', KURRENTDB_TEST_URL: '' }) {
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const { stdout } = await promisify(execFile)(process.execPath, [jest, '--listTests', '--json'], {
    cwd: root,
    env: { ...process.env, ...settings, MASAR_TEST_STORES: store },
    maxBuffer: 16 * 1024 * 1024,
  });
  const line = stdout.split('\n').find((text) => text.startsWith('['));
  return JSON.parse(line).map((path) => relative(root, path).replaceAll('\\', '/'));
}
