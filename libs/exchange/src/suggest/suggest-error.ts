/** No mapping can be drafted; `code` says why, the message what is wrong with the file. */
export class SuggestError extends Error {
  override readonly name = 'SuggestError';
  constructor(
    readonly code: 'UNREADABLE' | 'NO_ROWS',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
