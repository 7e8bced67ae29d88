import { hiddenLookup, lookupOf } from './lookup.js';
import { type MasterKey, deriveKey } from './master-key.js';
import { type VaultOptions, openParts } from './open-vault.js';
import { seal, unseal } from './sealing.js';

/**
 * Seals every key under another master key, all or none, and leaves nothing sealed under the former one. Processes that
 * opened the vault before are refused from then on; backups of keys made before are worth nothing once the former
 * master key is destroyed.
 *
 * @returns how many keys there are
 */
export async function changeMasterKey(options: VaultOptions, next: MasterKey): Promise<number> {
  const { pool, keys, vault } = await openParts(options, false);
  const [wrap, nextWrap] = [deriveKey(options.masterKey, 'wrap'), deriveKey(next, 'wrap')];
  const [lookupKey, nextLookupKey] = [deriveKey(options.masterKey, 'lookup'), deriveKey(next, 'lookup')];
  try {
    return await keys.renew(deriveKey(next, 'check'), async (some) => {
      const { rows } = await pool.query<{ id: string; scope: string; kind: string; name: Buffer }>(
        'SELECT id, scope, kind, name FROM masar.subject WHERE id = ANY($1::uuid[]) AND name IS NOT NULL',
        [some.map(({ subject }) => subject)],
      );
      const sealed = new Map(rows.map((row) => [row.id, row]));
      return some.map(({ subject, lookup, wrapped }) => {
        const key = unseal(wrap, wrapped, { subject, field: 'key' });
        const row = sealed.get(subject);
        const isFound = row && !lookup.equals(hiddenLookup(lookupKey, subject));
        const name = row && unseal(key, row.name, { subject, field: 'name' }).toString('utf8');
        return {
          subject,
          lookup: isFound
            ? lookupOf(nextLookupKey, { scope: row.scope, kind: row.kind, name: name! })
            : hiddenLookup(nextLookupKey, subject),
          wrapped: seal(nextWrap, key, { subject, field: 'key' }),
        };
      });
    });
  } finally {
    await vault.close();
  }
}
