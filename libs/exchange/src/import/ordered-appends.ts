import type { EventStore, NewEvent } from '@masar/event-store';

/** One event on its way to its stream. */
export interface Write {
  readonly stream: string;
  /** Revision of the stream before it, −1 where it does not exist. */
  readonly after: number;
  readonly event: NewEvent;
}

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

  constructor(private readonly store: Pick<EventStore, 'append'>) {}

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
    const append = this.store
      .append(
        stream,
        first.after < 0 ? 'none' : first.after,
        group.map(({ event }) => event),
      )
      .then(
        () => void (this.acknowledged += group.length),
        (error: unknown) => void (this.failure ??= { error }),
      )
      .finally(() => this.inFlight.delete(stream));
    this.inFlight.set(stream, append);
  }

  private check(): void {
    if (this.failure) throw this.failure.error;
  }
}
