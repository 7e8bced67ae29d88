import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startTestServer, type TestServer } from '../testing/test-server.js';
import { Readiness } from './readiness.js';

describe('health', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  it('is live as soon as it answers', async () => {
    const { status, text } = await server.fetch('/health/live');
    expect([status, text]).toEqual([200, '{"live":true}']);
  });

  it('is ready once nothing is missing, and says what is', async () => {
    let caughtUp = false;
    server.platform.readiness.add('store', () => undefined);
    server.platform.readiness.add('projections', () => (caughtUp ? undefined : 'catching up'));
    const before = await server.fetch('/health/ready');
    expect(before.status).toBe(503);
    expect(JSON.parse(before.text)).toEqual({ ready: false, missing: { projections: 'catching up' } });
    caughtUp = true;
    const after = await server.fetch('/health/ready');
    expect([after.status, after.text]).toEqual([200, '{"ready":true,"missing":{}}']);
  });

  it('gives measurements in Prometheus’s format, by route and by operation, and where projections stand', async () => {
    server.platform.metrics.watch({
      projections: () => [{ name: 'items', checkpoint: 40, lag: 2, halted: false }],
      head: () => 42,
    });
    server.platform.metrics.appends(3);
    await server.ask('{ masar { version } }');
    await server.ask('{ nothing }');
    const { status, text, headers } = await server.fetch('/metrics');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^text\/plain/);
    expect(text).toMatch(
      /masar_http_request_seconds_count\{method="POST",route="\/graphql",status="2xx"\} \d/,
    );
    expect(text).toMatch(/masar_graphql_request_seconds_count\{operation="query",outcome="ok"\} \d/);
    expect(text).toMatch(/masar_graphql_request_seconds_count\{operation="unknown",outcome="refused"\} \d/);
    expect(text).toContain('masar_projection_lag_events{projection="items"} 2');
    expect(text).toContain('masar_projection_checkpoint{projection="items"} 40');
    expect(text).toContain('masar_log_head 42');
    expect(text).toContain('masar_events_appended_total 3');
    expect(text).toContain('process_cpu_seconds_total');
  });
});

describe('readiness', () => {
  it('waits a bounded time for a check, and shows no reason of one that fails', async () => {
    const readiness = new Readiness(20);
    readiness.add('slow', () => new Promise(() => undefined));
    readiness.add('broken', () => Promise.reject(new Error('connect ECONNREFUSED db.internal:5432')));
    expect(await readiness.report()).toEqual({
      ready: false,
      missing: { slow: 'does not answer', broken: 'fails' },
    });
  });

  it('ends with the stop', async () => {
    const readiness = new Readiness();
    expect((await readiness.report()).ready).toBe(true);
    readiness.stop();
    expect((await readiness.report()).ready).toBe(false);
  });
});
