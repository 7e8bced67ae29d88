import {
  type AppendRequest,
  checkAppend,
  nextSalt,
  patienceMs,
  refusals,
  revisionBefore,
} from '../appending/append-request.js';
import { ConcurrencyError } from '../errors.js';
import type { ExpectedRevision, NewEvent } from '../ports.js';
import { canonicaliseEvent } from './canonical.js';
import { isoFromText } from './recorded-row.js';

/** An event's columns as elements of PostgreSQL array literals. */
interface EncodedEvent {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly meta: string;
  readonly data: string;
  readonly salt: string;
}

/** One append that waits for its batch. */
export interface Pending extends AppendRequest {
  readonly events: readonly EncodedEvent[];
}

/** A row of `masar.append`; without a request it is about all of them. */
export type AppendRow = [
  request: string | null,
  outcome: 'ok' | 'duplicate' | 'partial' | 'taken' | 'conflict',
  first: string | null,
  last: string | null,
  revision: string | null,
  at: string | null,
];

/**
 * An append, checked and made ready to be sent.
 *
 * @throws StoreError `INVALID_EVENT`, `EVENT_TOO_LARGE`
 */
export function prepare(
  stream: string,
  expected: ExpectedRevision,
  events: readonly NewEvent[],
  resolve: Pending['resolve'],
  reject: Pending['reject'],
): Pending {
  const ids = checkAppend(stream, expected, events);
  const encoded = events.map((event, index) => {
    const { meta, data } = canonicaliseEvent(event);
    return {
      id: ids[index]!,
      type: quoted(event.type),
      version: event.schemaVersion,
      meta: JSON.stringify(meta),
      data: JSON.stringify(data),
      salt: `"\\\\x${nextSalt()}"`,
    };
  });
  const bytes = encoded.reduce((sum, { meta, data }) => sum + meta.length + data.length + 200, stream.length);
  return {
    stream,
    expected,
    ids,
    events: encoded,
    bytes,
    deadline: Date.now() + patienceMs,
    sent: false,
    resolve,
    reject,
  };
}

/**
 * An element of a PostgreSQL array literal. Canonical JSON needs no more than `JSON.stringify`, which escapes just what
 * the literal wants escaped: it holds no raw control character.
 */
function quoted(text: string): string {
  return /["\\]/.test(text) ? `"${text.replace(/["\\]/g, String.raw`\$&`)}"` : `"${text}"`;
}

/** The parameters of `masar.append`, as array literals. */
export function encode(batch: readonly Pending[]): string[] {
  const streams: string[] = [];
  const currents: number[] = [];
  const requests: number[] = [];
  const owners: string[] = [];
  const revisions: number[] = [];
  batch.forEach(({ stream, expected, ids }, request) => {
    const owner = quoted(stream);
    const current = revisionBefore({ expected });
    streams.push(owner);
    currents.push(current);
    for (let index = 1; index <= ids.length; index += 1) {
      requests.push(request);
      owners.push(owner);
      revisions.push(current + index);
    }
  });
  const events = batch.flatMap((pending) => pending.events);
  return [
    streams,
    currents,
    requests,
    owners,
    revisions,
    events.map(({ id }) => id),
    events.map(({ type }) => type),
    events.map(({ version }) => version),
    events.map(({ meta }) => meta),
    events.map(({ data }) => data),
    events.map(({ salt }) => salt),
  ].map((elements) => `{${elements.join()}}`);
}

/** Tells each append of a batch what became of it. */
export function answerBatch(batch: readonly Pending[], rows: readonly AppendRow[]): void {
  const [first] = rows;
  if (first?.[0] === null) answerAll(batch, first);
  else for (const row of rows) answer(batch[Number(row[0])]!, row);
}

/** Every request was written, one after the other. */
function answerAll(batch: readonly Pending[], [, , first, , , at]: AppendRow): void {
  const recordedAt = isoFromText(at!);
  let position = Number(first);
  for (const { expected, ids, resolve } of batch) {
    const firstPosition = position;
    position += ids.length;
    const revision = revisionBefore({ expected }) + ids.length;
    resolve({ firstPosition, position: position - 1, revision, recordedAt, duplicate: false });
  }
}

function answer(pending: Pending, [, outcome, first, last, revision, at]: AppendRow): void {
  switch (outcome) {
    case 'ok':
    case 'duplicate':
      pending.resolve({
        firstPosition: Number(first),
        position: Number(last),
        revision: Number(revision),
        recordedAt: isoFromText(at!),
        // A retry of our own after a broken connection is the first answer, late.
        duplicate: outcome === 'duplicate' && !pending.sent,
      });
      return;
    case 'conflict': {
      const actual = Number(revision);
      pending.reject(new ConcurrencyError(pending.stream, pending.expected, actual < 0 ? 'none' : actual));
      return;
    }
    case 'partial':
      pending.reject(refusals.partial());
      return;
    case 'taken':
      pending.reject(refusals.taken());
  }
}
