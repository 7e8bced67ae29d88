import type { KurrentConnection } from './kurrent-connection.js';
import { KurrentFault } from './kurrent-fault.js';
import type { StreamNames } from './names.js';
import { readServerAll, readServerStream } from './reading.js';
import type { Place, ServerEvent } from './stored-event.js';

/**
 * The place of the last event on the server, whosever it is; null where there is none.
 *
 * @throws KurrentFault
 */
export function endOfServer(connection: KurrentConnection): Promise<Place | null> {
  return connection.request('reading the end of all streams', async (client) => {
    const last = client.readAll({
      direction: 'backwards',
      fromPosition: 'end',
      maxCount: 1,
      requiresLeader: true,
    });
    for await (const { event } of last) return event?.position ?? null;
    return null;
  });
}

/**
 * Whether the server still has an event where the log says it is. A stream that was deleted no longer shows it; the
 * order over all streams does.
 *
 * @throws KurrentFault
 */
export async function isOnServer(
  connection: KurrentConnection,
  names: StreamNames,
  stream: string,
  revision: number,
  id: string,
  place: Place,
): Promise<boolean> {
  const isIt = (event: ServerEvent | undefined): boolean =>
    event?.id.toLowerCase() === id &&
    event.position?.commit === place.commit &&
    event.position.prepare === place.prepare;
  try {
    const name = names.onServer(stream);
    const [event] = await readServerStream(connection, name, { from: revision, limit: 1 });
    if (event) return isIt(event);
  } catch (error) {
    if (!(error instanceof KurrentFault) || error.kind !== 'deleted') throw error;
  }
  try {
    const [event] = await readServerAll(connection, { from: place, limit: 1, prefixes: [names.all] });
    return isIt(event);
  } catch (error) {
    // There is no such place any more.
    if (error instanceof KurrentFault && !error.passing) return false;
    throw error;
  }
}
