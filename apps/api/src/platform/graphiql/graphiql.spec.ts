import { describe, expect, it } from '@jest/globals';

import { startTestServer } from '../testing/test-server.js';

describe('GraphiQL', () => {
  it('is one page that loads nothing from elsewhere, with the samples and a place for the token', async () => {
    const server = await startTestServer();
    try {
      const { status, text, headers } = await server.fetch('/graphiql');
      expect(status).toBe(200);
      expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toMatch(/default-src 'none'; script-src 'sha256-/);
      expect(policy).not.toMatch(/https?:|unsafe-eval/);
      // The page has nine megabytes: a failure shall not print it.
      expect(text.includes('# What this is')).toBe(true);
      expect(text.includes('npx masar token --role analyst')).toBe(true);
      const [beforeScript = ''] = text.split('<script>');
      expect(/(src|href)="(https?:)?\/\//.test(beforeScript)).toBe(false);
    } finally {
      await server.close();
    }
  });

  it('is where a browser that opens the endpoint is sent', async () => {
    const server = await startTestServer();
    try {
      const { status, headers } = await server.fetch('/graphql', {
        headers: { accept: 'text/html,*/*;q=0.8' },
      });
      expect([status, headers.get('location')]).toEqual([302, '/graphiql']);
    } finally {
      await server.close();
    }
  });

  it('is not there in production, nor is introspection, nor a name suggested', async () => {
    const server = await startTestServer(true);
    try {
      expect((await server.fetch('/graphiql')).status).toBe(404);
      expect((await server.fetch('/graphql', { headers: { accept: 'text/html' } })).status).toBe(406);
      const schema = await server.ask('{ __schema { types { name } } }');
      expect(schema.body.errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
      expect(schema.body).not.toHaveProperty('data');
      expect((await server.ask('{ __type(name: "Thing") { name } }')).status).toBe(400);
      expect((await server.ask('{ masar { versio } }')).text).not.toContain('Did you mean');
      expect((await server.ask('{ masar { version __typename } }')).status).toBe(200);
    } finally {
      await server.close();
    }
  });
});
