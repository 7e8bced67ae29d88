import type { IncomingHttpHeaders } from 'node:http';

import { ApiError } from '../errors/api-error.js';
import { isLoopback } from './loopback.js';

/**
 * Stops a web page from talking to this service through the visitor's browser. Its name may be made to point here (DNS
 * rebinding): then `Host` is that name. Or it may simply call us: then `Origin` is its own. Programs send no `Origin`.
 *
 * @param origins of pages elsewhere that may
 * @throws ApiError `MISDIRECTED_REQUEST` for the first, `FORBIDDEN` for the second
 */
export function assertLocalRequest(
  request: { readonly headers: IncomingHttpHeaders },
  origins: readonly string[],
): void {
  const { host, origin } = request.headers;
  if (host === undefined || !isLoopback(hostnameOf(`http://${host}`))) {
    throw new ApiError('MISDIRECTED_REQUEST', 'this service answers to a loopback address only');
  }
  if (origin === undefined || origins.includes(origin)) return;
  if (!isLoopback(hostnameOf(origin)) || hostAndPort(origin) !== hostAndPort(`http://${host}`)) {
    throw new ApiError('FORBIDDEN', 'this service answers to pages of its own only');
  }
}

function hostnameOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : '';
}

function hostAndPort(url: string): string {
  return URL.canParse(url) ? new URL(url).host : '';
}
