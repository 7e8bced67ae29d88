import { canonicalMeta } from './postgres/canonical.js';
import type { RestorableEvent } from './ports.js';

const fields = [
  'position',
  'id',
  'stream',
  'revision',
  'type',
  'schemaVersion',
  'recordedAt',
  'bytes',
] as const;

/** In which of its fields an event is not as another; undefined where both are the same in everything that is kept. */
export function firstDifference(one: RestorableEvent, other: RestorableEvent): string | undefined {
  const differs = fields.find((field) => one[field] !== other[field]);
  if (differs) return differs;
  if (Buffer.compare(one.salt, other.salt) !== 0) return 'salt';
  return canonicalMeta(one) === canonicalMeta(other) ? undefined : 'envelope';
}

/** The events of pages, one after another. */
export async function* eachOf(
  pages: AsyncIterable<readonly RestorableEvent[]>,
): AsyncGenerator<RestorableEvent, undefined, undefined> {
  for await (const events of pages) yield* events;
  return undefined;
}
