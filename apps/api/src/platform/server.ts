import { randomUUID } from 'node:crypto';

import type { Type, DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { LogController, type FastifyInstance } from 'fastify';

import { allowOrigins } from './auth/cross-origin.js';
import { assertLocalRequest } from './auth/host-guard.js';
import { GRAPHIQL_PATH } from './graphiql/graphiql.controller.js';
import { graphqlEndpoint } from './graphql/http-endpoint.js';
import { NestLogger } from './logging/nest-logger.js';
import { logRequests } from './logging/request-log.js';
import type { Platform } from './platform.js';
import { secureAnswers } from './security-headers.js';
import { websocketEndpoint } from './websocket/websocket-endpoint.js';

/** Milliseconds a client has to send its request, and an idle connection is kept. */
const REQUEST_MS = 30_000;
const KEEP_ALIVE_MS = 72_000;

/** The Nest application on Fastify, initialised and not yet listening. */
export async function createServer(
  module: Type | DynamicModule,
  platform: Platform,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    loggerInstance: platform.log,
    // `logRequests` writes the line; Fastify's own would show the address as sent.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: platform.limits.bodyBytes,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Ids are ours: one sent by a client could forge lines of the log.
    requestIdHeader: false,
    genReqId: () => randomUUID(),
    // What is at work when the service stops is answered; idle connections are closed.
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
  });
  const instance = adapter.getInstance<FastifyInstance>();
  logRequests(instance, platform.metrics);
  secureAnswers(instance);
  closeConnectionsAtEnd(instance);
  instance.addHook('onRequest', async (request) => assertLocalRequest(request, platform.origins));
  allowOrigins(instance, platform.origins);
  await instance.register(graphqlEndpoint, {
    ...platform,
    ...(!platform.production && { graphiql: GRAPHIQL_PATH }),
  });
  if (platform.live) websocketEndpoint(instance, platform, platform.live);
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    bodyParser: false,
    logger: new NestLogger(platform.log),
    abortOnError: false,
  });
  await app.init();
  return app;
}

/** A connection at work when the service stops is answered on, and then closed: kept open it would hold up the end. */
function closeConnectionsAtEnd(instance: FastifyInstance): void {
  let stopping = false;
  instance.addHook('preClose', async () => {
    stopping = true;
  });
  instance.addHook('onSend', async (_request, reply) => {
    if (stopping) void reply.header('connection', 'close');
  });
}
