import { connect } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { LIMITS, type SocketLimits } from '../limits/limits.js';
import { SettingsError, readSettings } from '../settings.js';
import { RawClient, refusedUpgrade } from '../testing/raw-client.js';
import { SampleSource } from '../testing/sample-source.js';
import { startTestServer, type TestServer } from '../testing/test-server.js';

const ELSEWHERE = 'https://dashboard.example.org';

function limited(sockets: Partial<SocketLimits>, origins: string[] = []): Promise<TestServer> {
  const limits = { ...LIMITS, sockets: { ...LIMITS.sockets, ...sockets } };
  return startTestServer(false, limits, { live: new SampleSource(), origins });
}

describe('an upgrade', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await limited({}, [ELSEWHERE]);
  });
  afterAll(() => server.close());

  it('is answered over HTTP where the page or the name is not ours', async () => {
    const url = `${server.url}/graphql`;
    for (const origin of [
      'https://example.org',
      'null',
      'http://localhost.example.org',
      `${ELSEWHERE}:8443`,
    ]) {
      expect(await refusedUpgrade(url, { origin })).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    }
    const named = await refusedUpgrade(url, { headers: { host: 'rebound.example.org' } });
    expect(named).toMatchObject({ status: 421, code: 'MISDIRECTED_REQUEST' });
    const metrics = await server.fetch('/metrics');
    expect(metrics.text).toContain('masar_websocket_refused_total{code="FORBIDDEN"} 4');
  });

  it('is accepted from pages of ours and of the list, and from programs', async () => {
    for (const origin of [server.url, ELSEWHERE, undefined]) {
      const client = await RawClient.open(server.url, origin === undefined ? {} : { origin });
      client.end();
      await client.closed;
    }
  });

  it('of another address is not found', async () => {
    for (const path of ['/', '/graphql/', '//', '/graphiql']) {
      expect(await refusedUpgrade(server.url + path)).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    }
  });

  it('without a key is a bad request', async () => {
    const answer = await spoken(server.url, 'GET /graphql HTTP/1.1', [
      'Connection: Upgrade',
      'Upgrade: websocket',
    ]);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('to anything else is answered as the request it is, body and all', async () => {
    const body = JSON.stringify({ query: '{ masar { version } }' });
    const answer = await spoken(
      server.url,
      'POST /graphql HTTP/1.1',
      [
        'Connection: Upgrade, HTTP2-Settings',
        'Upgrade: h2c',
        'HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA',
        `Authorization: Bearer ${await server.token('analyst')}`,
        'Content-Type: application/json',
        `Content-Length: ${body.length}`,
      ],
      body,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toContain('{"data":{"masar":{"version":"0.1.0"}}');
  });
});

describe('connections', () => {
  it('over the cap of the node are told to come again', async () => {
    const server = await limited({ connections: 2 });
    try {
      const clients = [await RawClient.open(server.url), await RawClient.open(server.url)];
      const refused = await refusedUpgrade(`${server.url}/graphql`);
      expect(refused).toMatchObject({ status: 503, code: 'OVERLOADED', headers: { 'retry-after': '1' } });
      clients[0]?.end();
      await server.until(() => server.platform.metrics.sockets.connections === 1);
      await RawClient.open(server.url);
    } finally {
      RawClient.endAll();
      await server.close();
    }
  });

  it('of an address that come too fast are told to come again', async () => {
    const server = await limited({ connectionBurst: 3, connectionsPerSecond: 5 });
    try {
      for (const _ of [1, 2, 3]) await RawClient.open(server.url);
      const refused = await refusedUpgrade(`${server.url}/graphql`);
      expect(refused).toMatchObject({ status: 429, code: 'RATE_LIMITED', headers: { 'retry-after': '1' } });
      await server.until(() =>
        RawClient.open(server.url).then(
          () => true,
          () => false,
        ),
      );
    } finally {
      RawClient.endAll();
      await server.close();
    }
  });
});

describe('pages of the list', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await limited({}, [ELSEWHERE]);
  });
  afterAll(() => server.close());
  const ask = async (origin: string, method: string, headers: Record<string, string>, body?: string) =>
    server.fetch('/graphql', { method, headers: { ...headers, origin }, ...(body && { body }) });

  it('may call over HTTP as well, and read the answer', async () => {
    const preflight = await ask(ELSEWHERE, 'OPTIONS', {
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe(ELSEWHERE);
    expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization, content-type');
    expect(preflight.headers.get('access-control-allow-credentials')).toBeNull();
    const answer = await ask(
      ELSEWHERE,
      'POST',
      {
        'content-type': 'application/json',
        authorization: `Bearer ${await server.token('analyst')}`,
      },
      JSON.stringify({ query: '{ masar { version } }' }),
    );
    expect(answer.body.data).toEqual({ masar: { version: '0.1.0' } });
    expect(answer.headers.get('access-control-allow-origin')).toBe(ELSEWHERE);
    expect(answer.headers.get('vary')).toContain('origin');
    const refused = await ask(ELSEWHERE, 'POST', {}, '{}');
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([415, ELSEWHERE]);
  });

  it('are the only ones', async () => {
    const preflight = await ask('https://example.org', 'OPTIONS', {
      'access-control-request-method': 'POST',
    });
    expect(preflight.status).toBe(403);
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('are listed as browsers send them, or the start refuses with one line', () => {
    const origins = (MASAR_ORIGINS: string): readonly string[] => readSettings({ MASAR_ORIGINS }).origins;
    expect(origins('')).toEqual([]);
    expect(origins(`${ELSEWHERE}, http://localhost:5173,`)).toEqual([ELSEWHERE, 'http://localhost:5173']);
    for (const wrong of [
      '*',
      'example.org',
      'https://example.org/',
      'HTTPS://example.org',
      'null',
      'file://',
    ]) {
      expect(() => origins(wrong)).toThrow(SettingsError);
      expect(() => origins(wrong)).toThrow(/^MASAR_ORIGINS has [^\n]*$/);
    }
  });
});

/** What is answered to these lines, until the connection ends. */
function spoken(url: string, first: string, headers: readonly string[], body = ''): Promise<string> {
  const { host, hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write([first, `Host: ${host}`, ...headers, '', body].join('\r\n'));
  return new Promise((resolve, reject) => {
    let text = '';
    socket.on('error', reject);
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (/\r\n\r\n./s.test(text)) socket.end();
    });
    socket.on('close', () => resolve(text));
  });
}
