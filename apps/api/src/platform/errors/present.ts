import { randomUUID } from 'node:crypto';

import { GraphQLError, type GraphQLFormattedError } from 'graphql';

import { classify } from './classify.js';
import type { ErrorCode } from './codes.js';

/** Where faults are written down, and errors counted. */
export interface ErrorSink {
  fault(error: unknown, correlationId: string): void;
  count(code: ErrorCode): void;
}

const MASKED = 'something went wrong: the operator finds it under the correlationId';

/** An error as the client sees it: `message`, `path`, `locations`, `extensions.code`; a fault masked and logged. */
export function present(
  error: unknown,
  sink: ErrorSink,
): GraphQLFormattedError & { extensions: { code: ErrorCode } } {
  const shown = classify(error);
  const place = error instanceof GraphQLError ? { locations: error.locations, path: error.path } : {};
  const where = {
    ...(place.locations && { locations: place.locations }),
    ...(place.path && { path: place.path }),
  };
  if (shown === undefined) {
    const correlationId = randomUUID();
    sink.fault(error instanceof GraphQLError ? (error.originalError ?? error) : error, correlationId);
    sink.count('INTERNAL');
    return { message: MASKED, ...where, extensions: { code: 'INTERNAL', correlationId } };
  }
  sink.count(shown.code);
  return { message: shown.message, ...where, extensions: { ...shown.details, code: shown.code } };
}
