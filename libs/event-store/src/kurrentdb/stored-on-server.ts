import type { RestorableEvent } from '../ports.js';
import type { KurrentConnection } from './kurrent-connection.js';
import type { StreamNames } from './names.js';
import { patiently } from './patiently.js';
import { readServerAll } from './reading.js';
import { fromStore, type Place, type ServerEvent } from './stored-event.js';

/** Events read at a time. */
const page = 500;

/** An event as the log has it, and where the server does. */
export interface PlacedEvent extends RestorableEvent {
  readonly place: Place;
}

/**
 * The log as the server has it, read from its beginning to its present end: each event at the position and with the
 * recorded time that the ordered log has to give it.
 *
 * @throws ForeignEventError; StoreError `UNAVAILABLE`
 */
export async function* storedOnServer(
  connection: KurrentConnection,
  names: StreamNames,
): AsyncGenerator<readonly PlacedEvent[]> {
  let position = 0;
  let recordedAt = '';
  for await (const events of serverPages(connection, names)) {
    yield events.map((event) => {
      const { meta, stampedAt, ...stored } = fromStore(event, names.fromServer(event.streamId)!);
      position += 1;
      if (stampedAt > recordedAt) recordedAt = stampedAt;
      return { ...stored, ...(JSON.parse(meta) as Envelope), position, recordedAt };
    });
  }
}

type Envelope = Pick<
  RestorableEvent,
  'decidedOn' | 'effective' | 'actor' | 'commandId' | 'causationId' | 'correlationId'
>;

async function* serverPages(
  connection: KurrentConnection,
  names: StreamNames,
): AsyncGenerator<readonly ServerEvent[]> {
  let from: Place | undefined;
  for (;;) {
    const range = { from, limit: page, prefixes: [names.all] };
    const read = await patiently(() => readServerAll(connection, range));
    // A read begins at the place it is given, which is that of the last event of the page before.
    const events = from && isAt(read[0], from) ? read.slice(1) : read;
    if (events.length > 0) yield events;
    if (read.length < page) return;
    from = read.at(-1)!.position!;
  }
}

function isAt(event: ServerEvent | undefined, { commit, prepare }: Place): boolean {
  return event?.position?.commit === commit && event.position.prepare === prepare;
}
