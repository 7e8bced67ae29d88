import { describe, expect, it } from '@jest/globals';

import { ConnectionRate } from './connection-rate.js';
import { Users } from './users.js';

describe('the rate of an address', () => {
  it('lets a burst through, then so many a second, and a burst again after a while', () => {
    const rate = new ConnectionRate(2, 3);
    const taken = (now: number): boolean[] => [1, 2, 3, 4].map(() => rate.take('a', now));
    expect(taken(0)).toEqual([true, true, true, false]);
    expect(taken(499)).toEqual([false, false, false, false]);
    expect(taken(1_000)).toEqual([true, true, false, false]);
    expect(taken(60_000)).toEqual([true, true, true, false]);
  });

  it('is not that of another, and takes no room once it has a whole burst again', () => {
    const rate = new ConnectionRate(1, 2);
    rate.take('a', 0);
    rate.take('b', 1_000);
    expect(rate.size).toBe(2);
    rate.forget(1_000);
    expect(rate.size).toBe(1);
    rate.forget(2_000);
    expect(rate.size).toBe(0);
  });
});

describe('what a user holds', () => {
  it('is counted by kind and given back, and is not there once it is nothing', () => {
    const users = new Users();
    expect([1, 2, 3].map(() => users.take('u', 'subscriptions', 2))).toEqual([true, true, false]);
    expect(users.take('u', 'connections', 1)).toBe(true);
    expect(users.take('v', 'connections', 0)).toBe(false);
    expect(users.size).toBe(1);
    users.give('u', 'subscriptions');
    expect(users.take('u', 'subscriptions', 2)).toBe(true);
    for (const kind of ['subscriptions', 'subscriptions', 'connections'] as const) users.give('u', kind);
    expect(users.size).toBe(0);
  });
});
