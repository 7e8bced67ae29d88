import { setTimeout as delay } from 'node:timers/promises';
import { backoffMs } from '../postgres/connection.js';
import { faultOf as databaseFaultOf } from '../postgres/postgres-errors.js';
import type { SequencerState } from '../sequencing.js';
import type { HeldWorkerLease } from '../workers/worker-lease.js';
import { type AllBatch, followAll, type Following } from './all-follower.js';
import type { KurrentConnection } from './kurrent-connection.js';
import { KurrentFault } from './kurrent-fault.js';
import type { StreamNames } from './names.js';
import { otherLog, say, type Says, type SequencedHead, type SequencedLog } from './sequenced-log.js';
import { putBack, refusedByDatabase, SequencerHalt, unplaced, unwritable } from './sequencer-halt.js';
import { endOfServer, isOnServer } from './server-end.js';
import { type SortedBatch, sortBatch } from './sorted-batch.js';
import { isBefore, type Place } from './place.js';
import type { StoredEvent } from './stored-event.js';

/** The right to run, which saves two from doing the same work; that they do no harm is the writing's business. */
export interface SequencerLease {
  acquire(signal: AbortSignal): Promise<HeldSequencerLease | undefined>;
}

export type HeldSequencerLease = Pick<HeldWorkerLease, 'lost' | 'run' | 'release'>;

export interface SequencerOptions {
  readonly connection: KurrentConnection;
  readonly names: StreamNames;
  readonly log: SequencedLog;
  readonly openLease: () => Promise<SequencerLease>;
  /** Told in a sentence when it halts, and when it goes on. */
  readonly say?: ((message: string) => void) | undefined;
  /** See `FollowOptions`. */
  readonly silenceMs?: number | undefined;
  /** After how long one that halted looks whether it may go on. Default 30 s. */
  readonly retryHaltedMs?: number | undefined;
}

/** How often the one that holds the lease says that it is there. */
const sayEveryMs = 10_000;
/** How often the resume point is moved where there is nothing to write. */
const passEveryMs = 1_000;
/** After how long of not knowing the end of the server the log counts as behind, for whoever asks. */
const awayMs = 5_000;

/** Another has written meanwhile. */
class Outrun extends Error {}

/**
 * Follows the server and writes the ordered log. One in each process asks for the lease; the one that holds it works,
 * and may end at any moment, anywhere: the next goes on from the resume point, which moves with what is written.
 */
export class Sequencer {
  private readonly ending = new AbortController();
  private running: Promise<void> | undefined;
  private following: Following | undefined;
  private state: SequencerState = 'starting';
  private halt: string | null = null;
  private trouble: string | null = null;
  private unsafe: string | null = null;
  /** Since when the end of the server, as it was found by the last subscription or was not, has not been reached. */
  private awaySince: number | undefined;
  private writingSince: number | undefined;
  private tellNow: (() => void) | undefined;
  /** As the database has it. */
  private resume: Place | null = null;
  private head: SequencedHead | null = null;
  /** The end of the server when following began: who has come to there has caught up. */
  private end: Place | null | undefined;
  private passedAt = 0;
  /** The server may be another than the one that was followed: one that was put back. */
  private unsure = true;
  /** Whether this process holds the lease. */
  isHolder = false;

  constructor(private readonly options: SequencerOptions) {}

  start(): void {
    this.running ??= this.run();
  }

  /** What is being written is finished; then another may hold the lease. */
  async close(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  /** What it says of itself while it holds the lease. */
  says(): Says {
    const away = this.awaySince !== undefined && Date.now() - this.awaySince > awayMs;
    const state = this.state === 'following' && away ? 'catchingUp' : this.state;
    return { state, why: this.halt ?? this.trouble ?? this.unsafe };
  }

  /** When the oldest event that came and is not in the log yet came. */
  waitingSince(): number | undefined {
    return this.writingSince ?? this.following?.waitingSince();
  }

  private async run(): Promise<void> {
    const { signal } = this.ending;
    let lease: SequencerLease | undefined;
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        lease ??= await this.options.openLease();
        const held = await lease.acquire(signal);
        if (!held) return;
        try {
          attempt = 0;
          await this.hold(held, AbortSignal.any([signal, held.lost]));
        } finally {
          await held.release();
        }
      } catch {
        // The database is gone, and the lease with it. Who asks for the state is told so by the database.
      }
      await delay(backoffMs(attempt + 3), undefined, { signal }).catch(() => undefined);
    }
  }

  /** Works until the signal, or until it turns out that another does. */
  private async hold(held: HeldSequencerLease, signal: AbortSignal): Promise<void> {
    this.isHolder = true;
    this.setState('starting');
    const over = new AbortController();
    const telling = this.tell(held, AbortSignal.any([signal, over.signal]));
    try {
      for (let attempt = 0; !signal.aborted;) {
        try {
          await this.follow(signal, () => (attempt = 0));
        } catch (error) {
          if (signal.aborted || error instanceof Outrun) return;
          if (error instanceof SequencerHalt) await this.rest(error, signal);
          else await this.pause(error, attempt, signal);
          attempt += 1;
        }
      }
    } finally {
      this.isHolder = false;
      this.following = undefined;
      this.writingSince = undefined;
      over.abort();
      await telling;
    }
  }

  private async rest(halt: SequencerHalt, signal: AbortSignal): Promise<void> {
    if (this.halt !== halt.message) {
      this.options.say?.(`the ordered log is not written any more: ${halt.message}`);
    }
    this.halt = halt.message;
    this.setState('halted');
    await delay(this.options.retryHaltedMs ?? 30_000, undefined, { signal }).catch(() => undefined);
  }

  private async pause(reason: unknown, attempt: number, signal: AbortSignal): Promise<void> {
    this.away(reason instanceof KurrentFault ? reason.message : 'the database did not take what came');
    await delay(backoffMs(attempt), undefined, { signal }).catch(() => undefined);
  }

  private async follow(signal: AbortSignal, onProgress: () => void): Promise<void> {
    const { connection, names, log, silenceMs } = this.options;
    const { upTo, head } = await log.load();
    this.resume = upTo;
    this.head = head;
    this.end = undefined;
    this.unsure = true;
    await this.loadUnsafe();
    const following = followAll(connection, names, upTo, {
      signal,
      ...(silenceMs !== undefined && { silenceMs }),
      from: (after) => this.begin(after),
      onTrouble: (fault) => {
        this.unsure = true;
        this.away(fault.message);
      },
      onFollowing: () => this.back(),
      onCaughtUp: () => this.caughtUp(),
    });
    this.following = following;
    for await (const batch of following) {
      this.writingSince = batch.since;
      await this.take(batch);
      this.writingSince = undefined;
      onProgress();
      if (this.end && !isBefore(batch.upTo, this.end)) this.caughtUp();
    }
  }

  /**
   * Where to begin. A server that was put back to an earlier state, after our last event, may have new events of ours
   * before the place that was reached, whatever it holds beyond: so the first time, and when a subscription broke, it is
   * followed from that event on. One that was only silent is the same server, and is followed from where it was.
   */
  private async begin(after: Place | null): Promise<Place | null> {
    const { connection, names } = this.options;
    const { head, unsure } = this;
    // A subscription that was silent, too, may have kept quiet about much.
    this.awaySince ??= Date.now();
    const end = await endOfServer(connection);
    this.end = end;
    if (head && !(await isOnServer(connection, names, head, end))) {
      throw putBack(head, names.onServer(head.stream));
    }
    if (end === null) this.caughtUp();
    this.unsure = false;
    // Not everything that was passed was noted, and behind it there may be nothing for long.
    if (!unsure && after && (!this.resume || isBefore(this.resume, after))) {
      await this.writeOnce([], after, { unsafe: new Map() });
    }
    return unsure ? (head?.place ?? null) : after;
  }

  private async take(batch: AllBatch): Promise<void> {
    const sorted = sortBatch(batch, this.options.names, this.resume);
    const { events, unsafe, upTo, foreign } = sorted;
    if (events.length > 0 || unsafe.size > 0) await this.write(sorted);
    else if (!foreign && Date.now() - this.passedAt >= passEveryMs) {
      await this.writeOnce([], upTo, sorted);
      this.passedAt = Date.now();
    }
    if (foreign) throw new SequencerHalt(foreign.message);
    if (events.length > 0) this.goesOn();
    if (unsafe.size > 0) await this.loadUnsafe();
  }

  private async write(sorted: SortedBatch): Promise<void> {
    try {
      await this.writeOnce(sorted.events, sorted.upTo, sorted);
    } catch (error) {
      if (databaseFaultOf(error) !== 'refused') throw error;
      // One event's values spoil the transaction of all: each is tried by itself.
      for (const event of sorted.events) await this.writeAlone(event, sorted);
    }
  }

  private async writeAlone(event: StoredEvent, sorted: SortedBatch): Promise<void> {
    try {
      await this.writeOnce([event], event.place, sorted);
    } catch (error) {
      if (databaseFaultOf(error) !== 'refused') throw error;
      throw refusedByDatabase(event, this.options.names.onServer(event.stream));
    }
  }

  private async writeOnce(
    events: readonly StoredEvent[],
    upTo: Place | null,
    { unsafe }: Pick<SortedBatch, 'unsafe'>,
  ): Promise<void> {
    const { log, names } = this.options;
    const { state, why } = this.says();
    // What is done where a log is up to date is not done on the way there, however short.
    const isBehind =
      state === 'following' && this.awaySince !== undefined && !this.wasReached(events[0]?.place, upTo);
    const says = { state: isBehind ? 'catchingUp' : state, why } as const;
    const written = await log.write(this.resume, upTo, events, unsafe, says);
    switch (written.outcome) {
      case 'moved':
        throw new Outrun();
      case 'otherLog':
        throw new SequencerHalt(otherLog(names.prefix).message);
      case 'unplaced':
        throw unplaced();
      case 'known':
      case 'gap':
      case 'order': {
        const event = events[written.written]!;
        throw unwritable(event, names.onServer(event.stream), written);
      }
      case 'ok':
        this.resume = upTo;
        this.headBecomes(events);
    }
  }

  /**
   * Whether all there was when following began is in the log, once what begins with an event at this place, or has none up
   * to that, is next. Older servers do not say so, and what comes alone after a silence would count as behind.
   */
  private wasReached(first: Place | undefined, upTo: Place | null): boolean {
    if (!this.end) return this.end === null;
    if (first) return isBefore(this.end, first);
    return upTo !== null && !isBefore(upTo, this.end);
  }

  private headBecomes(events: readonly StoredEvent[]): void {
    const last = events.at(-1);
    if (!last) return;
    const { id, stream, revision, place } = last;
    this.head = { position: (this.head?.position ?? 0) + events.length, id, stream, revision, place };
  }

  private async loadUnsafe(): Promise<void> {
    const streams = await this.options.log.unsafeStreams();
    const first = streams[0];
    const more = streams.length > 1 ? ` (and ${streams.length - 1} streams more)` : '';
    this.unsafe = first
      ? `the server may drop events of stream ${first.stream}: ${first.what}${more}. Remove that from its metadata`
      : null;
    this.tellNow?.();
  }

  private caughtUp(): void {
    this.goesOn();
    if (this.awaySince !== undefined) this.tellNow?.();
    this.awaySince = undefined;
    this.setState('following');
  }

  /** What it halted at is no longer in the way. */
  private goesOn(): void {
    if (this.halt !== null) this.options.say?.('the ordered log is written again');
    this.halt = null;
    if (this.state === 'halted') this.setState('catchingUp');
  }

  /** A subscription stands; how far behind it begins is another matter. */
  private back(): void {
    this.trouble = null;
    if (this.state === 'starting') this.setState('catchingUp');
    this.tellNow?.();
  }

  private away(why: string): void {
    this.trouble = why;
    this.awaySince ??= Date.now();
    this.tellNow?.();
  }

  private setState(state: SequencerState): void {
    if (state !== this.state) this.tellNow?.();
    this.state = state;
  }

  /** Tells the others how it does: when that changes, and now and then. */
  private async tell(held: HeldSequencerLease, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const changed = new AbortController();
      this.tellNow = () => changed.abort();
      await say(held, this.says()).catch(() => undefined);
      await delay(sayEveryMs, undefined, { signal: AbortSignal.any([signal, changed.signal]) }).catch(
        () => undefined,
      );
    }
    this.tellNow = undefined;
  }
}
