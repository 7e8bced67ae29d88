import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { RestorableEvent } from '@masar/event-store';
import { type KurrentBackend, openKurrent, toStore } from '@masar/event-store/kurrentdb';
import { openPostgres } from '@masar/event-store/postgres';
import { type TestPostgres, testPostgres } from '@masar/event-store/testing';
import { backUpLog } from '@masar/exchange';
import { masar, startMasar } from '../support/child.js';
import { KurrentDouble } from '../support/kurrent-double/kurrent-double.js';
import { until } from '../support/until.js';
import { logRows, logState } from './support/log-rows.js';

let postgres: TestPostgres;
let double: KurrentDouble;
let prefixes = 0;
beforeAll(async () => {
  postgres = await testPostgres();
  double = await KurrentDouble.start();
}, 120_000);
afterEach(() => double.faults.lift());
afterAll(async () => {
  await double?.stop();
  await postgres?.stop();
}, 60_000);

/** A place of its own on the double, with a database of its own. */
async function freshPlace() {
  return {
    prefix: `restore_${(prefixes += 1)}`,
    url: double.url,
    connectionString: await postgres.createDatabase(),
  };
}
type Place = Awaited<ReturnType<typeof freshPlace>>;

const open = (place: Place, more: object = {}): Promise<KurrentBackend> =>
  openKurrent({ ...place, applicationName: 'masar test', say: () => undefined, ...more });
const onServer = ({ prefix }: Place) =>
  double.contents().filter(({ stream }) => stream.startsWith(`${prefix}-`));

const identity = { logId: '11111111-2222-4333-8444-555555555555', epoch: 3 };

/** A log of events that take turns on some streams, as an archive has it. */
function logOf(events: number): RestorableEvent[] {
  return Array.from({ length: events }, (_, n) => ({
    id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    stream: `restored-${n % 7}`,
    revision: Math.floor(n / 7),
    position: n + 1,
    type: 'SampleRecorded',
    schemaVersion: 1,
    // Some in the same microsecond, as a batch of appends leaves them.
    recordedAt: `2024-03-01T10:00:00.${String(Math.floor(n / 3)).padStart(6, '0')}Z`,
    decidedOn: null,
    effective: '2017',
    actor: { subject: 'tester' },
    commandId: `command-${n}`,
    causationId: null,
    correlationId: 'c',
    bytes: `{"n":${n}}`,
    salt: createHash('sha256').update(String(n)).digest(),
  }));
}
async function* pagesOf(events: readonly RestorableEvent[]) {
  for (let from = 0; from < events.length; from += 100) yield events.slice(from, from + 100);
}

describe('a restore over KurrentDB', () => {
  it('publishes every event in order, at the place the log then has, and the identity last', async () => {
    const place = await freshPlace();
    const backend = await open(place);
    const events = logOf(200);
    await backend.restoring.restore(identity, pagesOf(events));
    await backend.close();
    expect(onServer(place).map(({ id }) => id)).toEqual(events.map(({ id }) => id));
    expect(await logState(place.connectionString)).toEqual({
      ...identity,
      kurrentdb: place.prefix,
      filling: false,
      events: 200,
      placed: 200,
    });
    const identities = double.contents().filter(({ stream }) => stream === `${place.prefix}.log`);
    expect(JSON.parse(identities.at(-1)!.data.toString())).toEqual(identity);

    // Made again from the server alone, the log is the same.
    const again = await open({ ...place, connectionString: await postgres.createDatabase() });
    await until('the log made again', async () => (await again.log.head()).position === 200);
    const rows = await again.log.readAll(0, 500);
    expect(rows.map(({ id, recordedAt, revision, bytes }) => [id, recordedAt, revision, bytes])).toEqual(
      events.map(({ id, recordedAt, revision, bytes }) => [id, recordedAt, revision, bytes]),
    );
    expect(await again.log.identity()).toEqual(identity);
    await again.close();
  }, 120_000);

  it('appends at once what comes to 512 KiB as the server counts, metadata and types too, and no byte more', async () => {
    const most = 512 * 1024;
    const small = await KurrentDouble.start({ maxAppendSize: most });
    try {
      const onOneStream = (bytes: number) => {
        const sizeOf = (event: RestorableEvent) => {
          const { data, metadata, type } = toStore(event);
          return data.length + metadata.length + 2 * type.length;
        };
        const withText = (event: RestorableEvent, length: number) => ({
          ...event,
          bytes: JSON.stringify({ text: 'x'.repeat(length) }),
        });
        const events = logOf(100).map((event, revision) =>
          withText({ ...event, stream: 'restored', revision }, 4_000),
        );
        const last = events.pop()!;
        const left = bytes - events.reduce((sum, event) => sum + sizeOf(event), 0);
        return [...events, withText(last, left - sizeOf(withText(last, 0)))];
      };
      for (const [bytes, appends] of [
        [most, 1],
        [most + 1, 2],
      ] as const) {
        const place = { ...(await freshPlace()), url: small.url };
        const backend = await open(place);
        const { append } = small.counts;
        await backend.restoring.restore(identity, pagesOf(onOneStream(bytes)));
        await backend.close();
        // The last append is that of the identity.
        expect(small.counts.append - append).toBe(appends + 1);
      }
    } finally {
      await small.stop();
    }
  }, 60_000);

  it('outlives answers that are lost, refused and late, and writes nothing twice', async () => {
    const place = await freshPlace();
    const backend = await open(place);
    const events = logOf(120);
    double.faults.chaos({
      seed: 7,
      of: ['cutAfter', 'cutBefore', 'end', 'unavailable', 'notReady', 'slow'],
      kinds: ['append', 'read'],
      chance: 0.1,
    });
    await backend.restoring.restore(identity, pagesOf(events));
    double.faults.lift();
    await backend.close();
    expect(onServer(place).map(({ id }) => id)).toEqual(events.map(({ id }) => id));
  }, 120_000);

  it('refuses a server that has events of a log already, and leaves both as they are', async () => {
    const place = await freshPlace();
    const backend = await open(place);
    await backend.store.append('sample', 'none', [{ ...logOf(1)[0]!, id: randomUUID(), data: { n: 1 } }]);
    await backend.close();
    const other = await open({ ...place, connectionString: await postgres.createDatabase() });
    await expect(other.restoring.restore(identity, pagesOf(logOf(10)))).rejects.toMatchObject({
      code: 'NOT_EMPTY',
    });
    await other.close();
    expect(onServer(place)).toHaveLength(1);
  }, 60_000);

  it('goes on by itself after it: what is appended next is at the next position', async () => {
    const place = await freshPlace();
    const backend = await open(place);
    await backend.restoring.restore(identity, pagesOf(logOf(10)));
    const data = { n: 'next' };
    const appended = await backend.store.append('restored-0', 1, [
      { ...logOf(1)[0]!, id: randomUUID(), data },
    ]);
    expect(appended).toMatchObject({ position: 11, revision: 2, duplicate: false });
    await backend.close();
  }, 60_000);
});

describe('masar restore over KurrentDB', () => {
  let folder: string;
  let archive: string;
  let other: string;
  let source: string;
  const total = 400;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'masar-kurrentdb-restore-'));
    [archive, other] = [join(folder, 'log.gz'), join(folder, 'other.gz')];
    for (const [file, events] of [
      [other, total - 1],
      [archive, total],
    ] as const) {
      source = await postgres.createDatabase();
      const backend = await openPostgres({ connectionString: source });
      await backend.restoring.restore(identity, pagesOf(logOf(events)));
      await backUpLog({ log: backend.log, file, now: new Date() });
      await backend.close();
    }
  }, 60_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('killed while it publishes, is refused by everything else, and goes on with the same archive alone', async () => {
    const place = await freshPlace();
    const env = {
      KURRENTDB_URL: place.url,
      KURRENTDB_PREFIX: place.prefix,
      DATABASE_URL: place.connectionString,
      MASAR_DATA: join(folder, 'data'),
    };
    double.faults.slow(5, { kinds: ['append'] });
    for (const many of [50, 200]) {
      const running = startMasar(['restore', archive, '--no-erasures'], env);
      await until('events on the server', () => onServer(place).length >= many, 60_000);
      running.process.kill('SIGKILL');
      expect(await running.ended).toMatchObject({ signal: 'SIGKILL', stdout: '' });
      expect(onServer(place).length).toBeLessThan(total);
      expect(await logState(place.connectionString)).toMatchObject({ filling: true, events: total });
    }
    const stopped = startMasar(['restore', archive, '--no-erasures'], env);
    await until('events on the server', () => onServer(place).length >= 250, 60_000);
    stopped.process.kill('SIGINT');
    expect(await stopped.ended).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('it was stopped; the same restore again goes on from there\n'),
    });
    double.faults.lift();
    await expect(open(place)).rejects.toMatchObject({ code: 'UNSAFE_STORE' });
    const lastLine = (stderr: string) => stderr.trimEnd().split('\n').at(-1);
    const wrong = await masar(['restore', other, '--no-erasures'], env);
    expect({ code: wrong.code, why: lastLine(wrong.stderr) }).toEqual({
      code: 1,
      why: expect.stringMatching(/^the store is being filled .* at position 400 this is not the same/),
    });
    expect((await masar(['backup'], env)).stderr).toContain('was broken off');

    const done = await masar(['restore', archive, '--no-erasures', '--json'], env);
    expect({ code: done.code, stdout: JSON.parse(done.stdout) }).toMatchObject({
      code: 0,
      stdout: { events: total, newEpoch: identity.epoch + 1 },
    });
    expect(new Set(onServer(place).map(({ id }) => id)).size).toBe(total);
    expect(onServer(place)).toHaveLength(total);
    expect(await logRows(place.connectionString)).toEqual(await logRows(source));
    expect(await logState(place.connectionString)).toMatchObject({ filling: false, placed: total });
  }, 180_000);
});
