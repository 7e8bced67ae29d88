import { parse } from '@0no-co/graphql.web';
import { describe, expect, it } from '@jest/globals';
import { type ClientOptions, createClientIn } from './client.js';
import type { MasarDocument } from './document.js';
import {
  AuthenticationError,
  MasarError,
  type NotYetReadableError,
  type OutcomeUnknownError,
} from './errors.js';
import { ManualEnvironment } from './testing/manual-environment.js';

const masar = { logId: 'log', epoch: 1, position: 7, recordedAt: null, lag: 0, projections: {} };
const programmes = parse('{ programmes { totalCount } }') as MasarDocument<
  { programmes: { totalCount: number } },
  object
>;
const startReview = parse(
  'mutation ($input: I!) { startReview(input: $input) { __typename } }',
) as MasarDocument<
  { startReview: { __typename: string } },
  { input: { commandId: string; reference: string } }
>;

function setUp(options: Partial<ClientOptions> = {}) {
  const environment = new ManualEnvironment();
  environment.chance = 0;
  const client = createClientIn(environment, { url: 'http://masar.example', token: 'secret', ...options });
  return { environment, client };
}

const json =
  (body: object, status = 200, headers: Record<string, string> = {}) =>
  () =>
    new Response(JSON.stringify(body), { status, headers });
const answer = (data: object) => json({ data, extensions: { masar } });
const refusal = (code: string, status: number, headers?: Record<string, string>) =>
  json({ errors: [{ message: `it is ${code}`, extensions: { code, reached: 5 } }] }, status, headers);
const broken = () => {
  throw new TypeError('fetch failed');
};

/** Lets all waits pass until it is answered. */
async function outcome<T>(environment: ManualEnvironment, asked: Promise<T>): Promise<T> {
  let over = false;
  void asked.then(
    () => (over = true),
    () => (over = true),
  );
  for (let i = 0; !over && i < 100; i++) await environment.pass(1000);
  return asked;
}

async function failure(environment: ManualEnvironment, asked: Promise<unknown>): Promise<MasarError> {
  const error: unknown = await outcome(environment, asked).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof MasarError))
    throw new Error(`it was to fail with a MasarError, not ${String(error)}`);
  return error;
}

describe('query', () => {
  it('asks with the token, and answers with up to where that is true', async () => {
    const { environment, client } = setUp();
    environment.answers.push(answer({ programmes: { totalCount: 1 } }));
    expect(await client.query(programmes)).toEqual({ data: { programmes: { totalCount: 1 } }, masar });
    expect(environment.requests).toMatchObject([{ token: 'Bearer secret', body: { variables: {} } }]);
    expect(environment.left.timers).toBe(0);
  });

  it('waits for a position: NOT_YET is asked again', async () => {
    const { environment, client } = setUp();
    environment.answers.push(
      refusal('NOT_YET', 503),
      refusal('NOT_YET', 503),
      answer({ programmes: { totalCount: 2 } }),
    );
    const { data } = await outcome(environment, client.query(programmes, {}, { atLeast: 7 }));
    expect(data.programmes.totalCount).toBe(2);
    expect(environment.requests.map(({ body }) => body.variables)).toEqual([
      { atLeast: 7 },
      { atLeast: 7 },
      { atLeast: 7 },
    ]);
    expect(environment.requests[0]?.body.query).toContain('programmes(atLeast: $atLeast)');
  });

  it('gives up waiting after as many tries as it may, with the code and what the service said', async () => {
    const { environment, client } = setUp({ retry: { attempts: 3 } });
    environment.answers.push(...Array(3).fill(refusal('NOT_YET', 503)));
    const error = await failure(environment, client.query(programmes, {}, { atLeast: 7 }));
    expect(error).toMatchObject({
      name: 'UnavailableError',
      code: 'NOT_YET',
      attempts: 3,
      cause: { errors: [{ extensions: { reached: 5 } }] },
    });
  });

  it.each(['BAD_USER_INPUT', 'FORBIDDEN', 'READ_MODEL_HALTED', 'INTERNAL'])(
    'does not ask again after %s',
    async (code) => {
      const { environment, client } = setUp();
      environment.answers.push(refusal(code, 400));
      expect(await failure(environment, client.query(programmes))).toMatchObject({
        name: 'RequestError',
        code,
      });
      expect(environment.requests).toHaveLength(1);
    },
  );

  it('does not pass on half an answer, and shows what there is of it in the error', async () => {
    const { environment, client } = setUp();
    environment.answers.push(
      json({
        data: { programmes: null },
        errors: [
          { message: 'a', extensions: { code: 'UNAVAILABLE' } },
          { message: 'b', extensions: { code: 'INTERNAL' } },
        ],
      }),
    );
    const error = await failure(environment, client.query(programmes));
    expect(error).toMatchObject({ message: 'a; b', data: { programmes: null }, errors: [{}, {}] });
  });

  it('says that the log was rewound', async () => {
    const { environment, client } = setUp();
    environment.answers.push(
      json(
        { errors: [{ message: 'm', extensions: { code: 'LOG_REWOUND', logId: 'log', epoch: 2, head: 9 } }] },
        409,
      ),
    );
    const error = await failure(environment, client.query(programmes));
    expect(error).toMatchObject({ name: 'LogRewoundError', log: { logId: 'log', epoch: 2, head: 9 } });
  });

  it('says that what answers is not GraphQL, or not Masar', async () => {
    const { environment, client } = setUp();
    environment.answers.push(() => new Response('<html>', { status: 404, statusText: 'Not Found' }));
    expect(await failure(environment, client.query(programmes))).toMatchObject({
      code: 'PROTOCOL',
      message: expect.stringContaining('404 Not Found'),
    });
    environment.answers.push(json({ data: {} }));
    expect(await failure(environment, client.query(programmes))).toMatchObject({ code: 'PROTOCOL' });
  });

  it('ends with the reason of its signal, while it waits and while it is asked', async () => {
    const { environment, client } = setUp();
    for (const pending of [
      refusal('OVERLOADED', 503, { 'retry-after': '30' }),
      (signal: AbortSignal) =>
        new Promise<Response>((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        }),
    ]) {
      environment.answers.push(pending);
      const aborting = new AbortController();
      const asked = client.query(programmes, {}, { signal: aborting.signal });
      await environment.pass(10);
      aborting.abort(new Error('closed the page'));
      await expect(asked).rejects.toThrow('closed the page');
      expect(environment.left.timers).toBe(0);
    }
    const over = client.query(programmes, {}, { signal: AbortSignal.abort(new Error('before')) });
    await expect(over).rejects.toThrow('before');
  });
});

describe('tokens over HTTP', () => {
  it('asks for the next where one was refused, and tries once more at once', async () => {
    let asked = 0;
    const { environment, client } = setUp({ token: () => `t${++asked}` });
    environment.answers.push(refusal('UNAUTHENTICATED', 401), answer({ programmes: { totalCount: 1 } }));
    await client.query(programmes);
    expect(environment.requests.map(({ token }) => token)).toEqual(['Bearer t1', 'Bearer t2']);
  });

  it('ends where the next is refused too, or there is no next', async () => {
    const { environment, client } = setUp({ token: () => 'same' });
    environment.answers.push(refusal('UNAUTHENTICATED', 401), refusal('UNAUTHENTICATED', 401));
    expect(await failure(environment, client.query(programmes))).toMatchObject({ code: 'UNAUTHENTICATED' });
    const fixed = setUp();
    fixed.environment.answers.push(refusal('UNAUTHENTICATED', 401));
    expect(await failure(fixed.environment, fixed.client.query(programmes))).toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    expect(fixed.environment.requests).toHaveLength(1);
  });

  it('asks again where the token could not be had, and not where the user is signed out', async () => {
    const faults: Error[] = [new Error('offline'), new Error('offline')];
    const { environment, client } = setUp({
      token: () => {
        const fault = faults.shift();
        if (fault) throw fault;
        return 'token';
      },
    });
    environment.answers.push(answer({ programmes: { totalCount: 1 } }));
    await outcome(environment, client.query(programmes));
    const out = setUp({ token: () => Promise.reject(new AuthenticationError('signed out')) });
    expect(await failure(out.environment, out.client.query(programmes))).toMatchObject({
      message: 'signed out',
    });
  });
});

describe('mutate', () => {
  const input = { reference: 'SAMPLE-001' };
  const done = answer({ startReview: { __typename: 'CommandAccepted' } });

  it('makes a commandId where there is none, and leaves one that is given', async () => {
    const { environment, client } = setUp();
    environment.answers.push(done, done);
    expect(await client.mutate(startReview, { input })).toMatchObject({ commandId: 'made-1' });
    expect(await client.mutate(startReview, { input: { ...input, commandId: 'mine' } })).toEqual({
      data: { startReview: { __typename: 'CommandAccepted' } },
      commandId: 'mine',
    });
    expect(environment.requests.map(({ body }) => body.variables)).toEqual([
      { input: { ...input, commandId: 'made-1' } },
      { input: { ...input, commandId: 'mine' } },
    ]);
    expect(input).toEqual({ reference: 'SAMPLE-001' });
  });

  it.each([
    ['the network fails', broken],
    ['UNAVAILABLE', refusal('UNAVAILABLE', 503)],
    ['OUTCOME_UNKNOWN', refusal('OUTCOME_UNKNOWN', 503)],
    ['NOT_YET_READABLE', refusal('NOT_YET_READABLE', 503)],
    ['OVERLOADED', refusal('OVERLOADED', 503)],
    ['RATE_LIMITED', refusal('RATE_LIMITED', 429)],
    ['UNAVAILABLE of the field, with status 200', refusal('UNAVAILABLE', 200)],
    ['a 502 of a proxy', () => new Response('bad gateway', { status: 502 })],
    ['a 503 of a proxy', () => new Response('busy', { status: 503 })],
    ['a 429 of a proxy', () => new Response('slow down', { status: 429 })],
  ])('sends the same command again after %s', async (_, first) => {
    const { environment, client } = setUp();
    environment.answers.push(first, done);
    await outcome(environment, client.mutate(startReview, { input }));
    expect(environment.requests.map(({ body }) => body.variables.input.commandId)).toEqual([
      'made-1',
      'made-1',
    ]);
  });

  it('sends it again where no answer comes in time', async () => {
    const { environment, client } = setUp({ timeout: 5000 });
    environment.answers.push(
      (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        }),
      done,
    );
    const asked = client.mutate(startReview, { input });
    await environment.pass(5000);
    await asked;
    expect(environment.requests).toHaveLength(2);
  });

  it('waits as long as the service says, and longer each time where it says nothing', async () => {
    const { environment, client } = setUp();
    environment.chance = 0.5;
    environment.answers.push(
      refusal('OVERLOADED', 503, { 'retry-after': '7' }),
      refusal('RATE_LIMITED', 429, {
        'retry-after': 'Sat, 31 Jan 2026 10:00:09 GMT',
        date: 'Sat, 31 Jan 2026 10:00:00 GMT',
      }),
      broken,
      broken,
      done,
    );
    await outcome(environment, client.mutate(startReview, { input }));
    expect(environment.waits.filter((wait) => wait !== 30_000)).toEqual([7000, 9000, 500, 1000]);
  });

  it('gives up at once where it is told to wait for longer than a minute', async () => {
    const { environment, client } = setUp();
    environment.answers.push(refusal('OVERLOADED', 503, { 'retry-after': '600' }));
    const error = await failure(environment, client.mutate(startReview, { input }));
    expect(error).toMatchObject({ name: 'UnavailableError', code: 'OVERLOADED', attempts: 1 });
  });

  it('says with which commandId to send it again where it never learns what became of it', async () => {
    const { environment, client } = setUp({ retry: { attempts: 3 } });
    environment.answers.push(
      refusal('UNAVAILABLE', 503),
      refusal('OUTCOME_UNKNOWN', 503),
      refusal('UNAVAILABLE', 503),
    );
    const error = (await failure(environment, client.mutate(startReview, { input }))) as OutcomeUnknownError;
    expect(error).toMatchObject({
      name: 'OutcomeUnknownError',
      code: 'OUTCOME_UNKNOWN',
      commandId: 'made-1',
      attempts: 3,
    });
    expect(error.message).toContain('made-1');
    environment.answers.push(broken, refusal('FORBIDDEN', 403));
    expect(await failure(environment, client.mutate(startReview, { input }))).toMatchObject({
      code: 'OUTCOME_UNKNOWN',
      cause: { code: 'FORBIDDEN' },
    });
  });

  it.each([
    ['the service goes on saying so', [refusal('NOT_YET_READABLE', 503), refusal('NOT_YET_READABLE', 503)]],
    ['nothing was known of it before', [broken, refusal('NOT_YET_READABLE', 503)]],
    ['it was not known before', [refusal('OUTCOME_UNKNOWN', 503), refusal('NOT_YET_READABLE', 503)]],
    ['the service cannot be reached afterwards', [refusal('NOT_YET_READABLE', 503), broken]],
    [
      'nothing was written by the try after it',
      [refusal('NOT_YET_READABLE', 503), refusal('UNAVAILABLE', 503)],
    ],
    ['the token is not taken any more', [refusal('NOT_YET_READABLE', 503), refusal('FORBIDDEN', 403)]],
  ])('says that a command stands which the service said to be recorded, where %s', async (_, answers) => {
    const { environment, client } = setUp({ retry: { attempts: 2 } });
    environment.answers.push(...answers);
    const error = (await failure(environment, client.mutate(startReview, { input }))) as NotYetReadableError;
    expect(error).toMatchObject({
      name: 'NotYetReadableError',
      code: 'NOT_YET_READABLE',
      commandId: 'made-1',
      attempts: 2,
    });
    expect(error.message).toMatch(/was carried out.*made-1/);
  });

  it('is answered as any other once what was recorded can be read', async () => {
    const { environment, client } = setUp();
    environment.answers.push(broken, refusal('NOT_YET_READABLE', 503, { 'retry-after': '1' }), done);
    expect(await outcome(environment, client.mutate(startReview, { input }))).toEqual({
      data: { startReview: { __typename: 'CommandAccepted' } },
      commandId: 'made-1',
    });
  });

  it('says that nothing was written where the service said so each time', async () => {
    const { environment, client } = setUp({ retry: { attempts: 2 } });
    environment.answers.push(refusal('UNAVAILABLE', 503), () => new Response('', { status: 429 }));
    expect(await failure(environment, client.mutate(startReview, { input }))).toMatchObject({
      name: 'UnavailableError',
      code: 'UNREACHABLE',
    });
  });

  it('never sends again what a rule refused', async () => {
    const { environment, client } = setUp();
    environment.answers.push(answer({ startReview: { __typename: 'CommandRefused' } }));
    const { data } = await client.mutate(startReview, { input });
    expect(data.startReview.__typename).toBe('CommandRefused');
    expect(environment.requests).toHaveLength(1);
  });
});

describe('createMasarClient', () => {
  it.each([
    ['http://127.0.0.1:3000', 'ws://127.0.0.1:3000/graphql'],
    ['https://masar.example/', 'wss://masar.example/graphql'],
    ['https://example.org/masar/graphql', 'wss://example.org/masar/graphql'],
  ])('follows %s at %s', async (url, socket) => {
    const { environment, client } = setUp({ url });
    const follow = client.follow(parse('subscription { events { __typename } }'));
    void follow.next();
    await environment.pass(0);
    expect(environment.socket).toMatchObject({ url: socket, protocol: 'graphql-transport-ws' });
    await follow.return();
  });

  it('refuses an address that is none', () => {
    expect(() => setUp({ url: 'masar.example' })).toThrow('Invalid URL');
    expect(() => setUp({ url: 'ws://masar.example' })).toThrow('http or https');
  });
});
