import { connect } from 'node:net';

import { describe, expect, it } from '@jest/globals';

import { LIMITS, type SocketLimits } from '../limits/limits.js';
import { RawClient } from '../testing/raw-client.js';
import { SampleSource, type Follower } from '../testing/sample-source.js';
import { startTestServer, type TestServer } from '../testing/test-server.js';

const THING = 'subscription { thing { number } }';
const QUICK: Partial<SocketLimits> = { sweepMs: 10, closeMs: 300 };

/** A server with these limits, for as long as the test needs it. */
async function serving(
  sockets: Partial<SocketLimits>,
  run: (server: TestServer, source: SampleSource, analyst: string) => Promise<void>,
): Promise<void> {
  const source = new SampleSource();
  const limits = { ...LIMITS, sockets: { ...LIMITS.sockets, ...QUICK, ...sockets } };
  const server = await startTestServer(false, limits, { live: source });
  try {
    await run(server, source, await server.token('analyst'));
  } finally {
    RawClient.endAll();
    await server.close();
  }
}

describe('subscriptions', () => {
  it('of a connection are capped, and one that ends makes room', () =>
    serving({ subscriptions: 2 }, async ({ url }, source, analyst) => {
      const client = await RawClient.with(url, analyst);
      for (const id of ['a', 'b', 'c']) client.subscribe(id, THING);
      const { payload } = await client.hears('error', 'c');
      expect(payload).toMatchObject([{ extensions: { code: 'OVERLOADED', limit: 2 } }]);
      client.say({ id: 'a', type: 'complete' });
      client.subscribe('c', THING);
      await source.until(1);
      await source.until(2);
      expect(client.heard).toEqual([]);
    }));

  it('that are left while they begin are capped as well', () =>
    serving({ subscriptions: 2 }, async (server, source, analyst) => {
      let begin = (): void => undefined;
      const begun = new Promise<void>((resolve) => (begin = resolve));
      source.before = () => begun;
      const client = await RawClient.with(server.url, analyst);
      for (const id of ['a', 'b', 'c', 'd', 'e']) {
        client.subscribe(id, THING);
        client.say({ id, type: 'complete' });
      }
      client.subscribe('f', THING);
      expect(await client.hears('error', 'f')).toMatchObject({
        payload: [{ extensions: { code: 'OVERLOADED', limit: 2 } }],
      });
      begin();
      client.say({ type: 'ping' });
      await client.hears('pong');
      client.subscribe('g', THING);
      await server.until(() => source.followers.size === 1);
      expect(server.platform.metrics.sockets.subscriptions).toBe(1);
      expect(client.heard).toEqual([]);
    }));

  it('of a user are capped over all connections, and those of another user are not', () =>
    serving({ subscriptionsOfUser: 2 }, async (server, source, analyst) => {
      const [one, two] = [
        await RawClient.with(server.url, analyst),
        await RawClient.with(server.url, analyst),
      ];
      one.subscribe('a', THING);
      two.subscribe('b', THING);
      await source.until(2);
      two.subscribe('c', THING);
      const { payload } = await two.hears('error', 'c');
      expect(payload).toMatchObject([{ extensions: { code: 'OVERLOADED', limit: 2 } }]);
      const other = await RawClient.with(server.url, await server.tokenOf('tester-2', 'analyst'));
      other.subscribe('d', THING);
      await source.until(3);
      one.end();
      await source.until(2);
      two.subscribe('c', THING);
      await source.until(3);
    }));
});

describe('connections of a user', () => {
  it('are capped with 1013, and one that ends makes room', () =>
    serving({ connectionsOfUser: 1 }, async (server, _source, analyst) => {
      const first = await RawClient.with(server.url, analyst);
      const second = await RawClient.open(server.url);
      second.say({ type: 'connection_init', payload: { authorization: `Bearer ${analyst}` } });
      expect(await second.closed).toEqual({ code: 1013, reason: 'too many connections of this user' });
      await RawClient.with(server.url, await server.tokenOf('tester-2', 'analyst'));
      first.end();
      await server.until(() => server.platform.metrics.sockets.connections === 1);
      await RawClient.with(server.url, analyst);
    }));
});

/** Has a client stop reading, and sends to it until the machine between them takes no more. */
async function fill({ outlet }: Follower, client: RawClient, atLeast: number): Promise<void> {
  client.ws.pause();
  const result = JSON.stringify({ data: { text: 'x'.repeat(64 * 1024) } });
  while (outlet.backlog < atLeast) {
    outlet.send(result);
    await new Promise(setImmediate);
  }
}

describe('a client that does not read', () => {
  it('is waited for, and goes on when it has read', () =>
    serving({ drainMs: 20_000 }, async (server, source, analyst) => {
      const client = await RawClient.with(server.url, analyst);
      client.subscribe('a', THING);
      const [follower] = await source.until(1);
      await expect(follower?.outlet.drained()).resolves.toBeUndefined();
      await fill(follower!, client, 256 * 1024);
      const drained = follower!.outlet.drained();
      client.ws.resume();
      await drained;
      expect(follower!.outlet.backlog).toBeLessThanOrEqual(LIMITS.sockets.drainedBytes);
      source.say(7);
      while (JSON.stringify((await client.hears('next')).payload) !== '{"data":{"thing":{"number":7}}}');
      expect(source.followers.size).toBe(1);
    }));

  it('is closed with 1013 after a while, which it hears if it reads on', () =>
    serving({ drainMs: 50, closeMs: 20_000 }, async (_server, source, analyst) => {
      const client = await RawClient.with(_server.url, analyst);
      client.subscribe('a', THING);
      const [follower] = await source.until(1);
      await fill(follower!, client, 256 * 1024);
      await follower!.outlet.drained();
      expect(source.followers.size).toBe(0);
      client.ws.resume();
      expect(await client.closed).toEqual({ code: 1013, reason: 'too slow: connect again and go on' });
    }));

  it('and does not take the close either is cut, and nothing is held for it', () =>
    serving({ drainMs: 50 }, async (server, source, analyst) => {
      const client = await RawClient.with(server.url, analyst);
      client.subscribe('a', THING);
      const [follower] = await source.until(1);
      await fill(follower!, client, 256 * 1024);
      await follower!.outlet.drained();
      await server.until(() => server.platform.metrics.sockets.connections === 0);
      expect(follower!.outlet.backlog).toBe(0);
      const { text } = await server.fetch('/metrics');
      expect(text).toContain('masar_websocket_cuts_total{reason="slow"} 1');
    }));

  it('is cut whatever its source goes on to send', () =>
    serving({ backlogBytes: 512 * 1024 }, async (server, source, analyst) => {
      const client = await RawClient.with(server.url, analyst);
      client.subscribe('a', THING);
      const [follower] = await source.until(1);
      await fill(follower!, client, 512 * 1024 + 1);
      follower!.outlet.send('{}');
      expect(source.followers.size).toBe(0);
      await server.until(() => server.platform.metrics.sockets.connections === 0);
    }));
});

describe('a peer', () => {
  it('that answers no ping is cut, and one that does is not', () =>
    serving({ pingMs: 50, silenceMs: 400 }, async (server, source, analyst) => {
      const alive = await RawClient.with(server.url, analyst);
      const dead = await RawClient.open(server.url, { autoPong: false });
      dead.say({ type: 'connection_init', payload: { authorization: `Bearer ${analyst}` } });
      await dead.hears('connection_ack');
      alive.subscribe('a', THING);
      dead.subscribe('b', THING);
      await source.until(2);
      // The close goes out first, and nobody waits for whether it arrives.
      expect([1006, 1013]).toContain((await dead.closed).code);
      expect(await source.until(1)).toHaveLength(1);
      expect(server.platform.metrics.sockets.connections).toBe(1);
      source.say(1);
      expect((await alive.hears('next')).id).toBe('a');
      const { text } = await server.fetch('/metrics');
      expect(text).toContain('masar_websocket_cuts_total{reason="dead"} 1');
    }));

  it('that goes without a word, or with half of one, takes everything of its own along', () =>
    serving({}, async (server, source, analyst) => {
      for (const words of ['', '\x81']) {
        const { hostname, port, host } = new URL(server.url);
        const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
        socket.write(
          [
            'GET /graphql HTTP/1.1',
            `Host: ${host}`,
            'Connection: Upgrade',
            'Upgrade: websocket',
            'Sec-WebSocket-Version: 13',
            'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
            '\r\n',
          ].join('\r\n'),
        );
        await server.until(() => server.platform.metrics.sockets.connections === 1);
        socket.end(words, 'latin1');
        socket.pause();
        await server.until(() => server.platform.metrics.sockets.connections === 0);
        socket.destroy();
      }
      const client = await RawClient.with(server.url, analyst);
      client.subscribe('a', THING);
      await source.until(1);
      client.end();
      await source.until(0);
    }));
});

describe('when the service stops', () => {
  it('all are closed with 1012 and told to go on elsewhere, and one that does not listen is not waited for', () =>
    serving({}, async (server, source, analyst) => {
      const listening = await RawClient.with(server.url, analyst);
      const deaf = await RawClient.with(server.url, analyst);
      listening.subscribe('a', THING);
      deaf.subscribe('b', THING);
      await source.until(2);
      deaf.ws.pause();
      const began = performance.now();
      const closed = server.close();
      expect(await listening.closed).toEqual({
        code: 1012,
        reason: 'the service stops: connect again and go on',
      });
      expect(source.followers.size).toBe(0);
      await closed;
      expect(performance.now() - began).toBeLessThan(10_000);
      expect(server.platform.metrics.sockets.connections).toBe(0);
    }));
});

describe('the metrics', () => {
  it('count connections, subscriptions, messages and their bytes', () =>
    serving({}, async (server, source, analyst) => {
      const client = await RawClient.with(server.url, analyst);
      client.subscribe('a', THING);
      await source.until(1);
      source.say(1);
      await client.hears('next');
      const sent =
        '{"type":"connection_ack","payload":{"masar":{"logId":"00000000-0000-4000-8000-000000000001","epoch":1,"position":42}}}' +
        '{"id":"a","type":"next","payload":{"data":{"thing":{"number":1}}}}';
      for (const _ of [1, 2]) {
        const { text } = await server.fetch('/metrics');
        expect(text).toMatch(/^masar_websocket_connections 1$/m);
        expect(text).toMatch(/^masar_subscriptions 1$/m);
        expect(text).toMatch(/^masar_websocket_messages_total 2$/m);
        expect(text).toMatch(new RegExp(`^masar_websocket_bytes_total ${sent.length}$`, 'm'));
      }
    }));
});
