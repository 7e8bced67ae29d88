import type { Environment } from './environment.js';

/** How long to wait between tries. */
export interface Backoff {
  /** The most the first wait can be, in milliseconds; it doubles with each further try. */
  readonly base: number;
  /** The most any wait can be, in milliseconds. */
  readonly most: number;
}

/**
 * Exponential with full jitter: any time from 0 to the bound, so that clients cut off together do not come back together.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 *
 * @param failures how many tries have failed in a row, from 1
 * @returns milliseconds
 */
export function backoffDelay({ base, most }: Backoff, failures: number, random: () => number): number {
  return Math.floor(random() * Math.min(most, base * 2 ** Math.min(failures - 1, 30)));
}

/** Waits, or less where the signal is aborted or the machine comes online meanwhile. Leaves nothing behind, and never fails. */
export async function pause(
  environment: Environment,
  milliseconds: number,
  signal?: AbortSignal,
): Promise<void> {
  if (signal?.aborted) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      cancelTimer();
      cancelOnline();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const cancelTimer = environment.timer(milliseconds, done);
    const cancelOnline = environment.whenOnline(done);
    signal?.addEventListener('abort', done);
  });
}
