import type { KurrentConnection } from './kurrent-connection.js';
import { patiently } from './patiently.js';
import { isSame, type Place } from './place.js';
import { readServerAll } from './reading.js';
import type { ServerEvent } from './stored-event.js';

/** Events read at a time. */
const pageEvents = 500;

/**
 * Everything in the streams whose names begin so, in the server's order, from the first to the present last.
 *
 * @throws StoreError `UNAVAILABLE`
 */
export async function* serverPages(
  connection: KurrentConnection,
  prefixes: readonly string[],
): AsyncGenerator<readonly ServerEvent[]> {
  let from: Place | undefined;
  for (;;) {
    const range = { from, limit: pageEvents, prefixes };
    const read = await patiently(() => readServerAll(connection, range));
    // A read begins at the place it is given, which is that of the last event of the page before.
    const events = from && isSame(read[0]?.position, from) ? read.slice(1) : read;
    if (events.length > 0) yield events;
    if (read.length < pageEvents) return;
    from = read.at(-1)!.position!;
  }
}
