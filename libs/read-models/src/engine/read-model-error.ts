export type ReadModelErrorCode =
  /** An event could not be applied; the model stands still before it until it is retried or rebuilt. */
  | 'READ_MODEL_HALTED'
  /** No complete build of the version this process runs exists yet. */
  | 'READ_MODEL_BUILDING'
  /** No read model of that name is registered. */
  | 'READ_MODEL_UNKNOWN'
  /** The engine was stopped. */
  | 'READ_MODEL_CLOSED';

/** A read model cannot answer; `code` says why. Only what needs this model should fail. */
export class ReadModelError extends Error {
  override readonly name = 'ReadModelError';
  constructor(
    readonly code: ReadModelErrorCode,
    /** The read model's name. */
    readonly model: string,
    message: string,
  ) {
    super(message);
  }
}
