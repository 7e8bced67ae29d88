import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type AllStreamSubscription,
  KurrentDBClient,
  StreamNotFoundError,
  WrongExpectedVersionError,
  binaryEvent,
  eventTypeFilter,
  jsonEvent,
  streamNameFilter,
} from '@kurrent/kurrentdb-client';
import { KurrentDouble } from '../support/kurrent-double/kurrent-double.js';
import { until } from '../support/until.js';

/** What the client itself makes of the double: appends and subscriptions by grpc-js, reads by its native bridge. */
let double: KurrentDouble;
let client: KurrentDBClient;

beforeEach(async () => {
  double = await KurrentDouble.start();
  client = KurrentDBClient.connectionString(double.url);
});

afterEach(async () => {
  await client.dispose();
  await double.stop();
});

const octets = (text: string) =>
  binaryEvent({ id: randomUUID(), type: 'Said', data: new Uint8Array(Buffer.from(text)) });

async function texts(events: AsyncIterable<{ event?: { data: unknown } }>): Promise<string[]> {
  const read: string[] = [];
  for await (const { event } of events) read.push(Buffer.from(event!.data as Uint8Array).toString());
  return read;
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
    expect(
      await texts(client.readStream('s-1', { direction: 'backwards', fromRevision: 'end', maxCount: 2 })),
    ).toEqual(['c', 'b']);
    expect(await texts(client.readStream('s-1', { direction: 'backwards', fromRevision: 1n }))).toEqual([
      'b',
      'a',
    ]);
  });

  it('that was never written is not found', async () => {
    await expect(texts(client.readStream('s-none'))).rejects.toBeInstanceOf(StreamNotFoundError);
  });

  it('takes an append again at the same revision, and refuses another', async () => {
    const events = [octets('a'), octets('b')];
    const once = await client.appendToStream('s-1', events, { streamState: 'no_stream' });
    const again = await client.appendToStream('s-1', events, { streamState: 'no_stream' });
    expect(again).toEqual(once);
    expect(double.contents()).toHaveLength(2);
    await expect(
      client.appendToStream('s-1', [events[0]!, octets('c')], { streamState: 'no_stream' }),
    ).rejects.toMatchObject({ actualState: 1n });
    await expect(client.appendToStream('s-1', octets('d'), { streamState: 5n })).rejects.toBeInstanceOf(
      WrongExpectedVersionError,
    );
    await expect(client.appendToStream('s-2', octets('d'), { streamState: 0n })).rejects.toMatchObject({
      actualState: 'no_stream',
    });
  });
});

describe('$all', () => {
  it('is read in both directions, filtered, forwards from a position inclusive', async () => {
    await client.appendToStream('m-1', octets('a'), { streamState: 'no_stream' });
    const { position } = await client.appendToStream('other', octets('b'), { streamState: 'no_stream' });
    await client.appendToStream('m-2', octets('c'), { streamState: 'no_stream' });
    const filter = streamNameFilter({ prefixes: ['m-'] });
    expect(await texts(client.readAll())).toEqual(['a', 'b', 'c']);
    expect(await texts(client.readAll({ filter }))).toEqual(['a', 'c']);
    expect(await texts(client.readAll({ filter: streamNameFilter({ regex: '^o' }) }))).toEqual(['b']);
    expect(
      await texts(client.readAll({ filter: eventTypeFilter({ prefixes: ['Sa'] }), maxCount: 2 })),
    ).toEqual(['a', 'b']);
    expect(await texts(client.readAll({ fromPosition: position! }))).toEqual(['b', 'c']);
    expect(
      await texts(client.readAll({ direction: 'backwards', fromPosition: 'end', filter, maxCount: 1 })),
    ).toEqual(['c']);
    expect(await texts(client.readAll({ direction: 'backwards', fromPosition: position! }))).toEqual(['a']);
  });

  it('is followed from a position exclusive, with a confirmation, checkpoints and word of having caught up', async () => {
    const { position } = await client.appendToStream('m-1', octets('a'), { streamState: 'no_stream' });
    await client.appendToStream('m-2', octets('b'), { streamState: 'no_stream' });
    const told: string[] = [];
    const filter = streamNameFilter({
      prefixes: ['m-'],
      maxSearchWindow: 1,
      checkpointReached: async () => void told.push('checkpoint'),
    });
    const subscription: AllStreamSubscription = client.subscribeToAll({ fromPosition: position!, filter });
    subscription
      .on('confirmation', () => told.push('confirmation'))
      .on('caughtUp', () => told.push('caughtUp'))
      .on('data', ({ event }) => told.push(event!.streamId));
    await until('caught up', () => told.includes('caughtUp'));
    expect(told[0]).toBe('confirmation');
    expect(told.at(-1)).toBe('caughtUp');
    expect(told).toContain('m-2');
    expect(told).not.toContain('m-1');
    double.append('other', [{}]);
    double.append('m-3', [{}]);
    await until('the event', () => told.includes('m-3'));
    expect(told).not.toContain('other');
    await subscription.unsubscribe();
  });
});

it('a subscription to a stream gives what comes after a revision', async () => {
  await client.appendToStream('s-1', [octets('a'), octets('b')], { streamState: 'no_stream' });
  const told: bigint[] = [];
  const subscription = client.subscribeToStream('s-1', { fromRevision: 0n });
  subscription.on('data', ({ event }) => told.push(event!.revision));
  await until('the second', () => told.length === 1);
  await client.appendToStream('s-1', jsonEvent({ type: 'Said', data: {} }), { streamState: 1n });
  await until('the third', () => told.length === 2);
  expect(told).toEqual([1n, 2n]);
  await subscription.unsubscribe();
});
