/**
 * Why a connection is closed, in the close codes of `graphql-transport-ws` and of RFC 6455: what clients are told, and by
 * which they decide. After those of `RESUMABLE` a client connects again and goes on from its last `upTo`; after the others
 * it would fail again in the same way. Codes are added, never given another meaning.
 */
export const CloseCode = {
  /** The peer said goodbye. */
  NORMAL: 1000,
  /** A message of more than `limits.sockets.messageBytes`. */
  TOO_LARGE: 1009,
  /** This node stops: another one, or the same again in a moment, goes on. */
  RESTARTING: 1012,
  /** The client took too long to read what it was sent, or has too many connections: later it may go on. */
  TRY_AGAIN_LATER: 1013,
  /** No JSON, no message of the protocol, a binary frame, or a message only a server sends. */
  BAD_MESSAGE: 4400,
  /** A subscription before the connection was acknowledged. */
  UNAUTHORISED: 4401,
  /** `connection_init` without a valid token, or the token has expired since: connect again with a new one. */
  FORBIDDEN: 4403,
  /** The subprotocol is not `graphql-transport-ws`. */
  SUBPROTOCOL: 4406,
  /** No `connection_init` within `limits.sockets.initMs`. */
  INIT_TIMEOUT: 4408,
  /** The id of a subscription that is still running. */
  DUPLICATE_ID: 4409,
  /** A second `connection_init`. */
  TOO_MANY_INITS: 4429,
  /** A fault of the service. */
  INTERNAL: 4500,
} as const;

export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode];

/** Reasons for which the service ends a connection, as its metrics count them: a closed list. */
export const CUT_REASONS = [
  'slow',
  'dead',
  'expired',
  'forbidden',
  'tooMany',
  'badMessage',
  'initTimeout',
  'restart',
  'fault',
] as const;

export type CutReason = (typeof CUT_REASONS)[number];
