import { StoreError } from '../errors.js';
import type { EventLog, RecordedEvent, Subscription } from '../ports.js';
import { backoffMs } from './connection.js';
import type { LogListener } from './log-listener.js';

type Batch = readonly RecordedEvent[];

/**
 * Follows the log from a position on. It holds one page at a time and nothing between pages: how far behind its
 * reader is costs no memory. Reading page by page from the table, it has no seam between catching up and live.
 */
export class LogSubscription implements Subscription, AsyncIterator<Batch> {
  private readonly ended = new AbortController();
  private reading: Promise<IteratorResult<Batch>> | undefined;
  private checked = false;

  constructor(
    private readonly log: Pick<EventLog, 'head' | 'readAll'>,
    private readonly listener: LogListener,
    private position: number,
    private readonly batch: number,
    private readonly onEnd: () => void,
  ) {}

  [Symbol.asyncIterator](): AsyncIterator<Batch> {
    return this;
  }

  next(): Promise<IteratorResult<Batch>> {
    // One page at a time, also for a reader that asks ahead.
    const reading = (this.reading ?? Promise.resolve()).then(() => this.page());
    this.reading = reading.catch(() => ({ done: true, value: undefined }));
    return reading;
  }

  async return(): Promise<IteratorResult<Batch>> {
    await this.cancel();
    return { done: true, value: undefined };
  }

  async cancel(): Promise<void> {
    if (!this.ended.signal.aborted) {
      this.ended.abort();
      this.onEnd();
    }
    await this.reading;
  }

  private async page(): Promise<IteratorResult<Batch>> {
    const { signal } = this.ended;
    for (let attempt = 0; !signal.aborted;) {
      const { heard } = this.listener;
      try {
        await this.checkOnce();
        const events = await this.log.readAll(this.position, this.batch);
        attempt = 0;
        if (signal.aborted) break;
        if (events.length > 0) {
          this.position = events.at(-1)!.position;
          return { done: false, value: events };
        }
        await this.listener.wait(heard, signal);
      } catch (error) {
        if (!(error instanceof StoreError) || error.code !== 'UNAVAILABLE') {
          await this.end();
          throw error;
        }
        await pause(backoffMs(attempt), signal);
        attempt += 1;
      }
    }
    return { done: true, value: undefined };
  }

  /** A position ahead of the head is another history's: the log was restored. */
  private async checkOnce(): Promise<void> {
    if (this.checked) return;
    const { position } = await this.log.head();
    if (this.position > position) {
      throw new StoreError(
        'LOG_REWOUND',
        `position ${this.position} is ahead of the log, which ends at ${position}: start anew`,
      );
    }
    this.checked = true;
  }

  private async end(): Promise<void> {
    this.ended.abort();
    this.onEnd();
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
