import type { FastifyInstance } from 'fastify';

import type { Metrics } from '../health/metrics.js';

/** Pages a supervisor asks for every few seconds: their lines would drown the rest. */
const QUIET = new Set(['/health/live', '/health/ready', '/metrics']);

/** One line and one measurement a request, when it is answered: the route's pattern, never the address as sent. */
export function logRequests(instance: FastifyInstance, metrics: Metrics): void {
  instance.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    const milliseconds = reply.elapsedTime;
    metrics.request(request.method, route, reply.statusCode, milliseconds / 1000);
    const level = QUIET.has(route) ? 'debug' : 'info';
    request.log[level](
      { method: request.method, route, status: reply.statusCode, ms: Math.round(milliseconds * 10) / 10 },
      'request',
    );
  });
}
