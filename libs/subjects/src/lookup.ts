import { createHmac } from 'node:crypto';
import type { Person } from './vault.js';
import { VaultError } from './vault-error.js';

/**
 * HMAC-SHA-256 of the JSON array of scope, kind and normalised name: found by whoever has the key, guessed by nobody else.
 *
 * @throws VaultError `INVALID_NAME`
 */
export function lookupOf(lookupKey: Buffer, { scope, name, kind = 'person' }: Person): Buffer {
  const normalised = name.normalize('NFKC').replace(/\s+/gu, ' ').trim();
  if (normalised === '' || name.length > 1000 || /\p{Surrogate}/u.test(name)) {
    throw new VaultError('INVALID_NAME', 'a name must have 1 to 1,000 characters and be well-formed text');
  }
  return hash(lookupKey, [scope, kind, normalised]);
}

/** Of a subject that is found by no name: another one has it by now. */
export function hiddenLookup(lookupKey: Buffer, subject: string): Buffer {
  return hash(lookupKey, [subject]);
}

function hash(lookupKey: Buffer, parts: readonly string[]): Buffer {
  return createHmac('sha256', lookupKey).update(JSON.stringify(parts)).digest();
}
