import type { RestorableEvent } from '../ports.js';
import type { EventMeta } from '../postgres/canonical.js';
import type { KurrentConnection } from './kurrent-connection.js';
import type { StreamNames } from './names.js';
import { serverPages } from './server-pages.js';
import type { Place } from './place.js';
import { fromStore, type ServerEvent } from './stored-event.js';
import { tombstoneType } from './stream-metadata.js';

/** An event as the log has it, and where the server does. */
export interface PlacedEvent extends RestorableEvent {
  readonly place: Place;
}

/**
 * The log as the server has it, read from its beginning to its present end: each event at the position and with the
 * recorded time that the ordered log has to give it.
 *
 * @param onDeleted told of each stream that was deleted for good, whose events stand until a scavenge
 * @throws ForeignEventError; StoreError `UNAVAILABLE`
 */
export async function* storedOnServer(
  connection: KurrentConnection,
  names: StreamNames,
  onDeleted: (stream: string) => void = () => undefined,
): AsyncGenerator<readonly PlacedEvent[]> {
  let position = 0;
  let recordedAt = '';
  for await (const events of serverPages(connection, [names.all])) {
    const placed: PlacedEvent[] = [];
    for (const event of events) {
      const stream = names.fromServer(event.streamId)!;
      if (event.type === tombstoneType) {
        onDeleted(stream);
        continue;
      }
      const { stampedAt, ...stored } = storedEvent(event, stream);
      position += 1;
      if (stampedAt > recordedAt) recordedAt = stampedAt;
      placed.push({ ...stored, position, recordedAt });
    }
    yield placed;
  }
}

/** An event as the log has it, but for what comes from its place among the others. */
export function storedEvent(event: ServerEvent, stream: string) {
  const { meta, ...stored } = fromStore(event, stream);
  return { ...stored, ...(JSON.parse(meta) as EventMeta) };
}
