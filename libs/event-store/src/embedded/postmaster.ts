import { readFile, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { codeOf } from './embedded-error.js';
import { isRunning, programOf, worksIn } from './process-identity.js';

/** What postmaster.pid says: who runs on the cluster, and where it listens. */
export interface Postmaster {
  readonly pid: number;
  /** 0 while it is not known yet. */
  readonly port: number;
}

export async function readPostmaster(clusterDir: string): Promise<Postmaster | undefined> {
  const file = await readFile(join(clusterDir, 'postmaster.pid'), 'utf8').catch(() => undefined);
  const [pid, , , port] = (file ?? '').split('\n');
  return Number(pid) > 0 ? { pid: Number(pid), port: Number(port) || 0 } : undefined;
}

/** Whether this process is the cluster's server, as far as the system tells: its id may be another program's by now. */
export function serves({ pid }: Postmaster, clusterDir: string): boolean {
  const program = programOf(pid);
  return (
    isRunning(pid) && (program === undefined || /postgres[^/]*$/.test(program)) && worksIn(pid, clusterDir)
  );
}

export type Answer = 'ours' | 'starting' | 'silent' | 'foreign';

/**
 * Asks the server on this port who it is. It is ours when it takes our password, proves that it knows it too
 * (SCRAM goes both ways), and runs on this cluster rather than on the one this was copied from.
 */
export async function ask(port: number, adminPassword: string, clusterDir: string): Promise<Answer> {
  try {
    return await asAdmin(port, adminPassword, async (client) => {
      const { rows } = await client.query<{ folder: string }>(
        "SELECT current_setting('data_directory') AS folder",
      );
      return (await realpath(rows[0]!.folder)) === (await realpath(clusterDir)) ? 'ours' : 'foreign';
    });
  } catch (error) {
    const code = codeOf(error);
    if (code === '57P03') return 'starting';
    return code.startsWith('28') ? 'foreign' : 'silent';
  }
}

/** Runs `work` on a connection of its own as the superuser of the cluster. */
export async function asAdmin<T>(
  port: number,
  password: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password,
    database: 'postgres',
    connectionTimeoutMillis: 5000,
    query_timeout: 30_000,
    application_name: 'masar start',
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * Takes the process out of postmaster.pid where that is not the cluster's server. The rest stays: by it
 * PostgreSQL sees backends of a dead postmaster that still run, which a removed file would hide.
 */
export async function disownMark(clusterDir: string): Promise<void> {
  const path = join(clusterDir, 'postmaster.pid');
  const [, ...rest] = (await readFile(path, 'utf8')).split('\n');
  await writeFile(path, ['2147483647', ...rest].join('\n'));
}
