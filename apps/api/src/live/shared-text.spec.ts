import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BoundedCache } from '../platform/bounded-cache.js';
import { SharedText, SharedTexts, cursor } from './shared-text.js';

describe('a shared text', () => {
  it('is everybody’s own where their last message ended, and the same string for all of them', () => {
    const text = new SharedText({ data: { after: cursor, upTo: 9, nested: { a: cursor } } });
    expect(text.from(7)).toBe('{"data":{"after":7,"upTo":9,"nested":{"a":7}}}');
    expect(text.from(8)).toBe('{"data":{"after":8,"upTo":9,"nested":{"a":8}}}');
  });

  it('is valid JSON with everything else untouched, whatever it holds', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), (value, after) => {
        const text = new SharedText({ value, after: cursor });
        expect(JSON.parse(text.from(after))).toEqual(JSON.parse(JSON.stringify({ value, after })));
      }),
    );
  });
});

describe('texts made lately', () => {
  const text = (of: string) => new SharedText({ of });

  it('are made once for all who ask, also while they are made', async () => {
    const texts = new SharedTexts();
    const make = () => Promise.resolve(text('a'));
    const [one, other] = await Promise.all([texts.of('a', make), texts.of('a', make)]);
    expect(other).toBe(one);
    expect(await texts.of('a', make)).toBe(one);
    expect(texts.made).toBe(1);
  });

  it('are made anew once something is classified otherwise, also those under way', async () => {
    const texts = new SharedTexts();
    let finish: (made: SharedText) => void = () => undefined;
    const before = texts.of('a', () => new Promise((resolve) => (finish = resolve)));
    texts.forget();
    finish(text('before'));
    await before;
    const after = await texts.of('a', () => Promise.resolve(text('after')));
    expect(after.from(0)).toBe('{"of":"after"}');
  });

  it('are made again after one could not be made', async () => {
    const texts = new SharedTexts();
    await expect(texts.of('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect((await texts.of('a', () => Promise.resolve(text('a')))).from(0)).toBe('{"of":"a"}');
  });
});

describe('a bounded cache', () => {
  it('never holds more than its bound, and keeps what was used last', () => {
    const used = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      size: fc.nat(60),
      reads: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(used), (all) => {
        const cache = new BoundedCache<number>(100);
        for (const { key, size, reads } of all) {
          if (reads) cache.get(key);
          else {
            cache.set(key, size, size);
            expect(cache.get(key)).toBe(size);
          }
          expect(cache.size).toBeLessThanOrEqual(100);
          const kept = ['a', 'b', 'c', 'd', 'e'].map((one) => cache.get(one) ?? 0);
          expect(kept.reduce((sum, one) => sum + one, 0)).toBe(cache.size);
        }
      }),
    );
  });

  it('lets go of what was used longest ago', () => {
    const cache = new BoundedCache<string>(2);
    cache.set('a', 'a', 1);
    cache.set('b', 'b', 1);
    cache.get('a');
    cache.set('c', 'c', 1);
    expect(['a', 'b', 'c'].map((key) => cache.get(key))).toEqual(['a', undefined, 'c']);
  });

  it('does not keep what is larger than the whole', () => {
    const cache = new BoundedCache<string>(2);
    cache.set('a', 'a', 3);
    expect(cache.get('a')).toBeUndefined();
    expect(cache.size).toBe(0);
  });
});
