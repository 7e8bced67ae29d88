import { spawn } from 'node:child_process';
import { fstatSync } from 'node:fs';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { serverEnvironment } from './cluster.js';
import { codeOf, EmbeddedPostgresError } from './embedded-error.js';
import { isRunning } from './process-identity.js';
import type { ServerAccount } from './server-account.js';
import { giveToOwnerOf } from './server-account.js';

const maxLogBytes = 10 * 1024 * 1024;

export interface ServerSettings {
  readonly program: string;
  readonly account: ServerAccount;
  readonly clusterDir: string;
  readonly logFile: string;
  /** In a session of its own, so that Ctrl-C in the terminal does not reach it and it outlives a killed parent. */
  readonly detached: boolean;
  /** `name=value` beyond those below, where the last one counts. */
  readonly settings: readonly string[];
}

/** The log holds what the server does and nothing anyone wrote into it: no statements, values or details. */
const fixedSettings = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=100',
  'shared_buffers=128MB',
  'jit=off',
  'fsync=on',
  'full_page_writes=on',
  'synchronous_commit=on',
  'timezone=UTC',
  'log_timezone=UTC',

  'logging_collector=off',
  'log_destination=stderr',
  'log_min_messages=log',
  'log_min_error_statement=panic',
  'log_error_verbosity=terse',
  'log_checkpoints=off',
];

/** A server that was spawned: how to know that it ended, and what it then had said. */
export interface Spawned {
  readonly pid: number;
  readonly ended: Promise<string>;
}

/** Starts the postmaster; it is not ready yet when this returns. */
export async function spawnServer(server: ServerSettings, port: number): Promise<Spawned> {
  await rotate(server.logFile);
  const log = await open(server.logFile, 'a+', 0o600);
  await giveToOwnerOf(dirname(server.logFile), server.logFile);
  const from = fstatSync(log.fd).size;
  const settings = [...fixedSettings, ...server.settings, `port=${port}`];
  const child = spawn(
    server.program,
    ['-D', server.clusterDir, ...settings.flatMap((setting) => ['-c', setting])],
    {
      ...server.account.ids,
      detached: server.detached,
      cwd: '/',
      env: serverEnvironment(),
      stdio: ['ignore', log.fd, log.fd],
    },
  );
  const ended = new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => resolve(tail(server.logFile, from)));
  });
  ended.catch(() => undefined);
  child.unref();
  await log.close();
  if (child.pid !== undefined) return { pid: child.pid, ended };
  const cause = await ended.then(
    () => undefined,
    (error: unknown) => error,
  );
  throw new EmbeddedPostgresError(
    'NO_BINARIES',
    `${server.program} cannot run here: ${(cause as Error | undefined)?.message}`,
    { cause },
  );
}

/**
 * Ends the server: connections are cut and everything is written (fast); after `patienceMs` without that
 * (immediate), and the next start recovers from the log. Windows has no such signals: there it ends at once, and
 * the next start recovers.
 */
export async function stopServer(pid: number, patienceMs = 30_000): Promise<void> {
  for (const [signal, patience] of [
    ['SIGINT', patienceMs],
    ['SIGQUIT', 10_000],
    ['SIGKILL', 5000],
  ] as const) {
    if (!signalTo(pid, signal)) return;
    if (await until(() => !isRunning(pid), patience)) return;
  }
  throw new EmbeddedPostgresError(
    'NOT_REACHABLE',
    `PostgreSQL (process ${pid}) does not end: end it by hand`,
  );
}

function signalTo(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
    throw error;
  }
}

/** Waits for a condition; false where it does not come true in time. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  patienceMs: number,
): Promise<boolean> {
  const deadline = Date.now() + patienceMs;
  for (let wait = 5; ; wait = Math.min(100, wait * 2)) {
    if (await condition()) return true;
    if (Date.now() > deadline) return false;
    await delay(wait);
  }
}

/** A port nobody listens on: the preferred one where it still is free, so that it stays the same over restarts. */
export async function freePort(preferred = 0): Promise<number> {
  const port = await new Promise<number | undefined>((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(undefined));
    probe.listen({ host: '127.0.0.1', port: preferred, exclusive: true }, () => {
      const { port: found } = probe.address() as AddressInfo;
      probe.close(() => resolve(found));
    });
  });
  if (port !== undefined) return port;
  if (preferred !== 0) return freePort();
  throw new EmbeddedPostgresError('START_FAILED', 'no port is free on 127.0.0.1');
}

async function rotate(logFile: string): Promise<void> {
  const size = await stat(logFile).then(
    (found) => found.size,
    () => 0,
  );
  if (size > maxLogBytes) await rename(logFile, `${logFile}.1`);
}

async function tail(logFile: string, from: number): Promise<string> {
  const log = await readFile(logFile).catch(() => Buffer.alloc(0));
  return log
    .subarray(Math.max(from, log.length - 4096))
    .toString('utf8')
    .trim();
}
