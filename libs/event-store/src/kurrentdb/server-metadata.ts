import type { KurrentConnection } from './kurrent-connection.js';
import type { StreamNames } from './names.js';
import { serverPages } from './server-pages.js';
import { jsonOf, metadataType, truncationOf } from './stream-metadata.js';

/** A stream of ours whose metadata let the server drop events of it, and how. */
export interface UnsafeStream {
  /** Without the prefix. */
  readonly stream: string;
  readonly what: string;
}

/**
 * Every stream under the prefix whose metadata, as they are now, hide events: read from the beginning.
 *
 * @param deleted streams that were found to be deleted for good
 * @throws StoreError `UNAVAILABLE`
 */
export async function unsafeOnServer(
  connection: KurrentConnection,
  names: StreamNames,
  deleted: ReadonlySet<string>,
): Promise<UnsafeStream[]> {
  const unsafe = new Map<string, string>();
  for await (const events of serverPages(connection, [names.metadata])) {
    for (const event of events) {
      if (event.type !== metadataType) continue;
      const stream = event.streamId.slice(names.metadata.length);
      const what = truncationOf(jsonOf(event));
      if (what === undefined) unsafe.delete(stream);
      else unsafe.set(stream, what);
    }
  }
  for (const stream of deleted) unsafe.set(stream, 'it was deleted for good');
  return [...unsafe].map(([stream, what]) => ({ stream, what }));
}
