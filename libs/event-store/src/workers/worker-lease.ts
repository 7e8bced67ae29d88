import { setTimeout as delay } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { type Migration, migrate } from '../postgres/migrations.js';

const migrations: readonly Migration[] = [
  {
    version: 1,
    sql: `create table masar.worker (
      name text primary key,
      position bigint not null,
      updated_at timestamptz not null default now()
    )`,
  },
];

/** A worker's right to run, held by one process at a time, and how far the worker came. */
export interface HeldWorkerLease {
  /** Aborted when the connection that holds the lease breaks: another process may hold it now. */
  readonly lost: AbortSignal;
  /** Position up to which everything is done; 0 at first. */
  load(): Promise<number>;
  /** Moves it on; never back. Fails where the lease is lost. */
  save(position: number): Promise<void>;
  /** Runs a statement by the connection that holds the lease: who lost it runs none. */
  run(text: string, values: readonly unknown[]): Promise<void>;
  release(): Promise<void>;
}

/** How often a process that waits for the lease asks for it. A lease whose holder died is free at once. */
const askEveryMs = 1_000;

const runTimeoutMs = 20_000;

/** A lease on a PostgreSQL session lock: it ends with its holder's connection, however that ends. */
export class WorkerLease {
  private constructor(
    private readonly pool: Pool,
    private readonly name: string,
  ) {}

  static async open(pool: Pool, name: string): Promise<WorkerLease> {
    await migrate(pool, 'worker', migrations);
    return new WorkerLease(pool, name);
  }

  /** Waits until this process holds the lease; undefined where the signal ends the wait. */
  async acquire(signal: AbortSignal): Promise<HeldWorkerLease | undefined> {
    while (!signal.aborted) {
      const client = await this.pool.connect();
      const lost = new AbortController();
      const lose = () => lost.abort();
      client.on('error', lose);
      client.on('end', lose);
      const giveBack = (broken: boolean) => {
        client.off('error', lose);
        client.off('end', lose);
        client.release(broken);
      };
      try {
        const { rows } = await client.query<{ held: boolean }>(
          `select pg_try_advisory_lock(hashtextextended('masar.worker.' || $1, 0)) as held`,
          [this.name],
        );
        if (rows[0]?.held) return this.held(client, lost.signal, giveBack);
      } catch (error) {
        giveBack(true);
        throw error;
      }
      giveBack(false);
      await delay(askEveryMs, undefined, { signal }).catch(() => undefined);
    }
    return undefined;
  }

  private held(client: PoolClient, lost: AbortSignal, giveBack: (broken: boolean) => void): HeldWorkerLease {
    const { name } = this;
    return {
      lost,
      async load() {
        const { rows } = await client.query<{ position: string }>(
          `select position from masar.worker where name = $1`,
          [name],
        );
        return Number(rows[0]?.position ?? 0);
      },
      async save(position) {
        await client.query(
          `insert into masar.worker (name, position) values ($1, $2)
           on conflict (name) do update set position = greatest(masar.worker.position, excluded.position), updated_at = now()`,
          [name, position],
        );
      },
      async run(text, values) {
        const statement = { text, values: [...values], query_timeout: runTimeoutMs };
        await client.query(statement);
      },
      // Closing the connection is what frees the session lock for certain.
      release: async () => giveBack(true),
    };
  }
}
