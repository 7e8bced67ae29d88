import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { eventStoreContract } from '../contract/event-store-contract.js';
import { logRestoreContract } from '../contract/log-restore-contract.js';
import { freshStream, sampleEvent, sampleEvents } from '../contract/sample-events.js';
import { until } from '../contract/until.js';
import { type TestPostgres, testPostgres } from '../embedded/testing.js';
import type { RestorableEvent } from '../ports.js';
import { migrate } from './migrations.js';
import { openPostgres } from './open-postgres.js';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await testPostgres();
}, 120_000);
afterAll(() => postgres?.stop(), 60_000);

eventStoreContract('PostgreSQL', async () =>
  openPostgres({ connectionString: await postgres.createDatabase() }),
);

logRestoreContract('PostgreSQL', async () =>
  openPostgres({ connectionString: await postgres.createDatabase() }),
);

describe('PostgreSQL that is restored', () => {
  /** One event, as a log to restore. */
  async function* oneEvent(given?: Promise<void>): AsyncGenerator<readonly RestorableEvent[]> {
    const { data, ...rest } = sampleEvent({ n: 1 });
    const place = {
      stream: 'sample-restored',
      revision: 0,
      position: 1,
      recordedAt: '2020-01-01T00:00:00.000000Z',
    };
    yield [{ ...rest, ...place, bytes: JSON.stringify(data), salt: new Uint8Array(32) }];
    await given;
  }
  const identity = { logId: '11111111-2222-4333-8444-555555555555', epoch: 2 };

  it('is refused while another process of Masar works on it, which the message names', async () => {
    const connectionString = await postgres.createDatabase();
    const service = await openPostgres({ connectionString, applicationName: 'masar api' });
    const operator = await openPostgres({ connectionString, applicationName: 'masar restore' });
    await expect(operator.restoring.restore(identity, oneEvent())).rejects.toMatchObject({
      code: 'IN_USE',
      message: expect.stringContaining('masar api'),
    });
    await service.close();
    await operator.restoring.restore(identity, oneEvent());
    expect(await operator.log.head()).toMatchObject({ position: 1 });
    await operator.close();
  });

  it('lets who comes meanwhile wait, and then see it whole', async () => {
    const connectionString = await postgres.createDatabase();
    const operator = await openPostgres({ connectionString, applicationName: 'masar restore' });
    let goOn = (): void => undefined;
    const restoring = operator.restoring.restore(
      identity,
      oneEvent(new Promise<void>((resolve) => (goOn = resolve))),
    );
    await until(async () => {
      const { rows } = await operator.pool.query(
        `select from pg_locks where relation = 'masar.event'::regclass and mode = 'AccessExclusiveLock' and granted`,
      );
      return rows.length > 0;
    }, 'the lock of the restore');
    const service = await openPostgres({ connectionString, applicationName: 'masar api' });
    const seen = Promise.all([service.log.identity(), service.log.head()]);
    const appended = service.store.append('sample-other', 'none', sampleEvents(1));
    goOn();
    await restoring;
    expect(await seen).toMatchObject([identity, { position: expect.any(Number) }]);
    expect(await appended).toMatchObject({ position: 2 });
    await service.close();
    await operator.close();
  });

  it('still refuses to change or remove an event', async () => {
    const backend = await openPostgres({ connectionString: await postgres.createDatabase() });
    await backend.restoring.restore(identity, oneEvent());
    for (const sql of [
      `update masar.event set type = 'Other'`,
      'delete from masar.event',
      'truncate masar.event',
    ]) {
      await expect(backend.pool.query(sql)).rejects.toThrow('only ever appended to');
    }
    await backend.close();
  });
});

/** How many events the writing processes append in all; the load test of a release sets more. */
const loadEvents = Number(process.env['MASAR_LOAD_EVENTS'] ?? 4_000);
const root = join(import.meta.dirname, '../../../..');

/** A process of its own that appends `count` events to streams of its own; settles when it ends. */
function writer(connectionString: string, count: number): Promise<number | null> {
  const args = [
    '--import',
    join(root, 'test/support/ts-loader.mjs'),
    join(import.meta.dirname, 'testing/writer.ts'),
  ];
  const child = spawn(process.execPath, [...args, connectionString, String(count)], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  return new Promise((resolve) => child.on('exit', resolve));
}

describe('PostgreSQL under two writing processes', () => {
  it('shows a tailing reader every event once, in order, and leaves no gap', async () => {
    const connectionString = await postgres.createDatabase();
    const backend = await openPostgres({ connectionString });
    const subscription = backend.log.subscribe(0);
    let next = 1;
    let outOfOrder = 0;
    const reading = (async () => {
      for await (const events of subscription) {
        for (const { position } of events) {
          if (position !== next) outOfOrder += 1;
          next = position + 1;
        }
      }
    })();
    const each = Math.ceil(loadEvents / 2);
    const codes = await Promise.all([writer(connectionString, each), writer(connectionString, each)]);
    expect(codes).toEqual([0, 0]);
    await until(() => next > each * 2, 'the reader');
    await subscription.cancel();
    await reading;
    const { rows } = await backend.pool.query<{ count: string; last: string }>(
      'select count(*), max(position) as last from masar.event',
    );
    expect({ outOfOrder, ...rows[0] }).toEqual({
      outOfOrder: 0,
      count: String(each * 2),
      last: String(each * 2),
    });
    await backend.close();
  }, 300_000);
});

describe('PostgreSQL that breaks off', () => {
  it('keeps every acknowledged append once while its connections are killed', async () => {
    const connectionString = await postgres.createDatabase();
    const backend = await openPostgres({ connectionString });
    const killer = new pg.Client({ connectionString });
    await killer.connect();
    const acknowledged: string[] = [];
    let kills = 0;
    let working = true;
    const killing = (async () => {
      while (working) {
        const { rowCount } = await killer.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'masar append' and datname = current_database()`,
        );
        kills += rowCount ?? 0;
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
    })();
    let sent = 0;
    const work = async () => {
      while (sent < 600 || kills < 5) {
        sent += 1;
        const event = sampleEvent();
        await backend.store.append(freshStream(), 'none', [event]);
        acknowledged.push(event.id);
      }
    };
    await Promise.all(Array.from({ length: 8 }, work));
    working = false;
    await killing;
    await killer.end();
    const { rows } = await backend.pool.query<{ id: string; n: string }>(
      'select id, count(*) as n from masar.event group by id',
    );
    const stored = new Map(rows.map(({ id, n }) => [id, n]));
    expect(acknowledged.filter((id) => stored.get(id) !== '1')).toEqual([]);
    const { position } = await backend.log.head();
    expect(position).toBe(stored.size);
    await backend.close();
  }, 120_000);

  it('goes on with a subscription whose connections are killed', async () => {
    const connectionString = await postgres.createDatabase();
    const backend = await openPostgres({ connectionString });
    const subscription = backend.log.subscribe(0);
    const seen: number[] = [];
    const reading = (async () => {
      for await (const events of subscription) seen.push(...events.map(({ position }) => position));
    })();
    await backend.store.append(freshStream(), 'none', sampleEvents(2));
    await until(() => seen.length === 2, 'the first events');
    await backend.pool.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    await backend.store.append(freshStream(), 'none', sampleEvents(2));
    await until(() => seen.length === 4, 'the events after the break');
    expect(seen).toEqual([1, 2, 3, 4]);
    await subscription.cancel();
    await reading;
    await backend.close();
  }, 60_000);

  it('says what is wrong, and no secret, where there is no server', async () => {
    const opening = openPostgres({
      connectionString: 'postgres://nobody:secret@127.0.0.1:1/none',
      patienceMs: 200,
    });
    await expect(opening).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.not.stringContaining('secret'),
    });
  });
});

describe('the database', () => {
  it('refuses to change or remove an event', async () => {
    const backend = await openPostgres({ connectionString: await postgres.createDatabase() });
    await backend.store.append(freshStream(), 'none', sampleEvents(1));
    for (const sql of [
      `update masar.event set type = 'Other'`,
      'delete from masar.event',
      'truncate masar.event',
    ]) {
      await expect(backend.pool.query(sql)).rejects.toMatchObject({
        message: 'the log is only ever appended to',
      });
    }
    await backend.close();
  });

  it('is refused where a newer version wrote it, and where it may lose what it acknowledged', async () => {
    const connectionString = await postgres.createDatabase();
    const backend = await openPostgres({ connectionString });
    await migrate(backend.pool, 'sample', [{ version: 2, sql: 'select 1' }]);
    await expect(migrate(backend.pool, 'sample', [])).rejects.toMatchObject({ code: 'SCHEMA_TOO_NEW' });
    const { rows } = await backend.pool.query<{ name: string }>('select current_database() as name');
    await backend.pool.query(`alter database "${rows[0]!.name}" set synchronous_commit = off`);
    await backend.close();
    await expect(openPostgres({ connectionString })).rejects.toThrow('synchronous_commit');
  });

  it.each(['LATIN1', 'SQL_ASCII'] as const)(
    'is refused where its text is in %s, before anything is made in it',
    async (encoding) => {
      const connectionString = await postgres.createDatabase(encoding);
      await expect(openPostgres({ connectionString })).rejects.toMatchObject({
        code: 'UNSAFE_STORE',
        message: expect.stringMatching(new RegExp(`keeps text in ${encoding}, .*ENCODING 'UTF8'`)),
      });
      const client = new pg.Client({ connectionString });
      await client.connect();
      const { rows } = await client.query(`select 1 from pg_namespace where nspname = 'masar'`);
      await client.end();
      expect(rows).toEqual([]);
    },
  );

  it('is migrated once by processes that start together', async () => {
    const connectionString = await postgres.createDatabase();
    const backends = await Promise.all(Array.from({ length: 4 }, () => openPostgres({ connectionString })));
    const ids = await Promise.all(backends.map(({ log }) => log.identity()));
    expect(new Set(ids.map(({ logId }) => logId)).size).toBe(1);
    await Promise.all(backends.map((backend) => backend.close()));
  });
});
