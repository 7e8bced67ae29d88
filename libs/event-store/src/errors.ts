/** Another writer was first: the stream is not at the revision the caller expected. */
export class ConcurrencyError extends Error {
  override readonly name = 'ConcurrencyError';
  constructor(
    readonly stream: string,
    readonly expected: number | 'none',
    readonly actual: number | 'none',
  ) {
    super(`stream ${stream} is at ${actual}, not at ${expected}`);
  }
}

export type StoreErrorCode =
  | 'PARTIAL_DUPLICATE'
  | 'EVENT_ID_TAKEN'
  | 'INVALID_EVENT'
  | 'EVENT_TOO_LARGE'
  | 'UNAVAILABLE'
  | 'OUTCOME_UNKNOWN'
  /** What was written stands, and its position is not known yet: the same again answers with it. Never said of a read. */
  | 'NOT_YET_READABLE'
  | 'OVERLOADED'
  | 'LOG_REWOUND'
  | 'NOT_EMPTY'
  | 'IN_USE'
  | 'INVALID_LOG'
  /** What is there could lose or hide events, or cannot do what is needed of it: nothing is written to it. */
  | 'UNSAFE_STORE'
  /** The ordered log in the database is of another store than the one named, or of none. */
  | 'OTHER_LOG'
  | 'CLOSED';

/** The store could not do it; `code` says why, the message what to do. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  constructor(
    readonly code: StoreErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * The stream holds events the ordered log does not have yet, so they cannot be read: `UNAVAILABLE`, and reading
 * wrote nothing. Where one of them is the reader's own, what it wrote stands.
 */
export class LogBehindError extends StoreError {
  constructor(
    readonly stream: string,
    /** Ids of the events that have no position yet. */
    readonly ids: readonly string[],
  ) {
    super('UNAVAILABLE', `${ids.length} events of stream ${stream} have no place in the log yet; try again`);
  }
}
