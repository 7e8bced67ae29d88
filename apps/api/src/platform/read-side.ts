/** Up to where an answer is true, and by which projections. Goes out as `extensions.masar`. */
export interface ReadStamp {
  readonly logId: string;
  readonly epoch: number;
  readonly position: number;
  /** Recorded time of the event at that position; null before the first. */
  readonly recordedAt: string | null;
  /** Events in the log beyond that position, as last known. */
  readonly lag: number;
  /** Version of each read model that may have been used, by name. */
  readonly projections: Readonly<Record<string, string | number>>;
}

/** A read fixed at one position. What else it offers is the adapter's; resolvers narrow it. */
export interface PinnedRead {
  readonly stamp: ReadStamp;
  /** Gives back what the pin holds. Called once, when the answer is complete. */
  release?(): void;
}

/** The read models as the platform needs them. The composition root adapts the engine to it. */
export interface ReadSide {
  /**
   * Fixes a read at one position, not before `atLeast`, waiting for it a bounded time.
   *
   * @throws ApiError `NOT_YET` with `reached`, `READ_MODEL_BUILDING`, `UNAVAILABLE`
   */
  pin(atLeast?: number): Promise<PinnedRead>;
  /** Where reads stand, as last known, without asking the store; undefined before the first catch-up. */
  stamp(): ReadStamp | undefined;
}
