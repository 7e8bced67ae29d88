import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { NewEvent } from '@masar/event-store';
import { type KurrentBackend, openKurrent } from '@masar/event-store/kurrentdb';
import { openEventStore } from '@masar/event-store/open';
import { openPostgres } from '@masar/event-store/postgres';
import { until } from '../support/until.js';
import { OrderedLogFixture } from './support/ordered-log-fixture.js';

let fixture: OrderedLogFixture;
const opened: { close(): Promise<void> }[] = [];
beforeAll(async () => {
  fixture = await OrderedLogFixture.start();
}, 120_000);
beforeEach(() => fixture.anew());
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});
afterAll(() => fixture?.stop(), 60_000);

async function open(connectionString: string, more: object = {}): Promise<KurrentBackend> {
  const backend = await openKurrent({
    url: fixture.double.url,
    connectionString,
    applicationName: 'masar test',
    ...more,
  });
  opened.push(backend);
  return backend;
}

const event = (n = 1): NewEvent => ({
  id: randomUUID(),
  type: 'SampleRecorded',
  schemaVersion: 1,
  decidedOn: null,
  effective: null,
  actor: { subject: 'sample-recorder' },
  commandId: randomUUID(),
  causationId: null,
  correlationId: randomUUID(),
  data: { n },
});

describe('a store on KurrentDB', () => {
  it('answers an append with the position the ordered log gives it, and reads it back', async () => {
    const { store, log } = await open(await fixture.postgres.createDatabase());
    const events = [event(1), event(2)];
    expect(await store.append('one', 'none', events)).toMatchObject({
      firstPosition: 1,
      position: 2,
      revision: 1,
      duplicate: false,
    });
    expect(await store.append('one', 'none', events)).toMatchObject({ position: 2, duplicate: true });
    const read = await store.readStream('one');
    expect(read).toMatchObject(events);
    expect(read.map(({ bytes, salt }) => ({ bytes, salt }))).toEqual(
      (await log.readAll(0, 10)).map(({ bytes, salt }) => ({ bytes, salt })),
    );
  });

  it('has one identity, which the server keeps: a new database takes it over', async () => {
    const databases = [await fixture.postgres.createDatabase(), await fixture.postgres.createDatabase()];
    const both = await Promise.all(databases.map((database) => open(database)));
    const [first, second] = await Promise.all(both.map(({ log }) => log.identity()));
    expect(first).toEqual(second);
    const third = await open(await fixture.postgres.createDatabase());
    expect(await third.log.identity()).toEqual(first);
    // One event of each process comes to all three.
    await both[0]!.store.append('from-first', 'none', [event()]);
    await third.store.append('from-third', 'none', [event()]);
    expect(await both[1]!.store.readStream('from-third')).toHaveLength(1);
  });

  it('has the identity it was given first, by whoever', async () => {
    const { faults } = fixture.double;
    faults.slow(500, { kinds: ['read'], times: 1 });
    // It is told that there is none yet, and meanwhile there is one.
    const opening = fixture.open(await fixture.postgres.createDatabase());
    await until('the question whether there is one', () => faults.met.get('slow') === 1);
    const { log } = await open(await fixture.postgres.createDatabase());
    const { database } = await opening;
    expect(await database.log.identity()).toEqual(await log.identity());
  });

  it('is not one on the database of another log, nor the database a store of its own', async () => {
    const database = await fixture.postgres.createDatabase();
    const { store } = await open(database);
    await store.append('one', 'none', [event()]);
    await expect(openPostgres({ connectionString: database })).rejects.toMatchObject({ code: 'OTHER_LOG' });
    await expect(open(database, { prefix: 'other' })).rejects.toMatchObject({ code: 'OTHER_LOG' });
    // What another prefix or a store of its own has is opened with its own settings, also by who only looks at it.
    await expect(open(database, { prefix: 'other', unsafe: true })).rejects.toMatchObject({
      code: 'OTHER_LOG',
      message: expect.stringContaining('under masar-, not of those under other-: set KURRENTDB_PREFIX'),
    });
    const alone = await fixture.postgres.createDatabase();
    const ofItsOwn = await openPostgres({ connectionString: alone });
    await ofItsOwn.store.append('one', 'none', [event()]);
    await ofItsOwn.close();
    await expect(open(alone, { unsafe: true })).rejects.toMatchObject({
      code: 'OTHER_LOG',
      message: expect.stringContaining('the database is a store of its own'),
    });
    for (const one of opened.splice(0)) await one.close();
    await fixture.anew();
    await expect(open(database)).rejects.toMatchObject({
      code: 'OTHER_LOG',
      message: expect.stringContaining('has no log under masar-'),
    });
    await open(await fixture.postgres.createDatabase());
    await expect(open(database)).rejects.toMatchObject({
      code: 'OTHER_LOG',
      message: expect.stringContaining('masar rebuild --log'),
    });
    // For who looks at it, or saves it: nobody writes to it.
    const { log, sequencing } = await open(database, { unsafe: true });
    expect(await sequencing.state()).toMatchObject({
      state: 'halted',
      why: expect.stringContaining('the database has the ordered log of'),
      holder: false,
      position: 1,
    });
    expect(await log.readAll(0, 10)).toHaveLength(1);
  });

  describe('whose ordered log is made anew in another database', () => {
    const held = { silenceMs: 300, limits: { patienceMs: 900 } };

    it('appends nothing until that has what the server had: an id there is on no second stream', async () => {
      const known = event();
      fixture.write('one', [{ id: known.id }]);
      const lift = fixture.double.faults.silence();
      const { store, pool, log, sequencing } = await open(await fixture.postgres.createDatabase(), held);
      const refused = {
        code: 'UNAVAILABLE',
        message: expect.stringMatching(/is not known yet: it has 0 events/),
      };
      await expect(store.append('other', 'none', [known])).rejects.toMatchObject(refused);
      await expect(store.append('new', 'none', [event()])).rejects.toMatchObject(refused);
      const { rows } = await pool.query('select from masar.claimed_id');
      expect(rows).toEqual([]);
      expect(fixture.expected).toHaveLength(1);
      lift();
      await until('the log', async () => (await log.head()).position === 1);
      await expect(store.append('other', 'none', [known])).rejects.toMatchObject({ code: 'EVENT_ID_TAKEN' });
      expect(await store.append('new', 'none', [event()])).toMatchObject({ position: 2 });
      expect(await sequencing.state()).toMatchObject({ state: 'following', why: null });
    });

    it('answers what that has already, and sends what waited, in its order, once it is whole', async () => {
      const known = event();
      fixture.write('one', [{ id: known.id }]);
      const database = await fixture.postgres.createDatabase();
      const { store, pool } = await open(database, { silenceMs: 300 });
      await until('the log', () => store.readStream('one').then((events) => events.length === 1));
      const lift = fixture.double.faults.silence();
      fixture.double.cutAll();
      fixture.write('one');
      await pool.query('update masar.sequencer set caught_up = false');
      const waiting = [store.append('two', 'none', [event()]), store.append('two', 0, [event()])];
      expect(await store.append('one', 'none', [known])).toMatchObject({ position: 1, duplicate: true });
      expect(fixture.expected).toHaveLength(2);
      lift();
      expect(await Promise.all(waiting)).toMatchObject([{ position: 3 }, { position: 4 }]);
    });

    it('is let through where others have written much, and go on: the log comes to the end though none of that is ours', async () => {
      const foreign = (count: number) => Array.from({ length: count }, () => ({ data: 1 }));
      fixture.double.append('others', foreign(12_000));
      const others = setInterval(() => fixture.double.append('others', foreign(5)), 20);
      opened.push({ close: async () => clearInterval(others) });
      const lift = fixture.double.faults.scanSlowly(200);
      const backend = await open(await fixture.postgres.createDatabase(), { silenceMs: 300 });
      const { connections } = fixture.double;
      expect(await backend.store.append('one', 'none', [event()])).toMatchObject({ position: 1 });
      // The server was left before it had looked through everything, and nobody took it for dead.
      expect(fixture.double.connections).toBe(connections);
      clearInterval(others);
      // Nor is it waited for where they are quiet, with what they wrote last behind what it says it passed.
      await backend.pool.query('update masar.sequencer set caught_up = false');
      expect(await backend.store.append('two', 'none', [event()])).toMatchObject({ position: 2 });
      lift();
    });

    it('does not wait where the server has nothing, nor where the log was up to date before', async () => {
      const database = await fixture.postgres.createDatabase();
      const lift = fixture.double.faults.silence();
      const first = await open(database, { limits: { logMs: 200 } });
      // It is on the server at once, though no sequencer said yet that it follows.
      const behind = { code: 'NOT_YET_READABLE' };
      await expect(first.store.append('one', 'none', [event()])).rejects.toMatchObject(behind);
      for (const one of opened.splice(0)) await one.close();
      const second = await open(database, { silenceMs: 300, limits: { logMs: 200 } });
      await expect(second.store.append('two', 'none', [event()])).rejects.toMatchObject(behind);
      expect(fixture.expected).toHaveLength(2);
      lift();
    });
  });

  it('keeps logs under two prefixes apart', async () => {
    const [ours, theirs] = [
      await open(await fixture.postgres.createDatabase()),
      await open(await fixture.postgres.createDatabase(), { prefix: 'masar2' }),
    ];
    expect(await ours.log.identity()).not.toEqual(await theirs.log.identity());
    await theirs.store.append('same', 'none', [event(1)]);
    expect(await ours.store.append('same', 'none', [event(2)])).toMatchObject({ position: 1 });
    expect(await ours.store.readStream('same')).toMatchObject([{ data: { n: 2 } }]);
  });

  it('is what openEventStore opens where a server is named, and both places are named, without secrets', async () => {
    const one = await openEventStore({
      databaseUrl: await fixture.postgres.createDatabase(),
      kurrent: { url: fixture.double.url, prefix: 'tracker' },
      dataFolder: '/nowhere',
      applicationName: 'masar test',
    });
    opened.push(one);
    expect(one.place).toMatch(
      /^KurrentDB at 127\.0\.0\.1:\d+, under tracker-; its ordered log in PostgreSQL at [^@]+$/,
    );
    expect(await one.store.append('one', 'none', [event()])).toMatchObject({ position: 1 });
    expect(await one.sequencing?.state()).toMatchObject({ holder: true, position: 1 });
  });

  it('waits for a server that is not up yet, and says so', async () => {
    const database = await fixture.postgres.createDatabase();
    await fixture.double.die();
    const said: string[] = [];
    const opening = open(database, {
      onRetry: (message: string) => {
        said.push(message);
        if (said.length === 2) void fixture.double.revive();
      },
    });
    await opening;
    expect(said[0]).toMatch(/KurrentDB does not answer yet/);
    await fixture.double.die();
    await expect(open(database, { patienceMs: 300 })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('KURRENTDB_URL'),
    });
  });

  it('closes while the server is dead, and while it hangs', async () => {
    const [one, two] = [
      await open(await fixture.postgres.createDatabase()),
      await open(await fixture.postgres.createDatabase(), { silenceMs: 200 }),
    ];
    await fixture.double.die();
    await one.close();
    await fixture.double.revive();
    const before = fixture.double.faults.met.get('hang') ?? 0;
    fixture.double.faults.hang();
    // It asks anew after a silence, and is not answered.
    while ((fixture.double.faults.met.get('hang') ?? 0) === before) await two.log.head();
    const begun = performance.now();
    await two.close();
    expect(performance.now() - begun).toBeLessThan(5_000);
    opened.length = 0;
  });
});
