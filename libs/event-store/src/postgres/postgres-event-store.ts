import type { Pool } from 'pg';
import { AppendQueue } from '../appending/append-queue.js';
import { refusals } from '../appending/append-request.js';
import { StoreError } from '../errors.js';
import type {
  Appended,
  EventStore,
  ExpectedRevision,
  NewEvent,
  RecordedEvent,
  StreamRange,
} from '../ports.js';
import { AppendConnection } from './append-connection.js';
import { otherLog } from './append-function.js';
import { answerBatch, encode, type Pending, prepare } from './append-request.js';
import { backoffMs } from './connection.js';
import { faultOf } from './postgres-errors.js';
import { readStream } from './read-stream.js';

/** A batch is closed once it has this many. */
const maxBatchEvents = 128;
const maxBatchBytes = 4 * 1024 * 1024;
/**
 * With so many waiting a second batch is sent while the server still works on the first, so that neither waits for the
 * other. With fewer it is better to wait and share one commit.
 */
const worthSendingAhead = 64;

/**
 * The store on PostgreSQL. Appends of one process that come while another is under way are written together, in the
 * order they came: one transaction, one lock, one notification (group commit).
 */
export class PostgresEventStore implements EventStore {
  private readonly queue = new AppendQueue<Pending>('the database');
  private readonly underWay = new Set<readonly Pending[]>();
  private scheduled = false;
  private closing: Promise<void> | undefined;
  private drained: (() => void) | undefined;

  constructor(
    private readonly pool: Pool,
    private readonly connection: AppendConnection,
  ) {}

  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<Appended> {
    return new Promise((resolve, reject) => {
      const pending = prepare(stream, expected, events, resolve, reject);
      if (this.closing) throw new StoreError('CLOSED', 'the store is closed');
      this.queue.add(pending);
      this.schedule();
    });
  }

  readStream(stream: string, range?: StreamRange): Promise<RecordedEvent[]> {
    return readStream(this.pool, stream, range);
  }

  /** Takes no more appends; those under way finish first. */
  close(): Promise<void> {
    this.closing ??= new Promise<void>((resolve) => {
      this.drained = resolve;
      this.schedule();
    }).then(() => this.connection.close());
    return this.closing;
  }

  /** Whoever appends in the same turn, or when an earlier append of theirs is answered, shares the next batch. */
  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.send();
    });
  }

  private send(): void {
    while (this.underWay.size === 0 || (this.underWay.size < 2 && this.queue.length >= worthSendingAhead)) {
      const batch = this.queue.take(maxBatchEvents, maxBatchBytes);
      if (batch.length === 0) break;
      this.underWay.add(batch);
      void this.settle(batch, 0).finally(() => {
        this.underWay.delete(batch);
        for (const pending of batch) this.queue.release(pending);
        this.schedule();
      });
    }
    if (this.queue.length === 0 && this.underWay.size === 0) this.drained?.();
  }

  /** Writes a batch and answers each of its appends; tries again while the database may come back. */
  private async settle(batch: readonly Pending[], attempt: number): Promise<void> {
    const parameters = encode(batch);
    let sent = false;
    try {
      const rows = await this.connection.append(parameters, () => (sent = true));
      answerBatch(batch, rows);
      return;
    } catch (error) {
      for (const pending of batch) pending.sent ||= sent;
      const fault = faultOf(error);
      if (fault === 'transient') return this.settleAgain(batch, attempt, error);
      // One append's values spoil the transaction of all: each is tried by itself.
      if (fault === 'refused' && batch.length > 1) {
        for (const pending of batch) await this.settle([pending], 0);
        return;
      }
      for (const pending of batch) pending.reject(failure(fault, error));
    }
  }

  private async settleAgain(batch: readonly Pending[], attempt: number, error: unknown): Promise<void> {
    const wait = backoffMs(attempt);
    const until = Date.now() + wait;
    const alive = batch.filter((pending) => pending.deadline > until && !this.connection.closed);
    for (const pending of batch.filter((other) => !alive.includes(other))) {
      pending.reject(
        pending.sent
          ? new StoreError(
              'OUTCOME_UNKNOWN',
              'the database broke off; the append may stand: retry with the same ids',
              { cause: error },
            )
          : new StoreError('UNAVAILABLE', 'the database does not answer; this try wrote nothing', {
              cause: error,
            }),
      );
    }
    if (alive.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, wait));
    await this.settle(alive, attempt + 1);
  }
}

function failure(fault: ReturnType<typeof faultOf>, cause: unknown): StoreError {
  if ((cause as { code?: unknown }).code === otherLog) {
    return new StoreError(
      'OTHER_LOG',
      'the log in this database is written from another store, or not whole yet: start again, which says more',
      { cause },
    );
  }
  if (fault === 'refused') {
    // Another process may have written one of the ids between the look-up and the insert.
    return (cause as { constraint?: string }).constraint === 'event_id'
      ? refusals.taken({ cause })
      : new StoreError('INVALID_EVENT', 'the database refused a value of the event', { cause });
  }
  const why =
    fault === 'exhausted' ? 'the database cannot write now (full, or read-only)' : 'the database failed';
  return new StoreError('UNAVAILABLE', `${why}; this try wrote nothing`, { cause });
}
