import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freshStream, sampleEvent } from '../contract/sample-events.js';
import { type TestPostgres, testPostgres } from '../embedded/testing.js';
import { openPostgres, type PostgresOptions } from './open-postgres.js';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await testPostgres();
}, 120_000);
afterAll(() => postgres?.stop(), 60_000);

/** A database whose log was changed by this, and how it is opened with these options. */
async function logAs(sql: string, events = 0) {
  const connectionString = await postgres.createDatabase();
  const { pool, store, ...backend } = await openPostgres({ connectionString });
  for (let n = 0; n < events; n += 1) await store.append(freshStream(), 'none', [sampleEvent()]);
  await pool.query(sql);
  await backend.close();
  return async (options: Omit<PostgresOptions, 'connectionString'> = {}) => {
    const opened = await openPostgres({ connectionString, ...options });
    await opened.close();
  };
}

describe('the log in a database', () => {
  it('of a KurrentDB is no store of its own', async () => {
    const open = await logAs(`update masar.log set kurrentdb = 'masar'`);
    await expect(open()).rejects.toMatchObject({
      code: 'OTHER_LOG',
      message: expect.stringContaining('set KURRENTDB_URL'),
    });
    await open({ sequencedFrom: 'masar' });
    await expect(open({ sequencedFrom: 'other' })).rejects.toMatchObject({
      code: 'OTHER_LOG',
      message: expect.stringContaining('under masar-, not of those under other-'),
    });
  });

  it('is sequenced from nothing where it has events of its own', async () => {
    const open = await logAs('select', 1);
    await expect(open({ sequencedFrom: 'masar' })).rejects.toMatchObject({
      code: 'OTHER_LOG',
      message: expect.stringContaining('masar copy'),
    });
    await open();
    await (
      await logAs('select')
    )({ sequencedFrom: 'masar' });
  });

  it('that is being filled is opened by who finishes it alone', async () => {
    for (const [sql, of] of [
      ['update masar.log set filling = true', {}],
      ['update masar.log set filling = true', { sequencedFrom: 'masar' }],
      [`update masar.log set filling = true, kurrentdb = 'masar'`, { sequencedFrom: 'masar' }],
    ] as const) {
      const open = await logAs(sql, 1);
      await expect(open(of)).rejects.toMatchObject({ name: 'StoreError' });
      await open({ ...of, filling: true });
    }
    const open = await logAs('update masar.log set filling = true', 1);
    await expect(open()).rejects.toMatchObject({
      code: 'UNSAFE_STORE',
      message: expect.stringContaining('run the same again'),
    });
  });
});

describe("a store that was opened before its log became another's", () => {
  it('appends nothing to it', async () => {
    const { pool, store, log, ...backend } = await openPostgres({
      connectionString: await postgres.createDatabase(),
    });
    await store.append(freshStream(), 'none', [sampleEvent()]);
    for (const change of [`kurrentdb = 'masar'`, 'kurrentdb = null, filling = true']) {
      await pool.query(`update masar.log set ${change}`);
      await expect(store.append(freshStream(), 'none', [sampleEvent()])).rejects.toMatchObject({
        code: 'OTHER_LOG',
      });
    }
    expect(await log.head()).toMatchObject({ position: 1 });
    await pool.query('update masar.log set filling = false');
    expect(await store.append(freshStream(), 'none', [sampleEvent()])).toMatchObject({ position: 2 });
    await backend.close();
  });
});

describe('an event in the log', () => {
  it('is given its place on a server once, and changed in nothing else', async () => {
    const { pool, store, ...backend } = await openPostgres({
      connectionString: await postgres.createDatabase(),
    });
    await store.append(freshStream(), 'none', [sampleEvent()]);
    await pool.query('update masar.event set commit_position = 7, prepare_position = 7');
    for (const change of [
      'update masar.event set commit_position = 8',
      'update masar.event set prepare_position = null',
      `update masar.event set type = 'Other', commit_position = 7`,
      'update masar.event set revision = 3',
      'delete from masar.event',
      'truncate masar.event',
    ]) {
      await expect(pool.query(change)).rejects.toThrow('only ever appended to');
    }
    await backend.close();
  });
});
