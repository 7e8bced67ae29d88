import { setTimeout as delay } from 'node:timers/promises';
import { StoreError } from '../errors.js';
import { backoffMs } from '../postgres/connection.js';
import { KurrentFault } from './kurrent-fault.js';

/** How long a server that does not answer is waited for, where nobody says otherwise. */
const usualPatienceMs = 60_000;

export interface Patience {
  readonly patienceMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** Waits as after so many tries from the first on. */
  readonly tries?: number;
  /** Told of each try that failed and of the wait after it. */
  readonly onRetry?: (fault: KurrentFault, waitMs: number) => void;
}

/**
 * Does the same again while its fault may pass: for reads, and for appends with explicit revisions, which have the effect
 * of one.
 *
 * @throws KurrentFault one that does not pass, or the last where the time is up
 */
export async function whilePassing<T>(
  run: () => Promise<T>,
  { patienceMs = usualPatienceMs, signal, tries = 0, onRetry }: Patience = {},
): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (let attempt = tries; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      const wait = backoffMs(attempt);
      const isOver = signal?.aborted || Date.now() + wait > deadline;
      if (!(error instanceof KurrentFault) || !error.passing || isOver) throw error;
      onRetry?.(error, wait);
      await delay(wait, undefined, signal && { signal }).catch(() => undefined);
    }
  }
}

/**
 * A read of a stream for somebody who waits for it no longer than this.
 *
 * @param without what it means to go without an answer, in a few words
 * @throws StoreError `UNAVAILABLE` where the server does not answer, `UNSAFE_STORE` where the stream was deleted
 */
export async function readPatiently<T>(
  read: () => Promise<T>,
  patienceMs: number,
  without: string,
): Promise<T> {
  try {
    return await whilePassing(read, { patienceMs });
  } catch (error) {
    if (!(error instanceof KurrentFault)) throw error;
    throw error.kind === 'deleted'
      ? new StoreError('UNSAFE_STORE', `${error.message}: its events are gone`, { cause: error })
      : new StoreError('UNAVAILABLE', `KurrentDB does not answer; ${without} (${error.message})`, {
          cause: error,
        });
  }
}

/**
 * {@link whilePassing}, for a minute.
 *
 * @throws StoreError `UNAVAILABLE` where the server does not answer, `UNSAFE_STORE` where it denies it
 * @throws KurrentFault any other that does not pass
 */
export async function patiently<T>(run: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await whilePassing(run, { signal });
  } catch (error) {
    if (!(error instanceof KurrentFault)) throw error;
    const { message, passing } = error;
    if (error.kind === 'denied') throw new StoreError('UNSAFE_STORE', message, { cause: error });
    throw passing ? new StoreError('UNAVAILABLE', message, { cause: error }) : error;
  }
}
