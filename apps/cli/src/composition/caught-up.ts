import { setTimeout as delay } from 'node:timers/promises';
import type { Sequencing, SequencingState } from '@masar/event-store';
import { CommandFailure } from '../failure.js';

/** How long nothing at all may happen before a command is given up. */
const patienceMs = 60_000;
const lookEveryMs = 100;

/**
 * Waits until a log that is written from another store has what that store has: before, a command that reads the log would
 * not see all that was recorded.
 *
 * @param say told once where it takes time
 * @throws CommandFailure where it is halted, or nothing happens
 */
export async function untilCaughtUp(sequencing: Sequencing, say: (message: string) => void): Promise<void> {
  const unmoved = ({ state, position }: SequencingState) => `${state} ${position}`;
  let said = false;
  let last = '';
  for (let since = Date.now(); ;) {
    const seen = await sequencing.state();
    if (seen.state === 'following') return;
    if (seen.state === 'halted') {
      throw new CommandFailure(
        `the log is not complete, its sequencer is halted: ${seen.why ?? 'masar doctor'}`,
      );
    }
    if (unmoved(seen) !== last) {
      last = unmoved(seen);
      since = Date.now();
    }
    if (Date.now() - since > patienceMs) {
      const why = seen.why === null ? '' : ` (${seen.why})`;
      throw new CommandFailure(
        `the log does not catch up with the server, its sequencer is ${seen.state}${why}: does the server answer?`,
      );
    }
    if (!said && seen.state === 'catchingUp') {
      said = true;
      say('waiting for the log to catch up with the server');
    }
    await delay(lookEveryMs);
  }
}
