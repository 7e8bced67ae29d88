import { refusals } from '../appending/append-request.js';
import { StoreError } from '../errors.js';
import type { Appended } from '../ports.js';
import { claimsOf, type KurrentAppend, revisionsOf } from './kurrent-append.js';
import type { BeforeAppending, Claim, LogPlace } from './log-lookup.js';
import type { Arrived } from './log-wait.js';
import { another } from './stream-reading.js';

/**
 * The first answer again, where the log has all of its events.
 *
 * @throws StoreError `PARTIAL_DUPLICATE`, `EVENT_ID_TAKEN`, `UNSAFE_STORE`, `UNAVAILABLE`
 */
export function answerFromLog(
  append: KurrentAppend,
  { known, claimed, halted, unsafe }: BeforeAppending,
): Appended | undefined {
  const { stream, ids } = append;
  const anywhere = knownOf(append, known);
  const here = anywhere.filter((place) => place.stream === stream);
  if (here.length === ids.length) {
    const inOrder = here.toSorted((a, b) => a.revision - b.revision);
    return appended(inOrder[0]!, inOrder.at(-1)!, true);
  }
  if (here.length > 0) {
    // The log may be between two pages of this very append: then the server is to say whether all of it stands.
    const isThere = new Set(here.map(({ id }) => id));
    const isComing = ids.every((id) => isThere.has(id) || claimed.get(id)?.stream === stream);
    if (isComing || begins(append, here)) return undefined;
    throw refusals.partial();
  }
  const isElsewhere = (id: string): boolean => (claimed.get(id)?.stream ?? stream) !== stream;
  if (anywhere.length > 0 || ids.some(isElsewhere)) throw refusals.taken();
  if (halted !== null) {
    throw new StoreError('UNAVAILABLE', `the ordered log stands still; this try wrote nothing: ${halted}`);
  }
  const what = unsafe.get(stream);
  if (what !== undefined) {
    throw new StoreError('UNSAFE_STORE', `stream ${stream} would lose events on the server (${what})`);
  }
  return undefined;
}

function knownOf({ ids }: KurrentAppend, known: readonly LogPlace[]): LogPlace[] {
  const own = new Set(ids);
  return known.filter(({ id }) => own.has(id));
}

/**
 * Where its ids are, where some are claimed for other revisions of its stream: those, and what the log has of the others.
 * Undefined where a claim is over, or for the very one it is meant for, so that it claims it itself when it is asked for
 * once more.
 */
export function earlierPlaces(
  append: KurrentAppend,
  { claimed, known }: BeforeAppending,
): Claim[] | undefined {
  const claims: Claim[] = [];
  for (const { id, revision } of claimsOf(append)) {
    if (!claimed.has(id)) continue;
    const claim = claimed.get(id);
    if (!claim || claim.revision === revision) return undefined;
    claims.push(claim);
  }
  return claims.length > 0 ? [...claims, ...knownOf(append, known)] : claims;
}

/** Whether these are its first events, where they were meant to be. */
function begins(append: KurrentAppend, places: readonly LogPlace[]): boolean {
  const { first } = revisionsOf(append);
  return places.every(
    ({ id, revision }) => revision - first < places.length && append.ids[revision - first] === id,
  );
}

/** The first answer again, for what an earlier try wrote. */
export function firstAnswer({ first, last }: Arrived): Appended {
  return appended(first, last, true);
}

/**
 * The answer for what was written, once the log has it.
 *
 * @throws StoreError `UNSAFE_STORE` where that is another event
 */
export function placed({ stream, ids, lastSalt }: KurrentAppend, { first, last }: Arrived): Appended {
  if (last.id !== ids.at(-1)) throw another(stream, last.revision);
  return appended(first, last, last.salt !== lastSalt);
}

function appended(first: LogPlace, last: LogPlace, duplicate: boolean): Appended {
  const { position, revision, recordedAt } = last;
  return { firstPosition: first.position, position, revision, recordedAt, duplicate };
}
