import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { chmod, cp, lstat, mkdtemp, readdir, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findPackage, locateBinaries } from './binaries.js';
import type { ServerAccount } from './server-account.js';
import { unprivilegedAccount } from './server-account.js';

const isRoot = process.getuid?.() === 0;
const asRoot = isRoot ? it : it.skip;

describe('the programs of PostgreSQL', () => {
  let folder: string;
  let copies: string;
  let installed: string;

  /** An installation whose install scripts were off: no links between the libraries. */
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'masar-binaries-')));
    await chmod(folder, 0o755);
    copies = join(folder, 'copies');
    installed = join(folder, 'closed', 'package');
    await cp(findPackage(), installed, {
      recursive: true,
      filter: async (path) => !path.endsWith('.a') && !(await lstat(path)).isSymbolicLink(),
    });
  });
  afterEach(async () => {
    await chmod(join(installed, 'native', 'lib'), 0o755);
    await rm(folder, { recursive: true, force: true });
  });

  const server = async (): Promise<ServerAccount> =>
    isRoot ? unprivilegedAccount() : { name: 'of this process' };

  async function versionSaidBy(program: string, account: ServerAccount): Promise<string> {
    return (await promisify(execFile)(program, ['--version'], { ...account.ids, cwd: '/' })).stdout;
  }

  it('run where npm put them, with links made that an install script would have made', async () => {
    const account = await server();
    const binaries = await locateBinaries(account, [copies], installed);
    expect(dirname(dirname(binaries.postgres))).toBe(join(installed, 'native'));
    expect(await versionSaidBy(binaries.postgres, account)).toContain(`PostgreSQL) ${binaries.major}.`);
    expect(await locateBinaries(account, [copies], installed)).toEqual(binaries);
  });

  it('are copied where the links cannot be made', async () => {
    const account = await server();
    await chmod(join(installed, 'native', 'lib'), isRoot ? 0o700 : 0o555);
    const all = await Promise.all([1, 2, 3].map(() => locateBinaries(account, [copies], installed)));
    expect(dirname(dirname(dirname(all[0]!.postgres)))).toBe(copies);
    expect(new Set(all.map((one) => one.postgres)).size).toBe(1);
    expect(await versionSaidBy(all[0]!.initdb, account)).toContain(all[0]!.major);
    expect(await readdir(copies)).toEqual([`postgresql-${all[0]!.version}`]);
  });

  asRoot('are copied where the account that runs them cannot reach them', async () => {
    await chmod(join(folder, 'closed'), 0o700);
    const account = await server();
    const binaries = await locateBinaries(account, [copies], installed);
    expect(await versionSaidBy(binaries.postgres, account)).toContain('PostgreSQL');
    expect((await stat(binaries.postgres)).mode & 0o777).toBe(0o755);
  });

  asRoot('are missed, with the reason, where no copy can be reached either', async () => {
    await chmod(folder, 0o700);
    await expect(locateBinaries(await server(), [copies], installed)).rejects.toMatchObject({
      code: 'NO_BINARIES',
      message: expect.stringContaining('DATABASE_URL'),
    });
  });
});
