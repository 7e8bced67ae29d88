import type { Role } from './roles.js';

/**
 * What the service asks leave for.
 *
 * - `read`: every query and subscription.
 * - `readRestricted`: the same, of items whose visibility is restricted.
 * - `record`: workshops, items, decisions and their effects; importing a history.
 * - `confirm`: the second person's word on a correction.
 * - `report`: progress, for one's own organisation.
 * - `verify`: independent assessments.
 * - `identify`: the names behind the opaque ids of people; every reading is recorded.
 * - `erase`: finding the id of a person whose name is known, and destroying the name for good.
 * - `setup`: programmes, bodies, organisations and their vocabularies.
 */
export const PERMISSIONS = [
  'read',
  'readRestricted',
  'record',
  'confirm',
  'report',
  'verify',
  'setup',
  'identify',
  'erase',
] as const;

export type Permission = (typeof PERMISSIONS)[number];

/**
 * Which role may do what. All may read, and those who work on the record, or check it, restricted items too; the rest is
 * one duty a role, so that a grant says what it is for.
 */
export const POLICY: Readonly<Record<Role, readonly Permission[]>> = {
  recorder: ['read', 'readRestricted', 'record'],
  confirmer: ['read', 'readRestricted', 'confirm'],
  reporter: ['read', 'readRestricted', 'report'],
  verifier: ['read', 'readRestricted', 'verify'],
  analyst: ['read'],
  // Who decided is the auditor's question, and no query answers it.
  auditor: ['read', 'readRestricted', 'identify'],
  integrator: ['read'],
  // Whoever erases can have recorded nothing, whatever is held beside it: see below.
  admin: ['read', 'setup', 'erase'],
};

/** What an admin may not do, whatever other roles are held beside it: who sets up a programme writes none of its history. */
const DENIED_TO_ADMIN: readonly Permission[] = ['record', 'confirm', 'report', 'verify'];

/** True where one of the roles grants the permission and none denies it. */
export function allows(roles: readonly Role[], permission: Permission): boolean {
  if (roles.includes('admin') && DENIED_TO_ADMIN.includes(permission)) return false;
  return roles.some((role) => POLICY[role].includes(permission));
}

/** The roles that cannot be used beside `admin`: a token that asks for both is a mistake and is not issued. */
export function conflictsWithAdmin(role: Role): boolean {
  return POLICY[role].some((permission) => DENIED_TO_ADMIN.includes(permission));
}
