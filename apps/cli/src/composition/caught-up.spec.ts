import { describe, expect, it } from '@jest/globals';
import type { SequencingState } from '@masar/event-store';
import { untilCaughtUp } from './caught-up.js';

const catchingUp: SequencingState = {
  state: 'catchingUp',
  why: null,
  holder: true,
  lagSeconds: 5,
  position: 1,
};

/** Says these one after the other, the last for ever. */
function sequencing(...states: readonly SequencingState[]) {
  let asked = 0;
  return { state: () => Promise.resolve(states[Math.min(asked++, states.length - 1)]!), asked: () => asked };
}

describe('a command that reads a log written from another store', () => {
  it('waits until the log has everything, and says so once', async () => {
    const said: string[] = [];
    const says = sequencing(
      { ...catchingUp, state: 'starting' },
      catchingUp,
      { ...catchingUp, position: 2 },
      { ...catchingUp, state: 'following' },
    );
    await untilCaughtUp(says, (message) => said.push(message));
    expect(says.asked()).toBe(4);
    expect(said).toEqual(['waiting for the log to catch up with the server']);
  });

  it('gives up at once where nothing more is going to be written, and says why', async () => {
    const says = sequencing({ ...catchingUp, state: 'halted', why: 'event 3 of masar-item-1 is foreign' });
    await expect(untilCaughtUp(says, () => undefined)).rejects.toMatchObject({
      name: 'CommandFailure',
      message: expect.stringContaining('event 3 of masar-item-1 is foreign'),
    });
  });
});
