import type { Pool } from 'pg';
import { StoreError } from '../errors.js';
import type { EventLog, LogHead, LogIdentity, RecordedEvent, StreamRange, Subscription } from '../ports.js';
import { LogListener } from './log-listener.js';
import { LogSubscription } from './log-subscription.js';
import { readError } from './postgres-errors.js';
import { readStream } from './read-stream.js';
import { isoFromText, recordedEvents, selectEvents } from './recorded-row.js';

/** The log on PostgreSQL: the table the store writes, read in the order of its positions. */
export class PostgresEventLog implements EventLog {
  private readonly subscriptions = new Set<Subscription>();
  private known: Promise<LogIdentity> | undefined;
  private closed = false;

  constructor(
    private readonly pool: Pool,
    private readonly listener: LogListener,
  ) {}

  identity({ afresh = false }: { readonly afresh?: boolean } = {}): Promise<LogIdentity> {
    if (afresh) this.known = undefined;
    this.known ??= this.read<{ log_id: string; epoch: number }>('select log_id, epoch from masar.log').then(
      ([row]) => ({
        logId: row!.log_id,
        epoch: row!.epoch,
      }),
    );
    this.known.catch(() => (this.known = undefined));
    return this.known;
  }

  /** It changes in a restore, and only then. */
  forgetIdentity(): void {
    this.known = undefined;
  }

  async head(): Promise<LogHead> {
    const [row] = await this.read<{ head: string; at: string }>(
      `select e.position::text as head, e.recorded_at::text as at from masar.event e order by e.position desc limit 1`,
    );
    return row
      ? { position: Number(row.head), recordedAt: isoFromText(row.at) }
      : { position: 0, recordedAt: null };
  }

  async readAll(after: number, limit: number): Promise<RecordedEvent[]> {
    try {
      const select = selectEvents(
        'where position > $1 order by position limit $2',
        [after, limit],
        'masar-read-all',
      );
      return recordedEvents((await this.pool.query(select)).rows);
    } catch (error) {
      throw readError(error);
    }
  }

  async positionAt(recordedAt: string): Promise<number> {
    // Times never go back along the positions, so halving finds the last: some twenty look-ups in a million events.
    const [row] = await this.read<{ position: string }>(
      `with recursive search (low, high) as (
         select 0::bigint, coalesce((select max(e.position) from masar.event e), 0)
         union all
         select case when at.it <= $1::timestamptz then m.middle else s.low end,
           case when at.it <= $1::timestamptz then s.high else m.middle - 1 end
         from search s, lateral (select (s.low + s.high + 1) / 2 as middle) m,
           lateral (select (select e.recorded_at from masar.event e where e.position = m.middle) as it) at
         where s.low < s.high
       )
       select low::text as position from search where low = high`,
      [recordedAt],
    );
    return Number(row!.position);
  }

  readStream(stream: string, range?: StreamRange): Promise<RecordedEvent[]> {
    return readStream(this.pool, stream, range);
  }

  async find(id: string): Promise<RecordedEvent | undefined> {
    try {
      return recordedEvents((await this.pool.query(selectEvents('where id = $1', [id]))).rows)[0];
    } catch (error) {
      throw readError(error);
    }
  }

  subscribe(after: number, { batch = 500 }: { readonly batch?: number } = {}): Subscription {
    if (this.closed) throw new StoreError('CLOSED', 'the log is closed');
    this.listener.start();
    const subscription = new LogSubscription(this, this.listener, after, batch, () =>
      this.subscriptions.delete(subscription),
    );
    this.subscriptions.add(subscription);
    return subscription;
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.subscriptions].map((subscription) => subscription.cancel()));
    await this.listener.close();
  }

  private async read<R extends object>(sql: string, values: unknown[] = []): Promise<R[]> {
    try {
      return (await this.pool.query<R>(sql, values)).rows;
    } catch (error) {
      throw readError(error);
    }
  }
}
