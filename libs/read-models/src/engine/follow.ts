import type { EventLog, RecordedEvent, Subscription } from '@masar/event-store';
import { CheckpointMoved, isAboutTheRow, PoisonEvent } from './failure.js';
import type { Observe } from './notice.js';
import type { Prepared, Projection } from './projection.js';

export interface FollowOptions {
  readonly log: EventLog;
  readonly batch: number;
  readonly signal: AbortSignal;
  /** Return once this position is written. Default: go on until the signal. */
  readonly until?: number;
  readonly observe: Observe;
}

/** Why it came back: asked to; `until` is written; an event cannot be applied; another process was faster. */
export type Followed =
  | { readonly end: 'stopped' | 'reached' | 'moved' }
  | { readonly end: 'halted'; readonly poison: PoisonEvent };

/**
 * Applies the log to a projection, catch-up first, then live. While one batch is written the next is folded and
 * the one after is read. A batch with an event at fault is applied up to that event.
 *
 * @throws whatever the log or the database fails with; the projection must be reset then
 */
export async function follow(projection: Projection, options: FollowOptions): Promise<Followed> {
  for (;;) {
    try {
      return { end: await pump(projection, options) };
    } catch (error) {
      if (error instanceof CheckpointMoved) return { end: 'moved' };
      if (error instanceof PoisonEvent) return { end: 'halted', poison: error };
      // A bulk build wrote rows of earlier events late: it starts again with indexes, and finds the event then.
      if (!isAboutTheRow(error) || projection.isBulk) throw error;
    }
    // Somewhere in the next two batches: halve those until it is found, or was passed.
    projection.reset();
    try {
      for (let batch = 0; batch < 2; batch++) {
        const events = await options.log.readAll(projection.checkpoint, options.batch);
        if (events.length > 0) await projection.applyHalving(events);
      }
    } catch (error) {
      if (error instanceof CheckpointMoved) return { end: 'moved' };
      if (error instanceof PoisonEvent) return { end: 'halted', poison: error };
      throw error;
    }
  }
}

async function pump(projection: Projection, options: FollowOptions): Promise<'stopped' | 'reached'> {
  const { signal, until = Infinity } = options;
  if (projection.checkpoint >= until) return 'reached';
  if (signal.aborted) return 'stopped';
  const subscription: Subscription = options.log.subscribe(projection.checkpoint, { batch: options.batch });
  const cancel = (): void => void subscription.cancel().catch(() => undefined);
  signal.addEventListener('abort', cancel, { once: true });
  let writing: Promise<void> = Promise.resolve();
  try {
    const batches = subscription[Symbol.asyncIterator]();
    const read = (): Promise<IteratorResult<readonly RecordedEvent[]>> => quiet(batches.next());
    let next = read();
    for (;;) {
      // A write that fails while the log is silent must not wait for the next event to be noticed.
      const { done, value } = await Promise.race([next, writing.then(() => next)]);
      if (done) break;
      next = read();
      const folded = await projection.prepare(value);
      await writing;
      writing = quiet(write(projection, folded, options));
      if (folded.failed) {
        await writing;
        throw new PoisonEvent(folded.failed.event, folded.failed.error);
      }
      if ((folded.last?.position ?? 0) >= until) {
        await writing;
        return 'reached';
      }
      if (projection.isBulk && projection.isOverfull) {
        await writing;
        await projection.index();
      }
    }
    await writing;
    return 'stopped';
  } finally {
    signal.removeEventListener('abort', cancel);
    await Promise.allSettled([subscription.cancel(), writing]);
  }
}

async function write(projection: Projection, folded: Prepared, { observe }: FollowOptions): Promise<void> {
  const began = performance.now();
  await projection.write(folded);
  observe({
    model: projection.model.name,
    kind: 'applied',
    events: projection.checkpoint - folded.after,
    rows: folded.rows,
    checkpoint: projection.checkpoint,
    milliseconds: performance.now() - began,
    building: projection.build.role === 'building',
  });
}

/** Its failure is looked at later: until then it is not unhandled. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
