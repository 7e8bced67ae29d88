import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chown, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Role, issueToken, loadTokenKey } from '@masar/access';
import { GraphqlClient } from './graphql-client.js';
import { until } from './until.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export interface StartOptions {
  readonly port?: number;
  readonly arguments?: readonly string[];
  /** Of Node itself. */
  readonly node?: readonly string[];
  /** Beside what every process is given. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Run it as this user; the tests must be root then. */
  readonly account?: Account;
}

/** A new data folder, closed to everyone else, as a user would have it. */
export async function temporaryDataFolder(account?: Account): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'masar-e2e-'));
  if (account) await chown(folder, account.uid, account.gid);
  return folder;
}

/** Ends the PostgreSQL a test left behind, and removes the folder and what lies elsewhere for it. */
export async function removeDataFolder(folder: string): Promise<void> {
  const pid = await postmasterPid(folder);
  if (pid !== undefined && isAlive(pid)) {
    process.kill(pid, 'SIGQUIT');
    await until('the end of PostgreSQL', () => !isAlive(pid));
  }
  const cluster = await clusterOf(folder);
  if (cluster && !cluster.startsWith(folder)) await rm(dirname(cluster), { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Pid of the PostgreSQL that serves a data folder, by its own file; undefined where there is none. */
export async function postmasterPid(folder: string): Promise<number | undefined> {
  const cluster = await clusterOf(folder);
  const text = cluster && (await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => undefined));
  return text ? Number(text.split('\n')[0]) : undefined;
}

/** Where the database of a data folder lies; elsewhere where PostgreSQL cannot reach the folder. */
export async function clusterOf(folder: string): Promise<string | undefined> {
  try {
    const home = join(folder, 'postgres');
    const { cluster } = JSON.parse(await readFile(join(home, 'connection.json'), 'utf8')) as {
      cluster?: string;
    };
    return cluster === undefined ? undefined : resolve(home, cluster);
  } catch {
    return undefined;
  }
}

/** Connection string of the PostgreSQL that serves a data folder; the same when it is started again. Holds a password. */
export async function databaseOf(folder: string): Promise<string> {
  const text = await readFile(join(folder, 'postgres', 'connection.json'), 'utf8');
  const { port, password } = JSON.parse(text) as { port: number; password: string };
  return `postgresql://masar:${password}@127.0.0.1:${port}/masar`;
}

/** Whether a process runs; one that has ended and only waits for its parent to ask how does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return process.platform !== 'linux';
  }
}

/** Pids of the processes whose command line or environment names a folder (Linux). */
export async function processesOf(folder: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const named = await Promise.all(
    pids.map(async (pid) => {
      const texts = await Promise.all(
        ['cmdline', 'environ'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '')),
      );
      return texts.some((text) => text.includes(folder)) ? pid : undefined;
    }),
  );
  return named.filter((pid): pid is number => pid !== undefined && pid !== process.pid && isAlive(pid));
}

/** The api as a process of its own, from source, with an embedded PostgreSQL. */
export class MasarProcess {
  private text = '';
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;

  private constructor(
    readonly folder: string,
    private readonly child: ChildProcess,
  ) {
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => (this.text += chunk));
    }
    // Not `exit`: what it wrote last is read by then.
    this.ended = once(child, 'close').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
    }));
  }

  /** Starts it without waiting for anything. */
  static spawn(folder: string, options: StartOptions = {}): MasarProcess {
    const { PATH, TMPDIR } = process.env;
    // As it was built, which is what `npm start` starts.
    const main = join(root, 'apps', 'api', 'dist', 'main.js');
    const { node = [], arguments: args = [] } = options;
    const child = spawn(process.execPath, [...node, main, ...args], {
      cwd: root,
      env: {
        PATH,
        ...(TMPDIR && { TMPDIR }),
        MASAR_DATA: folder,
        PORT: String(options.port ?? 0),
        ...options.environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...options.account,
    });
    return new MasarProcess(folder, child);
  }

  /** Starts it and waits for its banner. */
  static async start(folder: string, options: StartOptions = {}): Promise<MasarProcess> {
    const started = MasarProcess.spawn(folder, options);
    try {
      await started.says('Ctrl-C stops everything.', 90_000);
      return started;
    } catch (error) {
      // Nobody else knows of it.
      await started.kill();
      throw error;
    }
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Everything it wrote so far. */
  output(): string {
    return this.text;
  }

  /** Waits until it has written this; fails at once where it ends without. */
  async says(what: string, withinMs = 30_000): Promise<void> {
    let over = false;
    void this.ended.then(() => (over = true));
    await until(`"${what}" in the output`, () => this.text.includes(what) || over, withinMs).catch(
      (error: unknown) => {
        throw new Error(`${String(error)}; it wrote:\n${this.text}`);
      },
    );
    if (!this.text.includes(what))
      throw new Error(`it ended without saying "${what}"; it wrote:\n${this.text}`);
  }

  get url(): string {
    const found = /GraphQL {4}(http\S+)\/graphql/.exec(this.text);
    if (!found) throw new Error(`no address in what it wrote:\n${this.text}`);
    return found[1]!;
  }

  /** The queries its banner prints. */
  bannerQueries(): string[] {
    const from = this.text.indexOf('Three queries to try:');
    const text = this.text.slice(from, this.text.indexOf('Ctrl-C stops everything.'));
    return text
      .split('\n\n')
      .slice(1)
      .map((query) => query.trim())
      .filter((query) => query !== '');
  }

  /** Speaks with the token its banner prints for a reading role. */
  reader(role: 'analyst' | 'auditor' | 'integrator'): GraphqlClient {
    const found = new RegExp(`^ {2}${role} +(\\S+)$`, 'm').exec(this.text);
    if (!found) throw new Error(`no token of an ${role} in what it wrote`);
    return new GraphqlClient(this.url, found[1]!);
  }

  /** Speaks with a token of these roles for every programme, as `masar token` makes one. */
  async client(...roles: Role[]): Promise<GraphqlClient> {
    const key = await loadTokenKey(this.folder);
    const request = { subject: `test-${roles[0]}`, roles: { '*': roles }, lifetimeSeconds: 3600 };
    return new GraphqlClient(this.url, await issueToken(key, { ...request, now: new Date() }));
  }

  async isReady(): Promise<boolean> {
    const answer = await fetch(`${this.url}/health/ready`, { signal: AbortSignal.timeout(5_000) });
    await answer.arrayBuffer();
    return answer.status === 200;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Ctrl-C, and how it ended; ended by force after the time given. */
  async stop(withinMs = 60_000): Promise<{ readonly code: number | null }> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.ended;
    const timer = setTimeout(() => this.child.kill('SIGKILL'), withinMs);
    this.signal('SIGINT');
    return this.ended.finally(() => clearTimeout(timer));
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }
}
