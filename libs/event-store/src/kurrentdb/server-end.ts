import type { KurrentConnection } from './kurrent-connection.js';
import { KurrentFault } from './kurrent-fault.js';
import type { StreamNames } from './names.js';
import { readServerAll, readServerStream } from './reading.js';
import type { SequencedHead } from './sequenced-log.js';
import { unplaced } from './sequencer-halt.js';
import { isBefore, isSame, type Place } from './place.js';
import type { ServerEvent } from './stored-event.js';

/**
 * The place of the last event on the server, whosever it is; null where there is none.
 *
 * @throws KurrentFault
 */
export async function endOfServer(connection: KurrentConnection): Promise<Place | null> {
  const [last] = await readServerAll(connection, { direction: 'backwards', limit: 1 });
  return last?.position ?? null;
}

/**
 * Whether the server still has the last event of the log where the log says it is. A stream that was deleted, or whose
 * metadata hide it, no longer shows it; the order over all streams does.
 *
 * @param end of the server: what it is asked for beyond that it takes for a mistake
 * @throws KurrentFault
 * @throws SequencerHalt the log does not say where
 */
export async function isOnServer(
  connection: KurrentConnection,
  names: StreamNames,
  { stream, revision, id, place }: SequencedHead,
  end: Place | null,
): Promise<boolean> {
  if (!place) throw unplaced();
  if (!end || isBefore(end, place)) return false;
  const isIt = (event: ServerEvent | undefined): boolean =>
    event?.id.toLowerCase() === id && isSame(event.position, place);
  try {
    const [event] = await readServerStream(connection, names.onServer(stream), { from: revision, limit: 1 });
    if (isIt(event)) return true;
  } catch (error) {
    if (!(error instanceof KurrentFault) || error.kind !== 'deleted') throw error;
  }
  try {
    const [event] = await readServerAll(connection, { from: place, limit: 1 });
    return isIt(event);
  } catch (error) {
    // No event begins there.
    if (error instanceof KurrentFault && error.kind === 'refused') return false;
    throw error;
  }
}
