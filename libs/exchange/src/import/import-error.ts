export type ImportErrorCode =
  /** The file cannot be opened. */
  | 'UNREADABLE_FILE'
  /** The file is not what it was when it was checked. */
  | 'FILE_CHANGED'
  /** Others kept changing the items the file is about. */
  | 'CONCURRENT_CHANGES'
  /** The rejects file cannot be written. */
  | 'UNWRITABLE_REJECTS'
  /** The caller stopped it; what was written stands, and importing again goes on from there. */
  | 'STOPPED';

/** An import could not be done; `code` says why, the message what to do. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
  constructor(
    readonly code: ImportErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
