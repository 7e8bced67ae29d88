import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { lockfileProblems } from './check-lockfile.mjs';

const platform = (version) => ({ version, optional: true, os: ['darwin'], cpu: ['arm64'] });
const compiler = { version: '1.2.3', optionalDependencies: { 'compiler-darwin-arm64': '1.2.3' } };

describe('the lock file check', () => {
  it('names the platform package that was left out, and who wants it', () => {
    expect(lockfileProblems({ '': {}, 'node_modules/compiler': compiler })).toEqual([
      {
        kind: 'missing',
        path: 'node_modules/compiler',
        name: 'compiler-darwin-arm64',
        range: '1.2.3',
        optional: true,
      },
    ]);
  });

  it('finds a dependency beside its package, further up, and from a workspace', () => {
    const here = {
      'node_modules/compiler': compiler,
      'node_modules/compiler/node_modules/compiler-darwin-arm64': platform('1.2.3'),
    };
    const above = { 'node_modules/a/node_modules/compiler': compiler };
    const workspace = { 'libs/store': { optionalDependencies: { 'compiler-darwin-arm64': '1.2.3' } } };
    const root = { 'node_modules/compiler-darwin-arm64': platform('1.2.3') };
    expect(lockfileProblems(here)).toEqual([]);
    expect(lockfileProblems({ ...above, ...root })).toEqual([]);
    expect(lockfileProblems({ ...workspace, ...root })).toEqual([]);
  });

  it('takes another version for none where one version is asked for', () => {
    const packages = {
      'node_modules/compiler': compiler,
      'node_modules/compiler-darwin-arm64': platform('1.2.2'),
    };
    expect(lockfileProblems(packages)).toMatchObject([{ kind: 'missing', name: 'compiler-darwin-arm64' }]);
  });

  it('refuses addresses of other registries than the public one', () => {
    const packages = {
      'node_modules/a': { version: '1.0.0', resolved: 'https://npm.example.org/a/-/a-1.0.0.tgz' },
      'node_modules/b': { version: '1.0.0', resolved: 'https://registry.npmjs.org/b/-/b-1.0.0.tgz' },
      'node_modules/ours': { resolved: 'libs/ours', link: true },
    };
    expect(lockfileProblems(packages)).toEqual([
      { kind: 'private', path: 'node_modules/a', host: 'npm.example.org' },
    ]);
  });

  it('refuses a package of one platform that every platform would have to install', () => {
    const packages = { 'node_modules/fsevents': { version: '2.3.3', os: ['darwin'] } };
    expect(lockfileProblems(packages)).toEqual([{ kind: 'required', path: 'node_modules/fsevents' }]);
  });

  it('finds nothing wrong with the lock file of this project', async () => {
    const lock = JSON.parse(await readFile(new URL('../package-lock.json', import.meta.url), 'utf8'));
    expect(lockfileProblems(lock.packages)).toEqual([]);
  });
});
