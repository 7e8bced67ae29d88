/**
 * - `WRONG_MASTER_KEY`: the vault was made under another master key.
 * - `INVALID_MASTER_KEY`: not 32 bytes in base64, or its file cannot be read.
 * - `WRONG_KEY_STORE`: the keys of these names are in another database.
 * - `TAMPERED`: a stored value is not what was sealed for this subject and field.
 * - `INVALID_NAME`: empty, too long, or not well-formed text.
 * - `ERASURES_MISSING`: there is no list of erasures where one was looked for.
 * - `ERASURES_DAMAGED`: the list of erasures was cut or changed.
 * - `ERASURES_INCOMPLETE`: erasures that are known of are not in the list.
 * - `ERASURES_UNWRITABLE`: the list of erasures cannot be written.
 * - `BACKUP_LIFETIME`: a backup of keys that would live too long, or not at all.
 * - `BACKUP_EXPIRED`: a backup of keys whose time is over.
 * - `BACKUP_DAMAGED`: not a backup of keys, or changed since it was made.
 * - `BACKUP_FILE`: its file cannot be read or written.
 */
export type VaultErrorCode =
  | 'WRONG_MASTER_KEY'
  | 'INVALID_MASTER_KEY'
  | 'WRONG_KEY_STORE'
  | 'TAMPERED'
  | 'INVALID_NAME'
  | 'ERASURES_MISSING'
  | 'ERASURES_DAMAGED'
  | 'ERASURES_INCOMPLETE'
  | 'ERASURES_UNWRITABLE'
  | 'BACKUP_LIFETIME'
  | 'BACKUP_EXPIRED'
  | 'BACKUP_DAMAGED'
  | 'BACKUP_FILE';

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
