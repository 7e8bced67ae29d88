import { Client } from 'pg';
import { StoreError } from '../errors.js';
import type { EventLog, LogFilling, LogHead, LogIdentity, RestorableEvent } from '../ports.js';
import { eachOf, firstDifference } from '../same-event.js';
import { logChannel } from './append-function.js';
import { connectionConfig } from './connection.js';
import { requireEmpty, writeWhole } from './postgres-log-restore.js';
import { fillError, headOf, inUse, RestoredRows } from './restored-rows.js';
import { storedPages } from './stored-pages.js';
import { lockLog, requireSoleUse } from './sole-use.js';
import { inTransaction } from './transaction.js';

/** The session lock of the one process that fills: it ends with its connection, as do the pages it writes. */
const fillLock = `hashtextextended('masar.fill', 0)`;

export interface FillingTarget {
  readonly connectionString: string;
  readonly applicationName: string;
  /** The prefix on a server the log is going to be sequenced from; undefined where the database is the store itself. */
  readonly sequencedFrom?: string;
  readonly log: Pick<EventLog, 'readAll'> & { forgetIdentity(): void };
}

/** Fills the log of a database, a page a transaction, all on one connection that nobody else can have a second of. */
export class PostgresLogFilling implements LogFilling {
  private readonly client: Client;
  private rows: RestoredRows | undefined;

  constructor(private readonly target: FillingTarget) {
    this.client = new Client(connectionConfig(target.connectionString, target.applicationName));
    this.client.on('error', () => undefined);
  }

  /** @param first done before anything else where no earlier try began */
  async begin(identity: LogIdentity, first: () => Promise<void> = async () => undefined): Promise<number> {
    return this.attempt(async () => {
      await this.take();
      await inTransaction(this.client, async () => {
        if (await this.resumesAlone(identity)) return;
        await first();
        await this.shut(identity);
      });
      this.rows = new RestoredRows(this.client, await headOf(this.client));
      return this.head.position;
    });
  }

  /**
   * {@link begin} with every event, in one transaction: what is not whole, or breaks off, leaves the log as empty as it
   * was. Where an earlier try wrote them, they are compared with what it wrote.
   *
   * @throws StoreError as a restore does
   */
  async beginWhole(
    identity: LogIdentity,
    events: AsyncIterable<readonly RestorableEvent[]>,
    first: () => Promise<void> = async () => undefined,
  ): Promise<void> {
    let resumes = false;
    await this.attempt(async () => {
      await this.take();
      await inTransaction(this.client, async () => {
        resumes = await this.resumesAlone(identity);
        if (resumes) return;
        await first();
        await writeWhole(this.client, identity, events);
        await this.shut(identity);
      });
      this.rows = new RestoredRows(this.client, await headOf(this.client));
    }, 'nothing was restored');
    if (resumes) await this.requireSame(events);
  }

  /** What of the log is written. */
  get head(): LogHead {
    return this.begun.head;
  }

  /** Connects, and holds the lock for as long as it is connected. */
  private async take(): Promise<void> {
    await this.client.connect();
    await this.client.query(`set lock_timeout = '10s'; set statement_timeout = 0`);
    try {
      await this.client.query(`select pg_advisory_lock(${fillLock})`);
    } catch (error) {
      if ((error as { code?: unknown }).code === '55P03') throw inUse('another process fills it');
      throw error;
    }
  }

  async write(events: readonly RestorableEvent[]): Promise<void> {
    await this.transaction(() => this.begun.write(events));
  }

  async complete(): Promise<void> {
    await this.attempt(() => this.begun.requireRevisions());
  }

  stored(): AsyncIterable<readonly RestorableEvent[]> {
    return storedPages(this.target.log);
  }

  /** @param last done in the same transaction */
  async finish(last: (client: Client) => Promise<void> = async () => undefined): Promise<LogHead> {
    await this.transaction(async () => {
      await last(this.client);
      await this.client.query('update masar.log set filling = false');
      await this.client.query('select pg_notify($1, $2)', [logChannel, '']);
    });
    this.target.log.forgetIdentity();
    await this.client.query('analyze masar.event').catch(() => undefined);
    return this.head;
  }

  /** Work on the one connection that may write, all or nothing. */
  async transaction(work: (client: Client) => Promise<void>): Promise<void> {
    await this.attempt(() => inTransaction(this.client, () => work(this.client)));
  }

  async close(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }

  /**
   * Locks the log, and makes sure that it is empty or an earlier try began to fill it, and that nobody works on it: in this
   * order, for stopping the others would not empty it.
   *
   * @returns whether an earlier try began
   */
  private async resumesAlone(identity: LogIdentity): Promise<boolean> {
    await lockLog(this.client);
    const resumes = await this.isFilling(identity);
    if (!resumes) await requireEmpty(this.client);
    await requireSoleUse(this.client, this.target.applicationName);
    return resumes;
  }

  /** Whether an earlier try with this log began; refuses where it was another's. */
  private async isFilling({ logId, epoch }: LogIdentity): Promise<boolean> {
    const { rows } = await this.client.query<{
      log_id: string;
      epoch: number;
      filling: boolean;
      kurrentdb: string | null;
    }>('select log_id, epoch, filling, kurrentdb from masar.log');
    const log = rows[0]!;
    if (!log.filling) return false;
    const from = this.target.sequencedFrom ?? null;
    if (log.log_id === logId && log.epoch === epoch && log.kurrentdb === from) return true;
    const store = log.kurrentdb === null ? 'PostgreSQL alone' : `KurrentDB under ${log.kurrentdb}-`;
    throw new StoreError(
      'OTHER_LOG',
      `the database holds part of log ${log.log_id}, epoch ${log.epoch}, for ${store}, and not of log ${logId}, epoch ${epoch}: ` +
        'run the copy or restore that was broken off again, or name another database',
    );
  }

  private get begun(): RestoredRows {
    if (!this.rows) throw new Error('the filling has not begun');
    return this.rows;
  }

  /** From here on nobody opens it but who fills it with this log. */
  private async shut({ logId, epoch }: LogIdentity): Promise<void> {
    await this.client.query('update masar.log set log_id = $1, epoch = $2, kurrentdb = $3, filling = true', [
      logId,
      epoch,
      this.target.sequencedFrom ?? null,
    ]);
  }

  /** What is put back has to be what an earlier try put back. */
  private async requireSame(events: AsyncIterable<readonly RestorableEvent[]>): Promise<void> {
    const written = eachOf(this.stored());
    try {
      let position = 0;
      for await (const event of eachOf(events)) {
        position += 1;
        const { value: row, done } = await written.next();
        if (done || firstDifference(row, event)) throw notTheSame(position);
      }
      if (!(await written.next()).done) throw notTheSame(position + 1);
    } finally {
      await written.return(undefined);
    }
  }

  private async attempt<T>(
    work: () => Promise<T>,
    left = 'what was written stays, and the same again goes on from there',
  ): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw fillError(error, left);
    }
  }
}

function notTheSame(position: number): StoreError {
  return new StoreError(
    'NOT_EMPTY',
    `the store is being filled by a copy or restore that was broken off, and at position ${position} this is not the same: run that one again, or name another store`,
  );
}
