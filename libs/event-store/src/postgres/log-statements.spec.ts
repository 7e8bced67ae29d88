import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freshStream, sampleEvent, sampleEvents } from '../contract/sample-events.js';
import { until } from '../contract/until.js';
import { type TestPostgres, testPostgres } from '../embedded/testing.js';
import { openPostgres } from './open-postgres.js';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await testPostgres();
}, 120_000);
afterAll(() => postgres?.stop(), 60_000);

describe('a batch of appends', () => {
  it('gives each of its requests the answer it would have had alone', async () => {
    const { store, log, ...backend } = await openPostgres({
      connectionString: await postgres.createDatabase(),
    });
    const [known, grown] = [freshStream(), freshStream()];
    const [first, second] = [sampleEvent(), sampleEvent()];
    await store.append(known, 'none', [first, second]);
    await store.append(grown, 'none', sampleEvents(3));
    // Called in one turn, so written in one batch.
    const answers = await Promise.allSettled([
      store.append(freshStream(), 'none', sampleEvents(2)),
      store.append(known, 'none', [first, second]),
      store.append(freshStream(), 'none', [first]),
      store.append(grown, 2, sampleEvents(2)),
      store.append(freshStream(), 0, [sampleEvent()]),
      store.append(freshStream(), 'none', [sampleEvent()]),
    ]);
    expect(answers).toEqual([
      { status: 'fulfilled', value: expect.objectContaining({ firstPosition: 6, position: 7, revision: 1 }) },
      {
        status: 'fulfilled',
        value: expect.objectContaining({ firstPosition: 1, position: 2, revision: 1, duplicate: true }),
      },
      { status: 'rejected', reason: expect.objectContaining({ code: 'EVENT_ID_TAKEN' }) },
      { status: 'fulfilled', value: expect.objectContaining({ firstPosition: 8, position: 9, revision: 4 }) },
      { status: 'rejected', reason: expect.objectContaining({ expected: 0, actual: 'none' }) },
      {
        status: 'fulfilled',
        value: expect.objectContaining({ firstPosition: 10, position: 10, revision: 0 }),
      },
    ]);
    expect(await log.head()).toMatchObject({ position: 10 });
    expect(await store.readStream(grown)).toHaveLength(5);
    await backend.close();
  });

  it('is answered the same where all of it can be written', async () => {
    const { store, ...backend } = await openPostgres({ connectionString: await postgres.createDatabase() });
    const grown = freshStream();
    await store.append(grown, 'none', sampleEvents(3));
    const [one, two] = await Promise.all([
      store.append(grown, 2, sampleEvents(2)),
      store.append(freshStream(), 'none', sampleEvents(3)),
    ]);
    expect(one).toMatchObject({ firstPosition: 4, position: 5, revision: 4, duplicate: false });
    expect(two).toMatchObject({ firstPosition: 6, position: 8, revision: 2, duplicate: false });
    const stored = await store.readStream(grown);
    expect(stored.at(-1)).toMatchObject({ position: 5, revision: 4, recordedAt: one.recordedAt });
    await backend.close();
  });

  it('never scans the log, whether it was empty when the statement was planned or has grown since', async () => {
    const connectionString = await postgres.createDatabase();
    const backend = await openPostgres({ connectionString });
    const [stream, first] = [freshStream(), sampleEvent()];
    await backend.store.append(stream, 'none', [first]);
    for (let n = 0; n < 12; n += 1) await backend.store.append(freshStream(), 'none', sampleEvents(100));
    // A retry and a conflict take the longer way.
    for (let n = 0; n < 12; n += 1) {
      await backend.store.append(stream, 'none', [first]);
      await backend.store.append(stream, 7, [sampleEvent()]).catch(() => undefined);
    }
    await backend.close();
    // The server counts a session's work once the session has ended.
    const { pool, ...reopened } = await openPostgres({ connectionString });
    const scans = async (): Promise<{ written: number; scans: number }> => {
      const { rows } = await pool.query<{ written: number; scans: number }>(
        `select n_tup_ins::integer as written, seq_scan::integer as scans
         from pg_stat_user_tables where schemaname = 'masar' and relname = 'event'`,
      );
      return rows[0]!;
    };
    await until(async () => (await scans()).written === 1_201, 'the count of what was written');
    // Making its indexes scanned the empty table.
    expect((await scans()).scans).toBeLessThanOrEqual(3);
    await reopened.close();
  });
});

describe('the position of a time', () => {
  it('is that of the last event recorded by then, whichever event the time is of', async () => {
    const { store, log, ...backend } = await openPostgres({
      connectionString: await postgres.createDatabase(),
    });
    expect(await log.positionAt('2999-01-01T00:00:00Z')).toBe(0);
    for (let n = 0; n < 20; n += 1) await store.append(freshStream(), 'none', sampleEvents((n % 3) + 1));
    const events = await log.readAll(0, 100);
    for (const { recordedAt } of events) {
      const last = events.findLast((event) => event.recordedAt <= recordedAt)!;
      expect(await log.positionAt(recordedAt)).toBe(last.position);
    }
    expect(await log.positionAt('2000-01-01T00:00:00Z')).toBe(0);
    expect(await log.positionAt('2999-01-01T00:00:00Z')).toBe(events.length);
    await backend.close();
  });
});
