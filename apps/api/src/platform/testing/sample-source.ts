import type { Following, LiveOperation, LiveSource, LogPlace, Outlet } from '../websocket/live-source.js';

/** One subscription as the sample source holds it. */
export interface Follower {
  readonly operation: LiveOperation;
  readonly outlet: Outlet;
}

/** Where the sample's log stands. */
export const PLACE: LogPlace = { logId: '00000000-0000-4000-8000-000000000001', epoch: 1, position: 43 };

/** A source that says what a test has it say, and shows who follows. */
export class SampleSource implements LiveSource {
  readonly followers = new Set<Follower>();
  /** What beginning to follow waits for, and fails with. */
  before: () => Promise<void> = async () => undefined;
  private readonly watchers = new Set<() => void>();

  async newest(): Promise<LogPlace> {
    return PLACE;
  }

  async follow(operation: LiveOperation, outlet: Outlet): Promise<Following> {
    await this.before();
    const follower = { operation, outlet };
    this.followers.add(follower);
    this.changed();
    return {
      end: () => {
        this.followers.delete(follower);
        this.changed();
      },
    };
  }

  /** Sends to all, as an execution result of `thing`. */
  say(number: number): void {
    const result = JSON.stringify({ data: { thing: { number } } });
    for (const { outlet } of this.followers) outlet.send(result);
  }

  /** The followers, once there are so many. */
  async until(count: number): Promise<readonly Follower[]> {
    while (this.followers.size !== count) {
      await new Promise<void>((resolve) => {
        const look = (): void => {
          this.watchers.delete(look);
          resolve();
        };
        this.watchers.add(look);
      });
    }
    return [...this.followers];
  }

  private changed(): void {
    for (const look of this.watchers) look();
  }
}
