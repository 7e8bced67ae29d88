import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openPostgres } from '@masar/event-store/postgres';
import { type RebuildOptions, rebuildOrderedLog } from '@masar/event-store/rebuild';
import { checkArchive } from '@masar/exchange';
import { ReadModels, readModels } from '@masar/read-models';
import { masar } from '../support/child.js';
import { KurrentDouble } from '../support/kurrent-double/kurrent-double.js';
import { type CopiedLog, LogToCopy } from './support/copied-log.js';

/** A log of real events, which is copied to each test's server. */
let original: LogToCopy;
let copied: CopiedLog;
let double: KurrentDouble;
/** Of the ordered log. */
let connectionString: string;

beforeAll(async () => {
  original = await LogToCopy.start();
}, 180_000);
afterAll(() => original?.stop(), 60_000);
beforeEach(async () => {
  copied = await original.copied();
  ({ double, connectionString } = copied);
}, 120_000);
afterEach(() => double?.stop(), 60_000);

const settings = (databaseUrl = connectionString) => ({
  databaseUrl,
  dataFolder: original.folder,
  applicationName: 'masar rebuild',
  kurrent: { url: double.url },
});

const inDatabase: CopiedLog['inDatabase'] = (work, database) => copied.inDatabase(work, database);
const append: CopiedLog['append'] = (...event) => copied.append(...event);

/** Every column of the log, and what goes with it. */
const whole = (database = connectionString) =>
  inDatabase(async ({ pool }) => {
    const rows = async (sql: string) => (await pool.query<{ row: string }>(sql)).rows.map(({ row }) => row);
    return {
      events: await rows('select e::text as row from masar.event e order by position'),
      log: await rows('select l::text as row from masar.log l'),
      resume: await rows(
        `select commit_position || '/' || prepare_position || ' ' || state as row from masar.sequencer`,
      ),
    };
  }, database);

/** Says on the server which log it has. */
const identify = (identity: object) =>
  double.append('masar.log', [{ type: 'LogIdentified', data: Buffer.from(JSON.stringify(identity)) }]);
const otherLog = { logId: '99999999-2222-4333-8444-555555555555', epoch: 4 };

/** The epoch the control stream names. */
const epochOnServer = () =>
  (
    JSON.parse(
      double
        .contents()
        .filter(({ stream }) => stream === 'masar.log')
        .at(-1)!
        .data.toString(),
    ) as { epoch: number }
  ).epoch;

/** Every row of every live table of the read models, once they caught up. */
const modelRows = (database = connectionString) =>
  inDatabase(async ({ log, pool }) => {
    const models = await ReadModels.open({ connectionString: database, log, models: readModels });
    try {
      models.start();
      expect(await models.caughtUp(60_000)).toBe(true);
      const rows: Record<string, unknown[]> = {};
      for (const { name, schema } of await models.status()) {
        const { rows: tables } = await pool.query<{ name: string }>(
          'select table_name as name from information_schema.tables where table_schema = $1 order by 1',
          [schema],
        );
        for (const table of tables) {
          const found = await pool.query(`select t::text as row from ${schema}.${table.name} t order by 1`);
          rows[`${name}.${table.name}`] = found.rows;
        }
      }
      return rows;
    } finally {
      await models.stop();
    }
  }, database);

describe('the ordered log, written anew', () => {
  it('is the same to the last column, and in the epoch it was in', async () => {
    const before = await whole();
    expect(before.events.length).toBe(16);
    const rebuilt = await rebuildOrderedLog(settings());
    expect(await whole()).toEqual(before);
    const { before: was, events, digest, epoch, logId, unchanged, lost, unsafe } = rebuilt;
    expect(was).toEqual({ events, digest, epoch, logId });
    expect({ events, unchanged, lost, unsafe }).toEqual({
      events: before.events.length,
      unchanged: before.events.length,
      lost: 0,
      unsafe: [],
    });
    expect(await original.source.backend.log.identity()).toEqual({ logId, epoch });
    expect(epochOnServer()).toBe(epoch);
  });

  it('into a new database is what it was in the one that was lost', async () => {
    const before = await whole();
    const { digest } = await rebuildOrderedLog(settings());
    const anew = await original.postgres.createDatabase();
    const rebuilt = await rebuildOrderedLog(settings(anew));
    expect(rebuilt).toMatchObject({ digest, before: { events: 0 }, unchanged: 0, lost: 0 });
    expect(await whole(anew)).toEqual(before);
  });

  it('has what came since, at the places and times the sequencer would give, in the same epoch', async () => {
    const before = await whole();
    const last = before.events.length;
    const late = append('sample-1', 0);
    const early = append('sample-1', 1, '2001-01-01T00:00:00.000000Z');
    const rebuilt = await rebuildOrderedLog(settings());
    expect(rebuilt).toMatchObject({ unchanged: last, lost: 0, epoch: rebuilt.before.epoch });
    const after = await whole();
    expect(after.events.slice(0, last)).toEqual(before.events);
    expect(after.log).toEqual(before.log);
    const added = await inDatabase(({ log }) => log.readAll(last, 10));
    expect(added.map(({ id, position, recordedAt }) => ({ id, position, recordedAt }))).toEqual([
      { id: late, position: last + 1, recordedAt: '2036-01-01T00:00:00.000000Z' },
      { id: early, position: last + 2, recordedAt: '2036-01-01T00:00:00.000000Z' },
    ]);
    expect(after.resume).toEqual([
      `${double.contents().at(-1)!.commit}/${double.contents().at(-1)!.prepare} starting`,
    ]);
  });

  it('after a row was damaged is in another epoch, and right again; both sides know', async () => {
    const before = await whole();
    await copied.damage(`update masar.event set data = '{"damaged":true}' where position = 7`);
    const rebuilt = await rebuildOrderedLog(settings());
    const { epoch } = rebuilt.before;
    expect(rebuilt).toMatchObject({ unchanged: 6, lost: 0, epoch: epoch + 1 });
    expect(rebuilt.digest).not.toBe(rebuilt.before.digest);
    const after = await whole();
    expect(after.events).toEqual(before.events);
    expect(after.log).not.toEqual(before.log);
    expect(epochOnServer()).toBe(epoch + 1);
    expect((await rebuildOrderedLog(settings())).epoch).toBe(epoch + 1);
  });

  it('after a row was moved to another stream is right again: the server has it before others that stand', async () => {
    const before = await whole();
    await copied.damage(`update masar.event set stream = 'elsewhere', revision = 0 where position = 7`);
    const rebuilt = await rebuildOrderedLog(settings());
    expect(rebuilt).toMatchObject({ unchanged: 6, lost: 0, epoch: rebuilt.before.epoch + 1 });
    expect((await whole()).events).toEqual(before.events);
  });

  it('in another order, and with the times that gives, lacks nothing', async () => {
    const first = append('sample-1', 0, '2036-01-02T00:00:00.000000Z');
    const from = double.contents().at(-1)!;
    const second = append('sample-2', 0);
    const { events } = await rebuildOrderedLog(settings());
    double.truncate(from);
    append('sample-2', 0, undefined, { id: second });
    append('sample-1', 0, '2036-01-02T00:00:00.000000Z', { id: first });
    const rebuilt = await rebuildOrderedLog(settings());
    expect(rebuilt).toMatchObject({ events, lost: 0, unchanged: events - 2 });
    expect(rebuilt.epoch).toBe(rebuilt.before.epoch + 1);
  });

  it('of a server that was put back lacks what that lacks, and whoever had come further begins there again', async () => {
    const before = await whole();
    const last = before.events.length;
    append('sample-1', 0);
    append('sample-1', 1);
    const from = double.contents().at(-1)!;
    await rebuildOrderedLog(settings());
    await inDatabase(({ pool }) =>
      pool.query(
        `create table masar.worker (name text primary key, position bigint not null, updated_at timestamptz not null default now());
         insert into masar.worker values ('effects', ${last + 2}), ('slow', 3)`,
      ),
    );
    double.truncate(from);
    append('sample-2', 0);
    const rebuilt = await rebuildOrderedLog(settings(), { acceptLoss: true });
    expect(rebuilt).toMatchObject({ unchanged: last + 1, lost: 1, events: last + 2 });
    expect(rebuilt.epoch).toBe(rebuilt.before.epoch + 1);
    const { rows } = await inDatabase(({ pool }) =>
      pool.query('select name, position::integer from masar.worker order by 1'),
    );
    expect(rows).toEqual([
      { name: 'effects', position: last + 1 },
      { name: 'slow', position: 3 },
    ]);
    expect((await whole()).events.slice(0, last)).toEqual(before.events);
  });

  it('is what read models follow: they go on where it is the same, and are made anew where it is another', async () => {
    const rows = await modelRows();
    expect(rows['items.journey']!.length).toBeGreaterThan(10);
    const builds = () =>
      inDatabase(
        async ({ pool }) =>
          (await pool.query(`select schema from masar.read_model where role = 'live' order by 1`))
            .rows as unknown[],
      );
    const built = await builds();
    await rebuildOrderedLog(settings());
    expect(await modelRows()).toEqual(rows);
    expect(await builds()).toEqual(built);
    // The last five events of the domain are gone, and others are in their places.
    const ours = double.contents().filter(({ stream }) => stream.startsWith('masar-'));
    const identity = double.contents().findLast(({ stream }) => stream === 'masar.log')!;
    double.truncate(ours.at(-5)!);
    double.append('masar.log', [{ type: identity.type, data: new Uint8Array(identity.data) }]);
    const again = await rebuildOrderedLog(settings(), { acceptLoss: true });
    expect(again).toMatchObject({ lost: 5, events: ours.length - 5, unchanged: ours.length - 5 });
    const shorter = await modelRows();
    expect(shorter).not.toEqual(rows);
    expect(await builds()).not.toEqual(built);
    const elsewhere = await original.postgres.createDatabase();
    await rebuildOrderedLog(settings(elsewhere));
    expect(await modelRows(elsewhere)).toEqual(shorter);
  }, 180_000);

  it('names the streams the server may drop events of, for whoever starts after it', async () => {
    append('sample-1', 0);
    append('sample-2', 0);
    double.setMetadata('masar-sample-1', { $maxCount: 3 });
    double.tombstone('masar-sample-2');
    const { unsafe } = await rebuildOrderedLog(settings());
    expect(unsafe).toEqual([
      { stream: 'sample-1', what: expect.stringContaining('$maxCount 3') },
      { stream: 'sample-2', what: 'it was deleted for good' },
    ]);
    const { rows } = await inDatabase(({ pool }) =>
      pool.query('select stream, what from masar.unsafe_stream'),
    );
    expect(rows).toEqual(unsafe);
  });
});

describe('the ordered log stays as it was', () => {
  const refused = async (expected: object, given = settings(), accepted: RebuildOptions = {}) => {
    const before = await whole();
    await expect(rebuildOrderedLog(given, accepted)).rejects.toMatchObject({
      name: 'StoreError',
      ...expected,
    });
    expect(await whole()).toEqual(before);
  };

  it('where the server was scavenged: a stream of it has a hole, or is gone', async () => {
    append('sample-1', 0);
    append('sample-1', 1);
    append('sample-2', 0);
    append('sample-3', 0);
    await rebuildOrderedLog(settings());
    double.scavenge(({ stream }) => stream === 'masar-sample-2');
    await refused({
      code: 'UNSAFE_STORE',
      message: expect.stringMatching(/revision 0 of masar-sample-2, position \d+, .*masar backup/),
    });
    double.scavenge(({ stream, revision }) => stream === 'masar-sample-1' && revision === 0);
    await refused({
      code: 'UNSAFE_STORE',
      message: expect.stringMatching(/revision 1 of sample-1 where 0 should stand.*masar backup/),
    });
  });

  it('where somebody else writes to our streams', async () => {
    double.append('masar-sample-1', [{ type: 'Foreign', data: { no: 'event' } }]);
    await refused({ code: 'UNSAFE_STORE', message: expect.stringContaining('event 0 of masar-sample-1') });
  });

  it('where the server was put back, until the loss of what it lacks is accepted', async () => {
    append('sample-1', 0);
    append('sample-1', 1);
    const from = double.contents().at(-2)!;
    const { logId, epoch, events } = await rebuildOrderedLog(settings());
    double.truncate(from);
    append('sample-2', 0);
    const log = `${logId}, epoch ${epoch},`;
    const message = new RegExp(
      `ordered log of ${log} .* has ${log} .*: 2 of the ${events} events of the ordered log, from position ${events - 1} on, .* would be lost.*masar backup first.* --accept-loss$`,
    );
    const code = 'UNSAFE_STORE';
    await refused({ code, message: expect.stringMatching(message) });
    await refused({ code }, settings(), { acceptOtherLog: true });
    expect(await rebuildOrderedLog(settings(), { acceptLoss: true })).toMatchObject({
      lost: 2,
      events: events - 1,
      epoch: epoch + 1,
    });
  });

  it.each([
    ['in another stream', 'sample-2', 0, { data: { n: 2 } }],
    ['at another revision', 'sample-2', 1, {}],
    ['with other data', 'sample-1', 0, { data: { n: 2 } }],
    ['with another salt, as when its command was sent again', 'sample-1', 0, { salt: '11'.repeat(32) }],
  ])('where the server was put back and has the id again, %s', async (_where, stream, revision, as) => {
    const base = double.contents().length;
    append('sample-2', 0);
    const id = append('sample-1', 0);
    const { events, epoch } = await rebuildOrderedLog(settings());
    double.truncate(double.contents()[stream === 'sample-2' && revision === 0 ? base : base + 1]!);
    append(stream, revision, undefined, { id, ...as });
    const lost = stream === 'sample-2' && revision === 0 ? 2 : 1;
    const code = 'UNSAFE_STORE';
    const message = expect.stringMatching(
      new RegExp(
        `: ${lost} of the ${events} events of the ordered log, from position ${events - lost + 1} on, are not on that server with the id, stream, revision and content they have here, .* --accept-loss$`,
      ),
    );
    await refused({ code, message });
    await refused({ code, message }, settings(), { acceptOtherLog: true });
    const rebuilt = await rebuildOrderedLog(settings(), { acceptLoss: true });
    expect(rebuilt).toMatchObject({ lost, unchanged: events - lost, epoch: epoch + 1 });
  });

  it('where its last event is not as the server has it, and nothing tells which of both was changed', async () => {
    const before = await whole();
    await copied.damage(
      `update masar.event set data = '{"damaged":true}' where position = (select max(position) from masar.event)`,
    );
    const code = 'UNSAFE_STORE';
    await refused({ code, message: expect.stringContaining('or the database was changed') });
    expect(await rebuildOrderedLog(settings(), { acceptLoss: true })).toMatchObject({ lost: 1 });
    expect((await whole()).events).toEqual(before.events);
  });

  it('where the server was scavenged, and has the id again behind events that stand', async () => {
    const id = append('sample-1', 0);
    append('sample-2', 0);
    await rebuildOrderedLog(settings());
    double.scavenge(({ stream }) => stream === 'masar-sample-1');
    append('sample-3', 0, undefined, { id });
    const message = expect.stringMatching(/no longer has revision 0 of masar-sample-1, .* scavenged/);
    await refused({ code: 'UNSAFE_STORE', message }, settings(), { acceptLoss: true });
  });

  it('where the server has another log, whether or not it has the same events, until that is accepted', async () => {
    const { logId, epoch, events } = await rebuildOrderedLog(settings());
    const others = [...double.contents()];
    identify(otherLog);
    const code = 'OTHER_LOG';
    const refusal = (what: string) => ({
      code,
      message: expect.stringMatching(
        new RegExp(
          `ordered log of ${logId}, epoch ${epoch}, .* has ${otherLog.logId}, epoch 4, .*${what}.*masar backup first.* --accept-other-log$`,
        ),
      ),
    });
    await refused(refusal(`Each of the ${events} events`));
    double.truncate(others.find(({ stream }) => stream.startsWith('masar-'))!);
    identify(otherLog);
    append('sample-1', 0);
    await refused(refusal(`${events} of the ${events} events of the ordered log, from position 1 on,`));
    await refused({ code }, settings(), { acceptLoss: true });
    expect(await rebuildOrderedLog(settings(), { acceptOtherLog: true })).toMatchObject({
      ...otherLog,
      events: 1,
      lost: events,
      unchanged: 0,
      before: { logId, epoch, events },
    });
  });

  it('where the server has no log under the prefix', async () => {
    const empty = await KurrentDouble.start();
    try {
      const given = { ...settings(), kurrent: { url: empty.url } };
      await refused({ code: 'OTHER_LOG', message: expect.stringContaining('is it the right server') }, given);
    } finally {
      await empty.stop();
    }
  });

  it('where something works on the database, or it is stopped', async () => {
    const working = await openPostgres({
      connectionString,
      sequencedFrom: 'masar',
      applicationName: 'masar api',
    });
    try {
      await expect(rebuildOrderedLog(settings())).rejects.toMatchObject({
        code: 'IN_USE',
        message: expect.stringContaining('masar api'),
      });
    } finally {
      await working.close();
    }
    const before = await whole();
    const signal = AbortSignal.abort();
    await expect(rebuildOrderedLog(settings(), { signal })).rejects.toMatchObject({
      message: expect.stringContaining('stays as it was'),
    });
    expect(await whole()).toEqual(before);
  });

  it('where PostgreSQL is the store itself, which has nothing to write it anew from', async () => {
    const { kurrent: _, ...alone } = settings(original.source.store.connectionString);
    await expect(rebuildOrderedLog(alone)).rejects.toMatchObject({
      code: 'OTHER_LOG',
      message: expect.stringContaining('KURRENTDB_URL is not set'),
    });
    const environment = { DATABASE_URL: original.source.store.connectionString, MASAR_DATA: original.folder };
    const { code, stderr, stdout } = await masar(['rebuild', '--log'], environment);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^the log is kept in PostgreSQL itself, since KURRENTDB_URL is not set: [^\n]*\n$/,
    );
  });
});

it('masar rebuild --log says whether it is as before', async () => {
  const environment = {
    DATABASE_URL: connectionString,
    MASAR_DATA: original.folder,
    KURRENTDB_URL: double.url,
  };
  const same = await masar(['rebuild', '--log'], environment);
  expect(same).toMatchObject({ code: 0 });
  expect(same.stdout).toContain('every event has the position, the time and the bytes it had\n');
  expect(same.stdout).toMatch(/it is in epoch \d+, as before/);
  append('sample-1', 0);
  const { stdout } = await masar(['rebuild', '--log', '--json'], environment);
  const rebuilt = JSON.parse(stdout) as { events: number; before: { events: number } };
  expect(rebuilt.events).toBe(rebuilt.before.events + 1);
  const both = await masar(['rebuild', 'items', '--log'], environment);
  expect(both).toMatchObject({ code: 1, stderr: 'name a read model, or --log, and not both\n' });
}, 120_000);

it('masar rebuild --log loses nothing unasked, and masar backup saves the log of a server that has another', async () => {
  const environment = {
    DATABASE_URL: connectionString,
    MASAR_DATA: original.folder,
    KURRENTDB_URL: double.url,
  };
  const before = await whole();
  double.truncate(double.contents().find(({ stream }) => stream === 'masar.log')!);
  identify(otherLog);
  const refused = await masar(['rebuild', '--log'], environment);
  expect(refused).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/another log\. .* masar rebuild --log --accept-other-log\n$/),
  });
  const file = join(original.folder, 'other.gz');
  const backup = await masar(['backup', file], environment);
  expect(backup).toMatchObject({ code: 0, stderr: expect.stringContaining('has what the log has') });
  expect(await checkArchive({ file })).toMatchObject({ events: before.events.length });
  expect(await whole()).toEqual(before);
  const { code, stdout } = await masar(['rebuild', '--log', '--accept-other-log'], environment);
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(otherLog.logId) });
  const alone = await masar(['rebuild', '--accept-loss'], environment);
  expect(alone).toMatchObject({ code: 1, stderr: '--accept-loss and --accept-other-log are for --log\n' });
}, 120_000);
