import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { type SequencingState, sequencerStates } from '@masar/event-store';
import { createLogger } from '../platform/logging/logger.js';
import { Metrics } from '../platform/health/metrics.js';
import { watchSequencing } from './observation.js';
import { SequencerWatch, behind } from './sequencer-watch.js';

const following: SequencingState = {
  state: 'following',
  why: null,
  holder: true,
  lagSeconds: 0,
  position: 7,
};

/** A sequencer that says what it is told to, its watch, and what that logged. */
function watched(first: SequencingState | Error) {
  let says: SequencingState | Error = first;
  const lines: string[] = [];
  const log = createLogger({
    level: 'info',
    json: true,
    destination: { write: (line: string) => void lines.push(line) },
  });
  const state = () => (says instanceof Error ? Promise.reject(says) : Promise.resolve(says));
  const watch = new SequencerWatch({ state }, log);
  return {
    watch,
    say: (next: SequencingState | Error) => (says = next),
    messages: () => lines.map((line) => (JSON.parse(line) as { msg: string }).msg),
  };
}

async function until(condition: () => boolean | undefined): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('it never came to that');
    await delay(10);
  }
}

describe('what a log that is written from another store lacks', () => {
  it.each<[Partial<SequencingState>, RegExp | undefined]>([
    [{}, undefined],
    [{ lagSeconds: 9 }, undefined],
    [{ lagSeconds: 42.7 }, /^is 42 s behind/],
    [{ state: 'starting' }, /has not followed/],
    [{ state: 'catchingUp', lagSeconds: 3 }, /catching up/],
    [{ state: 'stopped', holder: false }, /does not run/],
    [{ state: 'halted' }, /is halted/],
  ])('is told of %j', (state, told) => {
    const said = behind({ ...following, why: 'stream item-1 on db.internal', ...state });
    if (told) expect(said).toMatch(told);
    else expect(said).toBeUndefined();
    expect(said ?? '').not.toMatch(/db\.internal|item-1/);
  });
});

describe('the watch of the sequencer', () => {
  it('waits until the log has what the store has', async () => {
    const { watch, say } = watched({ ...following, state: 'catchingUp' });
    let followed = false;
    const waiting = watch.untilFollowing().then(() => (followed = true));
    await until(() => watch.last?.state === 'catchingUp');
    expect(followed).toBe(false);
    say(new Error('the database does not answer'));
    say(following);
    await waiting;
    expect(await watch.missing()).toBeUndefined();
    watch.close();
  });

  it('lets go of who waits when it ends', async () => {
    const { watch } = watched({ ...following, state: 'halted', why: 'a foreign event' });
    const waiting = watch.untilFollowing();
    watch.close();
    await expect(waiting).rejects.toThrow('aborted');
  });

  it('logs what changes, once, and why', async () => {
    const { watch, say, messages } = watched(following);
    await until(() => messages().length === 1);
    say({ ...following, state: 'halted', why: 'event 3 of masar-item-1 was not written by Masar' });
    await until(() => messages().length === 2);
    say({ ...following, state: 'stopped', holder: false });
    await until(() => messages().length === 3);
    watch.close();
    expect(messages()).toEqual([
      'sequencer: following',
      'sequencer: halted, nothing more is written to the log',
      'sequencer: no process writes the log',
    ]);
  });

  it('has a series for each state, and none of a number nobody knows', async () => {
    const { watch, say } = watched(new Error('the database does not answer'));
    const metrics = new Metrics();
    watchSequencing(metrics, watch);
    const unknown = await metrics.registry.metrics();
    for (const state of sequencerStates)
      expect(unknown).toContain(`masar_sequencer_state{state="${state}"} 0`);
    expect(unknown).not.toMatch(/^masar_sequencer_(lag_seconds|position|holder) /m);
    say({ ...following, lagSeconds: 1.5 });
    await until(() => watch.last !== undefined);
    const known = await metrics.registry.metrics();
    expect(known).toContain('masar_sequencer_state{state="following"} 1');
    expect(known).toContain('masar_sequencer_state{state="halted"} 0');
    expect(known).toContain('masar_sequencer_lag_seconds 1.5');
    expect(known).toContain('masar_sequencer_position 7');
    expect(known).toContain('masar_sequencer_holder 1');
    watch.close();
  });
});
