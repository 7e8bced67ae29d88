import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  CancelledError,
  KurrentDBClient,
  NotLeaderError,
  UnavailableError,
  binaryEvent,
  streamNameFilter,
} from '@kurrent/kurrentdb-client';
import type { Fate } from '../support/kurrent-double/faults.js';
import { KurrentDouble } from '../support/kurrent-double/kurrent-double.js';
import { until } from '../support/until.js';

let double: KurrentDouble;
let clients: KurrentDBClient[];

beforeEach(async () => {
  double = await KurrentDouble.start();
  clients = [];
});

afterEach(async () => {
  double.faults.lift();
  // It waits for ever for a call that ended without an answer.
  await soon(Promise.all(clients.map((client) => client.dispose())));
  // Ends reads that nobody answered, which keep the process alive and cannot be ended from its side.
  await double.stop();
});

/** With a setting of its own: clients in one process share a connection where all of theirs are the same. */
function connect(url = double.url): KurrentDBClient {
  const client = KurrentDBClient.connectionString(`${url}&keepAliveInterval=${10_000 + clients.length}`);
  clients.push(client);
  return client;
}

const event = () => binaryEvent({ id: randomUUID(), type: 'Said', data: new Uint8Array([1]) });

function append(client: KurrentDBClient, stream = `s-${randomUUID()}`) {
  return client.appendToStream(stream, event(), { streamState: 'no_stream' });
}

async function count(client: KurrentDBClient): Promise<number> {
  let read = 0;
  for await (const _ of client.readAll()) read += 1;
  return read;
}

/** What a promise has come to by now, give or take what is on its way. */
async function soon(promise: Promise<unknown>): Promise<unknown> {
  return Promise.race([promise, delay(300, 'pending')]);
}

describe('a server that is dead', () => {
  it('refuses connections, and is back on the same port with the same data', async () => {
    const { url } = double;
    await append(connect());
    await double.die();
    await expect(append(connect())).rejects.toMatchObject({ code: 14 });
    await double.revive();
    expect(double.url).toBe(url);
    await append(connect());
    expect(await count(connect())).toBe(2);
  });
});

describe('a server that hangs', () => {
  it.each(['append', 'read', 'subscribe'] as const)('takes and does not answer: %s', async (kind) => {
    const client = connect();
    await append(client);
    const lift = double.faults.hang({ kinds: [kind] });
    const hung = {
      append: () => append(client),
      read: () => count(client),
      subscribe: () => confirmed(client),
    };
    const waiting = hung[kind]();
    waiting.catch(() => undefined);
    expect(await soon(waiting)).toBe('pending');
    lift();
    expect(double.contents()).toHaveLength(1);
    const again = connect();
    await append(again);
    expect(await count(again)).toBe(2);
    await confirmed(again);
  });
});

function confirmed(client: KurrentDBClient): Promise<void> {
  return new Promise((resolve, reject) => {
    const subscription = client.subscribeToAll();
    subscription.once('error', reject).once('confirmation', () => {
      resolve();
      subscription.on('error', () => undefined);
    });
    subscription.resume();
  });
}

describe('a connection that is cut', () => {
  it('before the commit: nothing is written', async () => {
    const client = connect();
    await append(client);
    double.faults.cutBeforeCommit({ times: 1 });
    await expect(append(client)).rejects.toThrow();
    expect(double.contents()).toHaveLength(1);
  });

  it('after the commit: all is written', async () => {
    const client = connect();
    await append(client);
    double.faults.cutAfterCommit({ times: 1 });
    await expect(append(client)).rejects.toThrow();
    expect(double.contents()).toHaveLength(2);
    expect(double.faults.met.get('cutAfter')).toBe(1);
  });

  it('only that connection: another goes on', async () => {
    const [one, other] = [connect(), connect()];
    const told: string[] = [];
    const subscription = other.subscribeToAll();
    subscription.on('data', (resolved) => told.push(resolved.event!.streamId));
    await append(one, 's-1');
    await until('it follows', () => told.length === 1);
    double.faults.cutAfterCommit({ times: 1 });
    await expect(append(one, 's-2')).rejects.toThrow();
    await until('it hears of it', () => told.length === 2);
    expect(double.following).toBe(1);
    await subscription.unsubscribe();
    await until('nobody follows', () => double.following === 0);
  });
});

it('a stranded connection is never answered again, and a new one is', async () => {
  const client = connect();
  await append(client);
  let told = 0;
  const subscription = client.subscribeToAll();
  subscription.on('data', () => (told += 1)).on('error', () => undefined);
  await until('it follows', () => told === 1);
  double.strand();
  expect(await soon(append(client))).toBe('pending');
  await append(connect());
  expect(double.contents()).toHaveLength(2);
  expect(await count(connect())).toBe(2);
  expect([told, double.following]).toEqual([1, 0]);
});

it('a call that ends with no answer leaves the client waiting, though all is written', async () => {
  const client = connect();
  double.faults.endWithoutAnswer({ times: 1 });
  expect(await soon(append(client))).toBe('pending');
  expect(double.contents()).toHaveLength(1);
});

it('a refusal is a gRPC error 14', async () => {
  const client = connect();
  await append(client);
  double.faults.refuse({ kinds: ['append'], times: 1 });
  await expect(append(client)).rejects.toBeInstanceOf(UnavailableError);
  await append(client);
  expect(double.contents()).toHaveLength(2);
});

describe('a refusal', () => {
  const credentials = { username: 'somebody', password: 'secret' };

  it.each([
    ['as one without leave', () => double.faults.deny(), 'access-denied', 'access-denied'],
    ['as by a server that starts', () => double.faults.notReady(), 'unknown', 'unavailable'],
    ['with where the leader is', () => double.faults.notLeader(), 'not-leader', 'not-leader'],
  ])('%s is told to each kind of request', async (_, begin, batch, other) => {
    const client = connect();
    await append(client);
    const lift = begin();
    await expect(append(client)).rejects.toMatchObject({ type: batch });
    const alone = client.appendToStream('s-1', event(), { credentials });
    await expect(alone).rejects.toMatchObject({ type: other });
    await expect(count(client)).rejects.toMatchObject({ type: other });
    await expect(confirmed(client)).rejects.toMatchObject({ type: other });
    lift();
    expect(double.contents()).toHaveLength(1);
    expect(await count(connect())).toBe(1);
  });

  it('that the server does not know comes though all is written', async () => {
    const client = connect();
    double.faults.timeOut();
    await expect(append(client)).rejects.toMatchObject({ type: 'deadline-exceeded' });
    const alone = client.appendToStream('s-1', event(), { credentials });
    await expect(alone).rejects.toMatchObject({ type: 'unknown', code: 10 });
    expect(double.contents()).toHaveLength(2);
  });
});

it('a fault meets as many requests as it is told to, after as many as it is told to', async () => {
  const client = connect();
  double.faults.slow(0, { kinds: ['append'], after: 1, times: 2 });
  for (let index = 0; index < 5; index += 1) await append(client);
  expect(double.faults.met.get('slow')).toBe(2);
  expect(double.counts.append).toBe(5);
});

it('a slow answer comes, later than what was done', async () => {
  const client = connect();
  await append(client);
  double.faults.slow(250, { kinds: ['append'], times: 1 });
  const begun = performance.now();
  const slow = append(client);
  await until('it is written', () => double.contents().length === 2);
  await slow;
  expect(performance.now() - begun).toBeGreaterThan(240);
});

it('a silent subscription is confirmed and told nothing, though events are written', async () => {
  const client = connect();
  double.faults.silence({ times: 1 });
  const told: string[] = [];
  const silent = client.subscribeToAll({ filter: streamNameFilter({ prefixes: ['s-'] }) });
  silent.on('confirmation', () => told.push('confirmation')).on('data', () => told.push('event'));
  await until('the confirmation', () => told.length === 1);
  await append(client);
  const heard: string[] = [];
  const other = client.subscribeToAll();
  other.on('data', () => heard.push('event'));
  await until('another hears it', () => heard.length === 1);
  expect(told).toEqual(['confirmation']);
  await Promise.all([silent.unsubscribe(), other.unsubscribe()]);
});

describe('a cluster', () => {
  let cluster: KurrentDouble;
  beforeEach(async () => {
    cluster = await KurrentDouble.start({ nodes: 3 });
  });
  afterEach(() => cluster.stop());

  it('is found by all of its addresses or by one, and its leader takes what needs it', async () => {
    for (const url of [cluster.url, cluster.discoverUrl]) {
      const client = connect(url);
      await client.appendToStream(`s-${randomUUID()}`, event(), { requiresLeader: true });
      for await (const _ of client.readAll({ requiresLeader: true }));
    }
    expect(cluster.leader!.counts).toMatchObject({ append: 2, read: 2 });
    expect(cluster.counts.gossip).toBeGreaterThan(0);
  });

  it('tells who leads now, where a request that needs the leader meets another', async () => {
    const client = connect(cluster.url);
    const leading = () => client.appendToStream('s-1', event(), { requiresLeader: true, streamState: 'any' });
    await leading();
    const follower = cluster.leader!;
    const leader = cluster.failOver()!;
    const refused = await leading().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(NotLeaderError);
    expect((refused as NotLeaderError).leader).toEqual({ address: '127.0.0.1', port: leader.address.port });
    await leading();
    expect(follower.counts.append).toBe(2);
    expect(leader.counts.append).toBe(1);
    expect(cluster.contents()).toHaveLength(2);
  });

  it('goes on without a leader that died, once another leads', async () => {
    const client = connect(cluster.url);
    await append(client, 's-1');
    expect(await count(client)).toBe(1);
    await cluster.leader!.die();
    await expect(append(client, 's-2')).rejects.toThrow();
    cluster.failOver();
    const again = connect(cluster.url);
    await append(again, 's-2');
    expect(await count(again)).toBe(2);
    expect(cluster.nodes[0]!.counts).toMatchObject({ append: 1, read: 1 });
  });

  it('has one log, whichever node is asked, where none of them lags', async () => {
    // Reads ask for the leader unless another is preferred.
    const counts = () =>
      Promise.all(cluster.nodes.map(({ url }) => count(connect(`${url}&nodePreference=random`))));
    cluster.append('s-1', [{}, {}]);
    cluster.nodes[1]!.holdBack();
    cluster.append('s-1', [{}]);
    expect(await counts()).toEqual([3, 2, 3]);
    cluster.nodes[1]!.catchUp();
    expect(await counts()).toEqual([3, 3, 3]);
  });
});

describe('chaos', () => {
  const fates: Fate[] = ['cutBefore', 'cutAfter', 'unavailable', 'slow'];

  it('is the same with the same seed', () => {
    const drawn = () => {
      const { faults } = double;
      const lift = faults.chaos({ seed: 7, of: fates, chance: 0.5 });
      const fated = Array.from({ length: 50 }, () => faults.next('append')?.fate);
      lift();
      return fated;
    };
    const first = drawn();
    expect(drawn()).toEqual(first);
    expect(new Set(first)).toEqual(new Set([undefined, ...fates]));
  });

  it('loses nothing that is sent again with the same id until it is acknowledged', async () => {
    double.faults.chaos({ seed: 3, of: fates, chance: 0.3, kinds: ['append'], slowMs: 5 });
    let client = connect();
    for (let index = 0; index < 100; index += 1) {
      const said = event();
      for (;;) {
        try {
          await client.appendToStream('s-1', said, {
            streamState: index === 0 ? 'no_stream' : BigInt(index - 1),
          });
          break;
        } catch (error) {
          expect(error).not.toBeInstanceOf(CancelledError);
          client = connect();
        }
      }
    }
    expect(double.contents().map(({ revision }) => revision)).toEqual(
      Array.from({ length: 100 }, (_, index) => index),
    );
    expect(double.faults.met.size).toBe(fates.length);
  });
});
