import { randomFillSync } from 'node:crypto';
import { StoreError } from '../errors.js';
import { loneSurrogate } from '../postgres/canonical.js';
import type { Appended, ExpectedRevision, NewEvent } from '../ports.js';

/** One append that waits for its answer, whatever the store. */
export interface AppendRequest {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  /** In lower case. */
  readonly ids: readonly string[];
  /** About what it holds in memory. */
  readonly bytes: number;
  /** When it has to be answered, whatever is known by then. */
  readonly deadline: number;
  /** Whether a store may have begun to write it. */
  sent: boolean;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: unknown) => void;
}

/** How many events one append may have. */
const maxEvents = 256;
const maxStreamLength = 512;
/** How long an append may take, a restart of the store included. */
export const patienceMs = 30_000;

/**
 * Checks what every store asks of an append, beside what each event has to be.
 *
 * @returns the events' ids in lower case
 * @throws StoreError `INVALID_EVENT`
 */
export function checkAppend(
  stream: string,
  expected: ExpectedRevision,
  events: readonly NewEvent[],
): readonly string[] {
  if (
    stream === '' ||
    stream.length > maxStreamLength ||
    loneSurrogate.test(stream) ||
    stream.includes('\0')
  ) {
    throw new StoreError(
      'INVALID_EVENT',
      `a stream's name has 1 to ${maxStreamLength} characters, and no U+0000`,
    );
  }
  if (events.length === 0 || events.length > maxEvents) {
    throw new StoreError('INVALID_EVENT', `an append has 1 to ${maxEvents} events, not ${events.length}`);
  }
  if (expected !== 'none' && (!Number.isSafeInteger(expected) || expected < 0)) {
    throw new StoreError('INVALID_EVENT', `expected revision ${expected} is neither a revision nor none`);
  }
  const ids = events.map(({ id }) => requireUuid(id));
  if (new Set(ids).size < ids.length)
    throw new StoreError('INVALID_EVENT', 'an event id stands twice in one append');
  return ids;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function requireUuid(id: string): string {
  const lower = id.toLowerCase();
  if (!uuid.test(lower)) throw new StoreError('INVALID_EVENT', `event id ${id.slice(0, 60)} is no UUID`);
  return lower;
}

/** The revision the stream is at when the append is written; -1 for none. */
export function revisionBefore({ expected }: Pick<AppendRequest, 'expected'>): number {
  return expected === 'none' ? -1 : expected;
}

/** Whether no stream can have the name: the first could not be asked for, the other would be read as another's. */
export function isNoStream(stream: string): boolean {
  return /[\0\p{Cs}]/u.test(stream);
}

const saltBytes = 32;
/** Drawn many at a time: a call for each costs more than the bytes. */
const salts = Buffer.alloc(256 * saltBytes);
let saltsLeft = 0;

/** 32 random bytes, as hexadecimal digits. */
export function nextSalt(): string {
  if (saltsLeft === 0) {
    randomFillSync(salts);
    saltsLeft = salts.length / saltBytes;
  }
  saltsLeft -= 1;
  return salts.toString('hex', saltsLeft * saltBytes, (saltsLeft + 1) * saltBytes);
}

/** The refusals of events whose ids are known. */
export const refusals = {
  partial: () =>
    new StoreError('PARTIAL_DUPLICATE', 'some of these events are on the stream already, and some are not'),
  taken: (options?: ErrorOptions) =>
    new StoreError('EVENT_ID_TAKEN', 'an event id is in use on another stream', options),
} as const;
