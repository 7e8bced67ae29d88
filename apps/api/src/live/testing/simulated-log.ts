import type { EventLog, LogHead, LogIdentity, RecordedEvent, Subscription } from '@masar/event-store';
import { StoreError } from '@masar/event-store';

/** What an event of a simulated log is about. */
export interface Simulated {
  readonly type: string;
  /** `<programme>/<reference>`. */
  readonly item: string;
  readonly data?: Readonly<Record<string, string>>;
}

/** Waits for a while that nobody can foresee: a few turns of the event loop. */
export type Pause = () => Promise<void>;

/** A log in memory that takes its time, in turns of the event loop rather than by the clock. */
export class SimulatedLog implements EventLog {
  readonly events: RecordedEvent[] = [];
  current: LogIdentity = { logId: 'simulated', epoch: 1 };
  /** How often it does not answer before it does again. */
  failures = 0;
  readonly subscriptions = new Set<Subscription>();
  private waiting: (() => void)[] = [];

  constructor(private readonly pause: Pause) {}

  append(...simulated: readonly Simulated[]): void {
    for (const { type, item, data = {} } of simulated) {
      const position = this.events.length + 1;
      const recordedAt = new Date(position * 1_000).toISOString();
      const bytes = JSON.stringify(data);
      const actor = { subject: 'simulated' };
      this.events.push({
        position,
        type,
        stream: `item-${item}`,
        actor,
        data,
        bytes,
        recordedAt,
      } as RecordedEvent);
    }
    this.wake();
  }

  async identity(): Promise<LogIdentity> {
    await this.answer();
    return this.current;
  }

  async head(): Promise<LogHead> {
    await this.answer();
    const last = this.events.at(-1);
    return { position: last?.position ?? 0, recordedAt: last?.recordedAt ?? null };
  }

  async readAll(after: number, limit: number): Promise<RecordedEvent[]> {
    await this.answer();
    return this.events.slice(after, after + limit);
  }

  positionAt = (): Promise<number> => Promise.reject(new Error('not asked for'));
  readStream = (): Promise<never> => Promise.reject(new Error('not asked for'));
  find = (): Promise<undefined> => Promise.resolve(undefined);
  close = (): Promise<void> => Promise.resolve();

  subscribe(after: number, { batch = 500 }: { readonly batch?: number } = {}): Subscription {
    let over = false;
    const cancel = async (): Promise<void> => {
      over = true;
      this.subscriptions.delete(subscription);
      this.wake();
    };
    const pages = this.pages(after, batch, () => over);
    const subscription: Subscription = { [Symbol.asyncIterator]: () => pages, cancel };
    this.subscriptions.add(subscription);
    return subscription;
  }

  private async *pages(
    after: number,
    batch: number,
    over: () => boolean,
  ): AsyncGenerator<readonly RecordedEvent[]> {
    for (let position = after; !over();) {
      await this.pause();
      const events = this.events.slice(position, position + batch);
      if (events.length === 0) {
        await new Promise<void>((resolve) => this.waiting.push(resolve));
        continue;
      }
      position += events.length;
      yield events;
    }
  }

  private async answer(): Promise<void> {
    await this.pause();
    if (this.failures === 0) return;
    this.failures -= 1;
    throw new StoreError('UNAVAILABLE', 'simulated');
  }

  private wake(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }
}
