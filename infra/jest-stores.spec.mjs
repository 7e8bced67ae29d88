import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { chosenStores, overPostgresAlone, projectOver } from './jest-stores.js';

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

  it('leave out over KurrentDB what is listed with its reason, and what is listed is there', () => {
    const left = projectOver('kurrentdb').testMatch.filter((pattern) => pattern.startsWith('!'));
    expect(left).toEqual(Object.keys(overPostgresAlone).map((path) => `!<rootDir>/${path}`));
    for (const [path, reason] of Object.entries(overPostgresAlone)) {
      expect({ path, isThere: existsSync(join(root, path)) }).toEqual({ path, isThere: true });
      expect(reason).not.toBe('');
    }
  });

  it('are asked for by every spec file that runs over both, which opens none by itself', () => {
    const folders = ['e2e', 'archive', 'import', 'export', 'conformance'];
    const files = folders.flatMap((folder) =>
      readdirSync(join(root, 'test', folder))
        .filter((name) => name.endsWith('.spec.ts'))
        .map((name) => `test/${folder}/${name}`),
    );
    const both = files.filter((path) => !Object.hasOwn(overPostgresAlone, path));
    expect(both.length).toBeGreaterThan(20);
    for (const path of both) {
      const text = readFileSync(join(root, path), 'utf8');
      const asks = /import .*(\/stores\.js|\/import-fixture\.js)'/.test(text);
      const byItself = /@masar\/event-store\/(postgres|testing|embedded)|openEventStore\(/.exec(text)?.[0];
      expect({ path, asks, byItself }).toEqual({ path, asks: true, byItself: undefined });
    }
  });
});
