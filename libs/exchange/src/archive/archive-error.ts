export type ArchiveErrorCode =
  /** There is no such file, or it cannot be read. */
  | 'UNREADABLE'
  | 'NOT_AN_ARCHIVE'
  | 'UNKNOWN_VERSION'
  /** It ends before its trailer. */
  | 'CUT_OFF'
  /** What it holds is not what was written. */
  | 'DAMAGED'
  /** It may be what was written, and this version does not read it. */
  | 'UNSUPPORTED'
  | 'EPOCH_TOO_SMALL'
  /** There is a file of that name already. */
  | 'EXISTS'
  | 'CANNOT_WRITE'
  /** The log itself has a gap: nothing that can be backed up. */
  | 'LOG_BROKEN'
  | 'STOPPED';

/** An archive of a log that cannot be written or read; the message is one line for the operator. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
  constructor(
    readonly code: ArchiveErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
