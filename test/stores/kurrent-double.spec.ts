import { randomUUID } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  AccessDeniedError,
  type AllStreamSubscription,
  KurrentDBClient,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
  binaryEvent,
  eventTypeFilter,
  jsonEvent,
  streamNameFilter,
} from '@kurrent/kurrentdb-client';
import { KurrentDouble } from '../support/kurrent-double/kurrent-double.js';
import { certificatesForLoopback } from '../support/test-certificates.js';
import { until } from '../support/until.js';

/** What the client itself makes of the double: appends and subscriptions by grpc-js, reads by its native bridge. */
let double: KurrentDouble;
let client: KurrentDBClient;
let now: number;

beforeEach(async () => {
  now = Date.UTC(2026, 0, 1, 12, 30, 15, 678);
  await use({ clock: () => now });
});

afterEach(async () => {
  await client.dispose();
  await double.stop();
});

async function use(options: Parameters<typeof KurrentDouble.start>[0]): Promise<void> {
  if (double) await afterwards();
  double = await KurrentDouble.start(options);
  client = KurrentDBClient.connectionString(double.url);
}

async function afterwards(): Promise<void> {
  await client.dispose();
  await double.stop();
}

function octets(text: string) {
  return binaryEvent({ id: randomUUID(), type: 'Said', data: new Uint8Array(Buffer.from(text)) });
}

type Read = AsyncIterable<{ event?: { data: unknown } }>;

async function texts(events: Read): Promise<string[]> {
  const read: string[] = [];
  for await (const { event } of events) read.push(Buffer.from(event!.data as Uint8Array).toString());
  return read;
}

async function said(stream: string, ...words: string[]): Promise<void> {
  await client.appendToStream(stream, words.map(octets), { streamState: 'any' });
}

describe('a stream', () => {
  it('is read in both directions, from a revision inclusive', async () => {
    const first = await client.appendToStream('s-1', [octets('a'), octets('b')], {
      streamState: 'no_stream',
    });
    expect(first.nextExpectedRevision).toBe(1n);
    await client.appendToStream('s-1', octets('c'), { streamState: 1n });
    expect(await texts(client.readStream('s-1'))).toEqual(['a', 'b', 'c']);
    expect(await texts(client.readStream('s-1', { fromRevision: 1n }))).toEqual(['b', 'c']);
    expect(await texts(client.readStream('s-1', { fromRevision: 7n }))).toEqual([]);
    const backwards = { direction: 'backwards' } as const;
    const last = client.readStream('s-1', { ...backwards, fromRevision: 'end', maxCount: 2 });
    expect(await texts(last)).toEqual(['c', 'b']);
    expect(await texts(client.readStream('s-1', { ...backwards, fromRevision: 1n }))).toEqual(['b', 'a']);
  });

  it('that was never written is not found', async () => {
    await expect(texts(client.readStream('s-none'))).rejects.toBeInstanceOf(StreamNotFoundError);
  });

  it('of no events refuses a revision, and says that there is none', async () => {
    await expect(client.appendToStream('s-2', octets('d'), { streamState: 0n })).rejects.toMatchObject({
      actualState: 'no_stream',
    });
  });

  it('keeps octets and metadata as they were sent', async () => {
    const data = new Uint8Array([0, 255, 1, 254]);
    const metadata = new Uint8Array(Buffer.from('{"a":1}'));
    const sent = binaryEvent({ id: randomUUID().toUpperCase(), type: 'Octets', data, metadata });
    await client.appendToStream('s-1', sent, { streamState: 'no_stream' });
    for await (const { event } of client.readStream('s-1')) {
      expect(event).toMatchObject({
        id: sent.id.toLowerCase(),
        type: 'Octets',
        isJson: false,
        metadata: { a: 1 },
      });
      expect([...(event!.data as Uint8Array)]).toEqual([...data]);
    }
    expect(double.contents()).toMatchObject([{ stream: 's-1', revision: 0, created: now }]);
  });
});

describe('an append that is sent again', () => {
  const events = [octets('a'), octets('b'), octets('c')];
  const append = (given: typeof events, streamState: bigint | 'no_stream' | 'any' | 'stream_exists') =>
    client.appendToStream('s-1', given, { streamState });

  it.each(['no_stream', 'any'] as const)('gets the first answer again: %s', async (state) => {
    const first = await append(events, state);
    await append([octets('later')], 2n);
    expect(await append(events, state)).toEqual(first);
    expect(double.contents()).toHaveLength(4);
  });

  it('gets it at its revision, and at no other', async () => {
    await append(events, 'no_stream');
    await append([octets('later')], 2n);
    expect(await append(events.slice(1), 0n)).toMatchObject({ nextExpectedRevision: 2n });
    await expect(append(events.slice(1), 1n)).rejects.toMatchObject({ actualState: 3n });
    await expect(append(events.slice(1), 'no_stream')).rejects.toBeInstanceOf(WrongExpectedVersionError);
    expect(double.contents()).toHaveLength(4);
  });

  it('is a wrong revision where only its beginning is known', async () => {
    await append(events.slice(0, 2), 'no_stream');
    await expect(append(events, 'no_stream')).rejects.toMatchObject({ actualState: 1n });
    await expect(append(events, 'any')).rejects.toMatchObject({ actualState: 1n });
    expect(double.contents()).toHaveLength(2);
  });

  it('is written once more at the end of its stream, though it is known, where the revision says so', async () => {
    await append(events, 'no_stream');
    expect(await append([events[0]!], 2n)).toMatchObject({ nextExpectedRevision: 3n });
  });

  it('is another in another stream', async () => {
    await append(events, 'no_stream');
    await client.appendToStream('s-2', events, { streamState: 'no_stream' });
    expect(double.contents()).toHaveLength(6);
  });

  it('that needs a stream finds one where its metadata were set', async () => {
    await expect(append(events, 'stream_exists')).rejects.toMatchObject({ actualState: 'no_stream' });
    await client.setStreamMetadata('s-1', {});
    expect(await append(events, 'stream_exists')).toMatchObject({ nextExpectedRevision: 2n });
  });
});

describe('metadata hide events from readers of a stream, not from those of $all:', () => {
  it.each([
    ['$maxCount', { maxCount: 1 }, ['c']],
    ['$tb', { truncateBefore: 1 }, ['b', 'c']],
    ['$maxAge', { maxAge: 10 }, ['c']],
  ])('%s', async (_, metadata, rest) => {
    await said('s-1', 'a', 'b');
    now += 20_000;
    await said('s-1', 'c');
    await client.setStreamMetadata('s-1', metadata);
    const said1 = eventTypeFilter({ prefixes: ['Said'] });
    expect(await texts(client.readStream('s-1'))).toEqual(rest);
    expect(await texts(client.readAll({ filter: said1 }))).toEqual(['a', 'b', 'c']);
    const gone = 3 - rest.length;
    expect(double.scavenge()).toBe(gone);
    expect(await texts(client.readAll({ filter: said1 }))).toEqual(rest);
    await said('s-1', 'd');
    expect(double.contents().at(-1)).toMatchObject({ revision: 3 });
    expect((await client.getStreamMetadata('s-1')).metadata).toEqual(metadata);
  });

  it('a stream deleted softly is not found, and goes on from where it was', async () => {
    await said('s-1', 'a', 'b');
    await client.deleteStream('s-1', { expectedRevision: 1n });
    await expect(texts(client.readStream('s-1'))).rejects.toBeInstanceOf(StreamNotFoundError);
    await client.appendToStream('s-1', octets('c'), { streamState: 'no_stream' });
    expect(await texts(client.readStream('s-1'))).toEqual(['c']);
    expect(double.contents().filter(({ stream }) => stream === 's-1')).toHaveLength(3);
    expect((await client.getStreamMetadata('s-1')).metadata).toEqual({ truncateBefore: 2 });
  });

  it('a tombstone is for ever', async () => {
    await said('s-1', 'a');
    await expect(client.tombstoneStream('s-1', { expectedRevision: 5n })).rejects.toBeInstanceOf(
      WrongExpectedVersionError,
    );
    await client.tombstoneStream('s-1', { expectedRevision: 0n });
    await expect(texts(client.readStream('s-1'))).rejects.toBeInstanceOf(StreamDeletedError);
    await expect(said('s-1', 'b')).rejects.toBeInstanceOf(StreamDeletedError);
    const credentials = { username: 'somebody', password: 'secret' };
    await expect(client.appendToStream('s-1', octets('b'), { credentials })).rejects.toBeInstanceOf(
      StreamDeletedError,
    );
    expect(double.contents().at(-1)).toMatchObject({ type: '$streamDeleted' });
  });
});

describe('sizes', () => {
  it('of an append are bounded, by what its events come to together', async () => {
    await use({ maxAppendSize: 1000 });
    const half = () => octets('x'.repeat(480));
    await client.appendToStream('s-1', [half(), half()]);
    const tooMuch = client.appendToStream('s-1', [half(), half(), half()]);
    await expect(tooMuch).rejects.toBeInstanceOf(MaxAppendSizeExceededError);
    await expect(tooMuch).rejects.toMatchObject({ maxAppendSize: 1000 });
    // The call for one append says it otherwise than the one for many.
    const credentials = { username: 'somebody', password: 'secret' };
    await expect(
      client.appendToStream('s-1', [half(), half(), half()], { credentials }),
    ).rejects.toMatchObject({ maxAppendSize: 1000 });
    expect(double.contents()).toHaveLength(2);
  });

  it('of a message are bounded, and the whole stream of appends ends', async () => {
    await use({ maxMessageSize: 1000 });
    await expect(said('s-1', 'x'.repeat(2000))).rejects.toMatchObject({ code: 8 });
    await said('s-1', 'a');
    expect(double.contents()).toHaveLength(1);
  });
});

describe('$all', () => {
  it('is read in both directions, filtered, forwards from a position inclusive', async () => {
    await said('m-1', 'a');
    const { position } = await client.appendToStream('other', octets('b'), { streamState: 'no_stream' });
    await said('m-2', 'c');
    const filter = streamNameFilter({ prefixes: ['m-'] });
    const all = (options: Parameters<typeof client.readAll>[0]) => texts(client.readAll(options));
    expect(await all({})).toEqual(['a', 'b', 'c']);
    expect(await all({ filter })).toEqual(['a', 'c']);
    expect(await all({ filter: streamNameFilter({ regex: '^o' }) })).toEqual(['b']);
    expect(await all({ filter: eventTypeFilter({ prefixes: ['Sa'] }), maxCount: 2 })).toEqual(['a', 'b']);
    expect(await all({ fromPosition: position! })).toEqual(['b', 'c']);
    const backwards = { direction: 'backwards' } as const;
    expect(await all({ ...backwards, fromPosition: 'end', filter, maxCount: 1 })).toEqual(['c']);
    expect(await all({ ...backwards, fromPosition: position! })).toEqual(['a']);
  });

  it('is looked through to its end by a filtered read that has as many as it wants, unless there is one more', async () => {
    await said('m-1', 'a', 'b');
    double.append(
      'other',
      Array.from({ length: 100 }, () => ({})),
    );
    const lift = double.faults.scanSlowly(100);
    const took = async (options: Parameters<typeof client.readAll>[0]) => {
      const began = Date.now();
      await texts(client.readAll(options));
      return Date.now() - began;
    };
    // 32 events a page, where nothing is said of it.
    const filter = streamNameFilter({ prefixes: ['m-'] });
    expect(await took({ filter, maxCount: 2 })).toBeGreaterThan(380);
    expect(await took({ filter, maxCount: 1 })).toBeLessThan(300);
    expect(await took({ maxCount: 2 })).toBeLessThan(100);
    lift();
  });

  it('has positions that grow with what is written, and those alone can be read from', async () => {
    await said('s-1', 'a', 'x'.repeat(1000), 'c');
    const [a, x, c] = double.contents().map(({ commit }) => commit);
    expect(x! - a!).toBeLessThan(1000n);
    expect(c! - x!).toBeGreaterThan(1000n);
    const from = (commit: bigint) => texts(client.readAll({ fromPosition: { commit, prepare: commit } }));
    await expect(from(x! + 1n)).rejects.toThrow();
    expect(await from(c! + 1_000_000n)).toEqual([]);
  });

  it('lacks what was scavenged, and what a server that was put back never had', async () => {
    await said('s-1', 'a', 'b', 'c');
    double.scavenge(({ revision }) => revision === 1);
    expect(await texts(client.readAll())).toEqual(['a', 'c']);
    expect(await texts(client.readStream('s-1'))).toEqual(['a', 'c']);
    double.truncate(double.contents()[1]!);
    expect(await texts(client.readAll())).toEqual(['a']);
    await client.appendToStream('s-1', octets('other'), { streamState: 1n });
    expect(await texts(client.readStream('s-1'))).toEqual(['a', 'other']);
  });
});

describe('a subscription to $all', () => {
  let told: string[];
  let subscription: AllStreamSubscription;

  async function follow(options: NonNullable<Parameters<typeof client.subscribeToAll>[0]>): Promise<void> {
    told = [];
    subscription = client.subscribeToAll(options);
    subscription
      .on('confirmation', () => told.push('confirmation'))
      .on('caughtUp', () => told.push('caughtUp'))
      .on('data', ({ event }) => told.push(event!.streamId));
    await until('the confirmation', () => told.includes('confirmation'));
  }

  it('begins behind a position, and is told checkpoints and that it caught up', async () => {
    const { position } = await client.appendToStream('m-1', octets('a'), { streamState: 'no_stream' });
    await said('m-2', 'b');
    const checkpointReached = async () => void told.push('checkpoint');
    await follow({
      fromPosition: position!,
      filter: streamNameFilter({ prefixes: ['m-'], maxSearchWindow: 1, checkpointReached }),
    });
    await until('caught up', () => told.includes('caughtUp'));
    double.append('other', [{}]);
    await until('the checkpoint', () => told.at(-1) === 'checkpoint');
    double.append('m-3', [{}]);
    await until('the event', () => told.includes('m-3'));
    await subscription.unsubscribe();
    // The server's order is not the client's: what it is told runs ahead of the events it was sent before.
    expect(told[0]).toBe('confirmation');
    expect(told.filter((word) => word !== 'checkpoint').toSorted()).toEqual([
      'caughtUp',
      'confirmation',
      'm-2',
      'm-3',
    ]);
  });

  it('is told checkpoints that are no event of its own, where nothing passes its filter', async () => {
    double.append(
      'other',
      Array.from({ length: 10 }, () => ({})),
    );
    const checkpoints: bigint[] = [];
    const checkpointReached = async (_: unknown, { commit }: { commit: bigint }) =>
      void checkpoints.push(commit);
    await follow({ filter: streamNameFilter({ prefixes: ['m-'], maxSearchWindow: 4, checkpointReached }) });
    await until('caught up', () => told.includes('caughtUp'));
    await subscription.unsubscribe();
    expect(checkpoints).toEqual([double.contents()[4]!.commit, double.contents()[8]!.commit]);
  });

  it('from beyond the end hears nothing, until the log is longer than that', async () => {
    double.append('s-1', [{}]);
    const { commit } = double.contents()[0]!;
    await follow({ fromPosition: { commit: commit + 300n, prepare: commit + 300n } });
    double.append('s-2', [{}]);
    double.append('s-3', [{ data: { long: 'x'.repeat(300) } }]);
    double.append('s-4', [{}]);
    await until('the event', () => told.includes('s-4'));
    await subscription.unsubscribe();
    expect(told).toEqual(['confirmation', 'caughtUp', 's-4']);
  });

  it('waits for a client that does not keep up, and sends everything', async () => {
    double.append(
      's-1',
      Array.from({ length: 5000 }, () => ({ data: { long: 'x'.repeat(200) } })),
    );
    const slow = client.subscribeToAll({}, { highWaterMark: 1 });
    let read = 0;
    for await (const _ of slow) {
      read += 1;
      if (read === 1) double.append('s-2', [{}]);
      if (read === 5001) break;
    }
    expect(read).toBe(5001);
    await slow.unsubscribe();
  });
});

describe('a subscription to a stream', () => {
  it('gives what comes after a revision', async () => {
    await said('s-1', 'a', 'b');
    const told: bigint[] = [];
    const subscription = client.subscribeToStream('s-1', { fromRevision: 0n });
    subscription.on('data', ({ event }) => told.push(event!.revision));
    await until('the second', () => told.length === 1);
    await client.appendToStream('s-1', jsonEvent({ type: 'Said', data: {} }), { streamState: 1n });
    await until('the third', () => told.length === 2);
    expect(told).toEqual([1n, 2n]);
    await subscription.unsubscribe();
  });

  it('ends where the stream is deleted for ever', async () => {
    await said('s-1', 'a');
    const subscription = client.subscribeToStream('s-1');
    const failed = once(subscription, 'error');
    subscription.resume();
    double.tombstone('s-1');
    expect(await failed).toMatchObject([{ type: 'stream-deleted' }]);
  });
});

describe('a server', () => {
  it('says its version, and an old one does not say that a subscription has caught up', async () => {
    await use({ version: '22.10.5' });
    const told: string[] = [];
    const subscription = client.subscribeToAll();
    subscription.on('data', () => told.push('event')).on('caughtUp', () => told.push('caughtUp'));
    await said('s-1', 'a');
    await until('the event', () => told.length > 0);
    await subscription.unsubscribe();
    expect(told).toEqual(['event']);
    expect(double.counts).toMatchObject({ features: 1, append: 1, subscribe: 1 });
  });

  it('that knows its users denies those without a name, and does not know a wrong one', async () => {
    await use({ user: { name: 'admin', password: 'changeit' } });
    // Without TLS the client sends no name when it writes, and does when it reads.
    await expect(said('s-1', 'a')).rejects.toBeInstanceOf(AccessDeniedError);
    await expect(texts(client.readAll())).rejects.toBeInstanceOf(AccessDeniedError);
    double.append('s-1', [{ data: Buffer.from('a') }]);
    const known = { username: 'admin', password: 'changeit' };
    expect(await texts(client.readAll({ credentials: known }))).toEqual(['a']);
    await expect(texts(client.readAll({ credentials: { ...known, password: 'x' } }))).rejects.toThrow();
  });

  it('admits the user it knows, by TLS', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'masar-double-'));
    try {
      const { authority, ...pair } = certificatesForLoopback();
      const authorityFile = join(folder, 'authority.pem');
      await writeFile(authorityFile, authority);
      await use({ user: { name: 'admin', password: 'changeit' }, tls: { ...pair, authorityFile }, nodes: 2 });
      await expect(said('s-1', 'a')).rejects.toBeInstanceOf(AccessDeniedError);
      await client.dispose();
      for (const url of [double.url, double.discoverUrl]) {
        client = KurrentDBClient.connectionString(url.replace('://', '://admin:changeit@'));
        await client.appendToStream('s-1', octets('a'), { requiresLeader: true });
        expect(
          await texts(client.readAll({ direction: 'backwards', fromPosition: 'end', maxCount: 1 })),
        ).toEqual(['a']);
        for await (const { event } of client.subscribeToAll()) {
          expect(event!.streamId).toBe('s-1');
          break;
        }
        await client.dispose();
      }
      expect(double.contents()).toHaveLength(2);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('keeps twenty thousand events', async () => {
    for (let index = 0; index < 20; index += 1) {
      await client.appendToStream(
        `s-${index}`,
        Array.from({ length: 1000 }, () => octets('x')),
      );
    }
    expect(await texts(client.readAll())).toHaveLength(20_000);
  });

  it('serves other processes', async () => {
    const script = `
      import { KurrentDBClient, jsonEvent } from '@kurrent/kurrentdb-client';
      const client = KurrentDBClient.connectionString(${JSON.stringify(double.url)});
      await client.appendToStream('s-1', jsonEvent({ type: 'Said', data: {} }));
      for await (const { event } of client.readStream('s-1')) console.log(event.type);
      await client.dispose();`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(output).toBe('Said\n');
    expect(double.contents()).toHaveLength(1);
  });
});
