import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Binaries } from './binaries.js';
import { syncFolder } from './connection-file.js';
import { codeOf, EmbeddedPostgresError } from './embedded-error.js';
import { asNotAccessible } from './place.js';
import type { ServerAccount } from './server-account.js';
import { giveTo } from './server-account.js';

/** What a program of PostgreSQL is given to run with: nothing of ours, whose environment may hold keys. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC', SystemRoot: process.env.SystemRoot };
}

/** Whether there is a cluster to start. A cluster gets its name only when it is complete. */
export async function clusterExists(clusterDir: string): Promise<boolean> {
  try {
    await access(join(clusterDir, 'PG_VERSION'));
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw asNotAccessible(error, clusterDir);
  }
}

/** @throws EmbeddedPostgresError `FOREIGN_PG_VERSION` where the data is of another major version */
export async function requireSameMajor(clusterDir: string, binaries: Binaries): Promise<void> {
  const found = (await readFile(join(clusterDir, 'PG_VERSION'), 'utf8')).trim();
  if (found === binaries.major) return;
  throw new EmbeddedPostgresError(
    'FOREIGN_PG_VERSION',
    `${clusterDir} holds data of PostgreSQL ${found}, and the embedded one is ${binaries.version}. Nothing was changed. ` +
      `Start the release of Masar that wrote it and take a backup to restore here, or name another folder in ` +
      'MASAR_DATA, or set DATABASE_URL',
  );
}

/** root may have unpacked a backup: the cluster then belongs to nobody PostgreSQL can run as. */
export async function claimCluster(account: ServerAccount, clusterDir: string): Promise<void> {
  if (account.ids && (await stat(clusterDir)).uid !== account.ids.uid) await giveTo(account, clusterDir);
  // What PostgreSQL asks for, and what copying often loosens.
  if (process.platform !== 'win32') await chmod(clusterDir, 0o700);
}

export interface NewCluster {
  readonly clusterDir: string;
  readonly account: ServerAccount;
  readonly adminPassword: string;
  /** False only for tests: whether the files are on the disk when this returns. */
  readonly durable: boolean;
}

/**
 * Makes a cluster under another name and renames it, so that one killed in the middle is never taken for a
 * whole one. Text is UTF-8 and sorts by code point, the same on every machine.
 */
export async function initialiseCluster(binaries: Binaries, cluster: NewCluster): Promise<void> {
  const { clusterDir, account } = cluster;
  const parent = dirname(clusterDir);
  const scratch = `${clusterDir}.init-${randomBytes(4).toString('hex')}`;
  const passwordFile = `${scratch}.password`;
  try {
    await mkdir(scratch, { mode: 0o700 });
    await giveTo(account, scratch);
    await writeFile(passwordFile, cluster.adminPassword, { flag: 'wx', mode: 0o600 });
    await giveTo(account, passwordFile);
    await run(account, binaries.initdb, [
      '-D',
      scratch,
      '-U',
      'postgres',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--no-instructions',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      ...(cluster.durable ? [] : ['--no-sync']),
    ]);
    await rename(scratch, clusterDir);
    if (cluster.durable) await syncFolder(parent);
  } finally {
    await rm(passwordFile, { force: true });
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Removes what killed first starts left. An initdb among them may still be writing, which is why each has a name of its own. */
export async function removeUnfinished(clusterDir: string): Promise<void> {
  for (const name of await readdir(dirname(clusterDir))) {
    if (!name.startsWith(`${basename(clusterDir)}.init-`)) continue;
    await rm(join(dirname(clusterDir), name), { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Gives the superuser a password without knowing the old one: for a data folder whose connection file was lost. */
export async function setAdminPassword(
  binaries: Binaries,
  account: ServerAccount,
  clusterDir: string,
  password: string,
): Promise<void> {
  const sql = `ALTER ROLE postgres PASSWORD '${password.replaceAll("'", "''")}';\n`;
  await run(
    account,
    binaries.postgres,
    ['--single', '-D', clusterDir, '-c', 'log_min_messages=fatal', 'postgres'],
    sql,
  );
}

function run(account: ServerAccount, program: string, args: string[], input?: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = {
      ...account.ids,
      cwd: '/',
      env: serverEnvironment(),
      timeout: 120_000,
      maxBuffer: 1 << 20,
    };
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      if (!error) return resolve();
      const said = `${stderr}\n${stdout}`.trim().split('\n').slice(-5).join('\n') || error.message;
      const code = ['ENOENT', 'EACCES'].includes(codeOf(error)) ? 'NO_BINARIES' : 'START_FAILED';
      reject(
        new EmbeddedPostgresError(code, `${program} failed as the user ${account.name}: ${said}`, {
          cause: error,
        }),
      );
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input ?? '');
  });
}
