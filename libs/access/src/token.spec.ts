import { describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';

import { TOKEN_AUDIENCE, TOKEN_ISSUER, issueToken, verifyToken, type TokenRequest } from './token.js';

const key = new Uint8Array(32).fill(1);
const now = new Date('2026-03-01T12:00:00Z');
const request: TokenRequest = {
  subject: 'sub-0001',
  organisation: 'ORG-1',
  roles: { '*': ['analyst'], 'MOI-2017': ['recorder'] },
  lifetimeSeconds: 3600,
  now,
};

const later = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);

describe('a local token', () => {
  it('carries the subject, the organisation and the roles by programme, until it expires', async () => {
    const { grants, expiresAt } = await verifyToken(key, await issueToken(key, request), later(3599));
    expect(grants.subject).toBe('sub-0001');
    expect(grants.organisation).toBe('ORG-1');
    expect(grants.roles).toEqual(request.roles);
    expect(expiresAt).toEqual(later(3600));
  });

  it('is refused once it has expired', async () => {
    const token = await issueToken(key, request);
    await expect(verifyToken(key, token, later(3700))).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
  });

  it('is refused where it was altered, or signed with another key', async () => {
    const token = await issueToken(key, request);
    const [head, , signature] = token.split('.');
    const claims = {
      sub: 'sub-0001',
      roles: { '*': ['admin'] },
      iss: TOKEN_ISSUER,
      aud: TOKEN_AUDIENCE,
      exp: 9e9,
    };
    const forged = `${head}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`;
    const invalid = { code: 'TOKEN_INVALID' };
    await expect(verifyToken(key, forged, now)).rejects.toMatchObject(invalid);
    await expect(verifyToken(new Uint8Array(32), token, now)).rejects.toMatchObject(invalid);
    await expect(verifyToken(key, 'not.a.token', now)).rejects.toMatchObject(invalid);
    await expect(verifyToken(key, 'x'.repeat(100_000), now)).rejects.toMatchObject(invalid);
  });

  it('is refused without signature, with another algorithm, or made for another service', async () => {
    const claims = { roles: { '*': ['analyst'] } };
    const other = (issuer: string, audience: string, alg = 'HS256'): Promise<string> =>
      new SignJWT(claims)
        .setProtectedHeader({ alg, typ: 'at+jwt' })
        .setSubject('sub-0001')
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt(now)
        .setExpirationTime(later(60))
        .sign(alg === 'HS256' ? key : new Uint8Array(64).fill(1));
    await expect(verifyToken(key, await other(TOKEN_ISSUER, TOKEN_AUDIENCE), now)).resolves.toBeDefined();
    for (const token of [
      await other('elsewhere', TOKEN_AUDIENCE),
      await other(TOKEN_ISSUER, 'another-api'),
      await other(TOKEN_ISSUER, TOKEN_AUDIENCE, 'HS512'),
      `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.e30.`,
    ]) {
      await expect(verifyToken(key, token, now)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
    }
  });

  it('is not issued for a name, an unknown role, no time, or admin beside a duty that writes history', async () => {
    const ask = (change: object): Promise<string> => issueToken(key, { ...request, ...change });
    await expect(ask({ subject: 'somebody@example.org' })).rejects.toMatchObject({ code: 'SUBJECT_INVALID' });
    await expect(ask({ subject: 'First Last' })).rejects.toMatchObject({ code: 'SUBJECT_INVALID' });
    await expect(ask({ roles: { '*': ['owner'] } })).rejects.toMatchObject({ code: 'ROLES_INVALID' });
    await expect(ask({ roles: {} })).rejects.toMatchObject({ code: 'ROLES_INVALID' });
    await expect(ask({ roles: { '*': ['admin'], P: ['recorder'] } })).rejects.toMatchObject({
      code: 'ROLES_INVALID',
    });
    await expect(ask({ roles: { '*': ['admin', 'analyst'] } })).resolves.toBeDefined();
    await expect(ask({ roles: { P: ['admin'], Q: ['recorder'] } })).resolves.toBeDefined();
    await expect(ask({ roles: { P: ['admin'], Q: ['recorder'], '*': ['verifier'] } })).rejects.toMatchObject({
      code: 'ROLES_INVALID',
    });
    await expect(ask({ organisation: 'وحدة أ' })).resolves.toBeDefined();
    await expect(ask({ organisation: '' })).rejects.toMatchObject({ code: 'ORGANISATION_INVALID' });
    await expect(ask({ lifetimeSeconds: 0 })).rejects.toMatchObject({ code: 'LIFETIME_INVALID' });
    await expect(ask({ lifetimeSeconds: 367 * 24 * 3600 })).rejects.toMatchObject({
      code: 'LIFETIME_INVALID',
    });
  });
});
