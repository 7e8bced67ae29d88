import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type TestServer, startTestServer } from '../testing/test-server.js';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(() => server?.close());

describe('the live example', () => {
  it('is one page that may run its own script alone and loads nothing from elsewhere', async () => {
    const { status, text, headers } = await server.fetch('/examples/live.html');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'self' 'sha256-\S+' 'sha256-\S+'; style-src 'sha256-/,
    );
    expect(policy).not.toMatch(/https?:|unsafe/);
    expect(text).not.toMatch(/\b(?:src|href|action)="(?!data:,")/);
    expect(text).not.toMatch(/ on\w+="| style="/);
    expect(text).not.toContain('innerHTML');
  });

  it('finds the modules it imports beside it, and no other file', async () => {
    const page = (await server.fetch('/examples/live.html')).text;
    const map = /<script type="importmap">([^]*?)<\/script>/.exec(page)![1]!;
    const { imports } = JSON.parse(map) as { imports: Record<string, string> };
    const others = Object.entries(imports).filter(([name]) => name !== '@masar/client');
    expect(others).not.toEqual([]);
    for (const [, path] of others) {
      const { status, headers } = await server.fetch(new URL(path, 'http://any/examples/').pathname);
      expect([path, status, headers.get('content-type')]).toEqual([
        path,
        200,
        'text/javascript; charset=utf-8',
      ]);
    }
    const none = [
      'gql.tada/gql-tada.d.ts',
      'gql.tada/none.js',
      'gql.tada/../package.js',
      'gql.tada/%2e%2e/package.json',
      'gql.tada/..%2fclient.js',
      'gql.tada//client.js',
      'constructor/client.js',
      'elsewhere/client.js',
      'client/..%2f..%2f..%2fjest.config.js',
    ];
    for (const path of none) {
      const answer = await server.fetch(`/examples/modules/${path}`);
      expect([path, answer.status]).toEqual([path, 404]);
    }
  });

  it('is not there in production', async () => {
    const production = await startTestServer(true);
    try {
      expect((await production.fetch('/examples/live.html')).status).toBe(404);
      expect((await production.fetch('/examples/modules/gql.tada/client.js')).status).toBe(404);
    } finally {
      await production.close();
    }
  });
});
