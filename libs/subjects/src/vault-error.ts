/**
 * - `WRONG_MASTER_KEY`: the vault was made under another master key.
 * - `INVALID_MASTER_KEY`: not 32 bytes in base64, or its file cannot be read.
 * - `TAMPERED`: a stored value is not what was sealed for this subject and field.
 * - `INVALID_NAME`: empty, too long, or not well-formed text.
 */
export type VaultErrorCode = 'WRONG_MASTER_KEY' | 'INVALID_MASTER_KEY' | 'TAMPERED' | 'INVALID_NAME';

/** The vault said no. The message names what to do and never a person. */
export class VaultError extends Error {
  override readonly name = 'VaultError';
  constructor(
    readonly code: VaultErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
