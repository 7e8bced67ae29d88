export type AccessErrorCode =
  /** Not a token of ours, altered, or signed with another key. */
  | 'TOKEN_INVALID'
  | 'TOKEN_EXPIRED'
  /** Roles that are unknown, or that cannot be held together. */
  | 'ROLES_INVALID'
  /** A subject that is not an opaque id. */
  | 'SUBJECT_INVALID'
  /** An organisation that is no reference. */
  | 'ORGANISATION_INVALID'
  | 'LIFETIME_INVALID'
  /** The key file is not a key, or others than its owner can read it. */
  | 'KEY_FILE_INVALID';

/** A token, a grant or a key that is not right; the message never contains the token or the key. */
export class AccessError extends Error {
  override readonly name = 'AccessError';
  constructor(
    readonly code: AccessErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
