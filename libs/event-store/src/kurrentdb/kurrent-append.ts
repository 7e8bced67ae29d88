import { randomUUID } from 'node:crypto';
import { type AppendRequest, checkAppend, nextSalt, revisionBefore } from '../appending/append-request.js';
import { canonicaliseEvent } from '../postgres/canonical.js';
import type { ExpectedRevision, NewEvent } from '../ports.js';
import type { OwnClaim } from './log-lookup.js';
import { type EventToStore, toStore } from './stored-event.js';

/** An event of an append, as far as it is known before it is sent. */
type Unstamped = Omit<Parameters<typeof toStore>[0], 'recordedAt'>;

/** One append that waits for its answer. */
export interface KurrentAppend extends AppendRequest {
  /** Of the last event, as hexadecimal digits: where the log has another, an earlier try of somebody's was first. */
  readonly lastSalt: string;
  /** What it claims ids as. */
  readonly claimant: string;
  /** What is sent: the same at each try, stamped at the first. */
  readonly events: () => readonly EventToStore[];
}

/**
 * An append, checked and made ready to be sent.
 *
 * @throws StoreError `INVALID_EVENT`, `EVENT_TOO_LARGE`
 */
export function prepareKurrentAppend(
  stream: string,
  expected: ExpectedRevision,
  events: readonly NewEvent[],
  patienceMs: number,
  answers: Pick<AppendRequest, 'resolve' | 'reject'>,
): KurrentAppend {
  const ids = checkAppend(stream, expected, events);
  let lastSalt = '';
  let bytes = stream.length;
  const unstamped = events.map((event, index): Unstamped => {
    const { meta, data } = canonicaliseEvent(event);
    lastSalt = nextSalt();
    // Held as text until it is sent, then as octets too.
    bytes += 2 * (meta.length + data.length) + 500;
    const { type, schemaVersion, decidedOn, effective, actor, commandId, causationId, correlationId } = event;
    return {
      id: ids[index]!,
      type,
      schemaVersion,
      bytes: data,
      salt: Buffer.from(lastSalt, 'hex'),
      decidedOn,
      effective,
      actor: { ...actor },
      commandId,
      causationId,
      correlationId,
    };
  });
  let stamped: readonly EventToStore[] | undefined;
  return {
    stream,
    expected,
    ids,
    bytes,
    deadline: Date.now() + patienceMs,
    sent: false,
    lastSalt,
    claimant: randomUUID(),
    events() {
      if (!stamped) {
        const recordedAt = now();
        stamped = unstamped.map((event) => toStore({ ...event, recordedAt }));
      }
      return stamped;
    },
    ...answers,
  };
}

/** UTC, as this machine's clock has it: thousandths of a second, written with six decimals. */
function now(): string {
  return new Date().toISOString().replace('Z', '000Z');
}

/** Of the first and the last event of an append. */
export interface Revisions {
  readonly first: number;
  readonly last: number;
}

/** The revisions the events get. */
export function revisionsOf(append: Pick<KurrentAppend, 'expected' | 'ids'>): Revisions {
  const before = revisionBefore(append);
  return { first: before + 1, last: before + append.ids.length };
}

/** What it claims. */
export function claimsOf(
  append: Pick<KurrentAppend, 'stream' | 'expected' | 'ids' | 'claimant'>,
): OwnClaim[] {
  const { stream, ids, claimant } = append;
  const { first } = revisionsOf(append);
  return ids.map((id, index) => ({ id, stream, revision: first + index, claimant }));
}
