export { masterKey } from './master-key.js';
export type { MasterKey } from './master-key.js';
export { erasuresPath, readErasures, requireErasures } from './erasures.js';
export type { Erasure, Erasures } from './erasures.js';
export { openVault } from './vault.js';
export type { Person, SubjectVault, VaultOptions } from './vault.js';
export { reapply } from './reapply.js';
export { VaultError } from './vault-error.js';
export type { VaultErrorCode } from './vault-error.js';
