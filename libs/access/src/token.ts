import { SignJWT, errors, jwtVerify } from 'jose';

import { AccessError } from './errors.js';
import type { RolesByProgramme } from './grants.js';
import { Grants, parseRoles } from './grants.js';
import { conflictsWithAdmin } from './policy.js';

/** Issuer and audience of local tokens: a token of another service, or for another, is refused. */
export const TOKEN_ISSUER = 'masar-local';
export const TOKEN_AUDIENCE = 'masar-api';

const ALGORITHM = 'HS256';
const TYPE = 'at+jwt';
/** Clocks of two processes on one machine hardly differ; this covers a step of the clock. */
const CLOCK_TOLERANCE_SECONDS = 5;
const LONGEST_SECONDS = 366 * 24 * 3600;
/** A token of ours is far shorter; a longer one is refused before any work is done on it. */
const LONGEST_TOKEN = 8_192;
/** As a programme's register spells it, in any script: it names no person. */
const ORGANISATION = /^[^\p{Cc}\p{Cs}]{1,200}$/u;
/** No blank and no `@`: neither a name nor an address passes for an id. */
const OPAQUE_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;

export interface TokenRequest {
  /** Opaque subject id. */
  readonly subject: string;
  readonly roles: RolesByProgramme;
  /** Reference of the organisation spoken for. */
  readonly organisation?: string;
  /** Seconds from `now` until it expires: 1 to 366 days. */
  readonly lifetimeSeconds: number;
  readonly now: Date;
}

/**
 * A signed token (JWS, HS256) with `iss`, `aud`, `sub`, `iat`, `exp`, `roles` and, where given, `organisation`.
 *
 * @throws AccessError `SUBJECT_INVALID`, `ORGANISATION_INVALID`, `ROLES_INVALID` (also for a duty that
 * admin of the same programme excludes), `LIFETIME_INVALID`
 */
export async function issueToken(key: Uint8Array, request: TokenRequest): Promise<string> {
  assertOpaque(request.subject);
  if (request.organisation !== undefined) assertOrganisation(request.organisation);
  const roles = parseRoles(request.roles);
  const conflict = Object.keys(roles)
    .map((programme) => [...(roles['*'] ?? []), ...roles[programme]!])
    .filter((held) => held.includes('admin'))
    .flat()
    .find(conflictsWithAdmin);
  if (conflict) throw new AccessError('ROLES_INVALID', `admin cannot be held together with ${conflict}`);
  const { lifetimeSeconds } = request;
  if (!Number.isInteger(lifetimeSeconds) || lifetimeSeconds < 1 || lifetimeSeconds > LONGEST_SECONDS) {
    throw new AccessError('LIFETIME_INVALID', 'a token lives between 1 second and 366 days');
  }
  const issuedAt = Math.floor(request.now.getTime() / 1000);
  return new SignJWT({ roles, ...(request.organisation && { organisation: request.organisation }) })
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
    .setIssuer(TOKEN_ISSUER)
    .setAudience(TOKEN_AUDIENCE)
    .setSubject(request.subject)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + lifetimeSeconds)
    .sign(key);
}

/** A token that passed, and when it stops doing so. */
export interface VerifiedToken {
  readonly grants: Grants;
  readonly expiresAt: Date;
}

/**
 * Checks signature, algorithm, issuer, audience and expiry, then the claims.
 *
 * @throws AccessError `TOKEN_EXPIRED`, or `TOKEN_INVALID` for everything else: a stranger learns no reason
 */
export async function verifyToken(key: Uint8Array, token: string, now: Date): Promise<VerifiedToken> {
  if (token.length > LONGEST_TOKEN) throw new AccessError('TOKEN_INVALID', 'the token is not valid');
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: [ALGORITHM],
      typ: TYPE,
      issuer: TOKEN_ISSUER,
      audience: TOKEN_AUDIENCE,
      requiredClaims: ['sub', 'iat', 'exp', 'roles'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: now,
    });
    const { sub, exp, organisation } = payload;
    assertOpaque(sub);
    if (organisation !== undefined) assertOrganisation(organisation);
    return {
      grants: new Grants(sub, parseRoles(payload['roles']), organisation),
      expiresAt: new Date((exp ?? 0) * 1000),
    };
  } catch (cause) {
    // By code, not by class: under Jest an error of Node's core belongs to another realm.
    if ((cause as { code?: unknown }).code === errors.JWTExpired.code) {
      throw new AccessError('TOKEN_EXPIRED', 'the token has expired');
    }
    throw new AccessError('TOKEN_INVALID', 'the token is not valid', { cause });
  }
}

function assertOpaque(id: unknown): asserts id is string {
  if (typeof id !== 'string' || !OPAQUE_ID.test(id)) {
    throw new AccessError(
      'SUBJECT_INVALID',
      'a subject is an opaque id of letters, digits and . _ : - (at most 128)',
    );
  }
}

function assertOrganisation(reference: unknown): asserts reference is string {
  if (typeof reference !== 'string' || !ORGANISATION.test(reference)) {
    throw new AccessError(
      'ORGANISATION_INVALID',
      'an organisation is given by its reference, 1 to 200 characters',
    );
  }
}
