import { setTimeout as delay } from 'node:timers/promises';
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './embedded-postgres.js';
import { isRunning } from './process-identity.js';

/** How often it is looked whether the server still runs. */
const lookEveryMs = 250;

/**
 * An embedded PostgreSQL that is started again where it dies while it is held, on the same port: connections of a pool
 * find it again, and what was acknowledged is there.
 */
export async function superviseEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const first = await startEmbeddedPostgres(options);
  const ended = new AbortController();
  let current = first;

  const watch = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      await delay(lookEveryMs, undefined, { signal: ended.signal }).catch(() => undefined);
      if (ended.signal.aborted || isRunning(current.pid)) continue;
      try {
        options.log?.('PostgreSQL is gone; starting it again');
        const next = await startEmbeddedPostgres(options);
        const previous = current;
        current = next;
        await previous.release();
        if (next.connectionString !== first.connectionString) {
          options.log?.('PostgreSQL could not have its port back: stop Masar and start it again');
        }
      } catch (error) {
        options.log?.(
          `PostgreSQL could not be started again: ${error instanceof Error ? error.message : String(error)}`,
        );
        await delay(2_000, undefined, { signal: ended.signal }).catch(() => undefined);
      }
    }
  };
  const watching = watch();

  return {
    ...first,
    async release() {
      ended.abort();
      await watching;
      await current.release();
    },
  };
}
