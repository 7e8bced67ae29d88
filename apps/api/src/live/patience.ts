import { StoreError, readError } from '@masar/event-store';
import { ReadModelError } from '@masar/read-models';
import { GraphQLError } from 'graphql';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiError } from '../platform/errors/api-error.js';

const firstWaitMs = 25;
const longestWaitMs = 2_000;

/**
 * Tries again for as long as the store or the read models cannot be reached, waiting longer each time: nothing is
 * skipped for it. Anything else that fails is thrown.
 *
 * @throws the signal's reason once it is aborted
 */
export async function patiently<T>(signal: AbortSignal, attempt: () => Promise<T>): Promise<T> {
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(longestWaitMs, waitMs * 2)) {
    signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (!mayPass(error)) throw error;
    }
    await delay(waitMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Codes of ours that say: not now. */
const passing = new Set(['NOT_YET', 'UNAVAILABLE', 'READ_MODEL_BUILDING', 'READ_MODEL_CLOSED', 'OVERLOADED']);

/** A schema that was pinned and then dropped, when another was built. */
const passingStates = new Set(['42P01', '3F000']);

/** Whether the same may work later: what is not reached now, as opposed to what is wrong. */
export function mayPass(error: unknown): boolean {
  const thrown = error instanceof GraphQLError && error.originalError ? error.originalError : error;
  if (thrown instanceof ApiError) return passing.has(thrown.code);
  if (thrown instanceof StoreError || thrown instanceof ReadModelError) return passing.has(thrown.code);
  const { code } = (thrown ?? {}) as { code?: unknown };
  if (typeof code === 'string' && passingStates.has(code)) return true;
  const read = readError(thrown);
  return read instanceof StoreError && read.code === 'UNAVAILABLE';
}
