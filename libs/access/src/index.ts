/** Who may do what: roles, the policy, and the local signed tokens that carry them. */
export { AccessError } from './errors.js';
export type { AccessErrorCode } from './errors.js';
export { Grants, parseRoles } from './grants.js';
export type { RolesByProgramme } from './grants.js';
export { PERMISSIONS, POLICY, allows } from './policy.js';
export type { Permission } from './policy.js';
export { ROLES, isRole } from './roles.js';
export type { Role } from './roles.js';
export { TOKEN_AUDIENCE, TOKEN_ISSUER, issueToken, verifyToken } from './token.js';
export type { TokenRequest, VerifiedToken } from './token.js';
export { TOKEN_KEY_FILE, loadTokenKey } from './token-key.js';
export { Visibility } from './visibility.js';
export type { Programmes } from './visibility.js';
