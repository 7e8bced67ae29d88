import { request } from 'node:http';

import { issueToken } from '@masar/access';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { SettingsError, readSettings } from '../settings.js';
import { startTestServer, type TestServer } from '../testing/test-server.js';
import { LocalTokens } from './authenticator.js';
import { isLoopback } from './loopback.js';

describe('access', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  const body = JSON.stringify({ query: '{ masar { version } }' });
  const json = { 'content-type': 'application/json' };

  it('needs a token, for reading too', async () => {
    for (const credentials of [[], ['Bearer x.y.z'], ['Basic dTpw']]) {
      const headers = Object.fromEntries(credentials.map((one) => ['authorization', one]));
      const answer = await server.fetch('/graphql', {
        method: 'POST',
        headers: { ...json, ...headers },
        body,
      });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
      expect(answer.body.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    }
  });

  it('is refused before anything runs where a root field needs more, through fragments too', async () => {
    const analyst = await server.token('analyst');
    const queries = [
      'mutation { rename(input: { name: "fits" }) }',
      'mutation { ...F } fragment F on Mutation { ... { rename(input: { name: "fits" }) } }',
    ];
    for (const query of [...queries, ...queries, ...queries]) {
      const { status, body: answer } = await server.ask(query, undefined, analyst);
      expect(status).toBe(403);
      expect(answer.errors?.[0]?.extensions).toEqual({ code: 'FORBIDDEN', permission: 'record' });
    }
  });

  it('to record is the recorder’s, to set up the admin’s, neither the other’s', async () => {
    const rename = 'mutation { rename(input: { name: "fits" }) }';
    const [recorder, admin] = [await server.token('recorder'), await server.token('admin')];
    expect((await server.ask(rename, undefined, recorder)).body.data).toEqual({ rename: 'fits' });
    expect((await server.ask(rename, undefined, admin)).status).toBe(403);
    expect((await server.ask('mutation { found }', undefined, admin)).body.data).toEqual({
      found: 'founded',
    });
    expect((await server.ask('mutation { found }', undefined, recorder)).status).toBe(403);
  });

  it('is refused to a page elsewhere, whether it calls or has its name point here', async () => {
    const authorization = `Bearer ${await server.token('analyst')}`;
    const { port } = new URL(server.url);
    expect(await raw({ host: `evil.example:${port}` })).toEqual([421, 'MISDIRECTED_REQUEST']);
    expect(await raw({ host: `127.0.0.1.evil.example:${port}` })).toEqual([421, 'MISDIRECTED_REQUEST']);
    expect(await raw({ origin: 'https://evil.example' })).toEqual([403, 'FORBIDDEN']);
    expect(await raw({ origin: 'http://localhost:1' })).toEqual([403, 'FORBIDDEN']);
    expect(await raw({ origin: 'null' })).toEqual([403, 'FORBIDDEN']);
    expect(await raw({ origin: server.url })).toEqual([200, undefined]);
    expect(await raw({ host: `localhost:${port}` })).toEqual([200, undefined]);
    expect(await raw({ host: `[::1]:${port}` })).toEqual([200, undefined]);

    function raw(headers: Record<string, string>): Promise<[number, string | undefined]> {
      return new Promise((resolve, reject) => {
        const call = request(`${server.url}/graphql`, {
          method: 'POST',
          headers: { ...json, authorization, ...headers },
        });
        call.on('error', reject);
        call.on('response', (response) => {
          let text = '';
          response.on('data', (chunk: Buffer) => (text += chunk.toString()));
          response.on('end', () => {
            const answer = JSON.parse(text) as { errors?: { extensions: { code: string } }[] };
            resolve([response.statusCode ?? 0, answer.errors?.[0]?.extensions.code]);
          });
        });
        call.end(body);
      });
    }
  });
});

describe('a token seen before', () => {
  it('is still refused once it has expired', async () => {
    const key = new Uint8Array(32).fill(3);
    let now = new Date('2026-03-01T12:00:00Z');
    const tokens = new LocalTokens(key, () => now);
    const header = `Bearer ${await issueToken(key, { subject: 's-1', roles: { '*': ['analyst'] }, lifetimeSeconds: 60, now })}`;
    expect(await tokens.authenticate(header)).toBe(await tokens.authenticate(header));
    now = new Date('2026-03-01T12:02:00Z');
    await expect(tokens.authenticate(header)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('the address to listen on', () => {
  it('is a loopback address, or the start refuses with one line', () => {
    expect(readSettings({}).host).toBe('127.0.0.1');
    expect(readSettings({ HOST: '::1', PORT: '0' })).toMatchObject({ host: '::1', port: 0 });
    for (const host of ['0.0.0.0', '::', '192.168.1.2', 'example.org', '127.0.0.1.example.org']) {
      expect(() => readSettings({ HOST: host })).toThrow(SettingsError);
      expect(() => readSettings({ HOST: host })).toThrow(/^HOST=.* is not a loopback address[^\n]*$/);
    }
    expect(() => readSettings({ PORT: '70000' })).toThrow(SettingsError);
    expect(() => readSettings({ LOG_LEVEL: 'loud' })).toThrow(SettingsError);
    expect(isLoopback('127.9.9.9')).toBe(true);
  });
});
