import type { Pool } from 'pg';
import { isNoStream } from '../appending/append-request.js';
import type { RecordedEvent, StreamRange } from '../ports.js';
import { readError } from './postgres-errors.js';
import { recordedEvents, selectEvents } from './recorded-row.js';

/**
 * Events of a stream in order, as the table has them.
 *
 * @throws StoreError `UNAVAILABLE`
 */
export async function readStream(
  pool: Pool,
  stream: string,
  { from, direction = 'forwards', limit }: StreamRange = {},
): Promise<RecordedEvent[]> {
  if (isNoStream(stream)) return [];
  const forwards = direction === 'forwards';
  const bound = from ?? (forwards ? 0 : 2_147_483_647);
  try {
    const { rows } = await pool.query(
      selectEvents(
        `where stream = $1 and revision ${forwards ? '>=' : '<='} $2 order by revision ${forwards ? 'asc' : 'desc'} limit $3`,
        [stream, bound, limit ?? null],
      ),
    );
    return recordedEvents(rows);
  } catch (error) {
    throw readError(error);
  }
}
