import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  KurrentConnection,
  type KurrentBackend,
  type KurrentOptions,
  openKurrent,
  readServerStream,
} from '@masar/event-store/kurrentdb';
import { type TestPostgres, testPostgres } from '@masar/event-store/testing';
import { freshStream, sampleEvent, sampleEvents } from '../../libs/event-store/src/contract/sample-events.js';
import type { DoubleEvent } from '../support/kurrent-double/double-log.js';
import { KurrentDouble } from '../support/kurrent-double/kurrent-double.js';

const root = join(import.meta.dirname, '../..');

let postgres: TestPostgres;
let double: KurrentDouble;
const opened: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  postgres = await testPostgres();
}, 120_000);
afterAll(() => postgres?.stop(), 60_000);
beforeEach(async () => {
  double = await KurrentDouble.start();
});
afterEach(async () => {
  double.faults.lift();
  await Promise.all(opened.splice(0).map((one) => one.close()));
  await double.stop();
}, 60_000);

async function open(limits: KurrentOptions['limits'] = {}): Promise<KurrentBackend> {
  const one = await openKurrent({
    url: double.url,
    connectionString: await postgres.createDatabase(),
    applicationName: 'masar test',
    silenceMs: 1_000,
    limits: { tryMs: 500, ...limits },
  });
  opened.push(one);
  // Its log has been up to date before: what is looked at is what becomes of an append that may be sent.
  await one.pool.query('update masar.sequencer set caught_up = true');
  return one;
}

/** The events under our prefix, in the server's order. */
function onServer(): readonly DoubleEvent[] {
  return double.contents().filter(({ stream }) => stream.startsWith('masar-'));
}

async function connect(url = double.url): Promise<KurrentConnection> {
  const connection = await KurrentConnection.open({ url, connectionName: 'masar test' });
  opened.push(connection);
  return connection;
}

describe('the hazards of the client of KurrentDB, over a protocol double', () => {
  it('(1) a first read while the server is down does not keep later reads from it once it is up', async () => {
    double.append('masar-sample', [{}]);
    const connection = await connect();
    await double.die();
    for (let n = 0; n < 2; n += 1) {
      await expect(readServerStream(connection, 'masar-sample')).rejects.toMatchObject({
        kind: 'unavailable',
        mayHaveBeenSent: false,
      });
    }
    await double.revive();
    expect(await readServerStream(connection, 'masar-sample')).toHaveLength(1);
    // A client that has read before, and whose connection for reading breaks, is made anew as well.
    await double.die();
    await expect(readServerStream(connection, 'masar-sample')).rejects.toMatchObject({ kind: 'unavailable' });
    await double.revive();
    expect(await readServerStream(connection, 'masar-sample')).toHaveLength(1);
  });

  it('(1) a stream is read through a server that was away meanwhile', async () => {
    const { store } = await open();
    const stream = freshStream();
    await store.append(stream, 'none', sampleEvents(2));
    await double.die();
    const reading = store.readStream(stream);
    await double.revive();
    expect(await reading).toHaveLength(2);
  });

  it.each([
    ['never answered', () => double.faults.hang({ kinds: ['append'], times: 1 })],
    ['answered by a clean end', () => double.faults.endWithoutAnswer({ times: 1 })],
    ['written and cut', () => double.faults.cutAfterCommit({ kinds: ['append'], times: 1 })],
    ['cut before it is written', () => double.faults.cutBeforeCommit({ kinds: ['append'], times: 1 })],
    ['refused by a node that does not lead', () => double.faults.notLeader({ kinds: ['append'], times: 1 })],
    ['met by a server that is starting', () => double.faults.notReady({ kinds: ['append'], times: 1 })],
  ])('(2) an append that is %s is sent again with the same ids, and stands once', async (_what, fail) => {
    const { store, log } = await open();
    const stream = freshStream();
    fail();
    const events = sampleEvents(3);
    const appended = await store.append(stream, 'none', events);
    expect(appended).toMatchObject({ revision: 2, firstPosition: 1, position: 3, duplicate: false });
    const ids = events.map(({ id }) => id);
    expect(onServer().map(({ id }) => id)).toEqual(ids);
    expect((await log.readAll(0, 10)).map(({ id }) => id)).toEqual(ids);
  });

  it('(2) what is not answered in time is unknown where it was sent, and answered by a later retry', async () => {
    const { store } = await open({ tryMs: 100, patienceMs: 700 });
    const stream = freshStream();
    const events = sampleEvents(2);
    const lift = double.faults.endWithoutAnswer();
    await expect(store.append(stream, 'none', events)).rejects.toMatchObject({
      code: 'OUTCOME_UNKNOWN',
      message: expect.stringContaining('retry with the same ids'),
    });
    lift();
    expect(await store.append(stream, 'none', events)).toMatchObject({ position: 2, duplicate: true });
    expect(onServer()).toHaveLength(2);
  });

  it('(2) one append without an answer does not spoil those beside it', async () => {
    const { store } = await open();
    await store.append(freshStream(), 'none', sampleEvents(1));
    double.faults.hang({ kinds: ['append'], times: 1, after: 5 });
    const appended = await Promise.all(
      Array.from({ length: 20 }, () => store.append(freshStream(), 'none', sampleEvents(1))),
    );
    expect(new Set(appended.map(({ position }) => position)).size).toBe(20);
    expect(appended.map(({ duplicate }) => duplicate)).toEqual(appended.map(() => false));
    expect(onServer()).toHaveLength(21);
  });

  it('(3) data that JSON cannot write are refused at once, and nothing waits for them', async () => {
    const { store } = await open();
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    for (const data of [{ n: 1n }, { at: new Date(0) }, { n: NaN }]) {
      await expect(store.append(freshStream(), 'none', [sampleEvent(data as never)])).rejects.toMatchObject({
        code: 'INVALID_EVENT',
      });
    }
    await expect(store.append(freshStream(), 'none', [sampleEvent(circular as never)])).rejects.toThrow();
    expect(onServer()).toEqual([]);
    expect(await store.append(freshStream(), 'none', sampleEvents(1))).toMatchObject({ position: 1 });
  });

  it('(5) the recorded time is the one of our own in the metadata, and not the one the client cuts', async () => {
    const { store, connection, names } = await open();
    const stream = freshStream();
    const before = new Date().toISOString();
    const { recordedAt } = await store.append(stream, 'none', sampleEvents(1));
    const after = new Date().toISOString();
    const [read] = await store.readStream(stream);
    expect(read!.recordedAt).toBe(recordedAt);
    expect(recordedAt.slice(0, 23) >= before.slice(0, 23)).toBe(true);
    expect(recordedAt.slice(0, 23) <= after.slice(0, 23)).toBe(true);
    const [kept] = await readServerStream(connection, names.onServer(stream));
    expect(kept!.metadata).toMatchObject({ recordedAt });
    // What the hazard is: the time the client reads has no thousandths.
    const client = await connection.current();
    for await (const { event } of client.readStream(names.onServer(stream))) {
      expect(event!.created.getMilliseconds()).toBe(0);
    }
  });

  it('(6) an append that failed is never answered as one that did not, whatever the URL asks for', async () => {
    await expect(connect(`${double.url}&throwOnAppendFailure=false`)).rejects.toMatchObject({
      code: 'UNSAFE_STORE',
      message: expect.stringContaining('throwOnAppendFailure'),
    });
    const { store } = await open();
    const stream = freshStream();
    await store.append(stream, 'none', sampleEvents(1));
    await expect(store.append(stream, 'none', sampleEvents(1))).rejects.toMatchObject({
      name: 'ConcurrencyError',
      expected: 'none',
      actual: 0,
    });
  });

  it('(7) only one major version of google-protobuf is installed', async () => {
    const { packages } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
      readonly packages: Readonly<Record<string, { readonly version?: string }>>;
    };
    const majors = Object.entries(packages)
      .filter(([path]) => path.endsWith('node_modules/google-protobuf'))
      .map(([, { version }]) => version!.split('.')[0]);
    expect(new Set(majors)).toEqual(new Set(['3']));
  });

  it('(8) a server that is down at an append, a bare gRPC error 14, is waited for', async () => {
    const { store } = await open();
    await double.die();
    const events = sampleEvents(1);
    const appending = store.append(freshStream(), 'none', events);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await double.revive();
    expect(await appending).toMatchObject({ position: 1, duplicate: false });
    double.faults.refuse({ kinds: ['append'], times: 2 });
    expect(await store.append(freshStream(), 'none', sampleEvents(1))).toMatchObject({ position: 2 });
  });

  it('(8) where nothing was ever sent, this try wrote nothing, and the answer says so', async () => {
    const { store, sequencing } = await open({ patienceMs: 600 });
    await double.die();
    // By then the client knows: what it has a connection for may leave on it.
    while ((await sequencing.state()).why === null) await new Promise((resolve) => setTimeout(resolve, 5));
    await expect(store.append(freshStream(), 'none', sampleEvents(1))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('this try wrote nothing'),
    });
    await double.revive();
    expect(onServer()).toEqual([]);
  });

  it('gossipTimeout, seconds in one channel and thousandths of them in the other, is refused', async () => {
    await expect(connect(`${double.url}&gossip_timeout=5`)).rejects.toMatchObject({
      code: 'UNSAFE_STORE',
      message: expect.stringMatching(/gossipTimeout.*leave it out/),
    });
  });

  it('metadata are sent as octets and no Buffer, which the client would write as JSON', async () => {
    const { store, names } = await open();
    const stream = freshStream();
    await store.append(stream, 'none', [sampleEvent({ n: 1 })]);
    const [event] = onServer();
    expect(event).toMatchObject({ stream: names.onServer(stream), isJson: false });
    expect(event!.data.toString()).toBe('{"n":1}');
    expect(JSON.parse(event!.metadata.toString())).toMatchObject({
      commandId: 'a-command',
      schemaVersion: 1,
    });
  });
});

describe('a client of KurrentDB that is given up', () => {
  it('leaves no connection behind', async () => {
    const connection = await connect();
    for (let n = 0; n < 3; n += 1) {
      await connection.serverVersion();
      connection.discard(await connection.current());
    }
    await connection.serverVersion();
    await until(() => double.open === 1);
    await connection.close();
    await until(() => double.open === 0);
  });

  it('is replaced where the server takes connections and says nothing, and ends at once when it is closed', async () => {
    const sockets = new Set<{ destroy(): void }>();
    const silent = createServer((socket) => sockets.add(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { readonly port: number };
    const connection = await connect(`kurrentdb://127.0.0.1:${port}?tls=false`);
    await expect(connection.request('asking', () => Promise.resolve(), 200)).rejects.toMatchObject({
      kind: 'unavailable',
      mayHaveBeenSent: false,
    });
    const refused = connection.serverVersion().catch((error: unknown) => error);
    const begun = Date.now();
    await connection.close();
    expect(await refused).toMatchObject({ kind: 'unavailable' });
    expect(Date.now() - begun).toBeLessThan(5_000);
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
  });
});

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('waited 10 s in vain');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
