import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { isRunning } from './process-identity.js';
import { testPostgres } from './testing.js';

const loader = resolve(import.meta.dirname, '../../../../test/support/ts-loader.mjs');

async function query(connectionString: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client(connectionString);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('a PostgreSQL for tests', () => {
  it('gives each caller an empty database and leaves nothing', async () => {
    const postgres = await testPostgres();
    try {
      const [first, second] = await Promise.all([postgres.createDatabase(), postgres.createDatabase()]);
      await query(first, 'CREATE TABLE thing ()');
      expect(await query(second, "SELECT to_regclass('thing') AS found")).toEqual([{ found: null }]);
      expect(
        await query(
          first,
          'SELECT pg_get_userbyid(datdba) AS owner FROM pg_database WHERE datname = current_database()',
        ),
      ).toEqual([{ owner: 'masar' }]);
    } finally {
      await postgres.stop();
    }
    expect(isRunning(postgres.pid)).toBe(false);
    await expect(access(postgres.dataDir)).rejects.toMatchObject({ code: 'ENOENT' });
  }, 60_000);

  it('ends and removes one whose test process was killed', async () => {
    const program = `
      const { testPostgres } = await import(process.argv[1]);
      const { pid, dataDir } = await testPostgres();
      console.log(JSON.stringify({ pid, dataDir }));
      process.kill(process.pid, 'SIGKILL');
    `;
    const args = [
      '--import',
      loader,
      '--input-type=module',
      '-e',
      program,
      join(import.meta.dirname, 'testing.ts'),
    ];
    const killed = await promisify(execFile)(process.execPath, args).catch((error: unknown) => error);
    expect(killed).toMatchObject({ signal: 'SIGKILL' });
    const left = JSON.parse((killed as { stdout: string }).stdout) as { pid: number; dataDir: string };

    await (await testPostgres()).stop();
    expect(isRunning(left.pid)).toBe(false);
    await expect(access(left.dataDir)).rejects.toMatchObject({ code: 'ENOENT' });
  }, 60_000);
});
