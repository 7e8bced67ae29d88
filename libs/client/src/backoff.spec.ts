import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { backoffDelay, pause } from './backoff.js';
import { ManualEnvironment, settled } from './testing/manual-environment.js';

describe('backoffDelay', () => {
  it('doubles the bound with each failure, up to the most', () => {
    const bounds = [1, 2, 3, 4, 5, 6, 7, 100_000].map((failures) =>
      backoffDelay({ base: 1000, most: 30_000 }, failures, () => 0.999_999),
    );
    expect(bounds).toEqual([999, 1999, 3999, 7999, 15_999, 29_999, 29_999, 29_999]);
  });

  it('is any time from nothing up to the bound', () => {
    const any = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(any, fc.integer({ min: 1, max: 50 }), (random, failures) => {
        const delay = backoffDelay({ base: 100, most: 5000 }, failures, () => random);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(Math.min(5000, 100 * 2 ** (failures - 1)));
      }),
    );
    expect(backoffDelay({ base: 100, most: 5000 }, 3, () => 0)).toBe(0);
  });
});

describe('pause', () => {
  const waiting = (environment: ManualEnvironment, signal?: AbortSignal) => {
    const pausing = { over: false };
    void pause(environment, 1000, signal).then(() => (pausing.over = true));
    return pausing;
  };

  it('ends after its time', async () => {
    const environment = new ManualEnvironment();
    const pausing = waiting(environment);
    await environment.pass(999);
    expect(pausing.over).toBe(false);
    await environment.pass(1);
    expect(pausing.over).toBe(true);
    expect(environment.left).toEqual({ timers: 0, listeners: 0, sockets: 0 });
  });

  it('ends at once where the machine is online again', async () => {
    const environment = new ManualEnvironment();
    const pausing = waiting(environment);
    await environment.connected();
    expect(pausing.over).toBe(true);
    expect(environment.left).toEqual({ timers: 0, listeners: 0, sockets: 0 });
  });

  it('ends at once where it is aborted, then or before', async () => {
    const environment = new ManualEnvironment();
    const aborting = new AbortController();
    const pausing = waiting(environment, aborting.signal);
    aborting.abort();
    await settled();
    expect(pausing.over).toBe(true);
    await pause(environment, 1000, aborting.signal);
    expect(environment.left).toEqual({ timers: 0, listeners: 0, sockets: 0 });
  });
});
