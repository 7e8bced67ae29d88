import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { LIMITS } from '../limits/limits.js';
import { RawClient } from '../testing/raw-client.js';
import { SampleSource } from '../testing/sample-source.js';
import { STAMP, startTestServer, type TestServer } from '../testing/test-server.js';

const THING = 'subscription { thing { number } }';

describe('graphql-transport-ws', () => {
  const source = new SampleSource();
  let server: TestServer;
  let analyst: string;
  const clients: RawClient[] = [];
  beforeAll(async () => {
    const sockets = { ...LIMITS.sockets, sweepMs: 10, initMs: 200 };
    server = await startTestServer(false, { ...LIMITS, sockets }, { live: source });
    analyst = await server.token('analyst');
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.end();
  });
  afterAll(() => server.close());

  async function open(...rest: [Parameters<typeof RawClient.open>[1]?, string[]?]): Promise<RawClient> {
    const client = await RawClient.open(server.url, ...rest);
    clients.push(client);
    return client;
  }
  async function acknowledged(token = analyst): Promise<RawClient> {
    const client = await RawClient.with(server.url, token);
    clients.push(client);
    return client;
  }

  it('acknowledges a valid token, in the payload or the header, with the place of the log', async () => {
    const payload = { authorization: `Bearer ${analyst}` };
    const masar = { logId: STAMP.logId, epoch: STAMP.epoch, position: STAMP.position };
    const first = await open();
    first.say({ type: 'connection_init', payload });
    expect((await first.hears('connection_ack')).payload).toEqual({ masar });
    const second = await open({ headers: payload });
    second.say({ type: 'connection_init' });
    expect((await second.hears('connection_ack')).payload).toEqual({ masar });
  });

  it('sends what the source says as it is, until the client completes', async () => {
    const client = await acknowledged();
    client.subscribe('a', THING);
    await source.until(1);
    source.say(1);
    source.say(2);
    expect(await client.hears('next')).toEqual({
      id: 'a',
      type: 'next',
      payload: { data: { thing: { number: 1 } } },
    });
    expect((await client.hears('next')).payload).toEqual({ data: { thing: { number: 2 } } });
    client.say({ id: 'a', type: 'complete' });
    await source.until(0);
    expect(client.heard).toEqual([]);
  });
});
