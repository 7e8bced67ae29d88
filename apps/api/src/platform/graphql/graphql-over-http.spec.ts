import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serverAudits } from 'graphql-http';

import { startTestServer, type TestServer } from '../testing/test-server.js';

let server: TestServer;
let authorization: string;
const audits = serverAudits({
  url: () => `${server.url}/graphql`,
  fetchFn: (url: string, init: RequestInit = {}) =>
    fetch(url, { ...init, headers: { ...(init.headers as Record<string, string>), authorization } }),
});

beforeAll(async () => {
  server = await startTestServer();
  authorization = `Bearer ${await server.token('analyst')}`;
});
afterAll(() => server.close());

describe('GraphQL over HTTP', () => {
  it('is audited by the working group’s own checks', () => {
    expect(audits.length).toBeGreaterThan(50);
  });

  for (const audit of audits) {
    it(audit.name, async () => {
      const result = await audit.fn();
      expect(result.status === 'ok' ? 'ok' : `${result.status}: ${result.reason}`).toBe('ok');
    });
  }
});
