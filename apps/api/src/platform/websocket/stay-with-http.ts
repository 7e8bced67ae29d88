import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

/** Headers of the offer to upgrade; the rest of the request stands without them. */
const OF_THE_OFFER: ReadonlySet<string> = new Set(['connection', 'upgrade', 'http2-settings']);

/**
 * Answers a request that offers to upgrade to something else over HTTP as it is, as RFC 9110 (7.8) has it. Java's client
 * offers HTTP/2 with its first request; Node takes each offer for accepted once anybody listens for upgrades, and has
 * read the head of the request by then. So the head is put back, without the offer.
 */
export function stayWithHttp(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { method, url, httpVersion, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (!OF_THE_OFFER.has(name.toLowerCase())) lines.push(`${name}: ${rawHeaders[at + 1]}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit('connection', socket);
}
