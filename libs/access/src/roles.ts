/** What a person or program is trusted with, given per programme. The strings are the format of tokens: add, never rename. */
export const ROLES = [
  'recorder',
  'confirmer',
  'reporter',
  'verifier',
  'analyst',
  'auditor',
  'integrator',
  'admin',
] as const;

export type Role = (typeof ROLES)[number];

/** True for the exact name of a role. */
export function isRole(value: unknown): value is Role {
  return (ROLES as readonly unknown[]).includes(value);
}
