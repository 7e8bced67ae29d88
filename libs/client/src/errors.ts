/** One error of an answer, as GraphQL has it. */
export interface GraphQLProblem {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  /** `code` is one of the service's (docs/HTTP.md); more fields by code: `fields`, `permission`, `reached`, … */
  readonly extensions?: { readonly code?: string } & Readonly<Record<string, unknown>>;
}

/** What every error of this client is. `code` is the service's where the service said no, and one of ours elsewhere. */
export class MasarError extends Error {
  override readonly name: string = 'MasarError';

  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The service refused the request, and would refuse it again: `code` says why (`BAD_USER_INPUT`, `FORBIDDEN`, …). */
export class RequestError extends MasarError {
  override readonly name = 'RequestError';

  constructor(
    code: string,
    message: string,
    /** All errors of the answer. */
    readonly errors: readonly GraphQLProblem[],
    /** What was answered beside them; it is incomplete. */
    readonly data?: unknown,
  ) {
    super(code, message);
  }
}

/**
 * No token, or one the service does not take, and no better one to be had. Code `UNAUTHENTICATED`. Thrown by a `token`
 * function it ends what asked for the token; anything else it throws is taken for a fault that passes.
 */
export class AuthenticationError extends MasarError {
  override readonly name = 'AuthenticationError';

  constructor(message: string, options?: ErrorOptions) {
    super('UNAUTHENTICATED', message, options);
  }
}

/**
 * Given up after several tries. `code` is what the last one ended with: the service's (`UNAVAILABLE`, `NOT_YET`,
 * `OVERLOADED`, …), or `UNREACHABLE` where there was no answer of the service.
 */
export class UnavailableError extends MasarError {
  override readonly name = 'UnavailableError';

  constructor(
    code: string,
    message: string,
    /** How often it was tried. */
    readonly attempts: number,
    options?: ErrorOptions,
  ) {
    super(code, message, options);
  }
}

/**
 * A command may have been carried out, and nothing more was heard of it. Code `OUTCOME_UNKNOWN`. Send it again with the
 * same `commandId`, whenever that is: it has the effect of one.
 */
export class OutcomeUnknownError extends MasarError {
  override readonly name = 'OutcomeUnknownError';

  constructor(
    message: string,
    readonly commandId: string,
    readonly attempts: number,
    options?: ErrorOptions,
  ) {
    super('OUTCOME_UNKNOWN', message, options);
  }
}

/**
 * A command was carried out and stands, and its answer could not be had: the service cannot read yet what it wrote. Code
 * `NOT_YET_READABLE`. Nothing has to be sent again for its effect; sent again with the same `commandId`, it is answered as
 * it would have been, once that can be read.
 */
export class NotYetReadableError extends MasarError {
  override readonly name = 'NotYetReadableError';

  constructor(
    message: string,
    readonly commandId: string,
    readonly attempts: number,
    options?: ErrorOptions,
  ) {
    super('NOT_YET_READABLE', message, options);
  }
}

/**
 * The log is not the one followed so far: restored from a backup (another epoch), or another log altogether. Code
 * `LOG_REWOUND`. Positions known so far mean nothing in it: forget what was built from them and start over.
 */
export class LogRewoundError extends MasarError {
  override readonly name = 'LogRewoundError';

  constructor(
    message: string,
    /** The log there is now, as far as it is known. */
    readonly log: LogSaid,
  ) {
    super('LOG_REWOUND', message);
  }
}

/** What is known of a log. */
export interface LogSaid {
  readonly logId?: string;
  readonly epoch?: number;
  readonly head?: number;
}

/** Of what somebody else said of a log, what has the right type. */
export function logSaid({ logId, epoch, head }: Readonly<Record<string, unknown>>): LogSaid {
  return {
    ...(typeof logId === 'string' && { logId }),
    ...(typeof epoch === 'number' && { epoch }),
    ...(typeof head === 'number' && { head }),
  };
}

/**
 * The service's messages do not continue one another, however often we ask again. Code `GAP`. Nothing beyond the gap was
 * passed on.
 */
export class GapError extends MasarError {
  override readonly name = 'GapError';

  constructor(
    message: string,
    /** Up to where everything was passed on. */
    readonly position: number,
  ) {
    super('GAP', message);
  }
}

/** The other side does not speak the protocol, or we do not. Code `PROTOCOL`. */
export class ProtocolError extends MasarError {
  override readonly name = 'ProtocolError';

  constructor(message: string, options?: ErrorOptions) {
    super('PROTOCOL', message, options);
  }
}
