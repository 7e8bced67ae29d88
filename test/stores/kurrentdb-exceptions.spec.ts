import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type KurrentBackend, openKurrent } from '@masar/event-store/kurrentdb';
import { kurrentExceptions } from '../../libs/event-store/src/contract/kurrentdb-exceptions.js';
import { sampleEvent, sampleEvents } from '../../libs/event-store/src/contract/sample-events.js';
import { OrderedLogFixture } from './support/ordered-log-fixture.js';
import { until } from '../support/until.js';

let fixture: OrderedLogFixture;
const opened: KurrentBackend[] = [];
beforeAll(async () => {
  fixture = await OrderedLogFixture.start();
}, 120_000);
beforeEach(() => fixture.anew());
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});
afterAll(() => fixture?.stop(), 60_000);

async function open(connectionString: string, logMs?: number): Promise<KurrentBackend> {
  const backend = await openKurrent({
    url: fixture.double.url,
    connectionString,
    applicationName: 'masar test',
    silenceMs: 300,
    retryHaltedMs: 200,
    ...(logMs !== undefined && { limits: { logMs } }),
  });
  opened.push(backend);
  return backend;
}

const [twoStreams, size, brokenOff] = kurrentExceptions.map(({ name }) => name);

describe('where a store on KurrentDB differs from the contract', () => {
  it(`${twoStreams}: found by the sequencer, which halts; nothing more is taken until somebody has looked`, async () => {
    const one = await open(await fixture.postgres.createDatabase(), 300);
    const other = await open(await fixture.postgres.createDatabase(), 300);
    // Both logs have been up to date.
    await one.store.append('first', 'none', [sampleEvent()]);
    await other.store.append('second', 'none', [sampleEvent()]);
    const lift = fixture.double.faults.silence();
    fixture.double.cutAll();
    const { subscribe } = fixture.double.counts;
    await until('subscriptions that are told nothing', () => fixture.double.counts.subscribe > subscribe + 1);
    const unknown = sampleEvent();
    for (const [{ store }, stream] of [
      [one, 'third'],
      [other, 'fourth'],
    ] as const) {
      await expect(store.append(stream, 'none', [unknown])).rejects.toMatchObject({
        code: 'NOT_YET_READABLE',
        message: expect.stringContaining(`recorded on stream ${stream} up to revision 0`),
      });
    }
    lift();
    await until('a halt', async () => (await one.sequencing.state()).state === 'halted');
    expect((await one.sequencing.state()).why).toContain(`event 0 of masar-fourth has the id ${unknown.id}`);
    // The first stands, and is answered as ever.
    expect(await one.store.append('third', 'none', [unknown])).toMatchObject({
      position: 3,
      duplicate: true,
    });
    await expect(one.store.append('fifth', 'none', [sampleEvent()])).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('masar-fourth'),
    });
  });

  it(`${size}: refused by the server's bound, with both numbers, and nothing is written`, async () => {
    const { store } = await open(await fixture.postgres.createDatabase());
    const large = sampleEvents(30).map((event) => ({ ...event, data: { text: 'x'.repeat(50_000) } }));
    const refused = await store.append('one', 'none', large).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 'EVENT_TOO_LARGE',
      message: expect.stringMatching(/30 events of 15\d{5} bytes .* 1048576 bytes/),
    });
    expect(await store.readStream('one')).toEqual([]);
    expect(await store.append('one', 'none', large.slice(0, 15))).toMatchObject({ revision: 14 });
  });

  it(`${brokenOff}: nobody opens the store until it is run again and has gone on`, async () => {
    const database = await fixture.postgres.createDatabase();
    const { restoring } = await open(database);
    const events = Array.from({ length: 6 }, (_, index) => {
      const { data, ...event } = sampleEvent({ n: index });
      const recordedAt = `2026-01-31T10:11:1${index}.000000Z`;
      const salt = new Uint8Array(32).fill(index);
      const place = { stream: `item-${index}`, revision: 0, position: index + 1 };
      return { ...event, ...place, recordedAt, salt, bytes: JSON.stringify(data) };
    });
    const identity = { logId: '0b5a3b1e-0000-4000-8000-000000000001', epoch: 2 };
    const pages = async function* () {
      yield events;
    };
    // Two are on the server when the third is denied.
    const lift = fixture.double.faults.deny({ kinds: ['append'], after: 2 });
    await expect(restoring.restore(identity, pages())).rejects.toMatchObject({ code: 'UNSAFE_STORE' });
    lift();
    for (const one of opened.splice(0)) await one.close();
    await expect(open(database)).rejects.toMatchObject({
      code: 'UNSAFE_STORE',
      message: expect.stringContaining('run the same again'),
    });

    const again = await openKurrent({
      url: fixture.double.url,
      connectionString: database,
      applicationName: 'masar test',
      filling: true,
    });
    opened.push(again);
    expect(await again.restoring.restore(identity, pages())).toMatchObject({ position: 6 });
    for (const one of opened.splice(0)) await one.close();
    const whole = await open(database);
    expect(await whole.log.readAll(0, 10)).toMatchObject(
      events.map(({ id, position, recordedAt, bytes }) => ({ id, position, recordedAt, bytes })),
    );
  });
});
