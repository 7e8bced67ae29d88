export type CopyErrorCode =
  /** The log went on while it was copied. */
  | 'SOURCE_GREW'
  /** Both were read again, and are not the same. */
  | 'DIFFERENT'
  /** The source itself has a gap: nothing that can be copied. */
  | 'LOG_BROKEN'
  | 'EPOCH_TOO_SMALL'
  | 'STOPPED';

/** A log that was not copied; the message is one line for the operator. */
export class CopyError extends Error {
  override readonly name = 'CopyError';
  constructor(
    readonly code: CopyErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
