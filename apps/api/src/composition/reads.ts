import type { LogHead, LogIdentity, OpenedEventStore, Subscription } from '@masar/event-store';
import type { Pinned, ReadModelStatus, ReadModels } from '@masar/read-models';
import { ApiError } from '../platform/errors/api-error.js';
import type { ReadSide, ReadStamp } from '../platform/read-side.js';
import type { ModelsPinned } from '../read/view.js';

/** How long a query told `atLeast` waits before it says how far the reads are. */
const patienceMs = 5_000;
/** How often the state of the models is looked at, for readiness and metrics. */
const statusEveryMs = 1_000;

/** The read models as the edge needs them, with the log's head as last heard. */
export class ReadModelReads implements ReadSide {
  private last: ReadStamp | undefined;
  private statuses: readonly ReadModelStatus[] = [];
  private timer: NodeJS.Timeout | undefined;
  private readonly times = new Map<number, string | null>();

  private constructor(
    private readonly models: ReadModels,
    private readonly log: OpenedEventStore['log'],
    private readonly identity: LogIdentity,
    private head: LogHead,
    private readonly following: Subscription,
  ) {
    void this.followHead();
    this.timer = setInterval(() => void this.look(), statusEveryMs).unref();
  }

  static async open(models: ReadModels, { log }: OpenedEventStore): Promise<ReadModelReads> {
    const [identity, head] = await Promise.all([log.identity(), log.head()]);
    const reads = new ReadModelReads(models, log, identity, head, log.subscribe(head.position));
    await reads.look();
    reads.last = await reads.stampOf(await models.pin());
    return reads;
  }

  async pin(atLeast?: number): Promise<ModelsPinned> {
    let pinned = await this.models.pin();
    if (atLeast !== undefined && pinned.position < atLeast) {
      const reached = await this.models.waitFor(atLeast, patienceMs);
      if (reached < atLeast) {
        throw new ApiError(
          'NOT_YET',
          `the answer is known up to position ${reached}, not yet up to ${atLeast}`,
          { reached },
        );
      }
      pinned = await this.models.pin();
    }
    const stamp = await this.stampOf(pinned);
    this.last = stamp;
    return { pinned, stamp };
  }

  stamp(): ReadStamp | undefined {
    return this.last;
  }

  /** What keeps the reads from being whole; undefined where nothing does. */
  missing(): string | undefined {
    const building = this.statuses.filter(({ state }) => state === 'building').map(({ name }) => name);
    return building.length > 0 ? `${building.join(', ')}: being built` : undefined;
  }

  projections(): readonly ReadModelStatus[] {
    return this.statuses;
  }

  headPosition(): number {
    return this.head.position;
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.following.cancel();
  }

  private async stampOf(pinned: Pinned): Promise<ReadStamp> {
    const { position } = pinned;
    return {
      ...this.identity,
      position,
      recordedAt: await this.recordedAt(position),
      lag: Math.max(0, this.head.position - position),
      projections: Object.fromEntries(this.statuses.map(({ name, version }) => [name, version])),
    };
  }

  /** The recorded time of a position; it never changes, so the last few are kept. */
  private async recordedAt(position: number): Promise<string | null> {
    if (position === 0) return null;
    if (position === this.head.position) return this.head.recordedAt;
    const known = this.times.get(position);
    if (known !== undefined) return known;
    const [event] = await this.log.readAll(position - 1, 1);
    const recordedAt = event?.recordedAt ?? null;
    if (this.times.size >= 1_000) this.times.clear();
    this.times.set(position, recordedAt);
    return recordedAt;
  }

  private async followHead(): Promise<void> {
    try {
      for await (const events of this.following) {
        const { position, recordedAt } = events.at(-1)!;
        this.head = { position, recordedAt };
      }
    } catch {
      // The stamp's lag then says what was last known; the store's own check tells that it is gone.
    }
  }

  private async look(): Promise<void> {
    try {
      this.statuses = await this.models.status();
    } catch {
      // As above: the store's check says so.
    }
  }
}
