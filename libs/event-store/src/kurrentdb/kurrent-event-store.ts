import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { AppendQueue } from '../appending/append-queue.js';
import { ConcurrencyError, StoreError, type StoreErrorCode } from '../errors.js';
import { backoffMs } from '../postgres/connection.js';
import type { LogListener } from '../postgres/log-listener.js';
import type {
  Appended,
  EventStore,
  ExpectedRevision,
  NewEvent,
  RecordedEvent,
  StreamRange,
} from '../ports.js';
import { answerFromLog, earlierPlaces, firstAnswer, placed } from './answer-from-log.js';
import { type KurrentLimits, kurrentLimits } from './append-limits.js';
import { AppendTries } from './append-tries.js';
import { EarlierTries } from './earlier-tries.js';
import { claimsOf, type KurrentAppend, prepareKurrentAppend, revisionsOf } from './kurrent-append.js';
import type { KurrentConnection } from './kurrent-connection.js';
import { FirstWriting } from './first-writing.js';
import { type BeforeAppending, type Claim, LogLookup } from './log-lookup.js';
import { LogWait } from './log-wait.js';
import type { StreamNames } from './names.js';
import { StreamReading } from './stream-reading.js';
import type { Waiting } from './waiting.js';
import { within } from './within.js';

/** What the store is made of; whoever opened it closes it, after the store. */
export interface KurrentEventStoreParts {
  readonly connection: KurrentConnection;
  readonly names: StreamNames;
  /** Of the database that has the ordered log. */
  readonly pool: ConstructorParameters<typeof LogLookup>[0];
  readonly listener: LogListener;
  /** Told of what the log is waited for. */
  readonly waiting?: Waiting;
  readonly limits?: Partial<KurrentLimits>;
}

/** An append that is to be sent. */
interface Fresh {
  readonly append: KurrentAppend;
  /** Other revisions its ids were meant for: it may be a retry of that. */
  readonly places: readonly Claim[];
}

/** So much is looked up in the log at once. */
const maxBatchEvents = 256;
const maxBatchBytes = 4 * 1024 * 1024;
/** So many appends wait for the server's answer at once; the rest waits here. */
const maxAtServer = 512;

/**
 * The store on KurrentDB. Before an append is sent its ids are claimed for its stream and the ordered log is asked for
 * them, once for all appends that came meanwhile: the server knows an id again only at the revision it was meant for.
 * Then each goes out in the order it came, and is answered once the log has it. A log that was made anew has to have what
 * the server had before anything is sent.
 */
export class KurrentEventStore implements EventStore {
  private readonly queue = new AppendQueue<KurrentAppend>('KurrentDB');
  private readonly lookup: LogLookup;
  private readonly wait: LogWait;
  private readonly firstWriting: FirstWriting;
  private readonly earlier: EarlierTries;
  private readonly tries: AppendTries;
  private readonly reading: StreamReading;
  private readonly connection: KurrentConnection;
  private readonly limits: KurrentLimits;
  private underWay = 0;
  private readonly atServer = new Set<KurrentAppend>();
  private scheduled = false;
  private sending = false;
  private endBy = Infinity;
  private closing: Promise<void> | undefined;
  private drained: (() => void) | undefined;

  constructor({ connection, names, pool, listener, waiting, limits }: KurrentEventStoreParts) {
    this.connection = connection;
    this.limits = { ...kurrentLimits, ...limits };
    const endBy = (): number => this.endBy;
    this.lookup = new LogLookup(pool);
    this.wait = new LogWait(this.lookup, listener, endBy, waiting);
    this.firstWriting = new FirstWriting(connection, names, this.lookup, listener, endBy);
    this.earlier = new EarlierTries(connection, names, this.lookup, endBy);
    this.tries = new AppendTries(connection, names, this.limits, endBy);
    this.reading = new StreamReading(connection, names, this.lookup, this.wait, this.limits);
  }

  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<Appended> {
    return new Promise((resolve, reject) => {
      const append = prepareKurrentAppend(stream, expected, events, this.limits.patienceMs, {
        resolve,
        reject,
      });
      if (this.closing) throw new StoreError('CLOSED', 'the store is closed');
      this.queue.add(append);
      this.schedule();
    });
  }

  readStream(stream: string, range?: StreamRange): Promise<RecordedEvent[]> {
    return this.reading.read(stream, range);
  }

  /** Takes no more appends; those under way finish first, or are given up after a while. */
  close(): Promise<void> {
    this.closing ??= new Promise<void>((resolve) => {
      this.endBy = Date.now() + this.limits.closeMs;
      this.drained = resolve;
      this.schedule();
    });
    return this.closing;
  }

  /** Whoever appends in the same turn, or when an earlier append of theirs is answered, is looked up together. */
  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      void this.send();
    });
  }

  /** Sends what waits, batch by batch, so that it goes out in the order it came. */
  private async send(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    while (this.atServer.size < maxAtServer) {
      const batch = this.queue.take(maxBatchEvents, maxBatchBytes);
      if (batch.length === 0) break;
      this.underWay += batch.length;
      const fresh = await this.sorted(this.inTime(batch));
      if (fresh.length > 0) await this.dispatch(fresh);
    }
    this.sending = false;
    if (this.queue.length === 0 && this.underWay === 0) this.drained?.();
  }

  /** Those that waited here for as long as they may are answered, rather than each waiting for a try of its own. */
  private inTime(batch: readonly KurrentAppend[]): KurrentAppend[] {
    const now = Date.now();
    const [late, timely] = [
      batch.filter(({ deadline }) => deadline <= now),
      batch.filter(({ deadline }) => deadline > now),
    ];
    for (const append of late) {
      const why = 'its time was up before it could be sent to KurrentDB; this try wrote nothing';
      this.done(append, () => append.reject(new StoreError('UNAVAILABLE', why)));
    }
    return timely;
  }

  /** Answers those the log can answer; the others are to be sent. */
  private async sorted(batch: readonly KurrentAppend[]): Promise<Fresh[]> {
    if (batch.length === 0) return [];
    const before = await this.before(batch);
    const fresh: Fresh[] = [];
    for (const append of batch) {
      try {
        if (before instanceof Error) throw before;
        const known = answerFromLog(append, before);
        if (known) {
          this.done(append, () => append.resolve(known));
        } else if (!before.caughtUp) {
          void this.hold(append);
        } else {
          const places = earlierPlaces(append, before);
          if (places) fresh.push({ append, places });
          else this.again(append);
        }
      } catch (error) {
        const hasClaimed = !(before instanceof Error) && before.caughtUp && before.halted === null;
        void this.refuse(append, error, hasClaimed);
      }
    }
    return fresh;
  }

  /** What the log says of a batch; asked again while the database may come back. */
  private async before(batch: readonly KurrentAppend[]): Promise<BeforeAppending | StoreError> {
    const deadline = Math.min(...batch.map((append) => append.deadline));
    const claims = batch.flatMap((append) => claimsOf(append));
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.lookup.beforeAppending(claims);
      } catch (error) {
        const wait = backoffMs(attempt);
        const passing = error instanceof StoreError && error.code === 'UNAVAILABLE';
        if (!passing || Date.now() + wait > Math.min(deadline, this.endBy)) {
          return new StoreError('UNAVAILABLE', 'the database does not answer; this try wrote nothing', {
            cause: error,
          });
        }
        await delay(wait);
      }
    }
  }

  /** Until the log has what the server had when it was made; then it is asked again. */
  private async hold(append: KurrentAppend): Promise<void> {
    if (await this.firstWriting.over(append.deadline)) return this.again(append);
    const why = `${await this.firstWriting.standing()}; this try wrote nothing: try again when it is whole`;
    this.done(append, () => append.reject(new StoreError('UNAVAILABLE', why)));
  }

  private async dispatch(fresh: readonly Fresh[]): Promise<void> {
    // A client that is new opens the call that all appends share with the first one: the others follow when it is open.
    await this.connection.current().catch(() => undefined);
    const [first, ...rest] = fresh;
    void this.settle(first!);
    if (rest.length > 0) await turn();
    for (const one of rest) void this.settle(one);
  }

  private async settle({ append, places }: Fresh): Promise<void> {
    const { stream } = append;
    let isSent = false;
    this.atServer.add(append);
    try {
      const earlier = places.length > 0 ? await this.earlier.look(append, places) : 'none';
      isSent = earlier === 'none';
      if (isSent) await this.tries.write(append);
      this.answered(append);
      if (earlier === 'again') return this.again(append);
      const { first, last } = earlier === 'none' ? revisionsOf(append) : earlier;
      const arrived = await this.wait.arrival({ stream, first, last }, Date.now() + this.limits.logMs);
      if (!arrived) throw await this.notYet(stream, last);
      const answer = isSent ? placed(append, arrived) : firstAnswer(arrived);
      this.done(append, () => append.resolve(answer));
    } catch (error) {
      this.answered(append);
      await this.refuse(append, error, !isSent || wroteNothing(error));
    }
  }

  /** The server has answered it: the next to its stream meets the server's own check; an id is free once the log has it. */
  private answered(append: KurrentAppend): void {
    this.atServer.delete(append);
    this.queue.releaseStream(append);
    this.schedule();
  }

  private async notYet(stream: string, last: number): Promise<StoreError> {
    const halted = await this.lookup.halted().catch(() => null);
    const why = halted === null ? 'the ordered log is behind' : `the ordered log stands still: ${halted}`;
    return new StoreError(
      'NOT_YET_READABLE',
      `recorded on stream ${stream} up to revision ${last}; ${why}. Retry with the same ids for its position`,
    );
  }

  /** @param isOver none of its events is on the server, or on its way there: what it claimed is free again */
  private async refuse(append: KurrentAppend, error: unknown, isOver: boolean): Promise<void> {
    if (isOver) {
      // So that whoever is told so finds them free; not for longer than the append may take.
      const left = Math.min(append.deadline, this.endBy) - Date.now();
      await within(this.lookup.release(claimsOf(append)), left, () => undefined);
    }
    this.done(append, () => append.reject(error));
  }

  /** Has it looked for in the log once more, before those that wait. */
  private again(append: KurrentAppend): void {
    this.queue.putBack(append);
    this.underWay -= 1;
    this.schedule();
  }

  private done(append: KurrentAppend, answer: () => void): void {
    this.queue.release(append);
    this.underWay -= 1;
    answer();
    this.schedule();
  }
}

const certain = new Set<StoreErrorCode>(['EVENT_TOO_LARGE', 'PARTIAL_DUPLICATE', 'UNAVAILABLE']);

/** Whether the refusal of an append says for certain that none of its events is on the server, or on its way there. */
function wroteNothing(error: unknown): boolean {
  if (error instanceof ConcurrencyError) return true;
  return error instanceof StoreError && certain.has(error.code);
}
