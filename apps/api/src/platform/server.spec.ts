import { readFile } from 'node:fs/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GraphQLSchemaHost } from '@nestjs/graphql';

import { schemaText } from './graphql/schema-text.js';
import { LIMITS } from './limits/limits.js';
import { PlatformModule } from './platform.module.js';
import { createServer } from './server.js';
import { gate } from './testing/sample.resolver.js';
import { STAMP, startTestServer, type TestServer } from './testing/test-server.js';

describe('a server with all hands full', () => {
  it('says so at once, and takes requests again when it is done', async () => {
    const server = await startTestServer(false, { ...LIMITS, inFlight: 1 });
    try {
      let open = (): void => undefined;
      gate.opened = new Promise((resolve) => (open = resolve));
      const entered = new Promise<void>((resolve) => (gate.entered = resolve));
      const working = server.ask('{ slow }');
      await entered;
      const turnedAway = await server.ask('{ masar { version } }');
      expect(turnedAway.body.errors?.[0]?.extensions.code).toBe('OVERLOADED');
      expect([turnedAway.status, turnedAway.headers.get('retry-after')]).toEqual([503, '1']);
      open();
      expect((await working).body.data).toEqual({ slow: 'done' });
      expect((await server.ask('{ masar { version } }')).status).toBe(200);
    } finally {
      await server.close();
    }
  });
});

describe('the server', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  it('has the version of its package', async () => {
    const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
    const { version } = JSON.parse(text) as { version: string };
    expect((await server.ask('{ masar { version } }')).body.data).toEqual({ masar: { version } });
  });

  it('sends headers that keep its answers to whoever asked, and the id of the request', async () => {
    const { headers } = await server.ask('{ masar { version } }');
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('prints its schema sorted', async () => {
    const app = await createServer(PlatformModule.for(server.platform), server.platform);
    const text = schemaText(app.get(GraphQLSchemaHost, { strict: false }).schema);
    await app.close();
    expect(text).toMatch(/^# The schema/);
    expect(text).toContain('type About {');
    expect(text.indexOf('epoch')).toBeLessThan(text.indexOf('logId'));
  });

  it('answers a query, compiled or not, with the place it is true up to', async () => {
    for (let time = 0; time < 4; time += 1) {
      const { status, body } = await server.ask(
        'query Q($n: Int) { masar { version logId epoch } things(first: $n) { name parts(first: 2) { number } } }',
        { n: 2 },
      );
      expect(body.errors).toBeUndefined();
      expect(status).toBe(200);
      expect(body.data).toEqual({
        masar: { version: '0.1.0', logId: STAMP.logId, epoch: 1 },
        things: [
          { name: 'thing 1', parts: [{ number: 100 }, { number: 101 }] },
          { name: 'thing 2', parts: [{ number: 200 }, { number: 201 }] },
        ],
      });
      expect(body.extensions?.masar).toEqual(STAMP);
    }
  });
});
