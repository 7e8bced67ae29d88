/** What became of a request to the server. */
export type FaultKind =
  /** It cannot be reached, or says that it is not ready: the same again may do. */
  | 'unavailable'
  /** No answer in time, or the connection broke while it was awaited. */
  | 'noAnswer'
  /** Another node of the cluster has to be asked. */
  | 'notLeader'
  /** It answered that it does not know what became of it. */
  | 'unclear'
  /** The user may not do this, or is not known. */
  | 'denied'
  /** The stream was deleted. */
  | 'deleted'
  /** There is no such stream. */
  | 'notFound'
  /** The stream is at another revision. */
  | 'conflict'
  /** More at once than the server takes. */
  | 'tooLarge'
  /** The server, or its client, does not accept the request as it is. */
  | 'refused';

/** Details of some kinds. */
export interface FaultDetails {
  /** Of a conflict: the revision the stream is at. */
  readonly actual?: number | 'none';
  /** Of what is too large: how much the server takes. */
  readonly limit?: number;
}

/** A request to the server that failed, sorted. */
export class KurrentFault extends Error {
  override readonly name = 'KurrentFault';
  constructor(
    readonly kind: FaultKind,
    /** Whether the server may have done it. */
    readonly mayHaveBeenSent: boolean,
    message: string,
    readonly details: FaultDetails = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** Whether the same again may succeed. */
  get passing(): boolean {
    return passing.has(this.kind);
  }

  /** Whether the client it came from is to be given up: where it is asked again, its channels may be dead. */
  get killsClient(): boolean {
    return this.kind === 'unavailable' || this.kind === 'noAnswer';
  }
}

const passing = new Set<FaultKind>(['unavailable', 'noAnswer', 'notLeader', 'unclear']);

/** As gRPC numbers them. */
const status = {
  cancelled: 1,
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  aborted: 10,
  internal: 13,
  unavailable: 14,
  dataLoss: 15,
  unauthenticated: 16,
} as const;

/** The `type` of the client's errors that are answers. */
const kindOfType: Readonly<Record<string, FaultKind>> = {
  'not-leader': 'notLeader',
  'stream-not-found': 'notFound',
  'no-stream': 'notFound',
  'access-denied': 'denied',
  'stream-deleted': 'deleted',
  'stream-tombstoned': 'deleted',
  'wrong-expected-version': 'conflict',
  'maximum-append-size-exceeded': 'tooLarge',
  'append-record-size-exceeded': 'tooLarge',
  'transaction-max-size-exceeded': 'tooLarge',
  'invalid-argument': 'refused',
  'invalid-transaction': 'refused',
  unsupported: 'refused',
  timeout: 'unclear',
};

interface ClientError {
  readonly type?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly actualState?: unknown;
  readonly maxAppendSize?: unknown;
  readonly maxSize?: unknown;
}

/** No call left this process: there was no connection to send it through. */
const neverLeft = /No connection established|Failed to discover|Name resolution failed|ECONNREFUSED/;
/** What a server says that takes the request later, in the client's words. */
const notReady = /Server Is (Not Ready|Busy)|No leader info/;

/**
 * Sorts what the client throws: its own errors by their `type`, raw gRPC errors by their code. Some have neither: an
 * answer of the server that the client does not know, and what went wrong before there was a call.
 */
export function faultOf(error: unknown, what: string): KurrentFault {
  if (error instanceof KurrentFault) return error;
  const { type, code, message } = error as ClientError;
  const text = typeof message === 'string' ? message : '';
  const fault = (kind: FaultKind, sent: boolean, why: string, details: FaultDetails = {}) =>
    new KurrentFault(kind, sent, `${what}: ${why}`, details, { cause: error });

  const answered = typeof type === 'string' ? kindOfType[type] : undefined;
  if (answered) {
    // Appends share one call, which ends for all of them where its node no longer leads: some may have been written.
    const mayStand = answered === 'unclear' || answered === 'notLeader';
    return fault(answered, mayStand, sentences[answered], detailsOf(error));
  }
  switch (code) {
    case status.permissionDenied:
    case status.unauthenticated:
      return fault('denied', false, sentences.denied);
    case status.notFound:
      return fault('notFound', false, sentences.notFound);
    case status.cancelled:
    case status.aborted:
      return fault('noAnswer', true, 'the connection broke while an answer was awaited');
    case status.deadlineExceeded:
      return fault('noAnswer', true, 'there was no answer in time');
  }
  if (neverLeft.test(text)) return fault('unavailable', false, sentences.unavailable);
  if (notReady.test(text)) return fault('unavailable', true, 'the server is not ready');
  // An answer to this very request that says nothing: some of its events are there, or the server does not know.
  if (type === 'deadline-exceeded' || (type === 'unknown' && code === undefined && !isBroken(text))) {
    return fault('unclear', true, sentences.unclear);
  }
  return fault('unavailable', true, sentences.unavailable);
}

function isBroken(text: string): boolean {
  return /connect|transport|broken|closed|reset|channel|h2|error/i.test(text);
}

const sentences: Readonly<Record<FaultKind, string>> = {
  unavailable: 'the server cannot be reached',
  noAnswer: 'there was no answer in time',
  notLeader: 'the node asked does not lead the cluster',
  unclear: 'the server does not know what became of it',
  denied: 'the server denies it to this user',
  deleted: 'the stream was deleted',
  notFound: 'there is no such stream',
  conflict: 'the stream is at another revision',
  tooLarge: 'it is larger than the server takes',
  refused: 'the server does not accept it',
};

function detailsOf(error: unknown): FaultDetails {
  const { type, actualState, maxAppendSize, maxSize } = error as ClientError;
  if (type === 'wrong-expected-version') {
    // A stream that does not exist is said by a word, or by a number below 0 that was read as one without a sign.
    const revision = typeof actualState === 'bigint' ? Number(BigInt.asIntN(64, actualState)) : -1;
    return { actual: revision < 0 ? 'none' : revision };
  }
  const limit = maxAppendSize ?? maxSize;
  return typeof limit === 'number' ? { limit } : {};
}
