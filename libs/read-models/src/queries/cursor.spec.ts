import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CursorError, decodeCursor, encodeCursor, requirePlace } from './cursor.js';

const cursor = { listing: 'items', position: 12, log: 'log/1', keys: ['rec-9', 'sample/rec-9', 3] };

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof CursorError) return error.code;
    throw error;
  }
  return undefined;
}

describe('a cursor', () => {
  it('comes back as it was given out, and looks like nothing', () => {
    const text = encodeCursor({ ...cursor, keys: ['مسار', 1] });
    expect(text).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(decodeCursor(text, 'items', 'log/1')).toEqual({ ...cursor, keys: ['مسار', 1] });
  });

  it('is refused in a listing it is not of', () => {
    expect(codeOf(() => decodeCursor(encodeCursor(cursor), 'decisions', 'log/1'))).toBe('BAD_CURSOR');
  });

  it('has expired where the log is another, or has another epoch', () => {
    expect(codeOf(() => decodeCursor(encodeCursor(cursor), 'items', 'log/2'))).toBe('CURSOR_EXPIRED');
  });

  it.each([
    ['no JSON', 'x'],
    ['no list', Buffer.from('{}').toString('base64url')],
    ['an empty list', Buffer.from('[]').toString('base64url')],
    ['a position before the first', encodeCursor({ ...cursor, position: -1 })],
    ['a position that is no whole number', encodeCursor({ ...cursor, position: 1.5 })],
    ['a key that is neither text nor number', Buffer.from('["items",1,"log/1",{}]').toString('base64url')],
  ])('is refused where it is %s', (_what, text) => {
    expect(codeOf(() => decodeCursor(text, 'items', 'log/1'))).toBe('BAD_CURSOR');
  });

  it('is read or refused, whatever is sent as one', () => {
    const made = fc.json().map((json) => Buffer.from(json).toString('base64url'));
    fc.assert(
      fc.property(fc.oneof(fc.string(), made), (text) => {
        expect([undefined, 'BAD_CURSOR', 'CURSOR_EXPIRED']).toContain(
          codeOf(() => decodeCursor(text, 'items', 'log/1')),
        );
      }),
    );
  });

  it('carries the keys its listing sorts by, and no others', () => {
    expect(codeOf(() => requirePlace(['a', 1], ['string', 'number']))).toBeUndefined();
    for (const keys of [[], ['a'], ['a', 'b'], ['a', 1.5], ['a', -1], ['a', 1, 1], [1, 1]]) {
      expect(codeOf(() => requirePlace(keys, ['string', 'number']))).toBe('BAD_CURSOR');
    }
  });
});
