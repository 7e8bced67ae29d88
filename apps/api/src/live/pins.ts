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

  constructor(
    private readonly reads: ReadSide,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * Waits until the read models have come to a position.
   *
   * @throws ReadModelError `READ_MODEL_HALTED` where that of items stands still: nothing can be told of events without it
   */
  async atLeast(position: number): Promise<ModelsPinned> {
    const { last } = this;
    if (last && last.read.pinned.position >= position && last.until > performance.now()) return last.read;
    const taken = await (this.taking ??= this.take(position));
    return taken.pinned.position >= position ? taken : this.atLeast(position);
  }

  /** What was pinned may not be used any more: something is classified otherwise since. */
  forget(): void {
    this.last = undefined;
    this.taking = undefined;
  }

  private take(position: number): Promise<ModelsPinned> {
    const taking = patiently(this.signal, async () => {
      const now = (await this.reads.pin()) as ModelsPinned;
      // Says why it stands still, if it does: nobody waits for what does not come.
      now.pinned.from(items, 'item');
      if (now.pinned.position >= position) return now;
      return (await this.reads.pin(position)) as ModelsPinned;
    });
    void taking.then(
      (read) => {
        if (this.taking !== taking) return;
        this.taking = undefined;
        this.last = { read, until: performance.now() + freshMs };
      },
      () => {
        if (this.taking === taking) this.taking = undefined;
      },
    );
    return taking;
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
}
