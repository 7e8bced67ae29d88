import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { VaultError } from './vault-error.js';

/**
 * AES-256-GCM (NIST SP 800-38D) over one value. A sealed value is
 *
 *     0x01 | nonce (12 bytes, random) | ciphertext | tag (16 bytes)
 *
 * and is bound to the place it was sealed for: the additional data is the UTF-8 of `masar/vault/1`, the subject
 * and the field, separated by a NUL, so that a value moved to another row or column does not open.
 * A key seals a handful of values in its life, far below the 2^32 that random nonces allow.
 */
const format = Buffer.of(1);
const nonceLength = 12;
const tagLength = 16;

/** What a sealed value is bound to. */
export interface Place {
  readonly subject: string;
  readonly field: string;
}

/** Seals a value under a 32-byte key with a nonce of its own. */
export function seal(key: Buffer, plain: Buffer, place: Place): Buffer {
  return Buffer.concat([format, sealWith(key, randomBytes(nonceLength), plain, associated(place))]);
}

/** @throws VaultError `TAMPERED` where it was not sealed under this key for this place, or was changed since */
export function unseal(key: Buffer, sealed: Buffer, place: Place): Buffer {
  const problem = (cause?: unknown): VaultError =>
    new VaultError(
      'TAMPERED',
      `the ${place.field} of subject ${place.subject} was changed outside Masar: restore it from a backup`,
      { cause },
    );
  if (sealed[0] !== format[0] || sealed.length < 1 + nonceLength + tagLength) throw problem();
  try {
    return unsealWith(key, sealed.subarray(1), associated(place));
  } catch (error) {
    throw problem(error);
  }
}

/** AES-GCM itself: nonce, ciphertext and tag. Exported for the test vectors; a nonce must never be used twice. */
export function sealWith(key: Buffer, nonce: Buffer, plain: Buffer, associatedData: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength });
  cipher.setAAD(associatedData);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** The reverse of {@link sealWith}; throws where the tag, all 16 bytes of it, does not fit. */
export function unsealWith(key: Buffer, sealed: Buffer, associatedData: Buffer): Buffer {
  // Without a fixed length Node takes a tag of 4 bytes for an answer.
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceLength), {
    authTagLength: tagLength,
  });
  decipher.setAAD(associatedData);
  decipher.setAuthTag(sealed.subarray(-tagLength));
  return Buffer.concat([decipher.update(sealed.subarray(nonceLength, -tagLength)), decipher.final()]);
}

function associated({ subject, field }: Place): Buffer {
  return Buffer.from(['masar/vault/1', subject, field].join('\0'));
}
