import { parse } from '@0no-co/graphql.web';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ClientOptions, createClientIn } from './client.js';
import type { MasarDocument } from './document.js';
import { AuthenticationError } from './errors.js';
import type { FollowOptions, FollowStatus } from './follow.js';
import { jwt } from './testing/jwt.js';
import { ManualEnvironment, settled } from './testing/manual-environment.js';
import { ScriptedSocket } from './testing/scripted-socket.js';

interface Message {
  readonly position: number;
}
const events = parse('subscription { events(programme: "P") { __typename } }') as MasarDocument<
  { events: Message },
  object
>;
const log = { logId: 'log', epoch: 1 };
const nothingLeft = { timers: 0, listeners: 0, sockets: 0 };

/** A message about the event at `upTo`, or at `position`. */
const covering = (after: number, upTo: number, position = upTo) => ({
  position,
  covers: { after, upTo, ...log },
});

function setUp(options: FollowOptions = {}, clientOptions: Partial<ClientOptions> = {}) {
  const environment = new ManualEnvironment();
  const statuses: FollowStatus[] = [];
  const client = createClientIn(environment, {
    url: 'http://masar.example',
    token: 'secret',
    ...clientOptions,
  });
  const follow = client.follow(events, {}, { onStatus: (status) => statuses.push(status), ...options });
  return { environment, client, follow, statuses };
}

/** The same, asked for the first message and connected. */
async function connected(options?: FollowOptions, clientOptions?: Partial<ClientOptions>) {
  const made = setUp(options, clientOptions);
  const read = reading(made.follow);
  await settled();
  made.environment.socket.accept();
  return { ...made, read };
}

/** Reads on for ever, as `for await` does. */
function reading(follow: AsyncIterable<Message>) {
  const read = { positions: [] as number[], error: undefined as unknown, done: false };
  void (async () => {
    try {
      for await (const { position } of follow) read.positions.push(position);
    } catch (error) {
      read.error = error;
    }
    read.done = true;
  })();
  return read;
}

describe('beginning to follow', () => {
  it('opens nothing before the first message is asked for', async () => {
    const { environment, follow } = setUp();
    await environment.pass(60_000);
    expect(environment.sockets).toHaveLength(0);
    expect(follow.status).toEqual({ state: 'idle' });
    expect(environment.left).toEqual(nothingLeft);
  });

  it('gives the token in connection_init, and leaves it to the service where it stands', async () => {
    const { environment, follow, read, statuses } = await connected();
    expect(environment.socket.token).toBe('Bearer secret');
    expect(environment.socket.asked).toEqual({});
    expect(follow.cursor).toBeUndefined();
    expect(statuses).toEqual([{ state: 'connecting', attempt: 1 }, { state: 'following' }]);
    environment.socket.next(covering(12, 12)).next(covering(12, 14)).next(covering(15, 16));
    await settled();
    expect(read.positions).toEqual([12, 14]);
    expect(follow.cursor).toEqual({ position: 14, ...log });
  });

  it('asks from the position given, or from that of an answer', async () => {
    const bare = await connected({ after: 3 });
    expect(bare.environment.socket.asked).toEqual({ after: 3, ...log });
    const known = await connected({ after: { position: 4, ...log } });
    expect(known.environment.socket.asked).toEqual({ after: 4, ...log });
  });

  it('loses nothing where the connection ends before the first message', async () => {
    const { environment, read } = await connected();
    environment.socket.cut();
    await environment.pass(1000);
    environment.socket.accept({ ...log, position: 25 });
    expect(environment.socket.asked).toEqual({ after: 10, ...log });
    environment.socket.next(covering(10, 20));
    await settled();
    expect(read.positions).toEqual([20]);
  });

  it('refuses what is no position, no buffer, and no subscription', () => {
    expect(() => setUp({ after: -1 })).toThrow('`after` takes a position');
    expect(() => setUp({ after: 1.5 })).toThrow('`after` takes a position');
    expect(() => setUp({ buffer: 0 })).toThrow('`buffer` takes how many');
    const { client } = setUp();
    expect(() => client.follow(parse('{ about { version } }') as never)).toThrow('one subscription');
  });

  it('says where to get a WebSocket where there is none', () => {
    const environment = Object.assign(new ManualEnvironment(), { WebSocket: undefined });
    const client = createClientIn(environment, { url: 'http://masar.example', token: 'secret' });
    expect(() => client.follow(events)).toThrow('createMasarClient { webSocket }');
  });
});

describe('coming back', () => {
  it('resumes after the last message it proved, with the log it is of', async () => {
    const { environment, read, statuses } = await connected({ after: 10 });
    environment.socket.next(covering(10, 12)).next(covering(12, 15)).cut(1012, 'restarting');
    await environment.pass(1000);
    environment.socket.accept();
    expect(environment.socket.asked).toEqual({ after: 15, ...log });
    environment.socket.next(covering(15, 16));
    await settled();
    expect(read.positions).toEqual([12, 15, 16]);
    expect(statuses).toMatchObject([
      {},
      { state: 'following' },
      {
        state: 'waiting',
        attempt: 1,
        delay: 250,
        cause: { code: 'CLOSED', message: expect.stringContaining('1012 restarting') },
      },
      { state: 'connecting', attempt: 2 },
      { state: 'following' },
    ]);
  });

  it('waits longer each time, with full jitter, and begins anew with the first progress', async () => {
    const { environment, statuses } = await connected({}, { reconnect: { base: 1000, most: 5000 } });
    for (let i = 0; i < 5; i++) {
      environment.socket.cut();
      await environment.pass(5000);
    }
    environment.socket.accept().next(covering(10, 11)).cut();
    await environment.pass(0);
    const delays = statuses.flatMap((status) => (status.state === 'waiting' ? [status.delay] : []));
    expect(delays).toEqual([500, 1000, 2000, 2500, 2500, 500]);
  });

  it('begins anew after a connection that was good for a while, though nothing happened in it', async () => {
    const { environment, statuses } = await connected({});
    environment.socket.cut();
    await environment.pass(1000);
    environment.socket.accept();
    await environment.pass(10_000);
    environment.socket.cut();
    await environment.pass(0);
    expect(statuses.at(-1)).toMatchObject({ state: 'waiting', attempt: 1 });
  });

  it('does not wait on where the machine is online again', async () => {
    const { environment } = await connected();
    environment.socket.cut();
    await environment.pass(0);
    await environment.connected();
    expect(environment.sockets).toHaveLength(2);
  });

  it('takes a service that does not answer for one that is gone', async () => {
    const { environment, follow } = setUp();
    void follow.next();
    await environment.pass(14_999);
    expect(environment.socket.closed).toBeUndefined();
    await environment.pass(1);
    expect(environment.socket.closed).toBeDefined();
    expect(follow.status).toMatchObject({ state: 'waiting', cause: { code: 'SILENT' } });
    await follow.return();
  });

  it('asks for a sign of life after 20 s of silence, and takes any for one', async () => {
    const { environment } = await connected();
    await environment.pass(20_000);
    expect(environment.socket.sent.at(-1)).toEqual({ type: 'ping' });
    environment.socket.say({ type: 'pong' });
    await environment.pass(44_999);
    expect(environment.socket.closed).toBeUndefined();
    environment.socket.say({ type: 'ping', payload: { at: 1 } });
    expect(environment.socket.sent.at(-1)).toEqual({ type: 'pong', payload: { at: 1 } });
    await environment.pass(44_999);
    expect(environment.sockets).toHaveLength(1);
  });

  it('connects anew after 45 s without any', async () => {
    const { environment, follow } = await connected();
    await environment.pass(45_000);
    expect(environment.socket.closed).toBeDefined();
    expect(follow.status).toMatchObject({ state: 'waiting', cause: { code: 'SILENT' } });
    await environment.pass(1000);
    expect(environment.sockets).toHaveLength(2);
  });

  it('terminates a dead socket that can be terminated', async () => {
    const { environment } = await connected();
    let terminated = 0;
    Object.assign(environment.socket, { terminate: () => terminated++ });
    await environment.pass(45_000);
    expect(terminated).toBe(1);
  });

  it('hears nothing of a connection it has left', async () => {
    const { environment, read } = await connected();
    const left = environment.socket;
    const late = left.onmessage;
    await environment.pass(45_000);
    late?.({
      data: JSON.stringify({ id: '1', type: 'next', payload: { data: { events: covering(10, 11) } } }),
    } as never);
    await settled();
    expect(read.positions).toEqual([]);
  });

  it.each([1000, 1001, 1005, 1006, 1011, 1012, 4408, 4500])(
    'comes back after close code %d',
    async (code) => {
      const { environment } = await connected();
      environment.socket.cut(code);
      await environment.pass(1000);
      expect(environment.sockets).toHaveLength(2);
    },
  );

  it.each([1002, 1003, 1007, 1009, 1010, 4400, 4401, 4406, 4409, 4429])(
    'does not come back after close code %d, for it would be the same again',
    async (code) => {
      const { environment, read } = await connected();
      environment.socket.cut(code, 'why');
      await environment.pass(60_000);
      expect(read.error).toMatchObject({ code: 'PROTOCOL', message: expect.stringContaining(`${code} why`) });
      expect(environment.sockets).toHaveLength(1);
      expect(environment.left).toEqual(nothingLeft);
    },
  );

  it.each([
    'UNAVAILABLE',
    'OVERLOADED',
    'RATE_LIMITED',
    'NOT_YET',
    'READ_MODEL_BUILDING',
    'READ_MODEL_HALTED',
  ])('comes back after %s, however often', async (code) => {
    const { environment, read } = await connected();
    for (let i = 0; i < 8; i++) {
      environment.socket.say({ id: '1', type: 'error', payload: [{ message: 'm', extensions: { code } }] });
      (await environment.reopened()).accept();
    }
    environment.socket.next(covering(10, 11));
    await settled();
    expect(read).toMatchObject({ positions: [11], error: undefined });
  });

  it.each([
    ['OVERLOADED', 5_000],
    ['RATE_LIMITED', 5_000],
    ['READ_MODEL_HALTED', 60_000],
  ])('waits after %s for %d ms at least, and not all to the same moment', async (code, least) => {
    const { environment, statuses } = await connected();
    environment.socket.say({ id: '1', type: 'error', payload: [{ message: 'm', extensions: { code } }] });
    await settled();
    expect(statuses.at(-1)).toMatchObject({ state: 'waiting', delay: least + 250 });
  });

  it('waits for 5 s at least where it is asked to come back later', async () => {
    const { environment, statuses } = await connected();
    environment.socket.cut(1013, 'too slow');
    await settled();
    expect(statuses.at(-1)).toMatchObject({ state: 'waiting', delay: 5_250 });
  });

  it.each(['BAD_USER_INPUT', 'FORBIDDEN', 'GRAPHQL_VALIDATION_FAILED'])('ends with %s', async (code) => {
    const { environment, read } = await connected();
    environment.socket.say({ id: '1', type: 'error', payload: [{ message: 'no', extensions: { code } }] });
    await settled();
    expect(read.error).toMatchObject({ name: 'RequestError', code, message: 'no', errors: [{}] });
    expect(environment.left).toEqual(nothingLeft);
  });

  it('takes a fault of the service for one that passes, five times in one place', async () => {
    const { environment, read } = await connected();
    const fault = {
      id: '1',
      type: 'next',
      payload: { data: null, errors: [{ message: 'm', extensions: { code: 'INTERNAL' } }] },
    };
    for (let i = 0; i < 4; i++) {
      environment.socket.say(fault);
      (await environment.reopened()).accept();
    }
    environment.socket.next(covering(10, 11)).say(fault);
    expect((await environment.reopened()).accept().asked).toEqual({ after: 11, ...log });
    for (let i = 0; i < 3; i++) {
      environment.socket.say(fault);
      (await environment.reopened()).accept();
    }
    expect(read.done).toBe(false);
    environment.socket.say(fault);
    await settled();
    expect(read.error).toMatchObject({ code: 'INTERNAL' });
  });

  it('comes back where the service completes what has no end', async () => {
    const { environment } = await connected();
    environment.socket.say({ id: '1', type: 'complete' });
    await environment.pass(1000);
    expect(environment.sockets).toHaveLength(2);
  });

  it.each([
    ['{"type":"hello"}', 'hello'],
    ['no JSON', 'no JSON'],
    ['null', 'null'],
    ['{"id":"1","type":"next"}', 'next'],
    ['{"id":"1","type":"error","payload":"e"}', 'error'],
    ['{"type":"connection_ack"}', 'a second connection_ack'],
  ])('ends where the service says %s', async (said, named) => {
    const { environment, read } = await connected();
    environment.socket.say(said);
    await settled();
    expect(read.error).toMatchObject({ code: 'PROTOCOL', message: expect.stringContaining(named) });
    expect(environment.left).toEqual(nothingLeft);
  });

  it('ends where a message does not say what it covers', async () => {
    const { environment, read } = await connected();
    environment.socket.next({ position: 11 });
    await settled();
    expect(read.error).toMatchObject({ code: 'PROTOCOL', message: expect.stringContaining('covers') });
  });
});

describe('proving that none is missing', () => {
  it('drops the connection at a gap, and passes on nothing beyond it', async () => {
    const { environment, read, statuses } = await connected({ after: 10 });
    environment.socket.next(covering(10, 12)).next(covering(13, 14)).next(covering(14, 15));
    await settled();
    expect(read.positions).toEqual([12]);
    expect(environment.socket.closed).toBeDefined();
    expect(statuses.at(-1)).toMatchObject({ state: 'waiting', cause: { code: 'GAP', position: 12 } });
    await environment.pass(1000);
    expect(environment.socket.accept().asked).toEqual({ after: 12, ...log });
    environment.socket.next(covering(12, 13)).next(covering(13, 14));
    await settled();
    expect(read.positions).toEqual([12, 13, 14]);
  });

  it('ends where the gap stays, rather than go on beyond it or ask for ever', async () => {
    const { environment, read } = await connected({ after: 10 });
    for (let i = 0; i < 5; i++) {
      environment.socket.next(covering(10, 10)).next(covering(11, 12));
      if (i < 4) (await environment.reopened()).accept();
    }
    await settled();
    expect(read.error).toMatchObject({ name: 'GapError', code: 'GAP', position: 10 });
    expect(read.positions).toEqual(Array(5).fill(10));
    expect(environment.left).toEqual(nothingLeft);
  });

  it('drops a duplicate', async () => {
    const { environment, read } = await connected({ after: 10 });
    environment.socket
      .next(covering(10, 12))
      .next(covering(10, 12))
      .next(covering(10, 11))
      .next(covering(12, 13));
    await settled();
    expect(read.positions).toEqual([12, 13]);
    expect(environment.sockets).toHaveLength(1);
  });

  it('passes on several messages about one event together, each once however the connection is cut', async () => {
    const { environment, read, follow } = await connected({ after: 10 });
    environment.socket
      .next(covering(10, 11))
      .next(covering(11, 12, 13))
      .next(covering(12, 12, 13))
      .cut();
    await environment.pass(1000);
    expect(read.positions).toEqual([11]);
    expect(environment.socket.accept().asked).toEqual({ after: 11, ...log });
    environment.socket
      .next(covering(11, 12, 13))
      .next(covering(12, 12, 13))
      .next(covering(12, 13));
    await settled();
    expect(read.positions).toEqual([11, 13, 13, 13]);
    expect(follow.cursor).toEqual({ position: 13, ...log });
  });

  it.each([
    [
      'the service says so',
      {
        id: '1',
        type: 'error',
        payload: [{ message: 'm', extensions: { code: 'LOG_REWOUND', logId: 'log', epoch: 2, head: 4 } }],
      },
    ],
    [
      'a message is of another epoch',
      {
        id: '1',
        type: 'next',
        payload: {
          data: { events: { position: 4, covers: { after: 12, upTo: 4, logId: 'log', epoch: 2 } } },
        },
      },
    ],
  ])('ends where the log was rewound: %s', async (_, said) => {
    const { environment, read } = await connected({ after: 10 });
    environment.socket.next(covering(10, 12)).say(said);
    await settled();
    expect(read).toMatchObject({
      positions: [12],
      error: { name: 'LogRewoundError', code: 'LOG_REWOUND', log: { logId: 'log', epoch: 2, head: 4 } },
    });
    expect(environment.left).toEqual(nothingLeft);
  });

  it('ends where another log answers after a reconnect, before it asks anything of it', async () => {
    const { environment, read, statuses } = await connected({ after: 10 });
    environment.socket.cut();
    await environment.pass(1000);
    environment.socket.accept({ logId: 'log', epoch: 2, position: 40 });
    await settled();
    expect(read.error).toMatchObject({ code: 'LOG_REWOUND', log: { epoch: 2 } });
    expect(environment.socket.asked).toBeUndefined();
    expect(statuses.slice(-2).map(({ state }) => state)).toEqual(['connecting', 'ended']);
    expect(environment.left).toEqual(nothingLeft);
  });
});

describe('whatever the network does', () => {
  const mishap = fc.constantFrom('none', 'none', 'none', 'cut', 'repeat', 'leaveOut', 'complete', 'restart');

  it('each message comes once, in order, and none is missing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(mishap, { maxLength: 60 }),
        fc.integer({ min: 1, max: 8 }),
        async (mishaps, buffer) => {
          const { environment, follow } = setUp({ after: 0, buffer });
          const read = reading(follow);
          const last = 20;
          const script = mishaps[Symbol.iterator]();
          // A service that leaves the same out five times is not one to wait for.
          const leftOut = new Map<number, number>();
          for (let turns = 0; (read.positions.at(-1) ?? 0) < last; turns++) {
            expect([turns < 5000, read.error]).toEqual([true, undefined]);
            await environment.pass(100);
            const socket = environment.sockets.at(-1);
            if (!socket || socket.readyState > 0) continue;
            let { after } = socket.accept().asked as { after: number };
            for (; after < last && socket.readyState === 1; after++) {
              // Every third event is about two items.
              if (after % 3 === 0) socket.next(covering(after, after, after + 1));
              const happens = script.next().value ?? 'none';
              const omissions = leftOut.get(after) ?? 0;
              const leavesOut = happens === 'leaveOut' && omissions < 3;
              if (leavesOut) leftOut.set(after, omissions + 1);
              if (happens === 'cut') socket.cut();
              if (happens === 'restart') socket.cut(1012);
              if (happens === 'complete') socket.say({ id: '1', type: 'complete' });
              if (happens === 'repeat' && after > 0) socket.next(covering(after - 1, after));
              if (!leavesOut) socket.next(covering(after, after + 1));
              if (turns % 2 === 0) await settled();
            }
          }
          const expected = Array.from({ length: last }, (_, i) =>
            i % 3 === 0 ? [i + 1, i + 1] : [i + 1],
          ).flat();
          expect(read.positions).toEqual(expected);
          await follow.return();
          expect(environment.left).toEqual(nothingLeft);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('tokens of a follow', () => {
  it('asks for the next at once where the token expired, and goes on', async () => {
    let asked = 0;
    const { environment, read } = await connected({ after: 10 }, { token: () => `t${++asked}` });
    environment.socket.next(covering(10, 12)).cut(4403, 'Forbidden');
    await settled();
    expect(environment.sockets).toHaveLength(2);
    expect(environment.socket.accept()).toMatchObject({ token: 'Bearer t2', asked: { after: 12 } });
    environment.socket.next(covering(12, 13));
    await settled();
    expect(read.positions).toEqual([12, 13]);
  });

  it('has the next before this one expires, and changes connections then', async () => {
    let asked = 0;
    const token = () => jwt(environment.now() + 3_600_000, `t${++asked}`);
    const { environment, follow } = setUp({}, { token });
    const read = reading(follow);
    await settled();
    environment.socket.accept();
    const first = environment.socket;
    for (let waited = 0; waited < 3_510_000; waited += 30_000) {
      await environment.pass(30_000);
      first.say({ type: 'ping' });
    }
    await environment.pass(29_999);
    expect(environment.sockets).toHaveLength(1);
    await environment.pass(1);
    expect(first.closed).toBeDefined();
    expect(asked).toBe(2);
    expect(environment.socket.accept().token).toContain('t2');
    environment.socket.next(covering(10, 11));
    await settled();
    expect(read.positions).toEqual([11]);
    await follow.return();
    expect(environment.left).toEqual(nothingLeft);
  });

  it('keeps the connection where there is no next yet', async () => {
    const expires = Date.parse('2026-01-31T10:00:20Z');
    let asked = 0;
    const { environment, follow } = setUp(
      {},
      {
        token: () => {
          if (++asked === 2) throw new Error('offline');
          return jwt(expires);
        },
      },
    );
    const read = reading(follow);
    await settled();
    environment.socket.accept();
    await environment.pass(19_000);
    expect(asked).toBe(2);
    environment.socket.next(covering(10, 11));
    await settled();
    expect(environment.sockets).toHaveLength(1);
    expect(read.positions).toEqual([11]);
  });

  it('ends where a fixed token is refused', async () => {
    const { environment, read } = await connected();
    environment.socket.cut(4403, 'Forbidden');
    await settled();
    expect(read.error).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(environment.left).toEqual(nothingLeft);
  });

  it('ends where the fifth token in a row is refused', async () => {
    const code = 4403;
    let asked = 0;
    const { environment, follow } = setUp({}, { token: () => `t${++asked}` });
    const read = reading(follow);
    for (let i = 0; i < 5; i++) {
      (await environment.reopened()).cut(code);
      // The first time it has simply expired.
      if (i === 0) {
        await settled();
        environment.socket.cut(code);
        i++;
      }
    }
    await settled();
    expect(asked).toBe(5);
    expect(read.error).toBeInstanceOf(AuthenticationError);
    expect(environment.left).toEqual(nothingLeft);
  });

  it('waits where a token cannot be had, and ends where the user is signed out', async () => {
    const faults: Error[] = [
      new Error('offline'),
      new Error('offline'),
      new AuthenticationError('signed out'),
    ];
    const { environment, follow, statuses } = setUp({}, { token: () => Promise.reject(faults.shift()!) });
    const read = reading(follow);
    await environment.pass(10_000);
    expect(statuses).toMatchObject([
      { state: 'connecting' },
      { state: 'waiting', cause: { code: 'NO_TOKEN' } },
      { state: 'connecting' },
      { state: 'waiting' },
      { state: 'connecting' },
      { state: 'ended', error: { message: 'signed out' } },
    ]);
    expect(read.error).toMatchObject({ message: 'signed out' });
    expect(environment.sockets).toHaveLength(0);
  });
});

describe('a slow reader', () => {
  it('is waited for without a connection, and misses nothing', async () => {
    const { environment, follow, statuses } = setUp({ after: 0, buffer: 4 });
    const first = follow.next();
    await settled();
    environment.socket.accept();
    for (let position = 1; position <= 9; position++)
      environment.socket.next(covering(position - 1, position));
    expect(await first).toMatchObject({ value: { position: 1 } });
    await environment.pass(60_000);
    expect(environment.sockets).toHaveLength(1);
    expect(follow.status).toEqual({ state: 'paused' });
    expect(environment.left).toEqual(nothingLeft);

    expect(await follow.next()).toMatchObject({ value: { position: 2 } });
    await settled();
    expect(environment.sockets).toHaveLength(1);
    expect(await follow.next()).toMatchObject({ value: { position: 3 } });
    await settled();
    expect(environment.sockets).toHaveLength(2);
    expect(environment.socket.accept().asked).toEqual({ after: 5, ...log });
    environment.socket.next(covering(5, 6));
    const rest = [await follow.next(), await follow.next(), await follow.next()];
    expect(rest).toMatchObject([
      { value: { position: 4 } },
      { value: { position: 5 } },
      { value: { position: 6 } },
    ]);
    expect(follow.cursor).toEqual({ position: 6, ...log });
    expect(statuses.map(({ state }) => state)).toEqual([
      'connecting',
      'following',
      'paused',
      'connecting',
      'following',
    ]);
    await follow.return();
  });

  it('goes on where its cursor stands, not where the client has read ahead', async () => {
    const { environment, follow } = setUp({ after: 0 });
    const first = follow.next();
    await settled();
    environment.socket.accept().next(covering(0, 1)).next(covering(1, 2));
    await first;
    expect(follow.cursor).toEqual({ position: 1, ...log });
    await follow.return();
  });

  it('gets what came before an error, then the error, then the end', async () => {
    const { environment, follow } = setUp({ after: 0 });
    const first = follow.next();
    await settled();
    environment.socket.accept().next(covering(0, 1)).next(covering(1, 2)).cut(4400);
    expect(await first).toMatchObject({ value: { position: 1 } });
    await settled();
    expect(await follow.next()).toMatchObject({ value: { position: 2 } });
    await expect(follow.next()).rejects.toMatchObject({ code: 'PROTOCOL' });
    expect(await follow.next()).toEqual({ done: true, value: undefined });
  });

  it('may ask for several messages at once', async () => {
    const { environment, follow } = setUp({ after: 0 });
    const all = [follow.next(), follow.next(), follow.next()];
    await settled();
    environment.socket.accept().next(covering(0, 1)).next(covering(1, 2));
    expect(await all[1]).toMatchObject({ value: { position: 2 } });
    environment.socket.cut(4400);
    await expect(all[2]).rejects.toMatchObject({ code: 'PROTOCOL' });
  });
});

describe('ending', () => {
  const ways: [string, (made: Awaited<ReturnType<typeof connected>>, abort: AbortController) => unknown][] = [
    ['return()', ({ follow }) => follow.return()],
    ['its signal', (_, abort) => abort.abort()],
  ];
  it.each(ways)('by %s completes the subscription and leaves nothing running', async (_, end) => {
    const abort = new AbortController();
    const made = await connected({ signal: abort.signal });
    const { environment, read, statuses } = made;
    await end(made, abort);
    await settled();
    expect(environment.socket.sent.at(-1)).toEqual({ id: '1', type: 'complete' });
    expect(environment.socket.closed).toEqual({ code: 1000 });
    expect(read).toMatchObject({ done: true, error: undefined });
    expect(environment.left).toEqual(nothingLeft);
    expect(statuses.at(-1)).toEqual({ state: 'ended' });
    await environment.pass(120_000);
    expect(environment.sockets).toHaveLength(1);
  });

  it('by break completes it too', async () => {
    const { environment, follow } = setUp({ after: 0 });
    const read: number[] = [];
    const loop = (async () => {
      for await (const { position } of follow) {
        read.push(position);
        break;
      }
    })();
    await settled();
    environment.socket.accept().next(covering(0, 1)).next(covering(1, 2));
    await loop;
    expect(read).toEqual([1]);
    expect(environment.left).toEqual(nothingLeft);
    expect(await follow.next()).toEqual({ done: true, value: undefined });
  });

  const moments: [string, (made: ReturnType<typeof setUp>) => Promise<void>][] = [
    ['before it began', async () => undefined],
    [
      'while it asks for a token',
      async ({ follow }) => {
        void follow.next();
      },
    ],
    [
      'while it connects',
      async ({ follow }) => {
        void follow.next();
        await settled();
      },
    ],
    [
      'while it waits',
      async ({ follow, environment }) => {
        void follow.next();
        await settled();
        environment.socket.cut();
        await settled();
      },
    ],
    [
      'while it is paused',
      async ({ follow, environment }) => {
        void follow.next();
        await settled();
        environment.socket.accept().next(covering(0, 1)).next(covering(1, 2)).next(covering(2, 3));
        await settled();
        expect(follow.status).toEqual({ state: 'paused' });
      },
    ],
  ];
  it.each(moments)('is clean %s', async (_, reach) => {
    const abort = new AbortController();
    const made = setUp({ after: 0, buffer: 2, signal: abort.signal });
    await reach(made);
    const opened = made.environment.sockets.length;
    abort.abort();
    expect(await made.follow.next()).toEqual({ done: true, value: undefined });
    await made.environment.pass(120_000);
    expect(made.environment.left).toEqual(nothingLeft);
    expect(made.environment.sockets).toHaveLength(opened);
  });

  it('passes a fault of onStatus on to the reader', async () => {
    const { environment, follow } = setUp({
      onStatus: ({ state }) => {
        if (state === 'following') throw new Error('their mistake');
      },
    });
    const read = reading(follow);
    await settled();
    environment.socket.accept();
    await settled();
    expect(read.error).toMatchObject({ message: 'their mistake' });
    expect(environment.left).toEqual(nothingLeft);
  });

  it('reports what no WebSocket can be opened to', async () => {
    const environment = Object.assign(new ManualEnvironment(), {
      WebSocket: class extends ScriptedSocket {
        constructor(url: string, protocol: string) {
          super(url, protocol);
          throw new SyntaxError('bad address');
        }
      },
    });
    const client = createClientIn(environment, { url: 'http://masar.example', token: 'secret' });
    await expect(client.follow(events).next()).rejects.toThrow('bad address');
  });
});
