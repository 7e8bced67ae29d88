import type { RestorableEvent } from '../ports.js';
import type { KurrentConnection } from './kurrent-connection.js';
import type { StreamNames } from './names.js';
import { patiently } from './patiently.js';
import { readServerAll } from './reading.js';
import { fromStore, type Place, type ServerEvent } from './stored-event.js';
import { tombstoneType } from './stream-metadata.js';

/** Events read at a time. */
const pageEvents = 500;

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
  for await (const events of serverPages(connection, names)) {
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
  return { ...stored, ...(JSON.parse(meta) as Envelope) };
}

type Envelope = Pick<
  RestorableEvent,
  'decidedOn' | 'effective' | 'actor' | 'commandId' | 'causationId' | 'correlationId'
>;

/**
 * Everything in our streams, in the server's order, from a place on, inclusive: events, and what says that a stream was
 * deleted for good.
 *
 * @throws StoreError `UNAVAILABLE`
 */
export async function* serverPages(
  connection: KurrentConnection,
  names: StreamNames,
): AsyncGenerator<readonly ServerEvent[]> {
  let from: Place | undefined;
  for (;;) {
    const range = { from, limit: pageEvents, prefixes: [names.all] };
    const read = await patiently(() => readServerAll(connection, range));
    // A read begins at the place it is given, which is that of the last event of the page before.
    const events = from && isAt(read[0], from) ? read.slice(1) : read;
    if (events.length > 0) yield events;
    if (read.length < pageEvents) return;
    from = read.at(-1)!.position!;
  }
}

function isAt(event: ServerEvent | undefined, { commit, prepare }: Place): boolean {
  return event?.position?.commit === commit && event.position.prepare === prepare;
}
