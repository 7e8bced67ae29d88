import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import type { FastifyInstance } from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';

import { assertLocalRequest } from '../auth/host-guard.js';
import { ApiError } from '../errors/api-error.js';
import { ERROR_STATUS } from '../errors/codes.js';
import { present } from '../errors/present.js';
import { documentRules } from '../graphql/document-rules.js';
import { ValidDocuments } from '../graphql/valid-documents.js';
import type { Platform } from '../platform.js';
import { Connection } from './connection.js';
import { Connections } from './connections.js';
import type { LiveSource } from './live-source.js';
import { liveProtocol } from './protocol.js';
import { stayWithHttp } from './stay-with-http.js';

const PATH = '/graphql';
const SUBPROTOCOL = 'graphql-transport-ws';

/**
 * Subscriptions over WebSocket at `/graphql`. What can be refused before a connection is, gets an HTTP answer: another
 * address, a page that is not ours, too many connections, or too fast.
 */
export function websocketEndpoint(instance: FastifyInstance, platform: Platform, source: LiveSource): void {
  const { authenticator, errors, limits, log, metrics, production, now } = platform;
  const connections = new Connections({
    limits: limits.sockets,
    metrics: metrics.sockets,
    now,
    fault: (error) => void present(error, errors),
  });
  const protocol = liveProtocol({
    connections,
    documents: new ValidDocuments(documentRules(production, limits), limits),
    schema: () => instance.graphql.schema,
    authenticator,
    source,
    errors,
    limits,
  });
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.sockets.messageBytes,
    // A client that speaks another is told so by a close (4406), which a failed handshake could not say.
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : ([...offered][0] ?? false)),
  });

  instance.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
      stayWithHttp(instance.server, request, socket, head);
      return;
    }
    try {
      assertWelcome(request);
    } catch (error) {
      refuse(socket, error);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (ws) => open(ws, socket, request.headers.authorization));
  });
  instance.addHook('preClose', () => connections.stop());

  function assertWelcome(request: IncomingMessage): void {
    assertLocalRequest(request, platform.origins);
    const [path] = (request.url ?? '').split('?');
    if (path !== PATH) throw new ApiError('NOT_FOUND', 'there is no WebSocket at this address');
    if (connections.isStopping) throw new ApiError('UNAVAILABLE', 'the service is stopping');
    if (connections.size >= limits.sockets.connections) {
      throw new ApiError('OVERLOADED', 'too many connections at a time');
    }
    const address = request.socket.remoteAddress ?? '';
    if (!connections.rate.take(address, performance.now())) {
      throw new ApiError('RATE_LIMITED', 'too many new connections a second');
    }
  }

  function open(ws: WebSocket, socket: Duplex, authorization: string | undefined): void {
    const connection = new Connection(ws, socket, connections, authorization);
    connections.add(connection);
    const closed = protocol.opened(connection, { connection });
    ws.on('close', (code, reason) => {
      connection.release();
      if (connection.user) connections.users.give(connection.user.grants.subject, 'connections');
      connections.remove(connection);
      // Not the reason: it may be the client's words.
      log.debug({ code, connections: connections.size }, 'websocket closed');
      void closed(code, reason.toString());
    });
  }

  /** The answer of the upgrade, in the shape of all errors. */
  function refuse(socket: Duplex, error: unknown): void {
    const shown = present(error, errors);
    const { code } = shown.extensions;
    metrics.sockets.refuse(code);
    const status = ERROR_STATUS[code];
    const body = JSON.stringify({ errors: [shown] });
    const head = [
      `HTTP/1.1 ${status} ${code}`,
      'Connection: close',
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      ...(status === 429 || status === 503 ? ['Retry-After: 1'] : []),
    ];
    socket.on('error', () => undefined);
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
  }
}
