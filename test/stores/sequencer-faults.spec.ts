import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type JsonObject, WorkerLease } from '@masar/event-store';
import type { OrderedLog, OrderedLogOptions } from '@masar/event-store/kurrentdb';
import { until } from '../support/until.js';
import { OrderedLogFixture } from './support/ordered-log-fixture.js';

let fixture: OrderedLogFixture;
let database: string;
beforeAll(async () => {
  fixture = await OrderedLogFixture.start();
}, 120_000);
beforeEach(async () => {
  await fixture.anew();
  database = await fixture.postgres.createDatabase();
});
afterEach(() => fixture.closeLogs());
afterAll(() => fixture?.stop(), 60_000);

/** A lease everybody gets: what keeps two from writing the same is not it. */
const forAll: OrderedLogOptions['openLease'] = async (pool) => ({
  acquire: async () => ({
    lost: new AbortController().signal,
    run: async (text, values) => void (await pool.query(text, [...values])),
    release: async () => undefined,
  }),
});
/** As `append-function.ts` has it. */
const appendLock = 7_277_001;

/** The lease is a lock of a session: whoever holds it is found by it. */
const holdsLease = `pid in (select pid from pg_locks where locktype = 'advisory' and granted and objsubid = 1 and not (classid = 0 and objid = ${appendLock}))`;

/** Keeps whoever writes to the log from it, until it is let go of. */
async function holdWriters({ pool }: OrderedLog): Promise<() => Promise<void>> {
  const client = await pool.connect();
  await client.query('select pg_advisory_lock($1)', [appendLock]);
  return async () => {
    await client.query('select pg_advisory_unlock($1)', [appendLock]);
    client.release();
  };
}

/** How many connections wait to write to the log. */
async function waitingWriters({ pool }: OrderedLog): Promise<number> {
  const { rows } = await pool.query<{ waiting: number }>(
    `select count(*)::integer as waiting from pg_stat_activity
     where datname = current_database() and application_name like '% sequence' and wait_event = 'advisory'`,
  );
  return rows[0]!.waiting;
}

/** Ends the connections of that name, as a database that restarts does. */
async function endConnections({ pool }: OrderedLog, condition: string): Promise<number> {
  const { rows } = await pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and ${condition}`,
  );
  return rows.length;
}

async function exact(log: OrderedLog): Promise<void> {
  const events = await fixture.sequenced(log);
  expect(events).toMatchObject(fixture.expected);
  expect(events.map(({ position }) => position)).toEqual(events.map((_, index) => index + 1));
}

describe('a sequencer that is broken off', () => {
  it('before it wrote, goes on without gap or double', async () => {
    const log = await fixture.open(database);
    await fixture.state(log, 'following');
    const letGo = await holdWriters(log);
    fixture.write(
      'one',
      Array.from({ length: 50 }, () => ({})),
    );
    await until('a write that waits', async () => (await waitingWriters(log)) === 1);
    expect(await endConnections(log, `application_name like '% sequence'`)).toBe(1);
    await letGo();
    await exact(log);
    fixture.write('one', [{}]);
    await exact(log);
  });

  it('after it wrote and before it heard so, writes nothing twice', async () => {
    const log = await fixture.open(database);
    for (let round = 0; round < 5; round += 1) {
      fixture.write(`round-${round}`, [{}, {}]);
      await fixture.sequenced(log);
      await endConnections(log, `application_name like '% sequence'`);
      fixture.write(`round-${round}`, [{}]);
    }
    await exact(log);
  });

  it('by the loss of its lease, gives way to another, which goes on within a moment', async () => {
    const [one, two] = [await fixture.open(database), await fixture.open(database)];
    fixture.write('one', [{}, {}]);
    await exact(one);
    const begun = performance.now();
    expect(await endConnections(one, holdsLease)).toBe(1);
    fixture.write('one', [{}, {}]);
    await exact(two);
    expect(performance.now() - begun).toBeLessThan(6_000);
  });

  it('by the loss of its lease, and does not know it, no longer says how the log does', async () => {
    let said = 0;
    const former = await fixture.open(database, {
      openLease: async (pool) => {
        const lease = await WorkerLease.open(pool, 'sequencer');
        return {
          acquire: async (signal) => {
            const held = await lease.acquire(signal);
            if (!held) return undefined;
            const run: typeof held.run = (...statement) => held.run(...statement).finally(() => (said += 1));
            return { run, release: () => held.release(), lost: new AbortController().signal };
          },
        };
      },
    });
    const row = async () =>
      (await former.pool.query<object>('select state, why from masar.sequencer')).rows[0];
    await until('a word of it', async () => {
      const { state } = (await row()) as { state: string };
      return state === 'following';
    });
    expect(await endConnections(former, holdsLease)).toBe(1);
    const present = { state: 'starting', why: 'said by the one that holds the lease' };
    await former.pool.query('update masar.sequencer set state = $1, why = $2', [present.state, present.why]);
    const before = said;
    await fixture.double.die();
    await until('a word of the former one', () => said > before);
    expect(await former.sequencing.state()).toMatchObject({ holder: true, why: expect.any(String) });
    expect(await row()).toEqual(present);
    await fixture.double.revive();
  });

  it('by its own end, gives way within about a second', async () => {
    const one = await fixture.open(database);
    await fixture.state(one, 'following');
    const two = await fixture.open(database);
    expect((await two.sequencing.state()).holder).toBe(false);
    await fixture.close(one);
    const begun = performance.now();
    fixture.write('one', [{}]);
    await exact(two);
    expect(performance.now() - begun).toBeLessThan(4_000);
    expect((await two.sequencing.state()).holder).toBe(true);
  });
});

describe('two sequencers at once', () => {
  it('write each event once between them: the one that is outrun begins anew behind the other', async () => {
    const [one, two] = [
      await fixture.open(database, { openLease: forAll }),
      await fixture.open(database, { openLease: forAll }),
    ];
    await fixture.state(one, 'following');
    await fixture.state(two, 'following');
    for (let round = 0; round < 10; round += 1) {
      const letGo = await holdWriters(one);
      fixture.write(
        `round-${round}`,
        Array.from({ length: 20 }, () => ({})),
      );
      // Both have the same events in hand, and both are about to write them.
      await until('two writes that wait', async () => (await waitingWriters(one)) === 2);
      await letGo();
      await exact(two);
    }
  });

  it('write each event once where nobody holds either of them back', async () => {
    const logs = [
      await fixture.open(database, { openLease: forAll }),
      await fixture.open(database, { openLease: forAll }),
      await fixture.open(database, { openLease: forAll }),
    ];
    for (let n = 0; n < 1_500; n += 1) {
      fixture.write(`s-${n % 13}`, [{ data: { n } }]);
      if (n % 50 === 0) await logs[0]!.database.log.head();
    }
    await exact(logs[1]!);
  });
});

describe('a sequencer that meets what it may not pass over', () => {
  /** Halts at what was written, names it, and has everything before it and nothing behind. */
  async function halts(before: number, names: RegExp): Promise<OrderedLog> {
    const log = await fixture.open(database);
    const why = await fixture.state(log, 'halted');
    expect(why).toMatch(names);
    fixture.write('behind', [{}]);
    expect(await log.database.log.head()).toMatchObject({ position: before });
    // It looks again now and then, and finds the same.
    const { subscribe } = fixture.double.counts;
    await until('another look', () => fixture.double.counts.subscribe > subscribe);
    expect(await fixture.state(log, 'halted')).toMatch(names);
    expect(await log.database.log.head()).toMatchObject({ position: before });
    return log;
  }

  it('an event that Masar did not write', async () => {
    fixture.write('one', [{}, {}]);
    fixture.double.append('masar-one', [{ type: 'OrderPlaced', data: { total: 3 } }]);
    await halts(2, /event 2 of masar-one was not written by Masar/);
  });

  it('data that nest deeper than an event of ours can', async () => {
    let deep: JsonObject = {};
    for (let level = 1; level <= 100; level += 1) deep = { deep };
    fixture.write('one', [{ data: deep['deep'] as JsonObject }, { data: deep }]);
    await halts(
      1,
      /^event 1 of masar-one has data that nest deeper than 100 levels, which this version of Masar does not read/,
    );
  });

  it('a gap in the revisions of a stream', async () => {
    fixture.write('one', [{}, {}, {}, {}]);
    fixture.double.scavenge(({ revision }) => revision === 2);
    await halts(2, /event 3 of masar-one came where revision 2 should/);
  });

  it('an id that is in the log already', async () => {
    const id = randomUUID();
    fixture.write('one', [{ id }]);
    fixture.write('two', [{}, { id }]);
    await halts(2, new RegExp(`event 1 of masar-two has the id ${id}`));
  });

  it('a value the database refuses', async () => {
    fixture.write('one', [{}, { type: 'Null\u0000Character' }, {}]);
    await halts(1, /the database refuses a value of event 1 of masar-one/);
  });

  it('a server that was put back to an earlier state, whether or not it went on since', async () => {
    fixture.write('one', [{}, {}, {}]);
    const said: string[] = [];
    const log = await fixture.open(database, { say: (message) => said.push(message) });
    await exact(log);
    const lost = fixture.double.contents().findLast(({ stream }) => stream === 'masar-one')!;
    await fixture.double.die();
    fixture.double.truncate(lost);
    await fixture.double.revive();
    expect(await fixture.state(log, 'halted')).toMatch(
      /no longer has event 2 of masar-one, which is position 3 .*put back to an earlier state.*masar rebuild --log/,
    );
    // Another event stands in its place.
    fixture.write('one', [{}]);
    expect(await fixture.state(log, 'halted')).toMatch(/no longer has event 2/);
    expect(await log.database.log.head()).toMatchObject({ position: 3 });
    expect(said.filter((message) => message.includes('not written any more'))).toHaveLength(1);
  });

  it('a log that another program wrote to', async () => {
    fixture.write('one', [{}]);
    const log = await fixture.open(database);
    await exact(log);
    await fixture.close(log);
    const again = await fixture.open(database);
    await again.pool.query(
      `insert into masar.event select 2, 'other', 0, gen_random_uuid(), type, 1, recorded_at, meta, data, salt from masar.event`,
    );
    fixture.write('one', [{}]);
    expect(await fixture.state(again, 'halted')).toMatch(/no place on the server/);
    expect(await again.database.log.head()).toMatchObject({ position: 2 });
  });
});

/** The resume point is behind events of others, beyond our last. */
const movedBeyond = (log: Awaited<ReturnType<typeof fixture.open>>): Promise<void> =>
  until('a place behind the events of others', async () => {
    const { rows } = await log.pool.query<{ ahead: boolean }>(
      `select s.commit_position > (select max(e.commit_position) from masar.event e) as ahead from masar.sequencer s`,
    );
    return rows[0]!.ahead;
  });

describe('a server that was put back behind our last event', () => {
  it('is followed from that event on: what is written anew may stand before the place that was reached', async () => {
    fixture.write('one', [{}]);
    fixture.double.append(
      'others',
      Array.from({ length: 3_000 }, () => ({})),
    );
    const log = await fixture.open(database);
    await exact(log);
    await movedBeyond(log);
    await fixture.double.die();
    fixture.double.truncate(fixture.double.contents().find(({ stream }) => stream === 'others')!);
    await fixture.double.revive();
    fixture.write('one', [{}]);
    await exact(log);
  });

  it('is so too where others have written beyond that place before anybody looked', async () => {
    fixture.write('one', [{}]);
    const others = (count: number) =>
      fixture.double.append(
        'others',
        Array.from({ length: count }, () => ({})),
      );
    others(3_000);
    const log = await fixture.open(database);
    await exact(log);
    await movedBeyond(log);
    await fixture.double.die();
    fixture.double.truncate(fixture.double.contents().find(({ stream }) => stream === 'others')!);
    fixture.write('two', [{}]);
    others(6_000);
    await fixture.double.revive();
    fixture.write('three', [{}]);
    await exact(log);
  });
});

describe('a server that says little', () => {
  it('by silence, is asked anew, and what it kept quiet about is there', async () => {
    const log = await fixture.open(database, { silenceMs: 300 });
    await fixture.state(log, 'following');
    fixture.double.faults.silence({ times: 3 });
    await until('a silent subscription', () => fixture.double.faults.met.get('silent') === 3, 15_000);
    fixture.write('one', [{}, {}]);
    await exact(log);
  });

  it('by ending the stream, by hanging, by refusing, is asked anew', async () => {
    const log = await fixture.open(database, { silenceMs: 400 });
    await fixture.state(log, 'following');
    const { faults } = fixture.double;
    for (const fault of ['hang', 'refuse', 'notReady', 'notLeader'] as const) {
      const lift = faults[fault]({ kinds: ['subscribe'] });
      fixture.double.cutAll();
      const { subscribe } = fixture.double.counts;
      await until(`a subscription that met ${fault}`, () => fixture.double.counts.subscribe > subscribe + 1);
      fixture.write(fault, [{}]);
      lift();
      await exact(log);
    }
  });

  it('while it is dead says so, and counts as behind; then it is followed again', async () => {
    const log = await fixture.open(database);
    await fixture.state(log, 'following');
    await fixture.double.die();
    await until('a reason', async () => (await log.sequencing.state()).why !== null);
    expect((await log.sequencing.state()).why).toMatch(/cannot be reached|no answer/);
    await fixture.state(log, 'catchingUp');
    fixture.write('one', [{}, {}]);
    const letGo = await holdWriters(log);
    await fixture.double.revive();
    // It is followed, and what came meanwhile is still to be written: as long it counts as behind.
    await until('no reason', async () => (await log.sequencing.state()).why === null);
    expect(await log.sequencing.state()).toMatchObject({ state: 'catchingUp', position: 0 });
    await letGo();
    await exact(log);
    await fixture.state(log, 'following');
  });

  it('while it is away for a moment, is not taken for one whose end is reached before it is', async () => {
    const log = await fixture.open(database);
    await fixture.state(log, 'following');
    // An id whose append nobody has seen for long, which only a log that is up to date may forget.
    await log.pool.query(
      `insert into masar.claimed_id (id, stream, revision, claimed_at)
       values (gen_random_uuid(), 'late', 0, clock_timestamp() - interval '2 hours')`,
    );
    const isForgotten = async () => {
      const { rows } = await log.pool.query(`select from masar.claimed_id where stream = 'late'`);
      return rows.length === 0;
    };
    await fixture.double.die();
    await until('a reason', async () => (await log.sequencing.state()).why !== null);
    fixture.write('one', [{}]);
    await fixture.double.revive();
    await exact(log);
    expect(await isForgotten()).toBe(false);
    await fixture.state(log, 'following');
    await until('a write of a log that is up to date', async () => {
      fixture.write('two', [{}]);
      await exact(log);
      return isForgotten();
    });
  });

  it('and never that its end is reached, is not counted as behind by what comes alone after a silence', async () => {
    await fixture.anew({ version: '22.10.0' });
    const log = await fixture.open(database, { silenceMs: 400 });
    await fixture.state(log, 'following');
    await log.pool.query(
      `create table told (state text not null);
       create function tell() returns trigger language plpgsql as
         $$ begin insert into told values (new.state); return null; end $$;
       create trigger tell after update on masar.sequencer for each row execute function tell()`,
    );
    for (let round = 0; round < 4; round += 1) {
      const { subscribe } = fixture.double.counts;
      await until('a subscription after a silence', () => fixture.double.counts.subscribe > subscribe);
      fixture.write('one', [{}]);
      await exact(log);
    }
    const { rows } = await log.pool.query('select distinct state from told');
    expect(rows).toEqual([{ state: 'following' }]);
  });

  it('of its own streams, among those of many others, costs no more than passing over them', async () => {
    fixture.double.append(
      'others',
      Array.from({ length: 20_000 }, () => ({})),
    );
    fixture.double.append('masar', [{}, {}]);
    fixture.double.append('masarx-one', [{}, {}]);
    fixture.double.append('masar.log2', [{}]);
    fixture.write('one', [{}]);
    const log = await fixture.open(database);
    await exact(log);
    fixture.double.append(
      'others',
      Array.from({ length: 5_000 }, () => ({})),
    );
    fixture.write('one', [{}]);
    await exact(log);
    const { rows } = await log.pool.query<{ writes: number }>(
      `select count(*)::integer as writes from masar.event`,
    );
    expect(rows[0]!.writes).toBe(2);
  });

  it('of metadata that would let it drop events, is told of; and told no more once they are gone', async () => {
    const log = await fixture.open(database);
    fixture.write('one', [{}]);
    fixture.double.setMetadata('masar-one', { $maxCount: 10 });
    fixture.write('one', [{}]);
    await exact(log);
    await until(
      'a warning',
      async () => (await log.sequencing.state()).why?.includes('$maxCount 10') ?? false,
    );
    expect(await log.sequencing.state()).toMatchObject({ state: 'following' });
    fixture.double.setMetadata('masar-one', {});
    await until('none', async () => (await log.sequencing.state()).why === null);
    fixture.write('two', [{}]);
    await exact(log);
    fixture.double.tombstone('masar-two');
    await until('a deleted stream', async () => (await log.sequencing.state()).why?.includes('two') ?? false);
    fixture.write('three', [{}]);
    await exact(log);
  });

  it('that hides the last event of the log behind a newer one, is not taken for one that was put back', async () => {
    const log = await fixture.open(database);
    fixture.write('one', [{}]);
    await exact(log);
    await fixture.close(log);
    fixture.write('one', [{}]);
    fixture.double.setMetadata('masar-one', { $tb: 1 });
    // Nor is everything behind that event looked through for it.
    fixture.double.faults.scanSlowly(60_000);
    const again = await fixture.open(database);
    await exact(again);
    await until('a warning', async () => (await again.sequencing.state()).why?.includes('$tb 1') ?? false);
  });
});
