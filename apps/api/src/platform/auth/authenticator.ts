import { verifyToken, type VerifiedToken } from '@masar/access';
import { Refusal, normaliseReference } from '@masar/domain';

import { ApiError } from '../errors/api-error.js';

/** Finds out who asks. */
export interface Authenticator {
  /**
   * @param authorization the header of that name, as sent
   * @returns what they may do, and until when the token says so
   * @throws ApiError `UNAUTHENTICATED`
   */
  authenticate(authorization: string | undefined): Promise<VerifiedToken>;
}

const MOST_REMEMBERED = 512;

/** Takes tokens signed with this machine's key. A token seen before is not checked again, but for its expiry. */
export class LocalTokens implements Authenticator {
  private readonly seen = new Map<string, VerifiedToken>();

  constructor(
    private readonly key: Uint8Array,
    private readonly now: () => Date = () => new Date(),
  ) {}

  async authenticate(authorization: string | undefined): Promise<VerifiedToken> {
    const token = bearer(authorization);
    const now = this.now();
    const known = this.seen.get(token);
    if (known && known.expiresAt > now) return known;
    this.seen.delete(token);
    const verified = await verifyToken(this.key, token, now).catch(() => {
      throw new ApiError('UNAUTHENTICATED', 'the token is not valid, or has expired');
    });
    if (this.seen.size >= MOST_REMEMBERED) this.forgetOldest();
    const matched = { ...verified, grants: verified.grants.matchedBy(spelling) };
    this.seen.set(token, matched);
    return matched;
  }

  private forgetOldest(): void {
    for (const oldest of this.seen.keys()) {
      this.seen.delete(oldest);
      return;
    }
  }
}

/** References are the same in any letter case, form of letters and digits, in a token as in a stream's name. */
function spelling(reference: string): string {
  try {
    return normaliseReference(reference);
  } catch (error) {
    // What can be no reference matches only itself; asking for it says what is wrong with it.
    if (error instanceof Refusal) return reference;
    throw error;
  }
}

function bearer(authorization: string | undefined): string {
  const [, token] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
  if (token === undefined) {
    throw new ApiError('UNAUTHENTICATED', 'send a token: Authorization: Bearer …');
  }
  return token;
}
