import { describe, expect, it } from '@jest/globals';
import { storePlaceOf } from './store-settings.js';

describe('where the store is', () => {
  it('is PostgreSQL where no server is named, an embedded one where no database is', () => {
    expect(storePlaceOf({})).toEqual({ databaseUrl: undefined, kurrent: undefined });
    expect(storePlaceOf({ DATABASE_URL: '', KURRENTDB_URL: '', KURRENTDB_PREFIX: '' })).toEqual({
      databaseUrl: undefined,
      kurrent: undefined,
    });
    expect(storePlaceOf({ DATABASE_URL: 'postgres://db/masar' })).toEqual({
      databaseUrl: 'postgres://db/masar',
      kurrent: undefined,
    });
  });

  it('is the server that is named, with the prefix that is', () => {
    const url = 'kurrentdb://localhost:2113?tls=false';
    expect(storePlaceOf({ KURRENTDB_URL: url }).kurrent).toEqual({ url });
    expect(storePlaceOf({ KURRENTDB_URL: url, KURRENTDB_PREFIX: 'tracker' }).kurrent).toEqual({
      url,
      prefix: 'tracker',
    });
  });

  it('is not guessed where a prefix has no server: events would go elsewhere than was meant', () => {
    expect(() => storePlaceOf({ KURRENTDB_PREFIX: 'tracker' })).toThrow(
      expect.objectContaining({
        name: 'StoreError',
        code: 'UNSAFE_STORE',
        message: expect.stringMatching(/KURRENTDB_URL is not/),
      }),
    );
  });
});
