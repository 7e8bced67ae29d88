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
  /** The append stands, and its position is not known yet: the same again answers with it. */
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
