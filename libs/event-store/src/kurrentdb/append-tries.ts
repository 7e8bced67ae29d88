import { setTimeout as delay } from 'node:timers/promises';
import { refusals } from '../appending/append-request.js';
import { ConcurrencyError, StoreError } from '../errors.js';
import { backoffMs } from '../postgres/connection.js';
import type { KurrentLimits } from './append-limits.js';
import { type KurrentAppend, revisionsOf } from './kurrent-append.js';
import type { KurrentConnection } from './kurrent-connection.js';
import { KurrentFault } from './kurrent-fault.js';
import type { StreamNames } from './names.js';
import { readServerStream } from './reading.js';
import { sizeOnServer } from './stored-event.js';

/**
 * What the server is told it may take. By its own clock, which need not agree with ours: so it is long, and ours is the
 * one that counts.
 */
const serverDeadlineMs = 10 * 60_000;

type Standing = 'whole' | 'partly' | 'not' | 'unknown';

/**
 * Writes one append to the server, which knows its ids again at the revisions they were meant for: however often it is
 * sent, it is written once. So a try without an answer is followed by another, until there is one.
 */
export class AppendTries {
  constructor(
    private readonly connection: KurrentConnection,
    private readonly names: StreamNames,
    private readonly limits: Pick<KurrentLimits, 'tryMs'>,
    /** By when everything has to end, where the store is being closed. */
    private readonly endBy: () => number,
  ) {}

  /**
   * Returns once it stands on the server.
   *
   * @throws ConcurrencyError
   * @throws StoreError `PARTIAL_DUPLICATE`, `EVENT_TOO_LARGE`, `UNSAFE_STORE`, `UNAVAILABLE`, `OUTCOME_UNKNOWN`
   */
  async write(append: KurrentAppend): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      const left = Math.min(append.deadline, this.endBy()) - Date.now();
      try {
        await this.send(append, Math.max(1, Math.min(this.limits.tryMs, left)));
        return;
      } catch (error) {
        if (!(error instanceof KurrentFault)) throw error;
        append.sent ||= error.mayHaveBeenSent;
        let standing: Standing | undefined;
        if (error.kind === 'conflict' || error.kind === 'unclear') {
          standing = await this.standing(append, error);
          if (standing === 'whole') return;
          if (standing === 'partly') throw refusals.partial();
        }
        // Somebody's events are where these were to stand, and whose could not be found out: not a lost race yet.
        if (!error.passing && standing !== 'unknown') throw final(append, error);
        const wait = backoffMs(attempt);
        if (Date.now() + wait >= Math.min(append.deadline, this.endBy())) throw outOfTime(append, error);
        await delay(wait);
      }
    }
  }

  private async send(append: KurrentAppend, withinMs: number): Promise<void> {
    const { stream, expected } = append;
    const { last } = revisionsOf(append);
    const result = await this.connection.request(
      `appending to ${stream}`,
      (client) =>
        client.appendToStream(this.names.onServer(stream), [...append.events()], {
          streamState: expected === 'none' ? 'no_stream' : BigInt(expected),
          requiresLeader: true,
          deadline: serverDeadlineMs,
        }),
      withinMs,
    );
    if (!result.success || result.nextExpectedRevision !== BigInt(last)) {
      throw new StoreError(
        'UNSAFE_STORE',
        `stream ${stream} went on at revision ${result.nextExpectedRevision} where ${last} was due: it was deleted on the server`,
      );
    }
  }

  /** How many of its events are where they were meant to be, as far as the server can be asked. */
  private async standing(append: KurrentAppend, { details }: KurrentFault): Promise<Standing> {
    const { first } = revisionsOf(append);
    // Nothing of ours can stand behind the end of the stream.
    if (details.actual === 'none' || (details.actual ?? Infinity) < first) return 'not';
    try {
      const there = await readServerStream(this.connection, this.names.onServer(append.stream), {
        from: first,
        limit: append.ids.length,
      });
      const ids = there.map(({ id }) => id.toLowerCase());
      if (append.ids.every((id, index) => ids[index] === id)) return 'whole';
      return ids.some((id) => append.ids.includes(id)) ? 'partly' : 'not';
    } catch (error) {
      if (error instanceof KurrentFault) return 'unknown';
      throw error;
    }
  }
}

/** What an answer that stays the same means. */
function final(append: KurrentAppend, fault: KurrentFault): Error {
  const { stream, expected } = append;
  switch (fault.kind) {
    case 'conflict':
      return new ConcurrencyError(stream, expected, fault.details.actual ?? 'none');
    case 'tooLarge': {
      const bytes = append.events().reduce((sum, event) => sum + sizeOnServer(event), 0);
      const { limit } = fault.details;
      const most = limit === undefined ? '' : `, ${limit} bytes`;
      return new StoreError(
        'EVENT_TOO_LARGE',
        `${append.ids.length} events of ${bytes} bytes are more than the server takes at once${most}: append fewer`,
        { cause: fault },
      );
    }
    case 'deleted':
      return new StoreError(
        'UNSAFE_STORE',
        `stream ${stream} was deleted on the server: it takes no more events`,
        { cause: fault },
      );
    default:
      // An earlier try may have been taken, whatever is said now.
      return append.sent
        ? outOfTime(append, fault)
        : new StoreError(
            'UNAVAILABLE',
            `KurrentDB refuses the append; this try wrote nothing (${fault.message})`,
            {
              cause: fault,
            },
          );
  }
}

function outOfTime({ sent, stream }: KurrentAppend, cause: KurrentFault): StoreError {
  return sent
    ? new StoreError(
        'OUTCOME_UNKNOWN',
        `KurrentDB broke off; the append to ${stream} may stand: retry with the same ids (${cause.message})`,
        { cause },
      )
    : new StoreError('UNAVAILABLE', `KurrentDB does not answer; this try wrote nothing (${cause.message})`, {
        cause,
      });
}
