import { type Migration, migrate } from '@masar/event-store';
import type { Pool, PoolClient } from 'pg';
import { type BackupNote, type KeyStore, type SubjectKey, firstSubject } from './key-store.js';
import { VaultError } from './vault-error.js';

const migrations: readonly Migration[] = [
  {
    version: 1,
    sql: `
      CREATE TABLE masar_keys.store (
        singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        key_check bytea,
        -- True from the moment keys are destroyed until nothing is left of their rows.
        unswept boolean NOT NULL DEFAULT false,
        -- One more with each change of the master key.
        generation integer NOT NULL DEFAULT 1
      );
      INSERT INTO masar_keys.store DEFAULT VALUES;
      CREATE TABLE masar_keys.subject_key (
        subject uuid PRIMARY KEY,
        lookup bytea NOT NULL UNIQUE,
        wrapped bytea NOT NULL
      );
      CREATE TABLE masar_keys.backup (
        made_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL
      );`,
  },
];

const pageSize = 1_000;
const instant = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Every backup that was noted, as a {@link BackupNote}. */
export const selectBackups = `SELECT ${instant('made_at')} AS "madeAt", ${instant('expires_at')} AS "expiresAt"
  FROM masar_keys.backup ORDER BY made_at, expires_at`;

/** Keys in the schema `masar_keys` of a PostgreSQL. */
export class PostgresKeyStore implements KeyStore {
  private queue: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly pool: Pool,
    readonly id: string,
    private readonly generation: number,
  ) {}

  /** Opens it, made where there is none. */
  static async open(pool: Pool): Promise<PostgresKeyStore> {
    await migrate(pool, 'keys', migrations, 'masar_keys');
    const { rows } = await pool.query<{ id: string; generation: number }>(
      'SELECT id, generation FROM masar_keys.store',
    );
    return new PostgresKeyStore(pool, rows[0]!.id, rows[0]!.generation);
  }

  async checkOf(masterKeyCheck: Buffer): Promise<Buffer> {
    await this.pool.query('UPDATE masar_keys.store SET key_check = $1 WHERE key_check IS NULL', [
      masterKeyCheck,
    ]);
    const { rows } = await this.pool.query<{ key_check: Buffer }>('SELECT key_check FROM masar_keys.store');
    return rows[0]!.key_check;
  }

  async find(lookups: readonly Buffer[]): Promise<SubjectKey[]> {
    return this.read('lookup = ANY($1::bytea[])', [lookups]);
  }

  async of(subjects: readonly string[]): Promise<SubjectKey[]> {
    return this.read('subject = ANY($1::uuid[])', [subjects]);
  }

  async page(after: string, limit: number): Promise<SubjectKey[]> {
    return this.read('subject > $1 ORDER BY subject LIMIT $2', [after, limit]);
  }

  async add(keys: readonly SubjectKey[]): Promise<string[]> {
    // In the order of the hashes, so that two batches never wait for each other. A change of the master key waits for
    // this, or this for it, and then nothing is taken.
    const { rows } = await this.pool.query<{ subject: string }>(
      `WITH store AS (SELECT FROM masar_keys.store WHERE generation = $4 FOR SHARE)
       INSERT INTO masar_keys.subject_key (subject, lookup, wrapped)
       SELECT given.* FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS given (subject, lookup, wrapped), store
       ORDER BY lookup ON CONFLICT DO NOTHING RETURNING subject`,
      [...columnsOf(keys), this.generation],
    );
    if (rows.length === 0) await this.requireGeneration(this.pool);
    return rows.map(({ subject }) => subject);
  }

  async destroy(subjects: readonly string[], first: () => Promise<void>): Promise<void> {
    await this.alone(async (client) => {
      await first();
      await client.query(
        `WITH destroyed AS (DELETE FROM masar_keys.subject_key WHERE subject = ANY($1::uuid[]) RETURNING 1)
         UPDATE masar_keys.store SET unswept = true WHERE EXISTS (SELECT FROM destroyed)`,
        [subjects],
      );
      await sweep(client);
    });
  }

  async noteBackup({ madeAt, expiresAt }: BackupNote): Promise<void> {
    await this.pool.query('INSERT INTO masar_keys.backup (made_at, expires_at) VALUES ($1, $2)', [
      madeAt,
      expiresAt,
    ]);
  }

  async backups(): Promise<BackupNote[]> {
    const { rows } = await this.pool.query<BackupNote>(selectBackups);
    return rows;
  }

  async renew(
    masterKeyCheck: Buffer,
    renew: (keys: readonly SubjectKey[]) => Promise<SubjectKey[]>,
  ): Promise<number> {
    return this.alone(async (client) => {
      let renewed = 0;
      await client.query('BEGIN');
      try {
        await client.query('SELECT FROM masar_keys.store FOR UPDATE');
        await this.requireGeneration(client);
        for (let after = firstSubject; ;) {
          const { rows } = await client.query<SubjectKey>(
            `SELECT subject, lookup, wrapped FROM masar_keys.subject_key WHERE subject > $1 ORDER BY subject LIMIT ${pageSize}`,
            [after],
          );
          if (rows.length === 0) break;
          await client.query(
            `UPDATE masar_keys.subject_key AS key SET lookup = given.lookup, wrapped = given.wrapped
             FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS given (subject, lookup, wrapped)
             WHERE key.subject = given.subject`,
            columnsOf(await renew(rows)),
          );
          renewed += rows.length;
          after = rows.at(-1)!.subject;
        }
        await client.query(
          'UPDATE masar_keys.store SET key_check = $1, generation = generation + 1, unswept = true',
          [masterKeyCheck],
        );
        await client.query('COMMIT');
      } catch (error) {
        await client.query('ROLLBACK').catch(() => undefined);
        throw error;
      }
      await sweep(client);
      return renewed;
    });
  }

  private async read(condition: string, values: readonly unknown[]): Promise<SubjectKey[]> {
    const { rows } = await this.pool.query<SubjectKey & { generation: number }>(
      `SELECT subject, lookup, wrapped, (SELECT generation FROM masar_keys.store)
       FROM masar_keys.subject_key WHERE ${condition}`,
      [...values],
    );
    if (rows[0] && rows[0].generation !== this.generation) throw changedMeanwhile();
    return rows;
  }

  private async requireGeneration(on: Pick<Pool, 'query'> | PoolClient): Promise<void> {
    const { rows } = await on.query<{ generation: number }>('SELECT generation FROM masar_keys.store');
    if (rows[0]!.generation !== this.generation) throw changedMeanwhile();
  }

  /** One process at a time; on one connection, so that callers that wait leave the pool to others. */
  private alone<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const turn = this.queue.then(() => this.locked(work));
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  private async locked<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    // Closing the connection gives the lock back, whatever happened.
    let broken = true;
    try {
      await client.query(`SELECT pg_advisory_lock(hashtextextended('masar.keys', 0))`);
      const result = await work(client);
      await client.query(`SELECT pg_advisory_unlock(hashtextextended('masar.keys', 0))`);
      broken = false;
      return result;
    } finally {
      client.release(broken);
    }
  }
}

/** Leaves nothing of rows that were deleted or replaced. */
async function sweep(client: PoolClient): Promise<void> {
  const { rows } = await client.query<{ unswept: boolean }>('SELECT unswept FROM masar_keys.store');
  if (!rows[0]!.unswept) return;
  // FULL writes the table anew: a plain VACUUM forgets dead rows but leaves their bytes in the page.
  await client.query('VACUUM (FULL) masar_keys.subject_key');
  await client.query('UPDATE masar_keys.store SET unswept = false');
}

function columnsOf(keys: readonly SubjectKey[]): unknown[][] {
  return (['subject', 'lookup', 'wrapped'] as const).map((column) => keys.map((key) => key[column]));
}

function changedMeanwhile(): VaultError {
  return new VaultError(
    'WRONG_MASTER_KEY',
    'the master key was changed while this process ran: start it again with the new one',
  );
}
