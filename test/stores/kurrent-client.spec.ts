import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  KurrentDBClient,
  UnavailableError,
  WrongExpectedVersionError,
  binaryEvent,
  streamNameFilter,
} from '@kurrent/kurrentdb-client';
import { KurrentDouble } from '../support/kurrent-double/kurrent-double.js';
import { until } from '../support/until.js';

/**
 * What `@kurrent/kurrentdb-client` does that our adapter is built around: where one of these changes with a version of
 * it, the adapter has to be looked at again.
 */
let double: KurrentDouble;
let clients: KurrentDBClient[];
let keepAlive = 10_000;

beforeEach(async () => {
  double = await KurrentDouble.start();
  clients = [];
});

afterEach(async () => {
  double.faults.lift();
  // For ever, where a call ended without an answer.
  await Promise.race([Promise.all(clients.map((client) => client.dispose())), delay(500)]);
  await double.stop();
});

/** A client with a connection of its own for writing; see below. */
function connect(more = `&keepAliveInterval=${(keepAlive += 1)}`): KurrentDBClient {
  const client = KurrentDBClient.connectionString(double.url + more);
  clients.push(client);
  return client;
}

type Octets = Uint8Array<ArrayBuffer>;

function event(metadata?: Octets, data: Octets = new Uint8Array([1])) {
  return binaryEvent({ id: randomUUID(), type: 'Said', data, metadata });
}

async function append(client: KurrentDBClient, stream = `s-${randomUUID()}`): Promise<bigint> {
  const { nextExpectedRevision } = await client.appendToStream(stream, event(), { streamState: 'no_stream' });
  return nextExpectedRevision;
}

async function read(client: KurrentDBClient) {
  const events = [];
  for await (const { event: one } of client.readAll()) events.push(one!);
  return events;
}

/** What it has come to, once everything that could have been answered has been. */
function soon(promise: Promise<unknown>): Promise<unknown> {
  const settled = promise.then(
    () => 'done',
    () => 'failed',
  );
  return Promise.race([settled, delay(400, 'pending')]);
}

describe('reading', () => {
  it('fails for ever with a client whose first read found no server, and not with a new one', async () => {
    const client = connect();
    await double.die();
    await expect(read(client)).rejects.toBeInstanceOf(UnavailableError);
    await double.revive();
    await append(client);
    await expect(read(client)).rejects.toBeInstanceOf(UnavailableError);
    expect(await read(connect())).toHaveLength(1);
  });

  it('has no deadline, whatever the connection string says, and nothing ends it but its connection', async () => {
    const client = connect('&defaultDeadline=50');
    double.faults.hang({ kinds: ['read'] });
    const hung = read(client);
    expect(await soon(hung)).toBe('pending');
    expect(await soon(client.dispose())).toBe('done');
    // Until then it keeps the process alive, though Node.js names nothing that does.
    expect(await soon(hung)).toBe('pending');
    double.cutAll();
    await expect(hung).rejects.toThrow();
  });

  it('takes gossipTimeout as milliseconds, which are seconds to the other half', async () => {
    double.faults.slow(400, { kinds: ['features'] });
    const client = connect('&gossipTimeout=50');
    await expect(read(client)).rejects.toBeInstanceOf(UnavailableError);
    await append(client);
  });

  it('asks for the leader unless another node is preferred, whatever the request says', async () => {
    double.elect(undefined);
    await expect(read(connect())).rejects.toThrow();
    expect(await read(connect('&nodePreference=random'))).toEqual([]);
  });

  it('cuts the time the server gives an event to seconds; following does not', async () => {
    const client = connect();
    await append(client);
    const { created } = double.contents()[0]!;
    expect((await read(client))[0]!.created.getTime()).toBe(created - (created % 1000));
    const subscription = client.subscribeToAll();
    for await (const resolved of subscription) {
      expect(resolved.event!.created.getTime()).toBe(created);
      break;
    }
  });
});

it('a read of $all begins with the event at its position, a subscription with the one behind', async () => {
  const client = connect();
  await append(client, 's-1');
  await append(client, 's-2');
  const { commit, prepare } = double.contents()[0]!;
  const fromPosition = { commit, prepare };
  for await (const { event: first } of client.readAll({ fromPosition, maxCount: 1 }))
    expect(first!.streamId).toBe('s-1');
  for await (const { event: first } of client.subscribeToAll({ fromPosition })) {
    expect(first!.streamId).toBe('s-2');
    break;
  }
});

describe('appending', () => {
  it('gives revisions as BigInt, and says where a stream is that was elsewhere', async () => {
    const client = connect();
    expect(await append(client, 's-1')).toBe(0n);
    const elsewhere = (stream: string, streamState: bigint) =>
      client.appendToStream(stream, event(), { streamState }).catch((error: unknown) => error);
    const wrong = await elsewhere('s-1', 4n);
    expect(wrong).toBeInstanceOf(WrongExpectedVersionError);
    expect(wrong).toMatchObject({ expectedState: 4n, actualState: 0n });
    expect(await elsewhere('s-2', 4n)).toMatchObject({ actualState: 'no_stream' });
  });

  it('with throwOnAppendFailure=false gives a revision that is none', async () => {
    const client = connect('&throwOnAppendFailure=false');
    await client.appendToStream('s-1', [event(), event(), event()], { streamState: 'no_stream' });
    const result = await client.appendToStream('s-1', event(), { streamState: 'no_stream' });
    expect(result).toMatchObject({ success: false, nextExpectedRevision: 1n });
  });

  it('writes metadata given as a Buffer as JSON of it, and as Uint8Array as they are', async () => {
    const client = connect();
    const json = Buffer.from('{"a":1}');
    const given = { ...event(), metadata: json };
    await client.appendToStream('s-1', [given, { ...event(), metadata: new Uint8Array(json) }]);
    const written = double.contents().map(({ metadata }) => JSON.parse(metadata.toString()) as unknown);
    expect(written).toEqual([json.toJSON(), { a: 1 }]);
  });

  it('never settles for data that JSON cannot write, and the process ends', async () => {
    const script = `
      import { KurrentDBClient, jsonEvent } from '@kurrent/kurrentdb-client';
      const client = KurrentDBClient.connectionString(${JSON.stringify(double.url)});
      const event = jsonEvent({ type: 'Said', data: { n: 1n } });
      await client.appendToStream('s-1', event).then(() => 'done', () => 'failed').then(console.log);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script]);
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(output).toMatch(/TypeError: Do not know how to serialize a BigInt/);
    expect(output).not.toMatch(/done|failed/);
    expect(double.contents()).toEqual([]);
  });

  it('waits for ever for an answer that does not come, and for one to a call that ended', async () => {
    const client = connect('&defaultDeadline=50');
    await append(client);
    double.faults.hang({ kinds: ['append'], times: 1 });
    expect(await soon(append(client))).toBe('pending');
    double.faults.endWithoutAnswer({ times: 1 });
    expect(await soon(append(client))).toBe('pending');
    // Nor is it let go of: this is why nobody waits for `dispose`.
    expect(await soon(client.dispose())).toBe('pending');
  });

  it('to a server that is down is refused by a bare gRPC error', async () => {
    await double.die();
    const refused = await append(connect()).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 14 });
    expect(refused).not.toBeInstanceOf(UnavailableError);
  });

  it('shares one connection with every client in the process whose settings are the same', async () => {
    const alike = '&keepAliveInterval=20000';
    await append(connect(alike));
    await append(connect(alike));
    expect(double.connections).toBe(1);
    double.strand();
    // So that a new client is stranded with the old one, unless it is told to be another.
    expect(await soon(append(connect(alike)))).toBe('pending');
    expect(await append(connect())).toBe(0n);
  });
});

describe('a subscription', () => {
  it('is told of checkpoints and of having caught up ahead of the events before them', async () => {
    double.append(
      's-1',
      Array.from({ length: 8 }, () => ({})),
    );
    const told: string[] = [];
    const filter = streamNameFilter({
      prefixes: ['s-'],
      maxSearchWindow: 4,
      checkpointReached: async () => void told.push('checkpoint'),
    });
    const subscription = connect().subscribeToAll({ filter });
    subscription.on('caughtUp', () => told.push('caughtUp'));
    // Nothing is read from it yet.
    await until('it is told', () => told.includes('caughtUp'));
    expect(told).toContain('checkpoint');
    subscription.on('data', () => told.push('event'));
    await until('the events', () => told.filter((word) => word === 'event').length === 8);
    await subscription.unsubscribe();
  });

  it('does not begin anew by itself where it was cut, and fails', async () => {
    const client = connect();
    const failed: unknown[] = [];
    let confirmations = 0;
    const subscription = client.subscribeToAll();
    subscription.on('confirmation', () => (confirmations += 1)).on('error', (error) => failed.push(error));
    subscription.resume();
    await until('it follows', () => confirmations === 1);
    double.cutAll();
    await until('it fails', () => failed.length === 1);
    expect(failed[0]).toBeInstanceOf(UnavailableError);
    await append(connect());
    expect(confirmations).toBe(1);
    expect(double.counts.subscribe).toBe(1);
  });
});
