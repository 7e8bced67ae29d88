export { masterKey } from './master-key.js';
export type { MasterKey } from './master-key.js';
export { openVault } from './vault.js';
export type { Person, SubjectVault } from './vault.js';
export { VaultError } from './vault-error.js';
export type { VaultErrorCode } from './vault-error.js';
