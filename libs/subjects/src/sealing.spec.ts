import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { seal, sealWith, unseal, unsealWith } from './sealing.js';
import { VaultError } from './vault-error.js';

const place = { subject: '5c2b9f3e-0000-4000-8000-000000000001', field: 'name' };
const bytes = (length?: number): fc.Arbitrary<Buffer> =>
  fc
    .uint8Array(length === undefined ? { maxLength: 300 } : { minLength: length, maxLength: length })
    .map((array) => Buffer.from(array));

describe('a sealed value', () => {
  it('opens to what was sealed, and never looks the same twice', () => {
    fc.assert(
      fc.property(bytes(32), bytes(), (key, plain) => {
        const sealed = seal(key, plain, place);
        expect(sealed.length).toBe(plain.length + 29);
        expect(unseal(key, sealed, place)).toEqual(plain);
        expect(seal(key, plain, place)).not.toEqual(sealed);
      }),
    );
  });

  it('does not open after any change, cut or extension', () => {
    fc.assert(
      fc.property(
        bytes(32),
        bytes(),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (key, plain, at, change) => {
          const sealed = seal(key, plain, place);
          const changed = Buffer.from(sealed);
          changed[at % changed.length]! ^= change;
          for (const wrong of [
            changed,
            sealed.subarray(0, at % sealed.length),
            Buffer.concat([sealed, Buffer.of(change)]),
          ]) {
            expect(() => unseal(key, wrong, place)).toThrow(VaultError);
          }
        },
      ),
    );
  });

  it('does not open for another subject, for another field or under another key', () => {
    const key = randomBytes(32);
    const sealed = seal(key, Buffer.from('text'), place);
    const attempts = [
      () => unseal(key, sealed, { ...place, subject: '5c2b9f3e-0000-4000-8000-000000000002' }),
      () => unseal(key, sealed, { ...place, field: 'contact' }),
      () => unseal(randomBytes(32), sealed, place),
    ];
    for (const attempt of attempts) expect(attempt).toThrow(expect.objectContaining({ code: 'TAMPERED' }));
  });
});

interface Vectors {
  readonly testGroups: readonly {
    readonly ivSize: number;
    readonly keySize: number;
    readonly tests: readonly Readonly<
      Record<'key' | 'iv' | 'aad' | 'msg' | 'ct' | 'tag' | 'result', string>
    >[];
  }[];
}

const vectors = join(import.meta.dirname, '../../../../shared/data/vectors/wycheproof/aes_gcm_test.json');
const present = existsSync(vectors);
if (!present) process.stderr.write(`${vectors} is absent: the Wycheproof vectors were not run\n`);

(present ? describe : describe.skip)('AES-256-GCM against the Wycheproof vectors', () => {
  const { testGroups } = present
    ? (JSON.parse(readFileSync(vectors, 'utf8')) as Vectors)
    : { testGroups: [] };
  const cases = testGroups
    .filter(({ ivSize, keySize }) => ivSize === 96 && keySize === 256)
    .flatMap(({ tests }) => tests)
    .map(({ result, key, iv, aad, msg, ct, tag }) => ({
      result,
      ...Object.fromEntries(
        Object.entries({ key, iv, aad, msg, ct, tag }).map(([name, value]) => [
          name,
          Buffer.from(value, 'hex'),
        ]),
      ),
    })) as unknown as (Record<'key' | 'iv' | 'aad' | 'msg' | 'ct' | 'tag', Buffer> & { result: string })[];

  it('opens and seals every valid one to the byte', () => {
    const valid = cases.filter(({ result }) => result === 'valid');
    expect(valid.length).toBeGreaterThan(30);
    for (const { key, iv, aad, msg, ct, tag } of valid) {
      expect(unsealWith(key, Buffer.concat([iv, ct, tag]), aad)).toEqual(msg);
      expect(sealWith(key, iv, msg, aad)).toEqual(Buffer.concat([iv, ct, tag]));
    }
  });

  it('opens no invalid one', () => {
    const invalid = cases.filter(({ result }) => result === 'invalid');
    expect(invalid.length).toBeGreaterThan(20);
    for (const { key, iv, aad, ct, tag } of invalid) {
      expect(() => unsealWith(key, Buffer.concat([iv, ct, tag]), aad)).toThrow();
    }
  });
});
