import { type Migration, migrate } from '@masar/event-store';
import type { Pool, PoolClient } from 'pg';

/** The data key of a subject as it is kept. */
export interface SubjectKey {
  readonly subject: string;
  /** Keyed hash of scope, kind and name, by which the subject is found. */
  readonly lookup: Buffer;
  /** The data key, sealed under the master key. */
  readonly wrapped: Buffer;
}

/** Where the keys are kept: apart from the log and from the sealed names, so that a copy of those opens nothing. */
export interface KeyStore {
  /** Made with the store: tells it from any other. */
  readonly id: string;
  /** What the master key is known by; the one given where the store has none yet. */
  checkOf(masterKeyCheck: Buffer): Promise<Buffer>;
  /** The subjects that are found by these hashes. */
  find(lookups: readonly Buffer[]): Promise<Pick<SubjectKey, 'lookup' | 'subject'>[]>;
  /** Takes keys, all or none. @returns the subjects taken; one whose hash is there already is left out */
  add(keys: readonly SubjectKey[]): Promise<string[]>;
  /** The keys of subjects; those that have none are left out. */
  of(subjects: readonly string[]): Promise<SubjectKey[]>;
  /**
   * Destroys the keys of subjects, and what the database keeps of deleted rows. One caller at a time, on whichever node:
   * `first` runs before, and nothing is destroyed where it fails. Destroying again is safe.
   */
  destroy(subjects: readonly string[], first: () => Promise<void>): Promise<void>;
}

const migrations: readonly Migration[] = [
  {
    version: 1,
    sql: `
      CREATE TABLE masar_keys.store (
        singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        key_check bytea,
        -- True from the moment keys are destroyed until nothing is left of their rows.
        unswept boolean NOT NULL DEFAULT false
      );
      INSERT INTO masar_keys.store DEFAULT VALUES;
      CREATE TABLE masar_keys.subject_key (
        subject uuid PRIMARY KEY,
        lookup bytea NOT NULL UNIQUE,
        wrapped bytea NOT NULL
      );`,
  },
];

/** Keys in the schema `masar_keys` of a PostgreSQL. */
export class PostgresKeyStore implements KeyStore {
  private constructor(
    private readonly pool: Pool,
    readonly id: string,
  ) {}

  /** Opens it, made where there is none. */
  static async open(pool: Pool): Promise<PostgresKeyStore> {
    await migrate(pool, 'keys', migrations, 'masar_keys');
    const { rows } = await pool.query<{ id: string }>('SELECT id FROM masar_keys.store');
    return new PostgresKeyStore(pool, rows[0]!.id);
  }

  async checkOf(masterKeyCheck: Buffer): Promise<Buffer> {
    await this.pool.query('UPDATE masar_keys.store SET key_check = $1 WHERE key_check IS NULL', [
      masterKeyCheck,
    ]);
    const { rows } = await this.pool.query<{ key_check: Buffer }>('SELECT key_check FROM masar_keys.store');
    return rows[0]!.key_check;
  }

  async find(lookups: readonly Buffer[]): Promise<Pick<SubjectKey, 'lookup' | 'subject'>[]> {
    const { rows } = await this.pool.query<Pick<SubjectKey, 'lookup' | 'subject'>>(
      'SELECT lookup, subject FROM masar_keys.subject_key WHERE lookup = ANY($1::bytea[])',
      [lookups],
    );
    return rows;
  }

  async add(keys: readonly SubjectKey[]): Promise<string[]> {
    // In the order of the hashes, so that two batches never wait for each other.
    const { rows } = await this.pool.query<{ subject: string }>(
      `INSERT INTO masar_keys.subject_key (subject, lookup, wrapped)
       SELECT * FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS given (subject, lookup, wrapped) ORDER BY lookup
       ON CONFLICT DO NOTHING RETURNING subject`,
      (['subject', 'lookup', 'wrapped'] as const).map((column) => keys.map((key) => key[column])),
    );
    return rows.map(({ subject }) => subject);
  }

  async of(subjects: readonly string[]): Promise<SubjectKey[]> {
    const { rows } = await this.pool.query<SubjectKey>(
      'SELECT subject, lookup, wrapped FROM masar_keys.subject_key WHERE subject = ANY($1::uuid[])',
      [subjects],
    );
    return rows;
  }

  async destroy(subjects: readonly string[], first: () => Promise<void>): Promise<void> {
    await this.alone(async (client) => {
      await first();
      await client.query(
        `WITH destroyed AS (DELETE FROM masar_keys.subject_key WHERE subject = ANY($1::uuid[]) RETURNING 1)
         UPDATE masar_keys.store SET unswept = true WHERE EXISTS (SELECT FROM destroyed)`,
        [subjects],
      );
      const { rows } = await client.query<{ unswept: boolean }>('SELECT unswept FROM masar_keys.store');
      if (!rows[0]!.unswept) return;
      // FULL writes the table anew: a plain VACUUM forgets dead rows but leaves their bytes in the page.
      await client.query('VACUUM (FULL) masar_keys.subject_key');
      await client.query('UPDATE masar_keys.store SET unswept = false');
    });
  }

  /** One process at a time; on one connection, so that callers that wait leave the pool to others. */
  private alone<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const turn = this.queue.then(() => this.locked(work));
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  private queue: Promise<unknown> = Promise.resolve();

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
