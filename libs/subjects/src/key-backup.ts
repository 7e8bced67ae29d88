import { type Erasures, addErasures, readErasures, requireErasures } from './erasures.js';
import { type KeyStore, type SubjectKey, firstSubject } from './key-store.js';
import { hiddenLookup } from './lookup.js';
import { BackupWriter, type Header, type PersonLine, readBackup } from './key-backup-file.js';
import { deriveKey } from './master-key.js';
import { type VaultOptions, openParts } from './open-vault.js';
import { VaultError } from './vault-error.js';

/** What a backup of keys is, for people. */
export interface KeyBackup {
  readonly file: string;
  readonly people: number;
  readonly madeAt: string;
  readonly expiresAt: string;
}

const dayMs = 24 * 3_600_000;
const page = 1_000;

/**
 * Writes every key, with the sealed name, to a file that is good until it expires. That it was made is noted before, so that
 * nobody takes an erasure for complete too early.
 *
 * @param options.maximumDays how long a backup may live at most
 * @throws VaultError `BACKUP_LIFETIME`, `BACKUP_FILE` also where the file is there already
 */
export async function backupKeys(
  vault: VaultOptions,
  options: { readonly file: string; readonly days: number; readonly maximumDays: number; readonly now: Date },
): Promise<KeyBackup> {
  const { file, days, maximumDays, now } = options;
  if (!Number.isInteger(days) || days < 1 || days > maximumDays) {
    throw new VaultError(
      'BACKUP_LIFETIME',
      `a backup of keys expires after 1 to ${maximumDays} days, not ${days}: until then it can bring back whoever is erased`,
    );
  }
  const { pool, keys, vault: opened } = await openParts(vault, false);
  try {
    const madeAt = now.toISOString();
    const expiresAt = new Date(now.getTime() + days * dayMs).toISOString();
    const masterKey = deriveKey(vault.masterKey, 'check').toString('base64');
    const writer = await BackupWriter.create(file, vault.masterKey);
    try {
      await keys.noteBackup({ madeAt, expiresAt });
      await writer.add({ format: 'masar-keys/1', masterKey, madeAt, expiresAt } satisfies Header);
      const { entries } = await readErasures(vault.erasures);
      await writer.add(...entries.map((erased) => ({ erased })));
      let people = 0;
      for (let after = firstSubject; ;) {
        const some = await keys.page(after, page);
        if (some.length === 0) break;
        const lines = await withNames(pool, some);
        await writer.add(...lines);
        people += lines.length;
        after = some.at(-1)!.subject;
      }
      await writer.finish();
      return { file, people, madeAt, expiresAt };
    } catch (error) {
      await writer.discard();
      throw error;
    }
  } finally {
    await opened.close();
  }
}

async function withNames(pool: VaultOptions['pool'], keys: readonly SubjectKey[]): Promise<PersonLine[]> {
  const { rows } = await pool.query<{ id: string; scope: string; kind: string; name: Buffer }>(
    'SELECT id, scope, kind, name FROM masar.subject WHERE id = ANY($1::uuid[]) AND name IS NOT NULL',
    [keys.map(({ subject }) => subject)],
  );
  const names = new Map(rows.map((row) => [row.id, row]));
  return keys.flatMap(({ subject, lookup, wrapped }) => {
    const row = names.get(subject);
    if (!row) return [];
    const { scope, kind, name } = row;
    const [lookup64, wrapped64, name64] = [lookup, wrapped, name].map((bytes) => bytes.toString('base64'));
    return [{ subject, scope, kind, lookup: lookup64!, wrapped: wrapped64!, name: name64! }];
  });
}

/** What a restored backup brought. */
export interface RestoredKeys {
  /** People whose names can be read again. */
  readonly restored: number;
  /** People whose keys were there. */
  readonly known: number;
  /** People in the backup who were erased since, and stay so. */
  readonly erased: number;
  readonly madeAt: string;
}

/**
 * Brings keys back from a backup, apart from those of people who were erased; erases those again who are there.
 *
 * @param options.erasures the newest list there is: it must hold every erasure the backup knows of
 * @throws VaultError `BACKUP_EXPIRED`, `BACKUP_DAMAGED`, `BACKUP_FILE`, `WRONG_MASTER_KEY`, `ERASURES_INCOMPLETE`
 */
export async function restoreKeys(
  vault: VaultOptions,
  options: {
    readonly file: string;
    readonly erasures: Erasures;
    readonly maximumDays: number;
    readonly now: Date;
  },
): Promise<RestoredKeys> {
  const { file, erasures, maximumDays, now } = options;
  const { header, erased, people } = await readBackup(file, vault.masterKey);
  if (Date.parse(header.expiresAt) <= now.getTime()) {
    throw new VaultError(
      'BACKUP_EXPIRED',
      `${file} expired on ${header.expiresAt}: it is refused, so that who was erased stays so; destroy it`,
    );
  }
  requireErasures(
    erasures,
    erased.map(({ event }) => event),
  );
  const { pool, keys, vault: opened } = await openParts(vault, true);
  try {
    let kept: PersonLine[] = [];
    let brought = 0;
    const gone = erasures.entries.map(({ subject }) => subject);
    // Under the lock of whoever erases: nobody is erased between a look at the list and what is brought back.
    await keys.destroy(gone, async () => {
      await addErasures(vault.erasures, erasures.entries);
      const listed = new Set((await readErasures(vault.erasures)).entries.map(({ subject }) => subject));
      kept = people.filter(({ subject }) => !listed.has(subject));
      // That there was somebody is known, and that nobody can say who.
      await addNames(
        pool,
        people.filter(({ subject }) => listed.has(subject)),
        true,
      );
      for (let start = 0; start < kept.length; start += page) {
        const some = kept.slice(start, start + page);
        await addNames(pool, some, false);
        brought += await addKeys(keys, some, deriveKey(vault.masterKey, 'lookup'));
      }
    });
    // Backups made after this one, by whoever lost the keys, live at most as long as one made now.
    const expiresAt = new Date(now.getTime() + maximumDays * dayMs).toISOString();
    await keys.noteBackup({ madeAt: now.toISOString(), expiresAt });
    await opened.erase(erasures.entries);
    return {
      restored: brought,
      known: kept.length - brought,
      erased: people.length - kept.length,
      madeAt: header.madeAt,
    };
  } finally {
    await opened.close();
  }
}

async function addNames(
  pool: VaultOptions['pool'],
  people: readonly PersonLine[],
  erased: boolean,
): Promise<void> {
  await pool.query(
    `INSERT INTO masar.subject (id, scope, kind, name)
     SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[])
     ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE masar.subject.name IS NULL`,
    [
      ...(['subject', 'scope', 'kind'] as const).map((column) => people.map((person) => person[column])),
      people.map(({ name }) => (erased ? null : Buffer.from(name, 'base64'))),
    ],
  );
}

/** @returns how many keys were not there */
async function addKeys(keys: KeyStore, people: readonly PersonLine[], lookupKey: Buffer): Promise<number> {
  const given = people.map(({ subject, lookup, wrapped }) => ({
    subject,
    lookup: Buffer.from(lookup, 'base64'),
    wrapped: Buffer.from(wrapped, 'base64'),
  }));
  const taken = new Set(await keys.add(given));
  const left = given.filter(({ subject }) => !taken.has(subject));
  const known = new Set((await keys.of(left.map(({ subject }) => subject))).map(({ subject }) => subject));
  // The name was met again meanwhile and stands for somebody new: events of before still name the former one.
  const former = left.filter(({ subject }) => !known.has(subject));
  await keys.add(former.map((key) => ({ ...key, lookup: hiddenLookup(lookupKey, key.subject) })));
  return taken.size + former.length;
}
