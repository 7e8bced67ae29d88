import type { AllStreamSubscription, KurrentDBClient } from '@kurrent/kurrentdb-client';
import type { AllBatch } from './all-follower.js';
import { faultOf, KurrentFault } from './kurrent-fault.js';
import type { StreamNames } from './names.js';
import { isBefore, type Place } from './place.js';
import type { ServerEvent } from './stored-event.js';

const maxBatchEvents = 256;
const maxBatchBytes = 1024 * 1024;
/** More than this is not held: the server is left to wait. */
const maxHeldEvents = 1_024;
const maxHeldBytes = 4 * 1024 * 1024;
/** How many events of others the server passes over before it says how far it came. */
const searchWindow = 1_000;

interface Held {
  readonly event: ServerEvent;
  readonly bytes: number;
  readonly since: number;
}

/** A place the server says it has passed, and how many of our events came before it said so. */
interface Passed {
  readonly place: Place;
  readonly behind: number;
}

/** One subscription to the server's `$all`, from its beginning to its end, with what came and was not taken yet. */
export class AllSubscription {
  private held: Held[] = [];
  private heldBytes = 0;
  private received = 0;
  private taken = 0;
  private passed: Passed | undefined;
  private caughtUpBehind: number | undefined;
  private isEnded = false;
  private failure: KurrentFault | undefined;
  private wake: (() => void) | undefined;
  private heard = 0;
  isConfirmed = false;

  private constructor(
    private readonly subscription: AllStreamSubscription,
    private at: Place | null,
    private readonly signal: AbortSignal,
  ) {
    signal.addEventListener('abort', this.onAbort);
  }

  static open(
    client: KurrentDBClient,
    names: StreamNames,
    after: Place | null,
    signal: AbortSignal,
  ): AllSubscription {
    const told: { passed?: (place: Place) => void } = {};
    const subscription = client.subscribeToAll({
      fromPosition: after ?? 'start',
      requiresLeader: true,
      filter: {
        filterOn: 'streamName',
        prefixes: [names.all, names.metadata],
        checkpointInterval: 1,
        maxSearchWindow: searchWindow,
        checkpointReached: async (_, place) => told.passed?.(place),
      },
    });
    const one = new AllSubscription(subscription, after, signal);
    told.passed = (place) => one.onPassed(place);
    subscription.on('confirmation', () => {
      one.isConfirmed = true;
      one.onHeard();
    });
    subscription.on('caughtUp', () => {
      one.caughtUpBehind = one.before();
      one.onHeard();
    });
    subscription.on('fellBehind', () => one.onHeard());
    subscription.on('error', (error) => one.onEnd(faultOf(error, 'following all streams')));
    subscription.on('end', () => one.onEnd());
    subscription.on('close', () => one.onEnd());
    subscription.on('data', ({ event }) => event && one.onEvent(event));
    return one;
  }

  /** Whether the server said, and still holds, that there is nothing beyond what was taken. */
  get saidCaughtUp(): boolean {
    return this.caughtUpBehind !== undefined && this.taken >= this.caughtUpBehind && this.held.length === 0;
  }

  /** When the oldest event that was not taken came. */
  get waitingSince(): number | undefined {
    return this.held[0]?.since;
  }

  /** Waits until there is something to take or it ended; `silence` where nothing whatever is heard for so long. */
  async wait(silenceMs: number): Promise<'something' | 'ended' | 'silence'> {
    for (;;) {
      if (this.held.length > 0 || this.hasPassed()) return 'something';
      if (this.isEnded) return 'ended';
      const { heard } = this;
      const { saidCaughtUp } = this;
      await this.hearing(silenceMs);
      if (this.heard === heard) return this.isEnded ? 'ended' : 'silence';
      // That alone is worth telling too.
      if (!saidCaughtUp && this.saidCaughtUp) return 'something';
    }
  }

  /** What came, up to a bound; undefined where there is nothing new. */
  take(): AllBatch | undefined {
    let count = 0;
    for (let bytes = 0; count < this.held.length && count < maxBatchEvents; count += 1) {
      bytes += this.held[count]!.bytes;
      if (count > 0 && bytes > maxBatchBytes) break;
    }
    const batch = this.held.slice(0, count);
    this.held = this.held.slice(count);
    for (const { bytes } of batch) this.heldBytes -= bytes;
    this.taken += count;
    if (this.held.length <= maxHeldEvents / 2 && this.heldBytes <= maxHeldBytes / 2)
      this.subscription.resume();
    const events = batch.map(({ event }) => event);
    const last = events.at(-1)?.position;
    const passed = this.hasPassed() ? this.passed!.place : undefined;
    if (passed) this.passed = undefined;
    const upTo = passed && (!last || isBefore(last, passed)) ? passed : last;
    // Of one of our own events the server says too that it has passed it.
    if (!upTo || (this.at && !isBefore(this.at, upTo))) return undefined;
    this.at = upTo;
    return { events, upTo, since: batch[0]?.since };
  }

  /** Why it ended. */
  fault(): KurrentFault {
    return (
      this.failure ?? new KurrentFault('unavailable', false, 'following all streams: the server ended it')
    );
  }

  close(): void {
    this.signal.removeEventListener('abort', this.onAbort);
    this.onEnd();
    this.subscription.unsubscribe().catch(() => undefined);
    this.subscription.destroy();
  }

  private readonly onAbort = (): void => this.onEnd();

  private onEvent(event: ServerEvent): void {
    if (this.isEnded) return;
    if (!event.position) {
      this.onEnd(
        new KurrentFault('refused', false, 'following all streams: an event came without its place'),
      );
      return;
    }
    const bytes = (event.data instanceof Uint8Array ? event.data.length : 1_000) + 1_000;
    this.received += 1;
    this.held.push({ event, bytes, since: Date.now() });
    this.heldBytes += bytes;
    if (this.held.length >= maxHeldEvents || this.heldBytes >= maxHeldBytes) this.subscription.pause();
    this.onHeard();
  }

  /** The server says how far it came when it sends that, which is before what came earlier is taken, or even read. */
  private onPassed(place: Place): void {
    this.passed = { place, behind: this.before() };
    this.onHeard();
  }

  /** How many events came before this moment, those included that the client has not handed over yet. */
  private before(): number {
    return this.received + this.subscription.readableLength;
  }

  private hasPassed(): boolean {
    return this.passed !== undefined && this.taken >= this.passed.behind;
  }

  private onEnd(failure?: KurrentFault): void {
    this.isEnded = true;
    this.failure ??= failure;
    this.onHeard();
  }

  private onHeard(): void {
    this.heard += 1;
    this.wake?.();
  }

  private hearing(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.wake?.(), ms);
      this.wake = () => {
        clearTimeout(timer);
        this.wake = undefined;
        resolve();
      };
    });
  }
}
