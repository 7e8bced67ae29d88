/**
 * Why a connection is closed, in the close codes of `graphql-transport-ws` and of RFC 6455: what clients decide by. Codes
 * are added, never given another meaning.
 *
 * A client connects again and goes on from its last `upTo` after 1006 (the connection broke), 1012, 1013, 4408 and 4500,
 * each time later, and after 4403 with a new token. After the other codes it would fail again in the same way.
 */
export const CloseCode = {
  /** A message of more than `limits.sockets.messageBytes`. */
  TOO_LARGE: 1009,
  /** This node stops: another one, or the same again in a moment, goes on. */
  RESTARTING: 1012,
  /** The client took too long to read what it was sent, or its user has too many connections. */
  TRY_AGAIN_LATER: 1013,
  /** No JSON, no message of the protocol, a binary frame, or a message only a server sends. */
  BAD_MESSAGE: 4400,
  /** A subscription before the connection was acknowledged. */
  UNAUTHORISED: 4401,
  /** `connection_init` without a valid token, or the token has expired since. */
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

/** Why the service ended a connection, as its metrics count them: a closed list, each with its code and its words. */
export const CUTS = {
  /** It did not read what it was sent. */
  slow: [CloseCode.TRY_AGAIN_LATER, 'too slow: connect again and go on'],
  /** Nothing was heard from it, pongs included. It is cut without waiting for an answer. */
  dead: [CloseCode.TRY_AGAIN_LATER, 'nothing heard'],
  /** Its user has too many. */
  tooMany: [CloseCode.TRY_AGAIN_LATER, 'too many connections of this user'],
  restart: [CloseCode.RESTARTING, 'the service stops: connect again and go on'],
  forbidden: [CloseCode.FORBIDDEN, 'the token is not valid, or has expired'],
  expired: [CloseCode.FORBIDDEN, 'the token has expired: connect again with a new one'],
  initTimeout: [CloseCode.INIT_TIMEOUT, 'Connection initialisation timeout'],
  /** It broke the protocol. Some of this is found by graphql-ws, with a code and words of its own. */
  protocol: [CloseCode.BAD_MESSAGE, 'Invalid message received'],
  fault: [CloseCode.INTERNAL, 'Internal server error'],
} as const satisfies Readonly<Record<string, readonly [code: number, words: string]>>;

export type CutReason = keyof typeof CUTS;
