import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { STAMP, startTestServer, type TestServer } from './testing/test-server.js';

describe('the server', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

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
