import { GraphQLError } from 'graphql';

import { isErrorCode, type ErrorCode } from './codes.js';

/** What the client is told of an error: code, message, and details that belong to the code. */
export interface Shown {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

const STORE_ERRORS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  UNAVAILABLE: ['UNAVAILABLE', 'the store cannot be reached: nothing was written'],
  CLOSED: ['UNAVAILABLE', 'the service is stopping: nothing was written'],
  OVERLOADED: ['OVERLOADED', 'too many writes at a time: nothing was written'],
  OUTCOME_UNKNOWN: ['OUTCOME_UNKNOWN', 'the connection broke while writing: retry with the same commandId'],
  EVENT_TOO_LARGE: ['BAD_USER_INPUT', 'the input is larger than an event may be'],
  INVALID_EVENT: ['BAD_USER_INPUT', 'the input holds text that cannot be stored, such as half a character'],
  LOG_REWOUND: ['LOG_REWOUND', 'the position lies ahead of the log, or in another epoch: start over'],
};

/** GraphQL's own words for a document over `maxTokens`. */
const TOKEN_LIMIT = /Document contains more th\w+ \d+ tokens/;

/**
 * What may be shown of an error, or undefined for a fault, which is to be logged and masked.
 *
 * A GraphQL error without an original is of GraphQL's own making (parsing, validation, coercion) and speaks only of the
 * request. Everything a resolver threw has one, and is shown only where it was made to be.
 */
export function classify(error: unknown): Shown | undefined {
  const thrown = error instanceof GraphQLError ? (error.originalError ?? error) : error;
  if (thrown instanceof GraphQLError) {
    const { code, ...details } = thrown.extensions;
    if (isErrorCode(code)) return { code, message: thrown.message, details };
    return thrown.originalError ? classify(thrown.originalError) : ofGraphQL(thrown);
  }
  if (thrown instanceof Error && thrown.name === 'StoreError') {
    const known = STORE_ERRORS[String((thrown as Error & { code?: unknown }).code)];
    if (known) return { code: known[0], message: known[1], details: {} };
  }
  return undefined;
}

/** The message of GraphQL itself, under the step it comes from. */
function ofGraphQL(error: GraphQLError): Shown | undefined {
  const { message } = error;
  if (TOKEN_LIMIT.test(message)) {
    return { code: 'DOCUMENT_TOO_LARGE', message: 'the document has too many tokens', details: {} };
  }
  if (message.startsWith('Syntax Error')) return { code: 'GRAPHQL_PARSE_FAILED', message, details: {} };
  // With a path it was raised while executing: a resolver broke its type. That is our fault, not the caller's.
  const ofInput = message.startsWith('Variable "$') || message.startsWith('Argument "');
  if (error.path !== undefined && !ofInput) return undefined;
  if (ofInput) return { code: 'BAD_USER_INPUT', message, details: {} };
  return { code: 'GRAPHQL_VALIDATION_FAILED', message, details: {} };
}
