import { setTimeout as delay } from 'node:timers/promises';
import type { KurrentDBClient } from '@kurrent/kurrentdb-client';
import { backoffMs } from '../postgres/connection.js';
import { AllSubscription } from './all-subscription.js';
import type { KurrentConnection } from './kurrent-connection.js';
import { KurrentFault } from './kurrent-fault.js';
import type { StreamNames } from './names.js';
import type { Place } from './place.js';
import type { ServerEvent } from './stored-event.js';

/** What the server has next, in its order. */
export interface AllBatch {
  /** Of our streams and their metadata. None where there was nothing of ours up to a place. */
  readonly events: readonly ServerEvent[];
  /** Everything of ours at or before it was given, with this batch. */
  readonly upTo: Place;
  /** When the first of the events came, in milliseconds since 1970; undefined where there is none. */
  readonly since: number | undefined;
}

export interface FollowOptions {
  readonly signal: AbortSignal;
  /** Where nothing is heard for so long, another subscription takes the place of this one. Default 5 s. */
  readonly silenceMs?: number;
  /** Asked before each subscription where it begins, so that who follows can look whether that still stands. */
  readonly from?: (after: Place | null) => Promise<Place | null>;
  /** Told why a subscription failed; another is tried soon. */
  readonly onTrouble?: (fault: KurrentFault) => void;
  /** Told when a subscription stands. */
  readonly onFollowing?: () => void;
  /** Told each time that nothing is at hand beyond what was taken. */
  readonly onCaughtUp?: () => void;
}

/** How long nothing has to come before whoever follows counts as having caught up, where the server does not say it. */
const quietMs = 1_000;
const usualSilenceMs = 5_000;

export interface Following extends AsyncIterable<AllBatch> {
  /** When the oldest event that was not taken yet came, in milliseconds since 1970; undefined where none waits. */
  waitingSince(): number | undefined;
}

/**
 * Follows the server's `$all` behind a place, for ever: a subscription that is silent, ends, fails or is never
 * confirmed is replaced by another from where the last one had come to. What is taken slowly is asked for slowly, and
 * little is held.
 *
 * @param after null for the beginning
 * @throws KurrentFault one that does not pass; what `from` throws
 */
export function followAll(
  connection: KurrentConnection,
  names: StreamNames,
  after: Place | null,
  options: FollowOptions,
): Following {
  let subscription: AllSubscription | undefined;
  const { signal, silenceMs = usualSilenceMs, from, onTrouble, onFollowing, onCaughtUp } = options;

  async function* batches(): AsyncGenerator<AllBatch, void, undefined> {
    let at = after;
    for (let attempt = 0; !signal.aborted;) {
      let client: KurrentDBClient | undefined;
      try {
        at = from ? await orAborted(from(at), signal) : at;
        client = await orAborted(connection.current(), signal);
        subscription = AllSubscription.open(client, names, at, signal);
        const step = Math.min(quietMs, silenceMs);
        let isStanding = false;
        for (let silentFor = 0; silentFor < silenceMs && !signal.aborted;) {
          const heard = await subscription.wait(step);
          if (signal.aborted) return;
          if (subscription.isConfirmed && !isStanding) {
            isStanding = true;
            onFollowing?.();
          }
          if (heard === 'ended') throw subscription.fault();
          if (heard === 'silence') {
            if (isStanding && silentFor === 0) onCaughtUp?.();
            if (isStanding) attempt = 0;
            silentFor += step;
            if (!isStanding && silentFor >= silenceMs) throw neverConfirmed();
            continue;
          }
          silentFor = 0;
          for (let batch = subscription.take(); batch && !signal.aborted; batch = subscription.take()) {
            attempt = 0;
            yield batch;
            at = batch.upTo;
          }
          if (subscription.saidCaughtUp) onCaughtUp?.();
        }
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof KurrentFault) || !error.passing) throw error;
        // The client mends its channel itself where it can; where that did not help, another one is made.
        if (client && (attempt > 0 || error.kind === 'noAnswer')) connection.discard(client);
        onTrouble?.(error);
        await delay(backoffMs(attempt), undefined, { signal }).catch(() => undefined);
        attempt += 1;
      } finally {
        subscription?.close();
        subscription = undefined;
      }
    }
  }
  return {
    waitingSince: () => subscription?.waitingSince,
    [Symbol.asyncIterator]: batches,
  };
}

/** What is awaited of a server that may never answer is not awaited beyond the signal. */
async function orAborted<T>(awaited: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
  });
  try {
    return await Promise.race([awaited, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
    aborted.catch(() => undefined);
    awaited.catch(() => undefined);
  }
}

function neverConfirmed(): KurrentFault {
  return new KurrentFault('noAnswer', false, 'following all streams: the server never confirmed it');
}
