import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { STAMP, startTestServer, type TestServer } from '../testing/test-server.js';

describe('a request', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());
  beforeEach(() => {
    server.reads.pins = [];
    server.reads.released = 0;
  });

  it('is pinned once, at the greatest of its atLeast, and gives the pin back', async () => {
    const query =
      'query Q($p: Int) { a: things(first: 1, atLeast: 7) { name } b: things(first: 1, atLeast: $p) { name } }';
    for (const _ of [1, 2, 3]) {
      const { body } = await server.ask(query, { p: 30 });
      expect(body.errors).toBeUndefined();
      expect(body.extensions?.masar).toEqual(STAMP);
    }
    expect(server.reads.pins).toEqual([30, 30, 30]);
    expect(server.reads.released).toBe(3);
  });

  it('that reads nothing is not pinned, and still says where reads stand', async () => {
    const { body } = await server.ask('{ masar { version } }');
    expect(body.extensions?.masar).toEqual(STAMP);
    expect(server.reads.pins).toEqual([]);
  });

  it('that asks for more than is known is told how far it is, and given nothing stale', async () => {
    const { body } = await server.ask('{ things(first: 1, atLeast: 100) { name } }');
    expect(body.data).toBeNull();
    expect(body.errors?.[0]).toMatchObject({
      path: ['things'],
      extensions: { code: 'NOT_YET', reached: 42 },
    });
    expect(server.reads.released).toBe(0);
  });
});
