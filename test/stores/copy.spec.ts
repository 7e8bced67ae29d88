import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type PostgresBackend, openPostgres } from '@masar/event-store/postgres';
import { type TestPostgres, testPostgres } from '@masar/event-store/testing';
import pg from 'pg';
import { sampleEvent } from '../../libs/event-store/src/contract/sample-events.js';
import { type Ended, masar, startMasar } from '../support/child.js';
import { startInProcess } from '../support/in-process-service.js';
import { KurrentDouble } from '../support/kurrent-double/kurrent-double.js';
import { removeDataFolder, temporaryDataFolder } from '../support/masar-process.js';
import { Scribe } from '../support/scribe.js';
import { storeAt } from '../support/stores.js';
import { until } from '../support/until.js';
import { logRows, logState } from './support/log-rows.js';

let postgres: TestPostgres;
let folder: string;
/** A log with the sample programme, decisions, a restricted item and an erasure, as a service left it. */
let source: string;
/** What the service answered about it, and a cursor it handed out. */
let seen: { readonly items: unknown; readonly cursor: string };

const listing = `query ($after: String) {
  reformItems(programme: "MOI-2017", first: 3, after: $after) {
    nodes { reference title state journey { position type effective recordedAt stateAfter } } pageInfo { endCursor }
  }
}`;

beforeAll(async () => {
  postgres = await testPostgres();
  folder = await mkdtemp(join(tmpdir(), 'masar-copy-'));
  const onDatabase = storeAt(await postgres.createDatabase());
  const service = await startInProcess({ create: async () => onDatabase }, true);
  source = service.connectionString;
  try {
    const [admin, recorder, auditor] = await Promise.all([
      service.client('admin'),
      service.client('recorder'),
      service.client('auditor'),
    ]);
    const scribe = new Scribe('MOI-2017');
    const words = (en: string) => ({ en });
    await scribe.accepted(recorder, 'registerItem', {
      reference: 'COPIED-1',
      title: { en: 'An item of a test', ar: 'بند للاختبار', ckb: 'تاقیکردنەوە "\\"' },
      people: [{ part: 'author', name: 'Nobody At All' }],
    });
    const { position } = await scribe.accepted(recorder, 'setItemVisibility', {
      reference: 'COPIED-1',
      visibility: 'restricted',
      reason: words('A test'),
    });
    const { reformItem } = await auditor.data(
      `query ($p: Position) { reformItem(programme: "MOI-2017", reference: "COPIED-1", atLeast: $p) { people { subjects } } }`,
      { p: position },
    );
    const erased = await scribe.accepted(admin, 'erasePerson', {
      subject: reformItem.people[0].subjects[0],
      reason: words('They asked'),
    });
    await auditor.data('query ($p: Position) { programmes(atLeast: $p) { reference } }', {
      p: erased.position,
    });
    const { reformItems } = await auditor.data(listing);
    seen = {
      items: (await auditor.data(listing, { after: reformItems.pageInfo.endCursor })).reformItems,
      cursor: reformItems.pageInfo.endCursor,
    };
  } finally {
    await service.stop();
  }
}, 180_000);
afterAll(async () => {
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

const doubles: KurrentDouble[] = [];
const startDouble = async (): Promise<KurrentDouble> => {
  doubles.push(await KurrentDouble.start());
  return doubles.at(-1)!;
};
afterEach(async () => {
  await Promise.all(doubles.splice(0).map((double) => double.stop()));
}, 60_000);

const environment = (): NodeJS.ProcessEnv => ({ MASAR_DATA: join(folder, 'data') });
const copyArguments = (from: string, to: string, more: readonly string[] = []) => [
  'copy',
  '--from',
  from,
  '--to',
  to,
  ...more,
];
const copy = (from: string, to: string, ...more: string[]): Promise<Ended> =>
  masar(copyArguments(from, to, more), environment());
const copied = async (from: string, to: string, ...more: string[]) => {
  const { code, stdout, stderr } = await copy(from, to, ...more, '--json');
  expect({ code, problems: unexpected(stderr) }).toEqual({ code: 0, problems: [] });
  return JSON.parse(stdout) as {
    logId: string;
    epoch: number;
    newEpoch: number;
    events: number;
    resumedAfter: number;
    digest: { source: string; target: string };
  };
};
/** The one line that says why it was refused. */
const refusal = async (ended: Promise<Ended>): Promise<string> => {
  const { code, stdout, stderr } = await ended;
  const lines = unexpected(stderr);
  expect({ code, stdout, lines: lines.length }).toEqual({ code: 1, stdout: '', lines: 1 });
  return lines[0]!;
};
/** What is said beside how far it is, and that everybody may do everything on a double. */
const unexpected = (stderr: string): string[] =>
  stderr
    .split('\n')
    .filter(
      (line) =>
        line !== '' && !/^(copy|publish|compare): |^KurrentDB: access: |^making a PostgreSQL /.test(line),
    );

const withBackend = async <T>(url: string, work: (backend: PostgresBackend) => Promise<T>): Promise<T> => {
  const backend = await openPostgres({ connectionString: url, applicationName: 'test' });
  try {
    return await work(backend);
  } finally {
    await backend.close();
  }
};
const sql = async (url: string, ...statements: string[]): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
};

describe('a log that is copied', () => {
  it('gives the same events, positions, times, bytes and digest, PostgreSQL → double → PostgreSQL', async () => {
    const odd = await postgres.createDatabase();
    await copied(source, odd);
    await withBackend(odd, async ({ store }) => {
      // What no programme has, and a store keeps all the same.
      const texts = ['a\u0000b', '\u2028"\\\u007f', 'مسار 😀 \uFEFF', ''];
      for (const [n, text] of texts.entries()) {
        await store.append(`odd-${n} /$ü%`, 'none', [
          sampleEvent({ text, [text]: [0.1, -0, 1e-7, 9_007_199_254_740_991, null, true, {}] }),
          sampleEvent(
            { n },
            { type: 'Odd type', decidedOn: '2017', actor: { subject: 's', organisation: 'o' } },
          ),
          sampleEvent({}, { causationId: randomUUID(), schemaVersion: 7, effective: null }),
        ]);
      }
      await store.append(
        'odd-many',
        'none',
        Array.from({ length: 250 }, (_, n) => sampleEvent({ n })),
      );
      await store.append(
        'odd-large',
        'none',
        Array.from({ length: 12 }, () => sampleEvent({ text: 'ü'.repeat(29_000) })),
      );
    });

    const double = await startDouble();
    const [ordered, back] = [await postgres.createDatabase(), await postgres.createDatabase()];
    const there = await copied(odd, double.url, '--to-database', ordered);
    const again = await copied(double.url, back, '--from-database', ordered);

    const rows = await logRows(odd);
    expect(rows.length).toBeGreaterThan(300);
    expect(await logRows(ordered)).toEqual(rows);
    expect(await logRows(back)).toEqual(rows);
    const { logId, epoch } = await logState(odd);
    expect(there).toMatchObject({ logId, epoch, newEpoch: epoch, events: rows.length, resumedAfter: 0 });
    expect(again).toMatchObject({ logId, epoch, newEpoch: epoch, events: rows.length });
    expect(
      new Set(Object.values({ ...there.digest, back: again.digest.source, end: again.digest.target })).size,
    ).toBe(1);
    expect(await logState(ordered)).toEqual({
      logId,
      epoch,
      kurrentdb: 'masar',
      filling: false,
      events: rows.length,
      placed: rows.length,
    });
    expect(await logState(back)).toMatchObject({ logId, epoch, kurrentdb: null, filling: false, placed: 0 });
    const onServer = double.contents().filter(({ stream }) => stream.startsWith('masar-'));
    expect(onServer).toHaveLength(rows.length);
  }, 180_000);

  it('is the same log to a service and its clients: rows, restricted items, and the cursors they hold', async () => {
    const target = await postgres.createDatabase();
    const { stdout } = await copy(source, target);
    expect(stdout).toMatch(/^copied \d+ events of log /);
    const digests = [...stdout.matchAll(/sha256 (\w{64})/g)].map(([, digest]) => digest);
    expect(digests).toHaveLength(2);
    expect(new Set(digests).size).toBe(1);
    expect(stdout).toContain('names of people and their keys: masar keys backup');
    const service = await startInProcess({ create: async () => storeAt(target) }, false);
    try {
      const auditor = await service.client('auditor');
      expect((await auditor.data(listing, { after: seen.cursor })).reformItems).toEqual(seen.items);
      const analyst = await service.client('analyst');
      const hidden = `{ reformItem(programme: "MOI-2017", reference: "COPIED-1") { reference } }`;
      expect(await analyst.data(hidden)).toEqual({ reformItem: null });
      expect(await auditor.data(hidden)).toEqual({ reformItem: { reference: 'COPIED-1' } });
    } finally {
      await service.stop();
    }
  }, 120_000);

  it('can have an epoch of its own, where both go on: then what clients hold of the source is told apart', async () => {
    const target = await postgres.createDatabase();
    expect(await copied(source, target, '--epoch', '5')).toMatchObject({ epoch: 1, newEpoch: 5 });
    expect(await logState(target)).toMatchObject({ epoch: 5, filling: false });
    expect(await logRows(target)).toEqual(await logRows(source));
    expect(await refusal(copy(target, await postgres.createDatabase(), '--epoch', '4'))).toBe(
      'the log is in epoch 5: that of its copy is 5, or more',
    );
  }, 60_000);

  it('may have no events: then it is its identity that goes', async () => {
    const [empty, ordered, double] = [
      await postgres.createDatabase(),
      await postgres.createDatabase(),
      await startDouble(),
    ];
    await withBackend(empty, async () => undefined);
    const { logId } = await copied(empty, double.url, '--to-database', ordered);
    expect(await logState(ordered)).toMatchObject({ logId, epoch: 1, filling: false, events: 0 });
    expect((await logState(empty)).logId).toBe(logId);
  }, 60_000);

  it('goes between two servers, and into a data folder and out of it', async () => {
    const [one, other] = [await startDouble(), await startDouble()];
    const [first, second] = [await postgres.createDatabase(), await postgres.createDatabase()];
    const data = await temporaryDataFolder();
    // The ordered log was lost, and is made again from the server.
    const [again, last] = [await postgres.createDatabase(), await postgres.createDatabase()];
    try {
      await copied(source, one.url, '--to-database', first, '--to-prefix', 'one');
      await copied(
        one.url,
        other.url,
        '--from-database',
        first,
        '--from-prefix',
        'one',
        '--to-database',
        second,
      );
      await copied(other.url, data, '--from-database', again);
      await copied(`embedded:${data}`, last);
      expect(await logRows(last)).toEqual(await logRows(source));
    } finally {
      await removeDataFolder(data);
    }
  }, 240_000);
});

/** A log of many events, on streams that take turns. */
async function longLog(events: number): Promise<string> {
  const url = await postgres.createDatabase();
  await withBackend(url, async ({ store }) => {
    const streams = 60;
    for (let round = 0; round * streams < events; round += 1) {
      for (let stream = 0; stream < streams; stream += 1) {
        await store.append(`long-${stream}`, round === 0 ? 'none' : round - 1, [
          sampleEvent({ round, stream }),
        ]);
      }
    }
  });
  return url;
}

/** Runs a copy, and ends it by force when the moment has come. */
async function killedWhen(
  moment: string,
  come: () => Promise<boolean>,
  args: readonly string[],
): Promise<void> {
  const running = startMasar(args, environment());
  try {
    await until(moment, come, 60_000);
  } finally {
    running.process.kill('SIGKILL');
  }
  expect(await running.ended).toMatchObject({ signal: 'SIGKILL', stdout: '' });
}

/** Lets the database stop in the middle of writing an event, until the lock is let go of. */
async function stopAt(url: string, position: number) {
  await withBackend(url, async () => undefined);
  await sql(
    url,
    `create function masar.test_stop() returns trigger language plpgsql as $$
     begin perform pg_advisory_xact_lock(4711); return new; end $$`,
    `create trigger test_stop before insert on masar.event for each row when (new.position = ${position})
     execute function masar.test_stop()`,
  );
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('select pg_advisory_lock(4711)');
  return {
    isThere: async () => {
      const { rows } = await client.query(
        `select from pg_locks where locktype = 'advisory' and objid = 4711 and not granted
           and database = (select oid from pg_database where datname = current_database())`,
      );
      return rows.length > 0;
    },
    async letGo() {
      await client.end();
      await sql(url, 'drop trigger test_stop on masar.event', 'drop function masar.test_stop()');
    },
  };
}

describe('a copy that is broken off', () => {
  const total = 1_140;
  let long: string;
  beforeAll(async () => {
    long = await longLog(total);
  }, 120_000);

  it('goes on where it was, wherever it is killed, into a server too: every event is there once', async () => {
    const double = await startDouble();
    const ordered = await postgres.createDatabase();
    const args = copyArguments(long, double.url, ['--to-database', ordered]);
    const published = () => double.contents().filter(({ stream }) => stream.startsWith('masar-')).length;

    const stop = await stopAt(ordered, 1_101);
    await killedWhen('the third page', stop.isThere, args);
    await stop.letGo();
    expect(await logState(ordered)).toMatchObject({ filling: true, events: 1_000, kurrentdb: 'masar' });
    expect(published()).toBe(0);

    double.faults.slow(4, { kinds: ['append'] });
    for (const many of [200, 500, 800]) {
      double.faults.cutAfterCommit({ kinds: ['append'], after: 50, times: 1 });
      await killedWhen(`${many} events on the server`, async () => published() >= many, args);
      expect(published()).toBeLessThan(total);
      expect(await logState(ordered)).toMatchObject({ filling: true, events: total, placed: 0 });
    }
    double.faults.slow(150, { kinds: ['read'] });
    await killedWhen('all events on the server', async () => published() === total, args);
    expect(await logState(ordered)).toMatchObject({ filling: true, placed: 0 });
    await killedWhen('their places in the log', async () => (await logState(ordered)).placed > 0, args);
    expect(await logState(ordered)).toMatchObject({ filling: true, placed: total });
    double.faults.lift();

    const { resumedAfter, events, digest } = await copied(long, double.url, '--to-database', ordered);
    expect({ resumedAfter, events }).toEqual({ resumedAfter: total, events: total });
    expect(digest.target).toBe(digest.source);
    const ids = double.contents().flatMap(({ stream, id }) => (stream.startsWith('masar-') ? [id] : []));
    expect(ids).toHaveLength(total);
    expect(new Set(ids).size).toBe(total);
    expect(await logRows(ordered)).toEqual(await logRows(long));
    expect(await logState(ordered)).toMatchObject({ filling: false, placed: total });
  }, 240_000);

  describe('into PostgreSQL', () => {
    let target: string;
    beforeEach(async () => {
      target = await postgres.createDatabase();
      const stop = await stopAt(target, 1_100);
      await killedWhen('the third page', stop.isThere, copyArguments(long, target));
      await stop.letGo();
    }, 120_000);

    it('is refused by everything but the same again, which says so and ends as if nothing had been', async () => {
      const broken =
        'a copy or restore into this database was broken off, so that its log is not whole: run the same again';
      for (const args of [['backup'], ['doctor'], ['restore', 'FILE', '--no-erasures']]) {
        const { code, stderr } = await masar(args, { ...environment(), DATABASE_URL: target });
        expect({ code, stderr }).toEqual({ code: 1, stderr: `${broken}\n` });
      }
      expect(await refusal(copy(target, await postgres.createDatabase()))).toBe(broken);
      expect(await refusal(copy(source, target))).toMatch(
        /^the database holds part of log .* run the copy or restore/,
      );
      expect(await refusal(copy(long, target, '--epoch', '2'))).toContain('and not of log');

      const { stdout } = await copy(long, target);
      expect(stdout).toContain('1000 of them by an earlier try, which was broken off');
      expect(await logRows(target)).toEqual(await logRows(long));
      expect(await refusal(copy(long, target))).toContain(`the store has ${total} events already`);
    }, 120_000);

    it('says so where the part that was there is damaged, names the first event that is, and stays closed', async () => {
      await sql(
        target,
        'alter table masar.event disable trigger event_is_final',
        `update masar.event set data = '{"round":0,"stream":99}' where position in (7, 70)`,
      );
      expect(await refusal(copy(long, target))).toMatch(
        /^position 7 of the target is not as in the source: it has another bytes\. .* copy into another, new one$/,
      );
      expect(await logState(target)).toMatchObject({ filling: true });
    }, 120_000);
  });

  it('finds a server that lost an event since, and one where somebody else wrote', async () => {
    const double = await startDouble();
    const ordered = await postgres.createDatabase();
    const args = copyArguments(long, double.url, ['--to-database', ordered]);
    const published = () => double.contents().filter(({ stream }) => stream.startsWith('masar-')).length;
    double.faults.slow(4, { kinds: ['append'] });
    await killedWhen('events on the server', async () => published() >= 100, args);
    double.faults.lift();
    double.append('masar-other', [{ data: { n: 1 } }]);
    expect(await refusal(masar(args, environment()))).toMatch(
      /^the server has other events under masar- already \(event 0 of masar-other was not written by Masar.* set KURRENTDB_PREFIX/,
    );
    double.scavenge(
      ({ stream, revision }) => stream === 'masar-other' || (stream === 'masar-long-3' && revision === 0),
    );
    expect(await refusal(masar(args, environment()))).toMatch(
      /^the server has other events under masar- already \(event 0 of masar-long-4 stands where position 4 of the log should/,
    );
    expect(await logState(ordered)).toMatchObject({ filling: true });
  }, 120_000);

  it('is stopped by Ctrl-C in one line', async () => {
    const double = await startDouble();
    double.faults.slow(10, { kinds: ['append'] });
    const ordered = await postgres.createDatabase();
    const args = copyArguments(long, double.url, ['--to-database', ordered]);
    const running = startMasar(args, environment());
    await until('events on the server', () => double.contents().length > 20);
    running.process.kill('SIGINT');
    expect(await running.ended).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('it was stopped; the same again goes on from there\n'),
    });
    expect(await logState(ordered)).toMatchObject({ filling: true });
  }, 60_000);

  it('whose source grew meanwhile says so, and the same again brings the rest', async () => {
    const double = await startDouble();
    const [growing, ordered] = [await postgres.createDatabase(), await postgres.createDatabase()];
    await copied(long, growing);
    double.faults.slow(4, { kinds: ['append'] });
    const copying = copy(growing, double.url, '--to-database', ordered);
    await until('events on the server', () => double.contents().length > 20);
    await withBackend(growing, ({ store }) => store.append('late', 'none', [sampleEvent({ n: 1 })]));
    double.faults.lift();
    expect(await refusal(copying)).toBe(
      `the source has ${total + 1} events now and had ${total} when the copy began: stop what records there, then run the same again, which goes on from there`,
    );
    expect(await logState(ordered)).toMatchObject({ filling: true });
    expect(await copied(growing, double.url, '--to-database', ordered)).toMatchObject({
      resumedAfter: total,
      events: total + 1,
    });
    expect(await logRows(ordered)).toEqual(await logRows(growing));
  }, 120_000);
});

describe('a copy is refused, in one line', () => {
  it('while other processes of Masar work on either', async () => {
    const target = await postgres.createDatabase();
    for (const busy of [source, target]) {
      const service = await openPostgres({ connectionString: busy, applicationName: 'masar api' });
      try {
        expect(await refusal(copy(source, target))).toMatch(
          /^the store is in use \(masar api\): stop what works on it/,
        );
      } finally {
        await service.close();
      }
    }
    expect(await logState(target)).toMatchObject({ filling: false, events: 0 });
  }, 60_000);

  it('into a store that has events: a database, a server, or the log of one', async () => {
    const full = await postgres.createDatabase();
    await copied(source, full);
    expect(await refusal(copy(source, full))).toMatch(/^the store has \d+ events already/);
    const double = await startDouble();
    expect(await refusal(copy(source, double.url, '--to-database', full))).toMatch(
      /masar copy|events already/,
    );
    double.append('masar-item-1', [{ data: {} }]);
    const empty = await postgres.createDatabase();
    expect(await refusal(copy(source, double.url, '--to-database', empty))).toMatch(
      /^the server has other events under masar- already \(masar-item-1 is there\)/,
    );
    expect(await logState(empty)).toMatchObject({ filling: false, events: 0 });
  }, 60_000);

  it('into a server that could lose events, or from one that has no log', async () => {
    const double = await startDouble();
    const none = await postgres.createDatabase();
    expect(await refusal(copy(double.url, join(folder, 'target'), '--from-database', none))).toMatch(
      /^there is no log of Masar in KurrentDB at 127\.0\.0\.1:\d+ under masar-/,
    );
    expect(double.contents()).toEqual([]);
    double.setMetadata('masar-item-1', { $maxAge: 60 });
    const empty = await postgres.createDatabase();
    expect(await refusal(copy(source, double.url, '--to-database', empty))).toMatch(
      /^KurrentDB: streams: masar-item-1: /,
    );
    expect(await logState(empty)).toMatchObject({ filling: false, events: 0 });
  }, 60_000);

  it.each([
    [
      'a database without a log',
      async () => [await postgres.createDatabase(), 'target'],
      'there is no log of Masar in PostgreSQL at',
    ],
    [
      'a folder without one',
      async () => [join(folder, 'none'), 'target'],
      'there is no log of Masar in the folder',
    ],
    [
      'what is no address',
      async () => ['mysql://user:secret@host/db', 'target'],
      '"mysql:" begins no address of a database',
    ],
    [
      'a prefix of a PostgreSQL',
      async () => [source, 'target', '--from-prefix', 'other'],
      '--from-prefix goes with a KurrentDB, and --from names a PostgreSQL',
    ],
    [
      'the database of a PostgreSQL',
      async () => [source, 'target', '--to-database', 'other'],
      '--to-database goes with a KurrentDB',
    ],
    [
      'an epoch that is no number',
      async () => [source, 'target', '--epoch', 'next'],
      '--epoch next is no number from 1 on',
    ],
  ])(
    'from %s, and nothing is made',
    async (_what, given, message) => {
      const [from, to, ...more] = await given();
      const stderr = await refusal(copy(from!, join(folder, to!), ...more));
      expect(stderr).toContain(message);
      expect(stderr).not.toContain('secret');
    },
    60_000,
  );
});
