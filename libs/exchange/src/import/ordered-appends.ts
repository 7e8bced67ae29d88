import { setTimeout as delay } from 'node:timers/promises';
import { type EventStore, type NewEvent, StoreError } from '@masar/event-store';

/** One event on its way to its stream. */
export interface Write {
  readonly stream: string;
  /** Revision of the stream before it, −1 where it does not exist. */
  readonly after: number;
  readonly event: NewEvent;
}

/** What does not say whether an append stands, or where: the same again does. */
const open = new Set(['OUTCOME_UNKNOWN', 'NOT_YET_READABLE']);
/** How long the store is asked what became of one append before the import is given up. */
const longestMs = 10 * 60_000;
const askEveryMs = 100;

const maxInFlight = 256;
const maxGroup = 100;
const maxGroupBytes = 1024 * 1024;

/**
 * Appends in the order given, many at a time. The store groups appends that are under way together and keeps their
 * order, but for a stream it has in the group already; so an append waits for the one before it on its stream, and
 * neighbours on one stream go as one append.
 */
export class OrderedAppends {
  private readonly inFlight = new Map<string, Promise<void>>();
  private group: Write[] = [];
  private groupBytes = 0;
  private failure: { readonly error: unknown } | undefined;
  /** Events acknowledged so far. */
  acknowledged = 0;

  constructor(
    private readonly store: Pick<EventStore, 'append'>,
    private readonly options: {
      readonly signal?: AbortSignal | undefined;
      readonly patienceMs?: number;
    } = {},
  ) {}

  /** @throws whatever an earlier append failed with */
  async add(write: Write, bytes: number): Promise<void> {
    const [first] = this.group;
    if (
      first &&
      (first.stream !== write.stream || this.group.length >= maxGroup || this.groupBytes > maxGroupBytes)
    ) {
      await this.send();
    }
    this.group.push(write);
    this.groupBytes += bytes;
  }

  /** Waits until everything given so far is in the store. */
  async drain(): Promise<void> {
    await this.send();
    await Promise.all(this.inFlight.values());
    this.check();
  }

  /** Waits until nothing is on its way, whatever became of it. */
  async settle(): Promise<void> {
    this.group = [];
    await Promise.all(this.inFlight.values());
  }

  private async send(): Promise<void> {
    const { group } = this;
    const [first] = group;
    this.group = [];
    this.groupBytes = 0;
    this.check();
    if (!first) return;
    const { stream } = first;
    await this.inFlight.get(stream);
    while (this.inFlight.size >= maxInFlight) await Promise.race(this.inFlight.values());
    this.check();
    const append = this.append(first, group)
      .then(
        () => void (this.acknowledged += group.length),
        (error: unknown) => void (this.failure ??= { error }),
      )
      .finally(() => this.inFlight.delete(stream));
    this.inFlight.set(stream, append);
  }

  /** Appends a group, and asks again until it is known to stand and can be read. */
  private async append({ stream, after }: Write, group: readonly Write[]): Promise<void> {
    const events = group.map(({ event }) => event);
    const { signal, patienceMs = longestMs } = this.options;
    const until = Date.now() + patienceMs;
    for (;;) {
      try {
        await this.store.append(stream, after < 0 ? 'none' : after, events);
        return;
      } catch (error) {
        const isOpen = error instanceof StoreError && open.has(error.code);
        const isOver = this.failure || signal?.aborted || Date.now() + askEveryMs > until;
        if (!isOpen || isOver) throw error;
      }
      await delay(askEveryMs);
    }
  }

  private check(): void {
    if (this.failure) throw this.failure.error;
  }
}
