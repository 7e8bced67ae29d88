import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  chown,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import pg from 'pg';
import { EmbeddedPostgresError } from './embedded-error.js';
import type { EmbeddedPostgres } from './embedded-postgres.js';
import { startEmbeddedPostgres } from './embedded-postgres.js';
import { isRunning } from './process-identity.js';
import { canReach, unprivilegedAccount } from './server-account.js';
import { until } from './server.js';

jest.setTimeout(90_000);

const root = resolve(import.meta.dirname, '../../../..');
const source = join(import.meta.dirname, 'embedded-postgres.ts');
const isRoot = process.getuid?.() === 0;
const nobody = isRoot ? (await unprivilegedAccount(65534)).ids! : undefined;
const asRoot = isRoot ? it : it.skip;
/** Node and the sources must be readable by that user, which they are not in a clone under root's home. */
const asRootInAnOpenClone =
  isRoot && (await canReach({ name: 'nobody', ids: nobody! }, source, 4)) ? it : it.skip;

/** Another process that holds the server: what it got, and how to end it. */
interface Holder {
  readonly server: Pick<EmbeddedPostgres, 'connectionString' | 'adopted' | 'attached' | 'clusterDir' | 'pid'>;
  readonly child: ChildProcess;
  release(): Promise<void>;
}

const holdingProgram = `
  const { startEmbeddedPostgres } = await import(process.argv[1]);
  const server = await startEmbeddedPostgres({ dataDir: process.argv[2], log: (line) => console.error(line) });
  console.log(JSON.stringify(server));
  process.stdin.once('data', () => server.release().then(() => process.exit(0)));
`;

describe('the embedded PostgreSQL', () => {
  let folder: string;
  let dataDir: string;
  const children: ChildProcess[] = [];
  const servers = new Set<number>();

  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'masar-embedded-')));
    dataDir = join(folder, 'data');
    await chmod(folder, 0o755);
  });

  afterEach(async () => {
    for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
    for (const pid of servers) if (isRunning(pid)) process.kill(pid, 'SIGQUIT');
    for (const pid of servers) await until(() => !isRunning(pid), 10_000);
    servers.clear();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  async function start(log?: (line: string) => void): Promise<EmbeddedPostgres> {
    const server = await startEmbeddedPostgres({ dataDir, log });
    servers.add(server.pid);
    return server;
  }

  function spawnChild(ids?: { uid: number; gid: number }): ChildProcess {
    const args = [
      '--import',
      join(root, 'test/support/ts-loader.mjs'),
      '--input-type=module',
      '-e',
      holdingProgram,
    ];
    // Its own process group: what a terminal sends on Ctrl-C can be sent to it.
    const child = spawn(process.execPath, [...args, source, dataDir], { ...ids, cwd: '/', detached: true });
    children.push(child);
    return child;
  }

  async function startElsewhere(ids?: { uid: number; gid: number }): Promise<Holder> {
    const child = spawnChild(ids);
    let complaint = '';
    child.stderr!.on('data', (chunk) => (complaint += chunk));
    const ended = once(child, 'exit');
    const [line] = (await Promise.race([
      once(createInterface(child.stdout!), 'line'),
      ended.then(() => Promise.reject(new Error(complaint))),
    ])) as [string];
    const server = JSON.parse(line) as Holder['server'];
    servers.add(server.pid);
    return {
      server,
      child,
      release: async () => {
        child.stdin!.write('\n');
        expect(await ended).toEqual([0, null]);
      },
    };
  }

  async function kill(child: ChildProcess): Promise<void> {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async function ask(server: { connectionString: string }, sql: string): Promise<unknown> {
    const client = new pg.Client(server.connectionString);
    await client.connect();
    try {
      const { rows } = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
      return rows[0]?.[0];
    } finally {
      await client.end();
    }
  }

  const readNote = 'SELECT text FROM note';

  it('keeps its data from one start to the next, on the same port', async () => {
    const said: string[] = [];
    const first = await start((line) => said.push(line));
    expect(first).toMatchObject({ adopted: false, attached: false, relocated: false });
    expect(said.join()).toContain(first.clusterDir);
    await ask(first, "CREATE TABLE note AS SELECT 'kept' AS text");
    await first.release();
    expect(isRunning(first.pid)).toBe(false);

    const second = await start();
    expect(await ask(second, readNote)).toBe('kept');
    expect(second.connectionString).toBe(first.connectionString);
    await second.release();
  });

  it('is durable, and closed to everyone but the holder of its password on this machine', async () => {
    const server = await start();
    for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums']) {
      expect([setting, await ask(server, `SHOW ${setting}`)]).toEqual([setting, 'on']);
    }
    expect(await ask(server, 'SHOW listen_addresses')).toBe('127.0.0.1');
    expect(await ask(server, 'SELECT rolsuper FROM pg_roles WHERE rolname = current_user')).toBe(false);
    expect(
      await ask(server, "SELECT pg_read_file('PG_VERSION')").catch((error: { code: string }) => error.code),
    ).toBe('42501');

    const stranger = new URL(server.connectionString);
    stranger.password = 'guess';
    await expect(ask({ connectionString: stranger.href }, 'SELECT 1')).rejects.toMatchObject({
      code: '28P01',
    });

    const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;
    expect(await modeOf(server.clusterDir)).toBe(0o700);
    expect(await modeOf(join(dataDir, 'postgres', 'connection.json'))).toBe(0o600);
    expect(await modeOf(join(dataDir, 'postgres', 'postgres.log'))).toBe(0o600);
    // As root the server's group may pass through, and nobody else may do anything.
    expect(await modeOf(dataDir)).toBe(isRoot ? 0o710 : 0o700);
    await server.release();
  });

  it('is adopted, running, after the process that held it was killed', async () => {
    const holder = await startElsewhere();
    await kill(holder.child);
    expect(isRunning(holder.server.pid)).toBe(true);

    const server = await start();
    expect(server).toMatchObject({ adopted: true, attached: false, pid: holder.server.pid });
    expect(await ask(server, 'SELECT 1')).toBe(1);
    await server.release();
    expect(isRunning(server.pid)).toBe(false);
  });

  it('does not hear the Ctrl-C that ends the process that started it', async () => {
    const holder = await startElsewhere();
    const ended = once(holder.child, 'exit');
    process.kill(-holder.child.pid!, 'SIGINT');
    await ended;
    const server = await start();
    expect(server).toMatchObject({ adopted: true, pid: holder.server.pid });
    await server.release();
  });

  it('is shared by processes, and stopped by the last of them', async () => {
    const server = await start();
    const holder = await startElsewhere();
    expect(holder.server).toMatchObject({ adopted: false, attached: true, pid: server.pid });
    await server.release();
    await server.release();
    expect(await ask(holder.server, 'SELECT 1')).toBe(1);
    await holder.release();
    expect(isRunning(server.pid)).toBe(false);
    expect(await readdir(join(dataDir, 'postgres', 'holders'))).toEqual([]);
  });

  it('is one server for processes that start at the same moment on an empty folder', async () => {
    const all = await Promise.all([start(), startElsewhere(), start(), startElsewhere()]);
    const pids = all.map((one) => ('server' in one ? one.server.pid : one.pid));
    expect(new Set(pids).size).toBe(1);
    await Promise.all(all.map((one) => one.release()));
    expect(isRunning(pids[0]!)).toBe(false);
  });

  it('survives starts and releases that race each other', async () => {
    for (let round = 0; round < 5; round++) {
      const [first, second] = await Promise.all([start(), start()]);
      const [third] = await Promise.all([start(), first.release(), second.release()]);
      expect(await ask(third, 'SELECT 1')).toBe(1);
      await third.release();
      expect(isRunning(third.pid)).toBe(false);
    }
  });

  it('makes the database again when the first start was killed in the middle', async () => {
    const child = spawnChild();
    const unfinished = async (): Promise<boolean> =>
      (await readdir(join(dataDir, 'postgres')).catch(() => [])).some((name) =>
        /^cluster\.init-\w+$/.test(name),
      );
    expect(await until(unfinished, 30_000)).toBe(true);
    await kill(child);

    const server = await start();
    expect(await ask(server, 'SELECT 1')).toBe(1);
    await server.release();
    // Its orphaned initdb may write a little longer; a later start removes what that leaves.
    const isClean = async (): Promise<boolean> => {
      await (await start()).release();
      const left = (await readdir(join(dataDir, 'postgres'))).sort().join(' ');
      return left === 'cluster connection.json holders lock postgres.log';
    };
    expect(await until(isClean, 30_000)).toBe(true);
  });

  it('refuses data of another major version, changes nothing and says what to do', async () => {
    const server = await start();
    await server.release();
    const version = join(server.clusterDir, 'PG_VERSION');
    await writeFile(version, '16\n');
    const refused = await start().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(EmbeddedPostgresError);
    expect(refused).toMatchObject({ code: 'FOREIGN_PG_VERSION' });
    expect((refused as Error).message).toMatch(/PostgreSQL 16.*18.*DATABASE_URL/s);
    expect((refused as Error).message).toContain(server.clusterDir);

    await writeFile(version, '18\n');
    await (await start()).release();
  });

  it('recovers what was committed when PostgreSQL was killed, while its old holder lives', async () => {
    const first = await start();
    await ask(first, "CREATE TABLE note AS SELECT 'kept' AS text");
    process.kill(first.pid, 'SIGKILL');
    const second = await start();
    expect(second.pid).not.toBe(first.pid);
    expect(await ask(second, readNote)).toBe('kept');
    await first.release();
    expect(isRunning(second.pid)).toBe(true);
    await second.release();
    expect(isRunning(second.pid)).toBe(false);
  });

  it('is not confused by a process id that belongs to another program since', async () => {
    const server = await start();
    const mark = join(server.clusterDir, 'postmaster.pid');
    const lines = (await readFile(mark, 'utf8')).split('\n');
    process.kill(server.pid, 'SIGKILL');
    expect(await until(() => !isRunning(server.pid), 10_000)).toBe(true);
    const other = spawn('sleep', ['600'], isRoot ? { uid: (await stat(mark)).uid } : {});
    children.push(other);
    await writeFile(mark, [String(other.pid), ...lines.slice(1)].join('\n'));

    const next = await start();
    expect(await ask(next, 'SELECT 1')).toBe(1);
    expect(isRunning(other.pid!)).toBe(true);
    await next.release();
    await server.release();
  });

  it('runs a copy of a data folder on its own, also while the original runs', async () => {
    const original = await start();
    await ask(original, 'CHECKPOINT').catch(() => undefined);
    const copied = join(folder, 'copy');
    await promisify(execFile)('cp', ['-a', dataDir, copied]);
    const copy = await startEmbeddedPostgres({ dataDir: copied });
    servers.add(copy.pid);
    expect(copy.pid).not.toBe(original.pid);
    expect(dirname(dirname(copy.clusterDir))).toBe(copied);
    await copy.release();
    expect(await ask(original, 'SELECT 1')).toBe(1);
    await original.release();
  });

  it('takes another port when its own is in use, and starts a new log when that is large', async () => {
    const first = await start();
    await first.release();
    const log = join(dataDir, 'postgres', 'postgres.log');
    await truncate(log, 11 * 1024 * 1024);
    const squatter = createServer().listen(Number(new URL(first.connectionString).port), '127.0.0.1');
    await once(squatter, 'listening');
    try {
      const second = await start();
      expect(second.connectionString).not.toBe(first.connectionString);
      await second.release();
      expect((await stat(log)).size).toBeLessThan(100_000);
      expect((await stat(`${log}.1`)).size).toBe(11 * 1024 * 1024);
    } finally {
      squatter.close();
    }
  });

  it('gives itself new passwords when the connection file was lost, and keeps the data', async () => {
    const first = await start();
    await ask(first, 'CREATE TABLE note (text text)');
    await first.release();
    await rm(join(dataDir, 'postgres', 'connection.json'));
    const second = await start();
    expect(second.connectionString).not.toBe(first.connectionString);
    expect(await ask(second, 'SELECT count(*)::int FROM note')).toBe(0);
    await second.release();
  });

  it('writes no value and no statement of anybody into its log', async () => {
    const server = await start();
    await ask(server, 'CREATE TABLE person (name text PRIMARY KEY)');
    await ask(server, "INSERT INTO person VALUES ('hidden-value')");
    await expect(ask(server, "INSERT INTO person VALUES ('hidden-value')")).rejects.toMatchObject({
      code: '23505',
    });
    await expect(ask(server, "SELECT 'hidden-value'::uuid")).rejects.toMatchObject({ code: '22P02' });
    await server.release();
    const log = await readFile(join(dataDir, 'postgres', 'postgres.log'), 'utf8');
    expect(log).toContain('ready to accept connections');
    expect(log).not.toContain('hidden-value');
  });

  it('says why where PostgreSQL cannot start', async () => {
    const server = await start();
    await server.release();
    await writeFile(join(server.clusterDir, 'postgresql.conf'), 'no such setting\n');
    const refused = await start().catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'EmbeddedPostgresError', code: 'START_FAILED' });
    expect((refused as Error).message).toMatch(/syntax error in file/);
    expect(await readdir(join(dataDir, 'postgres', 'holders'))).toEqual([]);
  });

  asRoot('keeps the cluster elsewhere, and says so, where root starts it below a closed folder', async () => {
    await chmod(folder, 0o700);
    const server = await start();
    try {
      expect(server.relocated).toBe(true);
      expect(server.clusterDir).toMatch(/^\/var\/lib\/masar\//);
      await ask(server, 'CREATE TABLE note (text text)');
      await server.release();
      const second = await start();
      expect(second.clusterDir).toBe(server.clusterDir);
      expect(await ask(second, 'SELECT count(*)::int FROM note')).toBe(0);
      await second.release();
      const copied = join(folder, 'copy');
      await promisify(execFile)('cp', ['-a', dataDir, copied]);
      await expect(startEmbeddedPostgres({ dataDir: copied })).rejects.toMatchObject({
        code: 'DATA_DIR_IN_USE',
      });
      expect((await stat(folder)).mode & 0o777).toBe(0o700);
      await rm(dirname(server.clusterDir), { recursive: true });
      await expect(start()).rejects.toMatchObject({ code: 'DATA_DIR_NOT_ACCESSIBLE' });
    } finally {
      await rm(dirname(server.clusterDir), { recursive: true, force: true });
    }
  });

  asRoot('takes over a cluster that root copied back', async () => {
    const server = await start();
    await server.release();
    await promisify(execFile)('chown', ['-R', '0:0', dataDir]);
    const second = await start();
    expect(await ask(second, 'SELECT 1')).toBe(1);
    await second.release();
  });

  asRootInAnOpenClone(
    'runs as a normal user in a folder of theirs, and root then runs it as them',
    async () => {
      await chown(folder, nobody!.uid, nobody!.gid);
      await chmod(folder, 0o700);
      const holder = await startElsewhere(nobody);
      expect(dirname(dirname(holder.server.clusterDir))).toBe(dataDir);
      await holder.release();
      expect((await stat(dataDir)).mode & 0o777).toBe(0o700);

      const server = await start();
      expect(server).toMatchObject({ relocated: false, clusterDir: holder.server.clusterDir });
      await server.release();
      await (await startElsewhere(nobody)).release();
    },
  );

  asRootInAnOpenClone('tells a user whose folder it is not what to do', async () => {
    await (await start()).release();
    const refused = await startElsewhere(nobody).catch((error: Error) => error.message);
    expect(refused).toMatch(/DATA_DIR_NOT_ACCESSIBLE/);
    expect(refused).toMatch(/MASAR_DATA/);
  });
});
