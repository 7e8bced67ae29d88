import { GraphQLError, type GraphQLErrorExtensions } from 'graphql';

import { isErrorCode, type ErrorCode } from './codes.js';

/** What the client is told of an error: code, message, and details that belong to the code. */
export interface Shown {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

const STORE_ERRORS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  UNAVAILABLE: ['UNAVAILABLE', 'the store cannot be reached: this try wrote nothing'],
  CLOSED: ['UNAVAILABLE', 'the service is stopping: this try wrote nothing'],
  OVERLOADED: ['OVERLOADED', 'too many writes at a time: this try wrote nothing'],
  OUTCOME_UNKNOWN: ['OUTCOME_UNKNOWN', 'the connection broke while writing: retry with the same commandId'],
  NOT_YET_READABLE: [
    'NOT_YET_READABLE',
    'the command is recorded, and its answer cannot be read yet: retry with the same commandId',
  ],
  EVENT_TOO_LARGE: ['BAD_USER_INPUT', 'the input is larger than an event may be'],
  INVALID_EVENT: ['BAD_USER_INPUT', 'the input holds text that cannot be stored, such as half a character'],
  LOG_REWOUND: ['LOG_REWOUND', 'the position lies ahead of the log, or in another epoch: start over'],
};

/** By code of a `ReadModelError`; its message names the event that could not be taken, which is the operator's to know. */
const READ_MODEL_ERRORS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  READ_MODEL_HALTED: ['READ_MODEL_HALTED', 'this part stopped at an event it cannot take; the rest answers'],
  READ_MODEL_BUILDING: ['READ_MODEL_BUILDING', 'this part is being built: ask again'],
  READ_MODEL_CLOSED: ['UNAVAILABLE', 'the service is stopping'],
};

/** Errors of other packages, by the name of their class: the edge need not know the packages. */
const KNOWN: Readonly<Record<string, Readonly<Record<string, readonly [ErrorCode, string]>>>> = {
  StoreError: STORE_ERRORS,
  ReadModelError: READ_MODEL_ERRORS,
  CursorError: {
    BAD_CURSOR: ['BAD_USER_INPUT', 'the cursor is damaged: use what pageInfo.endCursor gave'],
    CURSOR_EXPIRED: ['LOG_REWOUND', 'the cursor comes from another history of the log: start over'],
  },
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
  if (isOfVariable(error)) return ofVariable(error.message);
  const thrown = error instanceof GraphQLError ? (error.originalError ?? error) : error;
  if (thrown instanceof GraphQLError) {
    // graphql-jit leaves it out where it is empty.
    const { code, ...details } = (thrown.extensions as GraphQLErrorExtensions | undefined) ?? {};
    if (isErrorCode(code)) return { code, message: thrown.message, details };
    return thrown.originalError ? classify(thrown.originalError) : ofGraphQL(thrown);
  }
  const { name, code } = (thrown ?? {}) as { name?: string; code?: string };
  const known = KNOWN[name ?? '']?.[code ?? ''];
  return known && { code: known[0], message: known[1], details: {} };
}

/** The message of GraphQL itself, under the step it comes from. */
function ofGraphQL(error: GraphQLError): Shown | undefined {
  const { message } = error;
  if (TOKEN_LIMIT.test(message)) {
    return { code: 'DOCUMENT_TOO_LARGE', message: 'the document has too many tokens', details: {} };
  }
  if (message.startsWith('Syntax Error')) return { code: 'GRAPHQL_PARSE_FAILED', message, details: {} };
  // With a path it was raised while executing: a resolver broke its type. That is our fault, not the caller's.
  if (message.startsWith('Argument "')) return { code: 'BAD_USER_INPUT', message, details: {} };
  if (error.path !== undefined) return undefined;
  return { code: 'GRAPHQL_VALIDATION_FAILED', message, details: {} };
}

/** Raised over a value of a variable; where a scalar raised it by accident the reason is not the client's to see. */
function isOfVariable(error: unknown): error is GraphQLError {
  if (!(error instanceof GraphQLError) || !error.message.startsWith('Variable "$')) return false;
  return error.originalError === undefined || error.originalError instanceof GraphQLError;
}

/** Of a variable deep inside: `Variable "$input" got invalid value 3 at "input.name"; String cannot …`. */
const OF_VARIABLE =
  /^Variable "\$(\w+)" (?:got invalid value .* at "([^"]+)"; |got invalid value [^;]*; )?(.*)$/s;

/** As class-validator's: which field, here from the variable's name on, and why, without the whole value repeated. */
function ofVariable(message: string): Shown {
  const [, variable, deep, why] = OF_VARIABLE.exec(message) ?? [];
  const path = (deep ?? variable)?.replaceAll(/\[(\d+)\]/g, '.$1');
  if (path === undefined || why === undefined) return { code: 'BAD_USER_INPUT', message, details: {} };
  const fields = [{ path, message: why }];
  return { code: 'BAD_USER_INPUT', message: `${path}: ${why}`, details: { fields } };
}
