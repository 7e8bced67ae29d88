import { setTimeout as delay } from 'node:timers/promises';
import { StoreError } from '../errors.js';
import { LogLookup } from './log-lookup.js';
import type { OrderedLog } from './open-ordered-log.js';
import { patiently } from './patiently.js';
import { ServerPassed } from './server-passed.js';

const askEveryMs = 50;
/** How long the log may stand still while the server has more. */
const patienceMs = 60_000;

/**
 * Waits until the ordered log has every event that is on the server by now.
 *
 * @throws StoreError `UNSAFE_STORE` where it halted, `UNAVAILABLE` where it stands still for a minute
 */
export async function untilCaughtUp({ connection, names, pool, sequencing }: OrderedLog): Promise<void> {
  const lookup = new LogLookup(pool);
  const passed = new ServerPassed(connection, names);
  let deadline = Date.now() + patienceMs;
  for (let last = ''; ;) {
    const resume = await lookup.resumePoint();
    if (await patiently(() => passed.by(resume))) return;
    const { state, why, position } = await sequencing.state();
    if (state === 'halted') {
      throw new StoreError('UNSAFE_STORE', `the ordered log is not written any more: ${why}`);
    }
    // Where others write too, it passes over much without an event of its own.
    const far = `${position} ${resume?.commit} ${resume?.prepare}`;
    if (far !== last) deadline = Date.now() + patienceMs;
    last = far;
    if (Date.now() > deadline) {
      throw new StoreError(
        'UNAVAILABLE',
        `the ordered log stands still at position ${position}, and the server has more${why === null ? '' : `: ${why}`}`,
      );
    }
    await delay(askEveryMs);
  }
}
