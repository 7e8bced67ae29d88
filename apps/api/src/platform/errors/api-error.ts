import { GraphQLError, type GraphQLErrorOptions } from 'graphql';

import type { ErrorCode } from './codes.js';

/** One thing wrong with the input: where, dotted (`input.items.0.reference`), and what. */
export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

/**
 * An error made to be shown: its message and extensions go to the client as they are, so neither may hold anything the
 * client did not send or may not know. Any other error thrown is shown as `INTERNAL`.
 */
export class ApiError extends GraphQLError {
  constructor(
    readonly code: ErrorCode,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
    options: Omit<GraphQLErrorOptions, 'extensions'> = {},
  ) {
    super(message, { ...options, extensions: { ...details, code } });
    this.name = 'ApiError';
  }
}

/** `BAD_USER_INPUT` with its `fields`. */
export function badInput(
  fields: readonly FieldProblem[],
  options?: Omit<GraphQLErrorOptions, 'extensions'>,
): ApiError {
  const first = fields[0];
  const message = first ? `${first.path}: ${first.message}` : 'the input is not acceptable';
  return new ApiError('BAD_USER_INPUT', message, { fields }, options);
}
