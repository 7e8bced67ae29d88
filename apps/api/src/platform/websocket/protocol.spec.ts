import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

import { ApiError } from '../errors/api-error.js';
import { LIMITS } from '../limits/limits.js';
import { RawClient } from '../testing/raw-client.js';
import { PLACE, SampleSource } from '../testing/sample-source.js';
import { startTestServer, type TestServer } from '../testing/test-server.js';

const THING = 'subscription { thing { number } }';
const thing = (number: number): object => ({ data: { thing: { number } } });

describe('graphql-transport-ws', () => {
  const source = new SampleSource();
  let now = new Date('2026-03-01T12:00:00Z');
  let server: TestServer;
  let analyst: string;
  beforeAll(async () => {
    const sockets = { ...LIMITS.sockets, sweepMs: 10, initMs: 300, messageBytes: 4096, idCharacters: 100 };
    server = await startTestServer(false, { ...LIMITS, sockets }, { live: source, now: () => now });
    analyst = await server.token('analyst');
  });
  afterEach(async () => {
    RawClient.endAll();
    await server.until(() => server.platform.metrics.sockets.connections === 0);
    expect(source.followers.size).toBe(0);
    expect(server.platform.metrics.sockets.subscriptions).toBe(0);
  });
  afterAll(() => server.close());

  async function open(...rest: [Parameters<typeof RawClient.open>[1]?, string[]?]): Promise<RawClient> {
    return RawClient.open(server.url, ...rest);
  }
  async function acknowledged(token = analyst): Promise<RawClient> {
    const client = await open();
    client.say({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
    await client.hears('connection_ack');
    return client;
  }

  it('acknowledges a valid token, in the payload or the header, with the place of the log', async () => {
    const payload = { authorization: `Bearer ${analyst}` };
    const masar = PLACE;
    const first = await open();
    first.say({ type: 'connection_init', payload });
    expect((await first.hears('connection_ack')).payload).toEqual({ masar });
    const second = await open({ headers: payload });
    second.say({ type: 'connection_init' });
    expect((await second.hears('connection_ack')).payload).toEqual({ masar });
    const third = await open();
    third.say({ type: 'connection_init', payload: { Authorization: payload.authorization } });
    await third.hears('connection_ack');
  });

  it('acknowledges without a place where the log has none, and subscriptions wait for it', async () => {
    const away = jest.spyOn(source, 'newest').mockRejectedValue(new ApiError('UNAVAILABLE', 'away'));
    try {
      const client = await open({ headers: { authorization: `Bearer ${analyst}` } });
      client.say({ type: 'connection_init' });
      expect(await client.hears('connection_ack')).toEqual({ type: 'connection_ack' });
      client.subscribe('a', THING);
      await source.until(1);
    } finally {
      away.mockRestore();
    }
  });

  it('closes with 4500 at a fault, and says nothing of it but where it is logged', async () => {
    const faulty = jest
      .spyOn(server.platform.authenticator, 'authenticate')
      .mockRejectedValue(new TypeError('secret-of-a-fault'));
    try {
      const client = await open();
      client.say({ type: 'connection_init', payload: { authorization: `Bearer ${analyst}` } });
      expect(await client.closed).toEqual({ code: 4500, reason: 'Internal server error' });
      expect(server.logged()).toContain('secret-of-a-fault');
    } finally {
      faulty.mockRestore();
    }
  });

  it.each([
    ['none', undefined],
    ['none of ours', { authorization: 'Bearer x.y.z' }],
    ['no bearer’s', { authorization: 'Basic dTpw' }],
    ['no text', { authorization: { token: 1 } }],
  ])('closes with 4403 where the token is %s', async (_what, payload) => {
    const client = await open();
    client.say({ type: 'connection_init', ...(payload && { payload }) });
    expect(await client.closed).toEqual({ code: 4403, reason: 'the token is not valid, or has expired' });
  });

  it('closes with 4403 where the token has expired, also one of the header', async () => {
    const issued = await server.token('analyst');
    now = new Date(now.getTime() + 2 * 3_600_000);
    const client = await open({ headers: { authorization: `Bearer ${issued}` } });
    client.say({ type: 'connection_init' });
    expect((await client.closed).code).toBe(4403);
    analyst = await server.token('analyst');
  });

  it('closes with 4406 where the client speaks another subprotocol, or names none', async () => {
    for (const protocols of [['graphql-ws'], []]) {
      const client = await open({}, protocols);
      expect(await client.closed).toEqual({ code: 4406, reason: 'Subprotocol not acceptable' });
    }
    const both = await open({}, ['graphql-ws', 'graphql-transport-ws']);
    expect(both.ws.protocol).toBe('graphql-transport-ws');
  });

  it('closes with 4408 where nothing is said for too long, pings aside', async () => {
    const client = await open();
    client.say({ type: 'ping' });
    await client.hears('pong');
    expect((await client.closed).code).toBe(4408);
  });

  it('closes with 4401 where something is subscribed to before the acknowledgement', async () => {
    const client = await open();
    client.subscribe('a', THING);
    expect(await client.closed).toEqual({ code: 4401, reason: 'Unauthorized' });
  });

  it('closes with 4429 at a second connection_init, acknowledged or not', async () => {
    const init = { type: 'connection_init', payload: { authorization: `Bearer ${analyst}` } };
    const hasty = await open();
    hasty.say(init);
    hasty.say(init);
    expect((await hasty.closed).code).toBe(4429);
    const late = await acknowledged();
    late.say(init);
    expect((await late.closed).code).toBe(4429);
  });

  it('closes with 4409 where an id is used again while it is followed, however long it is', async () => {
    for (const id of ['a', 'ع'.repeat(100)]) {
      const client = await acknowledged();
      client.subscribe(id, THING);
      client.subscribe(id, THING);
      expect((await client.closed).code).toBe(4409);
    }
  });

  const payload = { query: THING };
  it.each<[string, object | string]>([
    ['no JSON', '{"type":'],
    ['no object', 'null'],
    ['a list', '[{"type":"ping"}]'],
    ['without a type', { id: 'a' }],
    ['of an unknown type', { type: 'start', id: 'a', payload }],
    ['only a server sends: next', { type: 'next', id: 'a', payload: {} }],
    ['only a server sends: error', { type: 'error', id: 'a', payload: [{ message: '' }] }],
    ['only a server sends: connection_ack', { type: 'connection_ack' }],
    ['a subscription without an id', { type: 'subscribe', payload }],
    ['a subscription with an empty id', { type: 'subscribe', id: '', payload }],
    ['a subscription without a document', { type: 'subscribe', id: 'a', payload: {} }],
    [
      'a subscription with variables that are no map',
      { type: 'subscribe', id: 'a', payload: { ...payload, variables: 7 } },
    ],
    ['a subscription with too long an id', { type: 'subscribe', id: 'a'.repeat(101), payload }],
    ['a completion without an id', { type: 'complete' }],
    ['a ping whose payload is a text', { type: 'ping', payload: 'here?' }],
  ])('closes with 4400 at a message that is %s', async (_what, message) => {
    const client = await acknowledged();
    client.say(message);
    expect(await client.closed).toEqual({ code: 4400, reason: 'Invalid message received' });
  });

  it('closes with 4400 at a binary frame, whatever is in it', async () => {
    const client = await acknowledged();
    client.ws.send(Buffer.from('{"type":"ping"}'), { binary: true });
    expect((await client.closed).code).toBe(4400);
  });

  it('closes with 1009 at a message that is too large', async () => {
    const client = await acknowledged();
    client.say({ type: 'ping', payload: { text: 'x'.repeat(5_000) } });
    expect((await client.closed).code).toBe(1009);
  });

  it('answers pings with what they carry, before and after the acknowledgement, and takes pongs', async () => {
    const client = await open();
    client.say({ type: 'ping' });
    expect(await client.hears('pong')).toEqual({ type: 'pong' });
    client.say({ type: 'connection_init', payload: { authorization: `Bearer ${analyst}` } });
    await client.hears('connection_ack');
    client.say({ type: 'pong', payload: { at: 7 } });
    client.say({ type: 'ping', payload: { at: 8 } });
    expect(await client.hears('pong')).toEqual({ type: 'pong', payload: { at: 8 } });
  });

  it('sends what the source says as it is, to each under its id, until the client completes', async () => {
    const client = await acknowledged();
    client.subscribe('a', THING);
    client.subscribe('"b"', THING);
    const [, second] = await source.until(2);
    source.say(1);
    for (const id of ['a', '"b"']) {
      expect(await client.hears('next', id)).toEqual({ id, type: 'next', payload: thing(1) });
    }
    client.say({ id: 'a', type: 'complete' });
    expect(await source.until(1)).toEqual([second]);
    source.say(2);
    client.say({ type: 'ping' });
    await client.hears('pong');
    expect(client.heard).toEqual([{ id: '"b"', type: 'next', payload: thing(2) }]);
  });

  it.each([0, 100, 125, 126, 4_000, 65_000, 65_535, 65_536, 200_000])(
    'sends a result of %i characters whole',
    async (length) => {
      const client = await acknowledged();
      client.subscribe('a', THING);
      const [follower] = await source.until(1);
      const text = 'م'.repeat(length / 2);
      follower?.outlet.send(JSON.stringify({ data: { text } }));
      follower?.outlet.send(JSON.stringify(thing(1)));
      expect((await client.hears('next')).payload).toEqual({ data: { text } });
      expect((await client.hears('next')).payload).toEqual(thing(1));
    },
  );

  it('tells the client when the source has said everything', async () => {
    const client = await acknowledged();
    client.subscribe('a', THING);
    const [follower] = await source.until(1);
    source.say(1);
    follower?.outlet.end();
    source.say(2);
    expect(await client.hears('complete')).toEqual({ id: 'a', type: 'complete' });
    expect(client.heard).toEqual([{ id: 'a', type: 'next', payload: thing(1) }]);
    source.followers.clear();
  });

  it('ignores what is said about ids it does not know', async () => {
    const client = await acknowledged();
    client.say({ id: 'never', type: 'complete' });
    client.say({ id: '__proto__', type: 'complete' });
    client.say({ type: 'ping' });
    await client.hears('pong');
    expect(client.heard).toEqual([]);
  });

  it('takes an id again right after it was completed, as another subscription', async () => {
    const client = await acknowledged();
    client.subscribe('a', THING);
    const [former] = await source.until(1);
    client.say({ id: 'a', type: 'complete' });
    client.subscribe('a', THING);
    client.say({ id: 'a', type: 'complete' });
    client.subscribe('a', THING);
    await server.until(() => source.followers.size === 1 && ![...source.followers].includes(former!));
    former?.outlet.send(JSON.stringify(thing(1)));
    source.say(2);
    expect((await client.hears('next')).payload).toEqual(thing(2));
    client.say({ type: 'ping' });
    await client.hears('pong');
    expect(client.heard).toEqual([]);
    expect(source.followers.size).toBe(1);
  });

  it('lets go of a subscription that is completed before it has begun', async () => {
    let begin = (): void => undefined;
    source.before = () => new Promise((resolve) => (begin = resolve));
    const client = await acknowledged();
    client.subscribe('a', THING);
    client.say({ id: 'a', type: 'complete' });
    client.say({ type: 'ping' });
    await client.hears('pong');
    expect(server.platform.metrics.sockets.subscriptions).toBe(0);
    source.before = async () => undefined;
    begin();
    client.subscribe('b', THING);
    await server.until(
      () => source.followers.size === 1 && server.platform.metrics.sockets.subscriptions === 1,
    );
    const [follower] = source.followers;
    follower?.outlet.send(JSON.stringify(thing(1)));
    expect((await client.hears('next')).id).toBe('b');
    expect(client.heard).toEqual([]);
  });

  it('closes with 4403 when the token expires: by itself, and before anything more is sent', async () => {
    const idle = await acknowledged();
    const followed = await acknowledged();
    followed.subscribe('a', THING);
    await source.until(1);
    now = new Date(now.getTime() + 3_600_000 - 1);
    source.say(1);
    await followed.hears('next');
    now = new Date(now.getTime() + 1);
    source.say(2);
    const reason = 'the token has expired: connect again with a new one';
    expect(await followed.closed).toEqual({ code: 4403, reason });
    expect(await idle.closed).toEqual({ code: 4403, reason });
    expect(followed.heard).toEqual([]);
    expect(source.followers.size).toBe(0);
    analyst = await server.token('analyst');
  });

  describe('an operation', () => {
    async function refused(query: string, variables?: object, more?: object): Promise<unknown> {
      const client = await acknowledged();
      client.say({ id: 'a', type: 'subscribe', payload: { query, variables, ...more } });
      const { payload: errors } = await client.hears('error', 'a');
      client.say({ type: 'ping' });
      await client.hears('pong');
      expect(client.heard).toEqual([]);
      return errors;
    }
    const code = (one: string): object => [{ extensions: { code: one } }];

    it.each<[string, string, object | undefined, string]>([
      ['a query', '{ masar { version } }', undefined, 'BAD_REQUEST'],
      ['a mutation', 'mutation { found }', undefined, 'BAD_REQUEST'],
      ['no GraphQL', 'subscription {', undefined, 'GRAPHQL_PARSE_FAILED'],
      ['none of the schema', 'subscription { nothing }', undefined, 'GRAPHQL_VALIDATION_FAILED'],
      [
        'of two fields',
        'subscription { a: thing { name } b: thing { name } }',
        undefined,
        'GRAPHQL_VALIDATION_FAILED',
      ],
      ['of two operations', `query A { masar { version } } ${THING}`, undefined, 'ONE_OPERATION_ONLY'],
      [
        'too deep',
        `subscription { thing ${'{ next '.repeat(17)} { name } ${'}'.repeat(17)} }`,
        undefined,
        'TOO_DEEP',
      ],
      [
        'too much',
        'subscription { thing { parts(first: 200) { parts(first: 200) { name } } } }',
        undefined,
        'COST_TOO_HIGH',
      ],
      [
        'with a page out of range',
        'subscription { thing { parts(first: 999) { name } } }',
        undefined,
        'BAD_USER_INPUT',
      ],
      [
        'with a variable that does not fit',
        'subscription S($n: Int) { thing(first: $n) { name } }',
        { n: 'x' },
        'BAD_USER_INPUT',
      ],
    ])(
      'that is %s is refused as over HTTP, and nothing is followed',
      async (_what, query, variables, expected) => {
        expect(await refused(query, variables)).toMatchObject(code(expected));
        // The second time from the cache.
        expect(await refused(query, variables)).toMatchObject(code(expected));
      },
    );

    it('of another name than its document’s is refused', async () => {
      expect(await refused(`subscription A ${THING.slice(12)}`, {}, { operationName: 'B' })).toMatchObject(
        code('BAD_REQUEST'),
      );
    });

    it('on a programme the roles do not cover is refused', async () => {
      const query = 'subscription S($p: String) { thing(programme: $p) { number } }';
      analyst = await server.token({ P: ['analyst'] });
      expect(await refused(query, { p: 'Q' })).toEqual([
        {
          message: 'your roles do not allow you to read in this programme',
          extensions: { code: 'FORBIDDEN', permission: 'read' },
        },
      ]);
      const client = await acknowledged();
      client.subscribe('a', query, { p: 'p' });
      const [follower] = await source.until(1);
      expect(follower?.operation.variables).toEqual({ p: 'p' });
      expect(follower?.operation.visibility.readable).toEqual(['p']);
      analyst = await server.token('analyst');
    });

    it('comes to its source with equal documents for equal texts', async () => {
      const [one, other] = [await acknowledged(), await acknowledged()];
      one.subscribe('a', THING);
      other.subscribe('b', THING);
      const [first, second] = await source.until(2);
      expect(first?.operation.document).toBe(second?.operation.document);
    });

    it('its source refuses ends with the code of the refusal', async () => {
      source.before = async () => {
        throw new ApiError('LOG_REWOUND', 'the log is another', { epoch: 2 });
      };
      try {
        expect(await refused(THING)).toEqual([
          { message: 'the log is another', extensions: { code: 'LOG_REWOUND', epoch: 2 } },
        ]);
      } finally {
        source.before = async () => undefined;
      }
    });

    it('that fails later ends with the code of the error', async () => {
      const client = await acknowledged();
      client.subscribe('a', THING);
      const [follower] = await source.until(1);
      follower?.outlet.end(new ApiError('READ_MODEL_HALTED', 'this part stopped', { model: 'items' }));
      expect(await client.hears('error', 'a')).toMatchObject({
        payload: [{ message: 'this part stopped', extensions: { code: 'READ_MODEL_HALTED' } }],
      });
      source.followers.clear();
    });

    it('that meets a fault says nothing of it but where it is logged', async () => {
      const fault = new TypeError('secret-in-a-message: select name from people');
      source.before = async () => {
        throw fault;
      };
      const errors = (await refused(THING)) as { extensions: { correlationId: string } }[];
      source.before = async () => undefined;
      const client = await acknowledged();
      client.subscribe('a', THING);
      const [follower] = await source.until(1);
      follower?.outlet.end(fault);
      errors.push(...((await client.hears('error', 'a')).payload as typeof errors));
      source.followers.clear();
      expect(errors).toHaveLength(2);
      for (const error of errors) {
        expect(JSON.stringify(error)).not.toMatch(/secret|select|TypeError|stack/);
        expect(error).toMatchObject({ extensions: { code: 'INTERNAL' } });
        expect(server.logged()).toContain(error.extensions.correlationId);
      }
    });
  });

  describe('the stock client', () => {
    const connectionParams = async (): Promise<Record<string, unknown>> => ({
      authorization: `Bearer ${analyst}`,
    });
    const follow = async (take: number): Promise<unknown[]> => {
      const client = createClient({
        url: `${server.url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams,
      });
      const taken: unknown[] = [];
      for await (const result of client.iterate({ query: THING })) {
        taken.push(result);
        if (taken.length === take) break;
      }
      await client.dispose();
      return taken;
    };

    it('follows, and is let go when it breaks off', async () => {
      const following = follow(2);
      await source.until(1);
      source.say(1);
      source.say(2);
      source.say(3);
      expect(await following).toEqual([thing(1), thing(2)]);
      await source.until(0);
    });

    it('ends when the source does', async () => {
      const following = follow(9);
      const [follower] = await source.until(1);
      source.say(1);
      follower?.outlet.end();
      source.followers.clear();
      expect(await following).toEqual([thing(1)]);
    });
  });
});
