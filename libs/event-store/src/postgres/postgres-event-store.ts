import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { ConcurrencyError, StoreError } from '../errors.js';
import type {
  Appended,
  EventStore,
  ExpectedRevision,
  NewEvent,
  RecordedEvent,
  StreamRange,
} from '../ports.js';
import { AppendConnection } from './append-connection.js';
import { canonicaliseEvent, loneSurrogate } from './canonical.js';
import { backoffMs } from './connection.js';
import { faultOf, readError } from './postgres-errors.js';
import { isoFromText, recordedEvents, selectEvents } from './recorded-row.js';

/** An event's columns as elements of PostgreSQL array literals. */
interface EncodedEvent {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly meta: string;
  readonly data: string;
  readonly salt: string;
}

/** One append that waits for its batch. */
interface Pending {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly ids: readonly string[];
  readonly events: readonly EncodedEvent[];
  readonly bytes: number;
  readonly deadline: number;
  sent: boolean;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: unknown) => void;
}

/** A row of `masar.append`. */
export type AppendRow = [
  request: string,
  outcome: 'ok' | 'duplicate' | 'partial' | 'taken' | 'conflict',
  first: string | null,
  last: string | null,
  revision: string | null,
  at: string | null,
];

const maxBatchEvents = 256;
const maxBatchBytes = 4 * 1024 * 1024;
const maxQueuedBytes = 64 * 1024 * 1024;
const maxStreamLength = 512;
/** How long an append may take, a restart of the database included. */
const patienceMs = 30_000;

/**
 * The store on PostgreSQL. Appends of one process that come while another is under way are written together, in the
 * order they came: one transaction, one lock, one notification (group commit).
 */
export class PostgresEventStore implements EventStore {
  private queue: Pending[] = [];
  private queuedBytes = 0;
  private writing: Promise<void> | undefined;
  private closed = false;

  constructor(
    private readonly pool: Pool,
    private readonly connection: AppendConnection,
  ) {}

  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<Appended> {
    return new Promise((resolve, reject) => {
      const pending = prepare(stream, expected, events, resolve, reject);
      if (this.closed) throw new StoreError('CLOSED', 'the store is closed');
      if (this.queuedBytes + pending.bytes > maxQueuedBytes) {
        throw new StoreError('OVERLOADED', 'too many appends wait for the database; try again later');
      }
      this.queuedBytes += pending.bytes;
      this.queue.push(pending);
      this.writing ??= this.write().finally(() => (this.writing = undefined));
    });
  }

  async readStream(stream: string, range: StreamRange = {}): Promise<RecordedEvent[]> {
    const { from, direction = 'forwards', limit } = range;
    const forwards = direction === 'forwards';
    const bound = from ?? (forwards ? 0 : 2_147_483_647);
    try {
      const { rows } = await this.pool.query(
        selectEvents(
          `where stream = $1 and revision ${forwards ? '>=' : '<='} $2 order by revision ${forwards ? 'asc' : 'desc'} limit $3`,
          [stream, bound, limit ?? null],
        ),
      );
      return recordedEvents(rows);
    } catch (error) {
      throw readError(error);
    }
  }

  /** Takes no more appends; those under way finish first. */
  async close(): Promise<void> {
    this.closed = true;
    await this.writing;
    await this.connection.close();
  }

  private async write(): Promise<void> {
    // Whoever appends in the same turn, or when an earlier append of theirs is answered, shares the next batch.
    await turn();
    while (this.queue.length > 0) {
      await this.settle(this.takeBatch(), 0);
      await turn();
    }
  }

  /** The next appends in order, each stream and each event id at most once. */
  private takeBatch(): Pending[] {
    const batch: Pending[] = [];
    const left: Pending[] = [];
    const streams = new Set<string>();
    const ids = new Set<string>();
    let events = 0;
    let bytes = 0;
    let index = 0;
    for (; index < this.queue.length && events < maxBatchEvents && bytes < maxBatchBytes; index += 1) {
      const pending = this.queue[index]!;
      if (streams.has(pending.stream) || pending.ids.some((id) => ids.has(id))) {
        left.push(pending);
        streams.add(pending.stream);
        continue;
      }
      streams.add(pending.stream);
      for (const id of pending.ids) ids.add(id);
      events += pending.ids.length;
      bytes += pending.bytes;
      batch.push(pending);
    }
    this.queue = [...left, ...this.queue.slice(index)];
    for (const pending of batch) this.queuedBytes -= pending.bytes;
    return batch;
  }

  /** Writes a batch and answers each of its appends; tries again while the database may come back. */
  private async settle(batch: readonly Pending[], attempt: number): Promise<void> {
    const parameters = encode(batch);
    let sent = false;
    try {
      const rows = await this.connection.append(parameters, () => (sent = true));
      for (const row of rows) answer(batch[Number(row[0])]!, row);
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
          : new StoreError('UNAVAILABLE', 'the database does not answer; nothing was written', {
              cause: error,
            }),
      );
    }
    if (alive.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, wait));
    await this.settle(alive, attempt + 1);
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function prepare(
  stream: string,
  expected: ExpectedRevision,
  events: readonly NewEvent[],
  resolve: Pending['resolve'],
  reject: Pending['reject'],
): Pending {
  if (
    stream === '' ||
    stream.length > maxStreamLength ||
    loneSurrogate.test(stream) ||
    stream.includes('\0')
  ) {
    throw new StoreError(
      'INVALID_EVENT',
      `a stream's name has 1 to ${maxStreamLength} characters, and no U+0000`,
    );
  }
  if (events.length === 0 || events.length > maxBatchEvents) {
    throw new StoreError(
      'INVALID_EVENT',
      `an append has 1 to ${maxBatchEvents} events, not ${events.length}`,
    );
  }
  if (expected !== 'none' && (!Number.isSafeInteger(expected) || expected < 0)) {
    throw new StoreError('INVALID_EVENT', `expected revision ${expected} is neither a revision nor none`);
  }
  const ids = events.map(({ id }) => requireUuid(id));
  if (new Set(ids).size < ids.length)
    throw new StoreError('INVALID_EVENT', 'an event id stands twice in one append');
  const salts = randomBytes(32 * events.length).toString('hex');
  const encoded = events.map((event, index) => {
    const { meta, data } = canonicaliseEvent(event);
    return {
      id: ids[index]!,
      type: quoted(event.type),
      version: event.schemaVersion,
      meta: JSON.stringify(meta),
      data: JSON.stringify(data),
      salt: `"\\\\x${salts.slice(index * 64, index * 64 + 64)}"`,
    };
  });
  const bytes = encoded.reduce((sum, { meta, data }) => sum + meta.length + data.length + 200, stream.length);
  return {
    stream,
    expected,
    ids,
    events: encoded,
    bytes,
    deadline: Date.now() + patienceMs,
    sent: false,
    resolve,
    reject,
  };
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function requireUuid(id: string): string {
  const lower = id.toLowerCase();
  if (!uuid.test(lower)) throw new StoreError('INVALID_EVENT', `event id ${id.slice(0, 60)} is no UUID`);
  return lower;
}

/**
 * An element of a PostgreSQL array literal. Canonical JSON needs no more than `JSON.stringify`, which escapes just what
 * the literal wants escaped: it holds no raw control character.
 */
function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, String.raw`\$&`)}"`;
}

/** The parameters of `masar.append`, as array literals. */
function encode(batch: readonly Pending[]): string[] {
  const events = batch.flatMap((pending) => pending.events);
  const array = (elements: readonly (string | number)[]) => `{${elements.join()}}`;
  return [
    array(batch.map(({ stream }) => quoted(stream))),
    array(batch.map(({ expected }) => (expected === 'none' ? -1 : expected))),
    array(batch.map(({ ids }) => ids.length)),
    array(batch.flatMap(({ ids }, request) => ids.map(() => request))),
    array(events.map(({ id }) => id)),
    array(events.map(({ type }) => type)),
    array(events.map(({ version }) => version)),
    array(events.map(({ meta }) => meta)),
    array(events.map(({ data }) => data)),
    array(events.map(({ salt }) => salt)),
  ];
}

function answer(pending: Pending, [, outcome, first, last, revision, at]: AppendRow): void {
  switch (outcome) {
    case 'ok':
    case 'duplicate':
      pending.resolve({
        firstPosition: Number(first),
        position: Number(last),
        revision: Number(revision),
        recordedAt: isoFromText(at!),
        // A retry of our own after a broken connection is the first answer, late.
        duplicate: outcome === 'duplicate' && !pending.sent,
      });
      return;
    case 'conflict': {
      const actual = Number(revision);
      pending.reject(new ConcurrencyError(pending.stream, pending.expected, actual < 0 ? 'none' : actual));
      return;
    }
    case 'partial':
      pending.reject(
        new StoreError(
          'PARTIAL_DUPLICATE',
          'some of these events are on the stream already, and some are not',
        ),
      );
      return;
    case 'taken':
      pending.reject(new StoreError('EVENT_ID_TAKEN', 'an event id is in use on another stream'));
  }
}

function failure(fault: ReturnType<typeof faultOf>, cause: unknown): StoreError {
  if (fault === 'refused') {
    // Another process may have written one of the ids between the look-up and the insert.
    return (cause as { constraint?: string }).constraint === 'event_id'
      ? new StoreError('EVENT_ID_TAKEN', 'an event id is in use on another stream', { cause })
      : new StoreError('INVALID_EVENT', 'the database refused a value of the event', { cause });
  }
  const why =
    fault === 'exhausted' ? 'the database cannot write now (full, or read-only)' : 'the database failed';
  return new StoreError('UNAVAILABLE', `${why}; nothing was written`, { cause });
}
