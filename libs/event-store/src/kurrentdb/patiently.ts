import { setTimeout as delay } from 'node:timers/promises';
import { StoreError } from '../errors.js';
import { backoffMs } from '../postgres/connection.js';
import { KurrentFault } from './kurrent-fault.js';

/** How long a server that does not answer is waited for. */
const patienceMs = 60_000;

/**
 * Does the same again while its fault may pass: for reads, and for appends with explicit revisions, which have the effect
 * of one.
 *
 * @throws StoreError `UNAVAILABLE` where the server does not answer for a minute, `UNSAFE_STORE` where it denies it
 */
export async function patiently<T>(run: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof KurrentFault)) throw error;
      if (error.kind === 'denied') throw new StoreError('UNSAFE_STORE', error.message, { cause: error });
      if (!error.passing) throw error;
      if (signal?.aborted || Date.now() > deadline) {
        throw new StoreError('UNAVAILABLE', error.message, { cause: error });
      }
      await delay(backoffMs(attempt), undefined, signal && { signal }).catch(() => undefined);
    }
  }
}
