import { once } from 'node:events';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { followAll, KurrentConnection, readServerAll, StreamNames } from '@masar/event-store/kurrentdb';
import { KurrentDouble } from '../support/kurrent-double/kurrent-double.js';
import { until } from '../support/until.js';

let double: KurrentDouble;
let connection: KurrentConnection;
let ending: AbortController;
const names = new StreamNames('masar');
beforeAll(async () => {
  double = await KurrentDouble.start();
}, 60_000);
beforeEach(async () => {
  await double.stop();
  double = await KurrentDouble.start();
  connection = await KurrentConnection.open({ url: double.url, connectionName: 'masar test' });
  ending = new AbortController();
});
afterEach(async () => {
  ending.abort();
  await connection.close();
});
afterAll(() => double?.stop());

type Place = { readonly commit: bigint; readonly prepare: bigint };
const isBefore = (a: Place, b: Place) =>
  a.commit < b.commit || (a.commit === b.commit && a.prepare < b.prepare);

/** Octets an event of this size has. */
const octets = (size: number) => new Uint8Array(size).fill(32);
const write = (stream: string, count: number, size = 10) =>
  double.append(
    stream,
    Array.from({ length: count }, () => ({ data: octets(size) })),
  );

describe('what follows all streams', () => {
  it('never says that it is past an event it has not given, however far ahead the server says it came', async () => {
    for (let n = 0; n < 20; n += 1) {
      write(`masar-${n % 3}`, 40);
      write('others', 900);
    }
    const ours = double.contents().filter(({ stream }) => stream.startsWith('masar-'));
    const given: string[] = [];
    let last: Place | undefined;
    for await (const { events, upTo } of followAll(connection, names, null, { signal: ending.signal })) {
      given.push(...events.map(({ id }) => id));
      expect(given).toEqual(ours.slice(0, given.length).map(({ id }) => id));
      const next = ours[given.length];
      if (next) expect(isBefore(upTo, next)).toBe(true);
      if (last) expect(isBefore(last, upTo)).toBe(true);
      last = upTo;
      // What comes meanwhile, checkpoints among it, comes before this is asked for more.
      await new Promise((resolve) => setImmediate(resolve));
      if (given.length === ours.length && isBefore(ours.at(-1)!, upTo)) break;
    }
    expect(given).toHaveLength(800);
  });

  it('begins behind a place that one of others has', async () => {
    write('masar-one', 2);
    write('others', 3);
    const place = double.contents().at(-1)!;
    write('masar-one', 2);
    write('others', 1);
    const third = double.contents()[5];
    const after = { commit: place.commit, prepare: place.prepare };
    for await (const { events } of followAll(connection, names, after, { signal: ending.signal })) {
      expect(events[0]?.id).toBe(third!.id);
      break;
    }
  });

  it('holds little of what it is behind by: the server waits until it is taken', async () => {
    const [count, size] = [20_000, 4_000];
    for (let n = 0; n < 20; n += 1) write(`masar-${n}`, count / 20, size);
    let passed = 0;
    const sockets = new Set<Socket>();
    const { host, port } = double.nodes[0]!.address;
    const counting = createServer({ noDelay: true }, (client) => {
      const server = connect({ port, host, noDelay: true });
      for (const socket of [client, server]) {
        sockets.add(socket);
        socket.on('error', () => undefined);
      }
      server.on('data', (bytes) => (passed += bytes.length));
      server.pipe(client).pipe(server);
    }).listen(0, '127.0.0.1');
    await once(counting, 'listening');
    const through = await KurrentConnection.open({
      url: `kurrentdb://127.0.0.1:${(counting.address() as AddressInfo).port}?tls=false`,
      connectionName: 'masar test',
    });
    let given = 0;
    let held = 0;
    for await (const { events } of followAll(through, names, null, { signal: ending.signal })) {
      given += events.length;
      if (held === 0) {
        // Nothing is taken until no more comes.
        let before = -1;
        await until('an end of what comes', async () => {
          const isOver = passed === before;
          before = passed;
          await new Promise((resolve) => setTimeout(resolve, 300));
          return isOver;
        });
        held = passed;
      }
      if (given === count) break;
    }
    expect(held).toBeGreaterThan(1_000_000);
    expect(held).toBeLessThan(10_000_000);
    expect(passed).toBeGreaterThan(count * size);
    await through.close();
    for (const socket of sockets) socket.destroy();
    counting.close();
  });

  it('goes on where it was cut, again and again', async () => {
    const given: string[] = [];
    const following = (async () => {
      for await (const { events } of followAll(connection, names, null, { signal: ending.signal })) {
        given.push(...events.map(({ id }) => id));
      }
    })();
    for (let n = 0; n < 20; n += 1) {
      write(`masar-${n}`, 100);
      await until('a few', () => given.length > n * 100);
      double.cutAll();
    }
    await until('all', () => given.length >= 2_000);
    ending.abort();
    await following;
    expect(given).toEqual(double.contents().map(({ id }) => id));
  });
});

describe('what is read of all streams', () => {
  it('is answered once there is as much as was asked for, however much others wrote beyond it, on one connection', async () => {
    write('masar-one', 2);
    write('others', 20_000);
    double.faults.scanSlowly(100);
    // What the client writes through, and gives up where it takes a call that ended for a lost connection.
    const client = (await connection.current()) as unknown as { getChannel(): Promise<object> };
    const channel = await client.getChannel();
    const began = Date.now();
    const range = { limit: 2, prefixes: [names.all] };
    for (let n = 0; n < 3; n += 1) expect(await readServerAll(connection, range)).toHaveLength(2);
    expect(Date.now() - began).toBeLessThan(1_500);
    // Calls beside one that was left go on, and none has to connect again.
    const beside = readServerAll(connection, { limit: 30_000 });
    const [left, whole] = await Promise.all([readServerAll(connection, range), beside]);
    expect([left.length, whole.length]).toEqual([2, 20_002]);
    expect(await client.getChannel()).toBe(channel);
    expect(double.connections).toBe(1);
  });
});
