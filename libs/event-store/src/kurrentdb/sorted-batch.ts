import type { AllBatch } from './all-follower.js';
import type { StreamNames } from './names.js';
import type { UnsafeStreams } from './sequenced-log.js';
import type { Place } from './place.js';
import { ForeignEventError, fromStore, type StoredEvent } from './stored-event.js';
import { jsonOf, metadataType, tombstoneType, truncationOf } from './stream-metadata.js';

/** What a batch of the server's is to the log. */
export interface SortedBatch {
  /** In the server's order, up to the first that is none of ours. */
  readonly events: readonly StoredEvent[];
  readonly unsafe: UnsafeStreams;
  /** Everything at or before it is in what precedes; null where that is nothing. */
  readonly upTo: Place | null;
  /** The first that is none of ours. */
  readonly foreign: ForeignEventError | undefined;
}

/**
 * Sorts a batch into events, and what its metadata say of streams.
 *
 * @param before everything at or before it was there already
 */
export function sortBatch(batch: AllBatch, names: StreamNames, before: Place | null): SortedBatch {
  const events: StoredEvent[] = [];
  const unsafe = new Map<string, string | null>();
  let upTo = before;
  for (const event of batch.events) {
    if (event.streamId.startsWith(names.metadata)) {
      const stream = event.streamId.slice(names.metadata.length);
      if (event.type === metadataType) unsafe.set(stream, truncationOf(jsonOf(event)) ?? null);
    } else if (event.type === tombstoneType) {
      unsafe.set(names.fromServer(event.streamId)!, 'it was deleted for good');
    } else {
      try {
        events.push(fromStore(event, names.fromServer(event.streamId)!));
      } catch (error) {
        if (error instanceof ForeignEventError) return { events, unsafe, upTo, foreign: error };
        throw error;
      }
    }
    upTo = event.position!;
  }
  return { events, unsafe, upTo: batch.upTo, foreign: undefined };
}
