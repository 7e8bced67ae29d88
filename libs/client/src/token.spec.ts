import { describe, expect, it } from '@jest/globals';
import { jwt } from './testing/jwt.js';
import { ManualEnvironment } from './testing/manual-environment.js';
import { Tokens } from './token.js';

function counting(environment: ManualEnvironment, lifetime: number | undefined) {
  const asked = { times: 0 };
  const tokens = new Tokens(async () => {
    const name = `t${++asked.times}`;
    return lifetime === undefined ? name : jwt(environment.now() + lifetime, name);
  }, environment);
  return { asked, tokens };
}

describe('Tokens', () => {
  it('asks once for all who want it at the same time, and keeps it', async () => {
    const { asked, tokens } = counting(new ManualEnvironment(), undefined);
    const [a, b] = await Promise.all([tokens.current(), tokens.current()]);
    expect([a, b, await tokens.current()]).toEqual(['t1', 't1', 't1']);
    expect(asked.times).toBe(1);
  });

  it('asks again a minute before a JWT expires, or a tenth of its time before where that is less', async () => {
    for (const [lifetime, renewed] of [
      [3_600_000, 3_540_000],
      [100_000, 90_000],
    ] as const) {
      const environment = new ManualEnvironment();
      const { asked, tokens } = counting(environment, lifetime);
      const token = await tokens.current();
      expect(tokens.renewalOf(token)).toBe(environment.now() + renewed);
      await environment.pass(renewed - 1);
      expect(await tokens.current()).toBe(token);
      await environment.pass(1);
      expect(await tokens.current()).not.toBe(token);
      expect(asked.times).toBe(2);
    }
  });

  it('asks again where one was refused, but not for one replaced before', async () => {
    const { asked, tokens } = counting(new ManualEnvironment(), undefined);
    tokens.refused(await tokens.current());
    expect(await tokens.current()).toBe('t2');
    tokens.refused('t1');
    expect(await tokens.current()).toBe('t2');
    expect(await tokens.replace('t1')).toBe(true);
    expect(asked.times).toBe(2);
    expect(await tokens.replace('t2')).toBe(true);
    expect(asked.times).toBe(3);
  });

  it('takes what is no JWT as it is', async () => {
    const environment = new ManualEnvironment();
    for (const token of ['opaque', 'a.b.c', `a.${Buffer.from('null').toString('base64url')}.c`]) {
      const tokens = new Tokens(() => token, environment);
      expect(await tokens.current()).toBe(token);
      expect(tokens.renewalOf(token)).toBeUndefined();
    }
  });

  it('refuses what is no token, and asks again after a fault', async () => {
    const environment = new ManualEnvironment();
    await expect(new Tokens('', environment).current()).rejects.toThrow('`token` is no token');
    let faults = 1;
    const tokens = new Tokens(() => {
      if (faults-- > 0) throw new Error('offline');
      return 'later';
    }, environment);
    await expect(tokens.current()).rejects.toThrow('offline');
    expect(await tokens.current()).toBe('later');
  });
});
