import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StoreError } from '@masar/event-store';
import { GraphQLError } from 'graphql';

import { startTestServer, type Answer, type TestServer } from '../testing/test-server.js';
import { classify } from './classify.js';

describe('errors', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  const rename = 'mutation R($input: RenameInput!) { rename(input: $input) }';
  async function renamed(input: object): Promise<Answer> {
    return server.ask(rename, { input }, await server.token('recorder'));
  }

  it('of a resolver keep their path, and what is not made to be shown is masked and logged under an id', async () => {
    for (const _ of [1, 2, 3]) {
      const { body, status, text } = await server.ask('{ things(first: 2) { name faulty } }');
      expect(status).toBe(200);
      expect(body.data).toEqual({
        things: [
          { name: 'thing 1', faulty: null },
          { name: 'thing 2', faulty: null },
        ],
      });
      const [error] = body.errors ?? [];
      expect(error?.path).toEqual(['things', 0, 'faulty']);
      expect(error?.extensions.code).toBe('INTERNAL');
      expect(text).not.toMatch(/secret-in-a-message|TypeError|\bat \b/);
      expect(server.logged()).toContain(String(error?.extensions['correlationId']));
    }
  });

  it('made to be shown keep code, message and details, compiled or not', async () => {
    for (const _ of [1, 2, 3]) {
      const { body } = await server.ask('{ things(first: 1) { absent } }');
      expect(body.errors?.[0]).toMatchObject({
        message: 'there is no such thing',
        path: ['things', 0, 'absent'],
        extensions: { code: 'NOT_FOUND', reference: 'X-1' },
      });
      expect(body.errors?.[0]?.extensions).not.toHaveProperty('correlationId');
    }
  });

  it('of arguments list every field with its path', async () => {
    const { body, status } = await renamed({ name: 'x', parts: [{ reference: 'fits' }, { reference: '' }] });
    expect(status).toBe(200);
    expect(body.data).toBeNull();
    expect(body.errors?.[0]?.path).toEqual(['rename']);
    expect(body.errors?.[0]?.extensions).toEqual({
      code: 'BAD_USER_INPUT',
      fields: [
        { path: 'name', message: expect.stringContaining('longer than or equal to 3') },
        { path: 'parts.1.reference', message: expect.stringContaining('longer than or equal to 1') },
      ],
    });
  });

  it('of variables name the variable', async () => {
    for (const _ of [1, 2, 3]) {
      const { body, status } = await renamed({ name: 'fits', parts: [{ reference: 3 }] });
      expect(status).toBe(400);
      expect(body.errors).toEqual([
        {
          message: 'input.parts.0.reference: String cannot represent a non string value: 3',
          locations: [{ line: 1, column: 12 }],
          extensions: {
            code: 'BAD_USER_INPUT',
            fields: [
              { path: 'input.parts.0.reference', message: 'String cannot represent a non string value: 3' },
            ],
          },
        },
      ]);
    }
    const missing = await server.ask(rename, undefined, await server.token('recorder'));
    expect(missing.status).toBe(400);
    expect(missing.body.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    const unknown = await renamed({ name: 'fits', more: true });
    expect(unknown.body.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('of the document say which step refused it', async () => {
    expect((await server.ask('{ masar { ')).body.errors?.[0]?.extensions.code).toBe('GRAPHQL_PARSE_FAILED');
    expect((await server.ask('{ masar { nothing } }')).body.errors?.[0]?.extensions.code).toBe(
      'GRAPHQL_VALIDATION_FAILED',
    );
    expect((await server.ask('')).body.errors?.[0]?.extensions.code).toBe('GRAPHQL_PARSE_FAILED');
  });

  it('are counted by code', async () => {
    await server.ask('{ things(first: 1) { absent } }');
    const { text } = await server.fetch('/metrics');
    expect(text).toMatch(/masar_errors_total\{code="NOT_FOUND"\} [1-9]/);
  });

  it('of the store become codes, and say nothing of its own', () => {
    const located = (original: Error): GraphQLError =>
      new GraphQLError(original.message, { originalError: original });
    expect(classify(located(new StoreError('UNAVAILABLE', 'connect ECONNREFUSED db.internal')))).toEqual({
      code: 'UNAVAILABLE',
      message: 'the store cannot be reached: this try wrote nothing',
      details: {},
    });
    expect(classify(located(new StoreError('EVENT_ID_TAKEN', 'x')))).toBeUndefined();
    expect(classify(located(new Error('relation "x" does not exist')))).toBeUndefined();
    expect(classify('a string')).toBeUndefined();
    expect(classify(undefined)).toBeUndefined();
  });
});

describe('errors of HTTP', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  async function post(
    body: string,
    headers: Record<string, string> = {},
  ): Promise<[number, string | undefined]> {
    const authorization = `Bearer ${await server.token('analyst')}`;
    const answer = await server.fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization, ...headers },
      body,
    });
    expect(answer.headers.get('content-type')).toMatch(/^application\/(graphql-response\+)?json/);
    return [answer.status, answer.body.errors?.[0]?.extensions.code];
  }

  it('are JSON with a code: unknown address, method, malformed or oversized body, media types', async () => {
    const nowhere = await server.fetch('/nowhere?secret=1');
    expect(nowhere.status).toBe(404);
    expect(nowhere.body).toEqual({
      errors: [{ message: 'there is nothing at this address', extensions: { code: 'NOT_FOUND' } }],
    });
    expect((await server.fetch('/graphql', { method: 'DELETE' })).status).toBe(404);
    expect(await post('{ not json')).toEqual([400, 'BAD_REQUEST']);
    expect(await post('')).toEqual([400, 'BAD_REQUEST']);
    expect(await post('"text"')).toEqual([400, 'BAD_REQUEST']);
    expect(await post('[{"query":"{ masar { version } }"}]')).toEqual([400, 'BAD_REQUEST']);
    expect(await post('{"query":1}')).toEqual([400, 'BAD_REQUEST']);
    expect(await post('{"query":"{ masar { version } }","variables":[]}')).toEqual([400, 'BAD_REQUEST']);
    expect(await post('{"query":"{ masar { version } }","__proto__":{}}')).toEqual([400, 'BAD_REQUEST']);
    expect(await post(`{"query":"${' '.repeat(300_000)}"}`)).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    expect(await post('query=1', { 'content-type': 'application/x-www-form-urlencoded' })).toEqual([
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ]);
    expect(await post('{ masar { version } }', { 'content-type': 'text/plain' })).toEqual([
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ]);
    expect(await post('{"query":"{ masar { version } }"}', { accept: 'text/csv' })).toEqual([
      406,
      'NOT_ACCEPTABLE',
    ]);
  });

  it('do not let a mutation through by GET, nor another name than the operation has', async () => {
    const authorization = `Bearer ${await server.token('recorder')}`;
    const get = (query: string): Promise<Answer> =>
      server.fetch(`/graphql?${query}`, { headers: { authorization } });
    const mutation = await get(`query=${encodeURIComponent('mutation { rename(input: { name: "fits" }) }')}`);
    expect([mutation.status, mutation.headers.get('allow')]).toEqual([405, 'POST']);
    const query = encodeURIComponent('query A { masar { version } }');
    for (const _ of [1, 2, 3]) {
      expect((await get(`query=${query}&operationName=B`)).status).toBe(400);
      expect((await get(`query=${query}&operationName=A`)).status).toBe(200);
      expect((await get(`query=${query}`)).body.data).toEqual({ masar: { version: '0.1.0' } });
    }
  });
});
