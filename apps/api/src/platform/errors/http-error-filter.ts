import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

import { ERROR_STATUS } from './codes.js';
import { ofHttp } from './http-errors.js';
import { present, type ErrorSink } from './present.js';

/** Errors outside GraphQL, in the shape GraphQL's have; errors of resolvers pass on to Mercurius, unlogged by Nest. */
@Catch()
export class EdgeErrorFilter implements ExceptionFilter {
  constructor(private readonly errors: ErrorSink) {}

  catch(error: unknown, host: ArgumentsHost): unknown {
    if (host.getType<string>() !== 'http') throw error;
    const shown = present(ofHttp(error), this.errors);
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    return reply.code(ERROR_STATUS[shown.extensions.code]).send({ errors: [shown] });
  }
}
