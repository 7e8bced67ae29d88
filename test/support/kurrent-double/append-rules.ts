import type { DoubleEvent, ExpectedRevision } from './double-log.js';
import type { StreamMetadata } from './stream-metadata.js';

/** A stream, as far as it decides about what is written to it. */
export interface StreamAtHand {
  /** By revision; a scavenged event is not there. */
  readonly events: readonly (DoubleEvent | undefined)[];
  /** The revision of each event written to it, wherever it stands. */
  readonly revisionOf: ReadonlyMap<string, number>;
  readonly isTombstoned: boolean;
  readonly metadata: StreamMetadata;
  /** Whether metadata were ever written for it. */
  readonly hasMetadata: boolean;
}

export type Verdict =
  | { readonly kind: 'write' }
  /** @property revision of the last of the events, all of which are there */
  | { readonly kind: 'known'; readonly revision: number }
  /** @property actual -1 where the stream has no event */
  | { readonly kind: 'wrongRevision'; readonly actual: number }
  | { readonly kind: 'deleted' };

const write: Verdict = { kind: 'write' };

/**
 * Whether events may be written, by the server's rules. Where the request says after which revision, with `no_stream`
 * after none, events are known again only where they stand right behind it, one after another; for `any` and
 * `stream_exists` wherever they are in the stream. Where the first is known and another is not, the revision counts as
 * wrong; so it does for an event that is known from another place of the stream.
 */
export function verdictOn(stream: StreamAtHand, expected: ExpectedRevision, ids: readonly string[]): Verdict {
  if (stream.isTombstoned) return { kind: 'deleted' };
  const last = stream.events.length - 1;
  const wrong: Verdict = { kind: 'wrongRevision', actual: last };
  if (expected === 'any' || expected === 'stream_exists') {
    const exists = !stream.metadata.isDeleted && (last >= 0 || stream.hasMetadata);
    if (expected === 'stream_exists' && !exists) return wrong;
    return knownAgain(ids.map((id) => stream.revisionOf.get(id))) ?? write;
  }
  const after = expected === 'no_stream' ? -1 : expected;
  if (after > last) return wrong;
  if (after === last) return write;
  const found = ids.map((id, index) => {
    const revision = after + 1 + index;
    return stream.events[revision]?.id === id ? revision : undefined;
  });
  const startsOver = after === -1 && stream.metadata.isDeleted;
  return knownAgain(found) ?? (startsOver ? write : wrong);

  function knownAgain(revisions: readonly (number | undefined)[]): Verdict | undefined {
    if (revisions[0] === undefined) return undefined;
    return revisions.includes(undefined) ? wrong : { kind: 'known', revision: revisions.at(-1)! };
  }
}
