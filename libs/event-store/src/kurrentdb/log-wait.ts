import { backoffMs } from '../postgres/connection.js';
import type { LogListener } from '../postgres/log-listener.js';
import type { LogLookup, LogPlace } from './log-lookup.js';
import type { Waiting } from './waiting.js';

/** Events of a stream that are on the server, and that somebody waits for in the log. */
export interface Awaited {
  readonly stream: string;
  readonly first: number;
  readonly last: number;
}

/** Where the log has the first and the last of them. */
export interface Arrived {
  readonly first: LogPlace;
  readonly last: LogPlace;
}

interface Waiter extends Awaited {
  readonly deadline: number;
  readonly resolve: (arrived: Arrived | undefined) => void;
}

/** For so many the log is asked at once. */
const maxAsked = 1_000;

/**
 * Waits for what is on the server to come into the ordered log. All who wait are asked for together, once for each
 * notification that the log has grown.
 */
export class LogWait {
  private waiters = new Set<Waiter>();
  private running = false;
  private nudge = new AbortController();

  constructor(
    private readonly lookup: LogLookup,
    private readonly listener: LogListener,
    /** By when every wait has to end, where the store is being closed. */
    private readonly endBy: () => number,
    private readonly waiting?: Waiting,
  ) {}

  /**
   * @returns undefined where the log does not have them all in time, or is not going to: it stands still
   */
  arrival(awaited: Awaited, deadline: number): Promise<Arrived | undefined> {
    this.listener.start();
    const over = this.waiting?.begin();
    return new Promise<Arrived | undefined>((resolve) => {
      this.waiters.add({ ...awaited, deadline, resolve });
      if (this.running) {
        // It may be there already, and then no notification of it is to come.
        this.nudge.abort();
        return;
      }
      this.running = true;
      void this.run();
    }).finally(over);
  }

  private async run(): Promise<void> {
    for (let attempt = 0; this.waiters.size > 0;) {
      const { heard } = this.listener;
      this.nudge = new AbortController();
      let again = 0;
      try {
        await this.look();
        attempt = 0;
      } catch {
        // The database does not answer: those who wait do so until their time is up.
        again = backoffMs(attempt);
        attempt += 1;
      }
      for (const waiter of this.waiters) {
        if (Date.now() > Math.min(waiter.deadline, this.endBy())) this.settle(waiter, undefined);
      }
      if (this.waiters.size === 0) break;
      if (again > 0) await new Promise((resolve) => setTimeout(resolve, again));
      else await this.listener.wait(heard, this.nudge.signal);
    }
    this.running = false;
  }

  private async look(): Promise<void> {
    const all = [...this.waiters];
    for (let from = 0; from < all.length; from += maxAsked) await this.ask(all.slice(from, from + maxAsked));
    // Those that are not there are not waited for where nothing more is written.
    if (this.waiters.size === 0 || (await this.lookup.halted()) === null) return;
    for (const waiter of all) this.settle(waiter, undefined);
  }

  private async ask(waiters: readonly Waiter[]): Promise<void> {
    const places = await this.lookup.at(
      waiters.flatMap(({ stream }) => [stream, stream]),
      waiters.flatMap(({ first, last }) => [first, last]),
    );
    const found = new Map(places.map((place) => [key(place.stream, place.revision), place]));
    for (const waiter of waiters) {
      const first = found.get(key(waiter.stream, waiter.first));
      const last = found.get(key(waiter.stream, waiter.last));
      if (first && last) this.settle(waiter, { first, last });
    }
  }

  private settle(waiter: Waiter, arrived: Arrived | undefined): void {
    if (this.waiters.delete(waiter)) waiter.resolve(arrived);
  }
}

function key(stream: string, revision: number): string {
  return `${revision} ${stream}`;
}
