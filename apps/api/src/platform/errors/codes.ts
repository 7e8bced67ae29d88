/**
 * Every code an error of the service can carry in `extensions.code`, with the HTTP status of a request that fails as a
 * whole with it. A closed list other people's programs match on: add, never rename.
 *
 * What the domain refuses is no error but a result (`Refused`); see the mutations' union.
 */
export const ERROR_STATUS = {
  /** The document is not GraphQL. */
  GRAPHQL_PARSE_FAILED: 400,
  /** The document does not fit the schema. */
  GRAPHQL_VALIDATION_FAILED: 400,
  /** An argument or variable is not acceptable; `fields` says which and why. */
  BAD_USER_INPUT: 400,
  /** The HTTP request is not what GraphQL over HTTP asks for. */
  BAD_REQUEST: 400,
  /** No token, or one that is not valid or has expired. */
  UNAUTHENTICATED: 401,
  /** The token's roles do not cover this. */
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  NOT_ACCEPTABLE: 406,
  /** The body is larger than the service reads. */
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  /** The Host header is none of ours: a page elsewhere may be rebinding its name to this machine. */
  MISDIRECTED_REQUEST: 421,
  /** The document has too many characters or tokens. */
  DOCUMENT_TOO_LARGE: 400,
  /** More than one operation, or none. */
  ONE_OPERATION_ONLY: 400,
  TOO_MANY_SELECTIONS: 400,
  TOO_MANY_ALIASES: 400,
  TOO_MANY_DIRECTIVES: 400,
  TOO_DEEP: 400,
  FRAGMENT_CYCLE: 400,
  /** What the operation could return with these variables is too much; `cost` and `limit` say how much. */
  COST_TOO_HIGH: 400,
  /** The answer is not known up to `atLeast` yet; `reached` says how far it is. Ask again. */
  NOT_YET: 503,
  /** This read model stopped at an event it cannot take; others go on. */
  READ_MODEL_HALTED: 503,
  /** This read model has no finished version yet. */
  READ_MODEL_BUILDING: 503,
  /** The cursor comes from another epoch of the log, or lies ahead of its head: start over. */
  LOG_REWOUND: 409,
  /** The store cannot be reached: this try wrote nothing, whatever one before it with the same `commandId` did. Ask again. */
  UNAVAILABLE: 503,
  /** The connection to the store broke while writing: retry with the same `commandId`. */
  OUTCOME_UNKNOWN: 503,
  /** The command stands, and its answer cannot be read yet: retry with the same `commandId`. */
  NOT_YET_READABLE: 503,
  /** Too much at a time. Ask again, later. */
  OVERLOADED: 503,
  RATE_LIMITED: 429,
  /** A fault of the service. `correlationId` is in its log beside what went wrong. */
  INTERNAL: 500,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

/** True for a code of the list. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERROR_STATUS, value);
}
