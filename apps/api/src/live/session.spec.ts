import { describe, expect, it } from '@jest/globals';
import type { SimulatedLog } from './testing/simulated-log.js';
import { SimulatedOutlet } from './testing/simulated-outlet.js';
import { requestOf, simulatedSession, turnsUntil } from './testing/simulated-session.js';

/** One who follows everything of a log with one event. */
async function following() {
  const { pause, log, facts, session } = await simulatedSession(1, { checkMs: 5, idleMs: 60_000 });
  const outlet = new SimulatedOutlet(pause);
  const joined = await session.add(requestOf(0, ['A'], true), outlet);
  outlet.onLeave(() => joined!.end());
  return { log, facts, session, outlet };
}

describe('a session', () => {
  it('keeps nothing once the last one has left: no tail, no group, no follower', async () => {
    const { log, session, outlet } = await following();
    await turnsUntil('it is live', () => outlet.upTo === 1);
    outlet.leave();
    expect(session.over).toBe(true);
    expect(log.subscriptions.size).toBe(0);
    expect(session.state).toMatchObject({ followers: 0, live: 0, groups: 0 });
  });

  it('ends everybody with LOG_REWOUND where the log is another, or shorter than what was heard of', async () => {
    for (const rewind of [
      (log: SimulatedLog) => void (log.current = { logId: 'simulated', epoch: 2 }),
      (log: SimulatedLog) => void log.events.splice(1),
    ]) {
      const { log, outlet } = await following();
      log.append({ type: 'A', item: 'p/a' }, { type: 'A', item: 'p/b' });
      await turnsUntil('it is live', () => outlet.upTo === 3);
      rewind(log);
      await turnsUntil('it is ended', () => outlet.ended !== undefined);
      expect(outlet.ended).toMatchObject({ extensions: { code: 'LOG_REWOUND', head: log.events.length } });
      expect(log.subscriptions.size).toBe(0);
    }
  });

  it('ends with LOG_REWOUND who catches up on a log that was put back before anybody noticed', async () => {
    const a = { type: 'A', item: 'p/a' };
    const { pause, log, session } = await simulatedSession(1, { checkMs: 60_000, idleMs: 60_000 }, [a, a, a]);
    log.events.splice(1);
    const outlet = new SimulatedOutlet(pause);
    await session.add(requestOf(0, ['A'], true), outlet);
    await turnsUntil('it is ended', () => outlet.ended !== undefined);
    expect(outlet.ended).toMatchObject({ extensions: { code: 'LOG_REWOUND', head: 1 } });
  });

  it('knows what was restricted before it began, however far behind the read models are', async () => {
    const others = Array.from({ length: 110 }, () => ({ type: 'B', item: 'p/a' }));
    const { pause, session } = await simulatedSession(1, { checkMs: 60_000, idleMs: 60_000 }, [
      { type: 'A', item: 'p/b' },
      ...others,
      { type: 'ReformItemVisibilitySet', item: 'p/b', data: { visibility: 'restricted' } },
    ]);
    const outlet = new SimulatedOutlet(pause);
    const joined = await session.add(requestOf(0, ['A'], false), outlet);
    await turnsUntil('it is live', () => outlet.upTo === 112);
    expect(outlet.positions).toEqual([]);
    joined!.end();
  });

  it('sends nothing of another history, however soon it begins', async () => {
    const { log, outlet } = await following();
    await turnsUntil('it is live', () => outlet.upTo === 1);
    log.current = { logId: 'another', epoch: 1 };
    log.append({ type: 'A', item: 'p/b' });
    await turnsUntil('it is ended', () => outlet.ended !== undefined);
    expect(outlet.positions).toEqual([1]);
  });

  it('ends with its code what needs a read model that stands still', async () => {
    const { log, facts, outlet } = await following();
    await turnsUntil('it is live', () => outlet.upTo === 1);
    facts.halted = true;
    log.append({ type: 'A', item: 'p/b' });
    await turnsUntil('it is ended', () => outlet.ended !== undefined);
    expect(outlet.ended).toMatchObject({ code: 'READ_MODEL_HALTED' });
    expect(outlet.positions).toEqual([1]);
  });

  it('waits for a store that does not answer, and skips nothing', async () => {
    const { log, outlet } = await following();
    await turnsUntil('it is live', () => outlet.upTo === 1);
    log.failures = 4;
    log.append({ type: 'A', item: 'p/b' });
    await turnsUntil('it is told', () => outlet.upTo === 2);
    expect(outlet.positions).toEqual([1, 2]);
    outlet.leave();
  });

  it('tells one that catches up how far it is where nothing matches, so that it need not start over', async () => {
    const { pause, log, session } = await simulatedSession(1, { checkMs: 60_000, idleMs: 0 });
    log.append(...Array.from({ length: 249 }, () => ({ type: 'B', item: 'p/b' })));
    await turnsUntil('the node has all of it', () => session.examined === 250);
    const outlet = new SimulatedOutlet(pause);
    const joined = await session.add(requestOf(1, ['A'], true), outlet);
    outlet.onLeave(() => joined!.end());
    await turnsUntil('it is live', () => outlet.upTo === 250);
    const told = outlet.told.map(({ __typename, covers }) => [__typename, covers.after, covers.upTo]);
    expect(told[0]).toEqual(['CatchingUp', 1, expect.any(Number)]);
    expect(outlet.faults(1)).toEqual([]);
    expect(told.at(-1)![0]).toBe('CaughtUp');
    outlet.leave();
  });
});
