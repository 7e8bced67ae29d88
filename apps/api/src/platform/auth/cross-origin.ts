import type { FastifyInstance } from 'fastify';

/** What a page elsewhere may send, and read of an answer. */
const ALLOWED: Readonly<Record<string, string>> = {
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': 'authorization, content-type',
  'access-control-max-age': '600',
};
const EXPOSED = 'x-request-id, retry-after';

/**
 * Lets pages of these origins call the service (CORS), with a token and never with cookies. Others never get here:
 * `assertLocalRequest` has refused them.
 */
export function allowOrigins(instance: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return;
  instance.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    void reply.header('vary', 'origin');
    if (origin === undefined || !origins.includes(origin)) return;
    void reply.header('access-control-allow-origin', origin);
    void reply.header('access-control-expose-headers', EXPOSED);
    if (request.method !== 'OPTIONS' || !request.headers['access-control-request-method']) return;
    await reply.code(204).headers(ALLOWED).send();
  });
}
