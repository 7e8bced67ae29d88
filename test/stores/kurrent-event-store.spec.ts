import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventStore } from '@masar/event-store';
import { type KurrentBackend, type KurrentOptions, openKurrent } from '@masar/event-store/kurrentdb';
import { type TestPostgres, testPostgres } from '@masar/event-store/testing';
import { freshStream, sampleEvent, sampleEvents } from '../../libs/event-store/src/contract/sample-events.js';
import { type DoubleOptions, KurrentDouble } from '../support/kurrent-double/kurrent-double.js';
import { until } from '../support/until.js';

let postgres: TestPostgres;
let double: KurrentDouble;
const opened: KurrentBackend[] = [];

beforeAll(async () => {
  postgres = await testPostgres();
}, 120_000);
afterAll(() => postgres?.stop(), 60_000);
beforeEach(async () => {
  await start();
});
afterEach(stop, 60_000);

async function start(options?: DoubleOptions): Promise<void> {
  double = await KurrentDouble.start(options);
}

async function stop(): Promise<void> {
  double.faults.lift();
  await Promise.all(opened.splice(0).map((one) => one.close()));
  await double.stop();
}

async function open(
  limits: KurrentOptions['limits'] = {},
  connectionString?: string,
): Promise<KurrentBackend> {
  const one = await openKurrent({
    url: double.url,
    connectionString: connectionString ?? (await postgres.createDatabase()),
    applicationName: 'masar test',
    silenceMs: 500,
    limits: { tryMs: 500, ...limits },
  });
  opened.push(one);
  // Its log has been up to date before: what is looked at is what becomes of an append that may be sent.
  await one.pool.query('update masar.sequencer set caught_up = true');
  return one;
}

const events = (): number => double.contents().filter(({ stream }) => stream.startsWith('masar-')).length;

describe('an append to KurrentDB, over a protocol double', () => {
  it('is recorded and not yet readable where the log does not follow, and answered by the same again', async () => {
    const { store } = await open({ logMs: 700 });
    const stream = freshStream();
    const batch = sampleEvents(2);
    const lift = double.faults.silence();
    double.cutAll();
    await expect(store.append(stream, 'none', batch)).rejects.toMatchObject({
      code: 'NOT_YET_READABLE',
      message: expect.stringContaining(`recorded on stream ${stream} up to revision 1`),
    });
    lift();
    // Asked again before the log has it, or after: what stands is what was sent first.
    const again = await repeatedly(() => store.append(stream, 'none', batch));
    expect(again).toMatchObject({ firstPosition: 1, position: 2, revision: 1, duplicate: true });
    expect(events()).toBe(2);
  });

  it('is refused while the log stands still, with the reason, and nothing is written', async () => {
    const { store, sequencing, pool } = await open();
    await store.append(freshStream(), 'none', sampleEvents(1));
    double.append('masar-foreign', [{ data: { not: 'ours' } }]);
    await until('the log stands still', async () => (await sequencing.state()).state === 'halted');
    await expect(store.append(freshStream(), 'none', sampleEvents(1))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/stands still; this try wrote nothing.*foreign/),
    });
    expect(events()).toBe(2);
    // Nor are its ids claimed, in a log that takes no claim away.
    expect((await pool.query('select from masar.claimed_id')).rows).toEqual([]);
  });

  it('that is sent again is told of itself alone, where the log stands still since and the first try stands', async () => {
    const { store, sequencing } = await open({ logMs: 300 });
    await store.append(freshStream(), 'none', sampleEvents(1));
    const lift = double.faults.silence();
    double.cutAll();
    double.append('masar-foreign', [{ data: { not: 'ours' } }]);
    const [stream, batch] = [freshStream(), sampleEvents(1)];
    await expect(store.append(stream, 'none', batch)).rejects.toMatchObject({ code: 'NOT_YET_READABLE' });
    lift();
    await until('the log stands still', async () => (await sequencing.state()).state === 'halted');
    const refused = await store.append(stream, 'none', batch).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('this try wrote nothing'),
    });
    expect(String(refused)).not.toContain('nothing was written');
    expect(double.contents().filter(({ id }) => id === batch[0]!.id)).toHaveLength(1);
  });

  it('that is larger than the server takes is refused with both sizes, and nothing is written', async () => {
    await stop();
    await start({ maxAppendSize: 20_000 });
    const { store } = await open();
    const large = Array.from({ length: 3 }, () => sampleEvent({ text: 'x'.repeat(9_000) }));
    await expect(store.append(freshStream(), 'none', large)).rejects.toMatchObject({
      code: 'EVENT_TOO_LARGE',
      message: expect.stringMatching(/^3 events of 2\d{4} bytes.*20000 bytes/),
    });
    expect(events()).toBe(0);
    expect(await store.append(freshStream(), 'none', large.slice(1))).toMatchObject({ position: 2 });
  });

  it('to a stream that was deleted on the server is refused for good', async () => {
    const { store } = await open();
    const stream = freshStream();
    await store.append(stream, 'none', sampleEvents(1));
    double.tombstone(`masar-${stream}`);
    await expect(store.append(stream, 0, sampleEvents(1))).rejects.toMatchObject({
      code: expect.stringMatching(/UNSAFE_STORE|UNAVAILABLE/),
    });
    expect(double.contents().filter(({ type }) => type === 'SampleRecorded')).toHaveLength(1);
  });

  it('that the user may not make is refused, and says that it wrote nothing', async () => {
    const { store } = await open();
    double.faults.deny({ kinds: ['append'], times: 1 });
    await expect(store.append(freshStream(), 'none', sampleEvents(1))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/this try wrote nothing.*denies/),
    });
    expect(events()).toBe(0);
  });

  it('whose answer was lost and whose retry is denied is unknown, not refused', async () => {
    const { store } = await open();
    const stream = freshStream();
    const batch = sampleEvents(1);
    double.faults.deny({ kinds: ['append'], times: 1 });
    double.faults.cutAfterCommit({ kinds: ['append'], times: 1 });
    await expect(store.append(stream, 'none', batch)).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    double.faults.lift();
    expect(await store.append(stream, 'none', batch)).toMatchObject({ position: 1, duplicate: true });
    expect(events()).toBe(1);
  });

  it('some of whose events stand already is a partial duplicate, also where the log does not have them yet', async () => {
    const { store } = await open({ logMs: 300 });
    const stream = freshStream();
    const [known, fresh] = [sampleEvent(), sampleEvent()];
    double.faults.silence();
    double.cutAll();
    await expect(store.append(stream, 'none', [known])).rejects.toMatchObject({ code: 'NOT_YET_READABLE' });
    await expect(store.append(stream, 'none', [known, fresh])).rejects.toMatchObject({
      code: 'PARTIAL_DUPLICATE',
    });
    expect(events()).toBe(1);
  });

  it('of which the log has the first events only, as between two of its pages, is no partial duplicate', async () => {
    const { store, pool } = await open({ logMs: 300 });
    const stream = freshStream();
    const batch = sampleEvents(3);
    const lift = double.faults.silence();
    double.cutAll();
    await expect(store.append(stream, 'none', batch)).rejects.toMatchObject({ code: 'NOT_YET_READABLE' });
    await pool.query(
      `insert into masar.event (position, stream, revision, id, type, schema_version, recorded_at, meta, data, salt)
       values (1, $1, 0, $2, 'SampleRecorded', 1, now(), '{}', '{}', '')`,
      [stream, batch[0]!.id],
    );
    await expect(store.append(stream, 'none', batch)).rejects.toMatchObject({ code: 'NOT_YET_READABLE' });
    // Nor where it is meant for another place now; with an event more it is one.
    await expect(store.append(stream, 0, batch)).rejects.toMatchObject({ code: 'NOT_YET_READABLE' });
    const more = [...batch, ...sampleEvents(1)];
    await expect(store.append(stream, 0, more)).rejects.toMatchObject({ code: 'PARTIAL_DUPLICATE' });
    expect(events()).toBe(3);
    lift();
  });

  it('by another process with the same ids is answered as the first time', async () => {
    const connectionString = await postgres.createDatabase();
    const [one, other] = [await open({}, connectionString), await open({}, connectionString)];
    const stream = freshStream();
    const batch = sampleEvents(3);
    const answers = await Promise.all([one, other].map(({ store }) => store.append(stream, 'none', batch)));
    expect(answers[0]!.position).toBe(answers[1]!.position);
    expect(answers.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(events()).toBe(3);
  });

  it('ends when the store is closed while the server is away, within the time that closing has', async () => {
    const { store } = await open({ closeMs: 600 });
    await store.append(freshStream(), 'none', sampleEvents(1));
    await double.die();
    const under = Promise.allSettled(
      Array.from({ length: 5 }, () => store.append(freshStream(), 'none', sampleEvents(1))),
    );
    const begun = Date.now();
    await store.close();
    expect(Date.now() - begun).toBeLessThan(10_000);
    for (const { status } of await under) expect(status).toBe('rejected');
    await expect(store.append(freshStream(), 'none', sampleEvents(1))).rejects.toMatchObject({
      code: 'CLOSED',
    });
  });

  it('is refused where more wait than memory is meant for', async () => {
    const { store } = await open({ patienceMs: 2_000 });
    await double.die();
    const large = sampleEvent({ text: 'x'.repeat(50_000) });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 800 }, () =>
        store.append(freshStream(), 'none', [{ ...large, id: sampleEvent().id }]),
      ),
    );
    const codes = outcomes.map((outcome) => (outcome as { reason?: { code?: string } }).reason?.code);
    expect(codes.filter((code) => code === 'OVERLOADED').length).toBeGreaterThan(100);
    // The first of them may have left before the server was found to be away.
    expect(['OVERLOADED', 'UNAVAILABLE', 'OUTCOME_UNKNOWN']).toEqual(expect.arrayContaining(codes));
    await double.revive();
    expect(await store.append(freshStream(), 'none', [large])).toMatchObject({ position: 1 });
  });
});

describe('a stream on KurrentDB, over a protocol double', () => {
  it('whose first events the server no longer shows is not read as if it had none', async () => {
    const { store } = await open();
    const stream = freshStream();
    await store.append(stream, 'none', sampleEvents(4));
    double.setMetadata(`masar-${stream}`, { $tb: 2 });
    await expect(store.readStream(stream)).rejects.toMatchObject({
      code: 'UNSAFE_STORE',
      message: expect.stringContaining(`${stream}: event 0`),
    });
    expect(await store.readStream(stream, { from: 2 })).toHaveLength(2);
    await expect(store.readStream(stream, { direction: 'backwards' })).rejects.toMatchObject({
      code: 'UNSAFE_STORE',
    });
    double.tombstone(`masar-${stream}`);
    await expect(store.readStream(stream)).rejects.toMatchObject({ code: 'UNSAFE_STORE' });
  });

  it('of more events than one page is read whole, both ways', async () => {
    const { store } = await open();
    const stream = freshStream();
    let revision: number | 'none' = 'none';
    for (let n = 0; n < 5; n += 1) {
      ({ revision } = await store.append(stream, revision, sampleEvents(256)));
    }
    const revisions = async (range: Parameters<EventStore['readStream']>[1]) =>
      (await store.readStream(stream, range)).map((event) => event.revision);
    const all = Array.from({ length: 1_280 }, (_, index) => index);
    expect(await revisions({})).toEqual(all);
    expect(await revisions({ direction: 'backwards' })).toEqual(all.toReversed());
    expect(await revisions({ from: 400, limit: 700 })).toEqual(all.slice(400, 1_100));
    expect(await revisions({ direction: 'backwards', from: 5_000, limit: 2 })).toEqual([1_279, 1_278]);
    expect(await revisions({ direction: 'backwards', from: -1 })).toEqual([]);
    expect(await revisions({ limit: 0 })).toEqual([]);
  });

  it('holding an event of somebody else is not read', async () => {
    const { store } = await open();
    double.append('masar-foreign', [{ data: { not: 'ours' } }]);
    await expect(store.readStream('foreign')).rejects.toMatchObject({
      code: 'UNSAFE_STORE',
      message: expect.stringContaining('not written by Masar'),
    });
  });

  it('is waited for until the log has it, and is behind where the log never does', async () => {
    const { store } = await open({ logMs: 600 });
    const stream = freshStream();
    const lift = double.faults.silence();
    double.cutAll();
    const batch = sampleEvents(2);
    await expect(store.append(stream, 'none', batch)).rejects.toMatchObject({ code: 'NOT_YET_READABLE' });
    await expect(store.readStream(stream)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      ids: batch.map(({ id }) => id),
    });
    lift();
    expect(await repeatedly(() => store.readStream(stream))).toHaveLength(2);
  });

  it('cannot be read where the server stays away, and says so in time', async () => {
    const { store } = await open({ readMs: 600 });
    await double.die();
    await expect(store.readStream(freshStream())).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('try again'),
    });
  });
});

/** Until it is no longer refused for the log's sake. */
async function repeatedly<T>(run: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      return await run();
    } catch (error) {
      const { code } = error as { readonly code?: string };
      const behind = code === 'NOT_YET_READABLE' || code === 'UNAVAILABLE';
      if (!behind || Date.now() > deadline) throw error;
    }
  }
}
