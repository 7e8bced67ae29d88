import { setTimeout as delay } from 'node:timers/promises';
import { StoreError } from '../errors.js';
import { endOfAll } from './all-follower.js';
import type { OrderedLog } from './open-ordered-log.js';
import { patiently } from './patiently.js';
import type { Place } from './place.js';

const askEveryMs = 50;
/** How long the log may stand still while the server has more. */
const patienceMs = 60_000;

/**
 * Waits until the ordered log has every event that is on the server by now.
 *
 * @throws StoreError `UNSAFE_STORE` where it halted, `UNAVAILABLE` where it stands still for a minute
 */
export async function untilCaughtUp({ connection, names, pool, sequencing }: OrderedLog): Promise<void> {
  const end = await patiently(() => endOfAll(connection, names));
  if (!end) return;
  let deadline = Date.now() + patienceMs;
  for (let last = -1; ;) {
    if (await hasPlace(pool, end)) return;
    const { state, why, position } = await sequencing.state();
    if (state === 'halted') {
      throw new StoreError('UNSAFE_STORE', `the ordered log is not written any more: ${why}`);
    }
    if (position > last) deadline = Date.now() + patienceMs;
    last = position;
    if (Date.now() > deadline) {
      throw new StoreError(
        'UNAVAILABLE',
        `the ordered log stands still at position ${position}, and the server has more${why === null ? '' : `: ${why}`}`,
      );
    }
    await delay(askEveryMs);
  }
}

async function hasPlace(pool: OrderedLog['pool'], { commit, prepare }: Place): Promise<boolean> {
  const { rows } = await pool.query(
    'select 1 from masar.sequencer where (commit_position, prepare_position) >= ($1, $2)',
    [String(commit), String(prepare)],
  );
  return rows.length > 0;
}
