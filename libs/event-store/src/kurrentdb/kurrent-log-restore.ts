import type { FillingOptions, LogHead, LogIdentity, LogRestore, RestorableEvent } from '../ports.js';
import { type KurrentFillingTarget, KurrentLogFilling } from './kurrent-log-filling.js';

/**
 * Puts a log back into PostgreSQL in one transaction, with every check, and publishes it to the server after. What breaks
 * off before publishing begins leaves both empty; after that, the same restore again goes on, and until it has, nobody
 * else opens the store.
 */
export class KurrentLogRestore implements LogRestore {
  constructor(
    private readonly target: KurrentFillingTarget,
    /** Runs it while nothing of this process writes to the ordered log. */
    private readonly quietly: <T>(work: () => Promise<T>) => Promise<T>,
  ) {}

  restore(
    identity: LogIdentity,
    events: AsyncIterable<readonly RestorableEvent[]>,
    options?: FillingOptions,
  ): Promise<LogHead> {
    return this.quietly(async () => {
      const filling = new KurrentLogFilling(this.target);
      try {
        await filling.beginWhole(identity, events);
        await filling.complete(options);
        return await filling.finish();
      } finally {
        await filling.close();
      }
    });
  }
}
