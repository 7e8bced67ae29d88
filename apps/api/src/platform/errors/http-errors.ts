import { ApiError } from './api-error.js';
import type { ErrorCode } from './codes.js';

const BY_STATUS: Readonly<Record<number, readonly [ErrorCode, string]>> = {
  400: ['BAD_REQUEST', 'the request is not well formed'],
  401: ['UNAUTHENTICATED', 'send a token: Authorization: Bearer …'],
  403: ['FORBIDDEN', 'this is not allowed'],
  404: ['NOT_FOUND', 'there is nothing at this address'],
  405: ['METHOD_NOT_ALLOWED', 'this method is not taken here'],
  406: ['NOT_ACCEPTABLE', 'no acceptable media type'],
  408: ['BAD_REQUEST', 'the request took too long to arrive'],
  413: ['PAYLOAD_TOO_LARGE', 'the body is larger than is taken here'],
  415: ['UNSUPPORTED_MEDIA_TYPE', 'send application/json'],
  429: ['RATE_LIMITED', 'too many requests'],
  503: ['UNAVAILABLE', 'the service is starting or stopping'],
};

/**
 * What Fastify or Nest threw before any code of ours ran, in our words: theirs may repeat what was sent. Our own errors
 * and everything without a status pass as they are.
 */
export function ofHttp(error: unknown): unknown {
  if (error instanceof ApiError) return error;
  const { statusCode, getStatus } = error as { statusCode?: unknown; getStatus?: () => number };
  const status = typeof getStatus === 'function' ? getStatus.call(error) : Number(statusCode);
  const known = BY_STATUS[status];
  return known ? new ApiError(known[0], known[1]) : error;
}
