import { items } from '@masar/read-models';
import type { ReadSide } from '../platform/read-side.js';
import type { ModelsPinned } from '../read/view.js';
import { mayPass, patiently } from './patience.js';

/** How long what is read for one message may be read at the same pin as for another. */
const freshMs = 500;

/** Pins of the read models that many messages are read at. */
export class Pins {
  private last: { readonly read: ModelsPinned; readonly until: number } | undefined;
  private taking: Promise<ModelsPinned> | undefined;
  private generation = 0;

  constructor(
    private readonly reads: ReadSide,
    private readonly signal: AbortSignal,
    /** No pin before this one will do, whatever is asked for: up to it is known how items are classified. */
    private floor: number,
  ) {}

  /**
   * Waits until the read models have come to a position.
   *
   * @throws ReadModelError `READ_MODEL_HALTED` where that of items stands still: nothing can be told of events without it
   */
  async atLeast(position: number): Promise<ModelsPinned> {
    const needed = Math.max(position, this.floor);
    const { last } = this;
    if (last && last.read.pinned.position >= needed && last.until > performance.now()) return last.read;
    const taken = await (this.taking ??= this.take(needed));
    return taken.pinned.position >= Math.max(needed, this.floor) ? taken : this.atLeast(needed);
  }

  /** Something is classified otherwise since a position: what is read from here on has to know it. */
  raise(floor: number): void {
    this.floor = floor;
    this.forget();
  }

  /** Runs something at a pin, and again at another where the schema pinned is gone or the store does not answer. */
  read<T>(position: number, reading: (read: ModelsPinned) => Promise<T>): Promise<T> {
    return patiently(this.signal, async () => {
      const read = await this.atLeast(position);
      try {
        return await reading(read);
      } catch (error) {
        if (mayPass(error)) this.forget();
        throw error;
      }
    });
  }

  private forget(): void {
    this.generation += 1;
    this.last = undefined;
    this.taking = undefined;
  }

  private async take(position: number): Promise<ModelsPinned> {
    const { generation } = this;
    try {
      const read = await patiently(this.signal, () => this.pin(position));
      if (generation === this.generation) this.last = { read, until: performance.now() + freshMs };
      return read;
    } finally {
      if (generation === this.generation) this.taking = undefined;
    }
  }

  private async pin(position: number): Promise<ModelsPinned> {
    const now = (await this.reads.pin()) as ModelsPinned;
    // Says why it stands still, if it does: nobody waits for what does not come.
    now.pinned.from(items, 'item');
    return now.pinned.position >= position ? now : ((await this.reads.pin(position)) as ModelsPinned);
  }
}
