import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ExecutionResult, GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';

import type { Authenticator } from '../auth/authenticator.js';
import { ApiError } from '../errors/api-error.js';
import { ERROR_STATUS, type ErrorCode } from '../errors/codes.js';
import { ofHttp } from '../errors/http-errors.js';
import { present, type ErrorSink } from '../errors/present.js';
import type { Metrics } from '../health/metrics.js';
import type { Limits } from '../limits/limits.js';
import type { ReadSide } from '../read-side.js';
import { RequestContext } from '../request-context.js';
import { answerType, JSON_TYPE, RESPONSE_JSON } from './media-type.js';
import { requestOfBody, requestOfParameters, type GraphqlRequest } from './request-body.js';

export interface EndpointOptions {
  readonly authenticator: Authenticator;
  readonly reads: ReadSide;
  readonly errors: ErrorSink;
  readonly metrics: Metrics;
  readonly limits: Limits;
  readonly log: Logger;
  /** Where a browser that opens the endpoint is sent; nowhere in production. */
  readonly graphiql?: string;
}

/**
 * GraphQL over HTTP at `/graphql`, POST and, for queries, GET.
 *
 * A page elsewhere cannot make a visitor's browser call it: every request needs an `Authorization` header, and a POST a
 * JSON content type, and no browser sends either across origins without asking first.
 */
export async function graphqlEndpoint(instance: FastifyInstance, options: EndpointOptions): Promise<void> {
  const { authenticator, reads, errors, metrics, limits, graphiql } = options;
  let inFlight = 0;
  instance.removeContentTypeParser('text/plain');

  async function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    read: () => GraphqlRequest,
  ): Promise<FastifyReply> {
    const type = answerType(request.headers.accept);
    if (type === undefined)
      throw new ApiError('NOT_ACCEPTABLE', `this answers in ${RESPONSE_JSON} or ${JSON_TYPE}`);
    const { grants } = await authenticator.authenticate(request.headers.authorization);
    if (inFlight >= limits.inFlight) throw new ApiError('OVERLOADED', 'too many requests at a time');
    inFlight += 1;
    const context = new RequestContext(request.id, grants, request.log as Logger, reads);
    const stop = metrics.graphql();
    try {
      const { query, operationName, variables } = read();
      context.operationName = operationName;
      context.readOnly = request.method === 'GET';
      // Coerced from what was sent in any case: without variables Mercurius would leave them to the execution.
      const result: ExecutionResult = await instance.graphql(query, context as never, variables ?? {});
      stop(context.operation, result.errors?.length ? 'errors' : 'ok');
      return await send(reply, type, statusOf(result, type), result);
    } catch (error) {
      stop(context.operation, 'refused');
      return await fail(request, reply, error);
    } finally {
      inFlight -= 1;
      await context.release();
    }
  }

  /** A request that failed as a whole: one body, no `data`, the status of its first error. */
  function fail(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
    const list = causes(error).map((one) => present(one, errors));
    const code = list[0]?.extensions.code ?? 'INTERNAL';
    if (code === 'UNAUTHENTICATED') void reply.header('www-authenticate', 'Bearer realm="masar"');
    if (code === 'METHOD_NOT_ALLOWED') void reply.header('allow', 'POST');
    if (ERROR_STATUS[code] === 503) void reply.header('retry-after', '1');
    const type = answerType(request.headers.accept) ?? JSON_TYPE;
    return send(reply, type, requestStatus(code, type), { errors: list });
  }

  instance.setErrorHandler((error, request, reply) => fail(request, reply, ofHttp(error)));

  instance.post('/graphql', (request, reply) => answer(request, reply, () => requestOfBody(request.body)));

  instance.get('/graphql', (request, reply) => {
    const opened = graphiql !== undefined && (request.headers.accept ?? '').includes('text/html');
    if (opened && !Object.hasOwn(request.query as object, 'query')) return reply.redirect(graphiql, 302);
    return answer(request, reply, () => requestOfParameters(request.query));
  });
}

function send(reply: FastifyReply, type: string, status: number, body: object): FastifyReply {
  return reply.code(status).header('content-type', `${type}; charset=utf-8`).send(JSON.stringify(body));
}

/** Mercurius wraps what parsing and validation found in one error. */
function causes(error: unknown): readonly unknown[] {
  const { errors } = error as { errors?: unknown };
  return Array.isArray(errors) && errors.length > 0 ? errors : [error];
}

/** Without `data` execution did not begin; with it, also where it is null, the answer is one. */
function statusOf(result: ExecutionResult, type: string): number {
  if (result.data !== undefined && result.data !== null) return 200;
  const [error] = (result.errors ?? []) as readonly GraphQLFormattedError[];
  const code = error?.extensions?.['code'] as ErrorCode | undefined;
  if (code === undefined || result.data === null) return 200;
  return requestStatus(code, type);
}

/** The codes that speak of the document and its variables, not of the HTTP request: 200 for clients of the older type. */
const OF_THE_DOCUMENT: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'DOCUMENT_TOO_LARGE',
  'ONE_OPERATION_ONLY',
  'TOO_MANY_SELECTIONS',
  'TOO_MANY_ALIASES',
  'TOO_MANY_DIRECTIVES',
  'TOO_DEEP',
  'FRAGMENT_CYCLE',
  'COST_TOO_HIGH',
]);

function requestStatus(code: ErrorCode, type: string): number {
  return type === JSON_TYPE && OF_THE_DOCUMENT.has(code) ? 200 : ERROR_STATUS[code];
}
