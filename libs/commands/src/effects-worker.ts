import { setTimeout as delay } from 'node:timers/promises';
import type { EventLog, EventStore, RecordedEvent, Subscription } from '@masar/event-store';
import { finishCorrection } from './correction-commands.js';
import { type Finished, finishDecision } from './finish-decision.js';
import { finishReference } from './item-commands.js';
import { type People, finishErasure } from './person-commands.js';

/** Where a worker keeps how far it came; held by one node at a time. */
export interface WorkerLease {
  /** Waits until this node holds the lease, or until the signal says to stop; undefined then. */
  acquire(signal: AbortSignal): Promise<HeldLease | undefined>;
}

export interface HeldLease {
  /** Aborted when the lease is lost: another node goes on. */
  readonly lost: AbortSignal;
  /** Position up to which everything is finished. */
  load(): Promise<number>;
  save(position: number): Promise<void>;
  release(): Promise<void>;
}

/** How the effects of each type of event that has any on other streams are finished. */
const finishers: {
  readonly [type: string]: (
    surroundings: Pick<EffectsWorkerOptions, 'store' | 'people'>,
    event: RecordedEvent,
  ) => Promise<Finished>;
} = {
  DecisionRecorded: ({ store }, event) => finishDecision({ store }, event),
  ReferenceReserved: async ({ store }, event) => {
    await finishReference({ store }, event);
    return { position: event.position, pending: [] };
  },
  CorrectionConfirmed: async ({ store }, event) =>
    finishCorrection({ store }, await store.readStream(event.stream, { limit: event.revision + 1 })),
  PersonErased: async ({ people }, event) => {
    await finishErasure(people, event);
    return { position: event.position, pending: [] };
  },
};

export interface EffectsWorkerOptions {
  readonly store: EventStore;
  readonly log: EventLog;
  readonly lease: WorkerLease;
  /** Where the names are that erasures destroy. */
  readonly people: Pick<People, 'erase'>;
  /** How old an event is before the worker looks at it, so that the node that wrote it may finish first. Default 1 s. */
  readonly graceMs?: number;
  /** Told of what could not be finished and will be tried again. */
  readonly onError?: (error: unknown, event: RecordedEvent | undefined) => void;
}

/**
 * Finishes what a crash left: the effects of decisions, reserved references, and erasures. Follows the log behind its writers,
 * on one node at a time.
 */
export class EffectsWorker {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly options: EffectsWorkerOptions) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Ends it after the event at hand. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        const held = await this.options.lease.acquire(signal);
        if (!held) return;
        try {
          await this.follow(held);
        } finally {
          await held.release();
        }
      } catch (error) {
        if (signal.aborted) return;
        this.options.onError?.(error, undefined);
        await delay(1_000, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  private async follow(held: HeldLease): Promise<void> {
    const ended = AbortSignal.any([this.stopping.signal, held.lost]);
    const subscription: Subscription = this.options.log.subscribe(await held.load());
    const cancel = () => void subscription.cancel();
    ended.addEventListener('abort', cancel, { once: true });
    if (ended.aborted) cancel();
    try {
      for await (const events of subscription) {
        for (const event of events) {
          if (ended.aborted) return;
          if (!Object.hasOwn(finishers, event.type)) continue;
          await this.finish(event, ended);
          if (ended.aborted) return;
        }
        await held.save(events.at(-1)!.position);
      }
    } finally {
      ended.removeEventListener('abort', cancel);
      await subscription.cancel();
    }
  }

  /** Tries until it is done or the worker ends: an unfinished effect is never passed over. */
  private async finish(event: RecordedEvent, ended: AbortSignal): Promise<void> {
    const { store, people, graceMs = 1_000, onError } = this.options;
    const age = Date.now() - Date.parse(event.recordedAt);
    if (age < graceMs)
      await delay(Math.min(graceMs, graceMs - age), undefined, { signal: ended }).catch(() => undefined);
    for (let wait = 100; !ended.aborted; wait = Math.min(wait * 2, 5_000)) {
      try {
        const { pending, error } = await finishers[event.type]!({ store, people }, event);
        if (pending.length === 0) return;
        throw error;
      } catch (error) {
        onError?.(error, event);
        await delay(wait, undefined, { signal: ended }).catch(() => undefined);
      }
    }
  }
}
