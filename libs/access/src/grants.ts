import { AccessError } from './errors.js';
import type { Permission } from './policy.js';
import { allows } from './policy.js';
import type { Role } from './roles.js';
import { isRole } from './roles.js';
import type { Programmes } from './visibility.js';
import { Visibility } from './visibility.js';

/** Roles by programme reference; `*` stands for every programme. */
export type RolesByProgramme = Readonly<Record<string, readonly Role[]>>;

const MOST_PROGRAMMES = 200;

/** Who asks, and what they may do where. Immutable. */
export class Grants {
  private seen: Visibility | undefined;

  constructor(
    /** Opaque id of the person or program; never a name. */
    readonly subject: string,
    readonly roles: RolesByProgramme,
    /** The organisation spoken for, where there is one. */
    readonly organisation?: string,
    private readonly spelling: (reference: string) => string = asSpelled,
  ) {}

  /**
   * The same grants, with references compared in the form `spelling` gives them. Roles given to two spellings of one
   * programme are held together, and so is what one of them denies.
   */
  matchedBy(spelling: (reference: string) => string): Grants {
    const roles = new Map<string, Role[]>();
    for (const [programme, held] of Object.entries(this.roles)) {
      const spelled = spelling(programme);
      // No spelling of a programme stands for all of them.
      const key = spelled === '*' ? programme : spelled;
      roles.set(key, [...(roles.get(key) ?? []), ...held]);
    }
    return new Grants(this.subject, Object.fromEntries(roles), this.organisation, spelling);
  }

  /** May they, in this programme? Without a programme: in at least one. */
  may(permission: Permission, programme?: string): boolean {
    if (programme === undefined) return Object.keys(this.roles).some((one) => this.may(permission, one));
    return allows(this.rolesIn(programme), permission);
  }

  /** Do they speak for this organisation? */
  speaksFor(organisation: string): boolean {
    return (
      this.organisation !== undefined && this.spelling(this.organisation) === this.spelling(organisation)
    );
  }

  /** What they may see. */
  get visibility(): Visibility {
    return (this.seen ??= new Visibility(this.where('read'), this.where('readRestricted'), this.spelling));
  }

  /** The programmes in which they may: a list, or `all` where the grant is for `*`. */
  private where(permission: Permission): Programmes {
    if (allows(this.roles['*'] ?? [], permission)) return 'all';
    return Object.keys(this.roles).filter((programme) => this.may(permission, programme));
  }

  private rolesIn(programme: string): readonly Role[] {
    const everywhere = this.roles['*'] ?? [];
    const key = programme === '*' ? programme : this.spelling(programme);
    if (key === '*' || !Object.hasOwn(this.roles, key)) return everywhere;
    return [...everywhere, ...(this.roles[key] ?? [])];
  }
}

function asSpelled(reference: string): string {
  return reference;
}

/**
 * Roles as a token carries them, checked.
 *
 * @throws AccessError `ROLES_INVALID` for anything that is not a small map from programme to known roles
 */
export function parseRoles(value: unknown): RolesByProgramme {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AccessError('ROLES_INVALID', 'roles must be a map from programme to a list of roles');
  }
  const entries = Object.entries(value);
  if (entries.length === 0 || entries.length > MOST_PROGRAMMES) {
    throw new AccessError('ROLES_INVALID', `roles must name between 1 and ${MOST_PROGRAMMES} programmes`);
  }
  return Object.fromEntries(
    entries.map(([programme, roles]) => {
      if (!Array.isArray(roles) || roles.length === 0 || !roles.every(isRole)) {
        throw new AccessError(
          'ROLES_INVALID',
          `the roles for programme ${JSON.stringify(programme)} are not known`,
        );
      }
      return [programme, [...new Set(roles)]];
    }),
  );
}
