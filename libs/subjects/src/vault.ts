import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { migrate } from '@masar/event-store';
import type { Pool } from 'pg';
import type { MasterKey } from './master-key.js';
import { deriveKey } from './master-key.js';
import { seal, unseal } from './sealing.js';
import { VaultError } from './vault-error.js';

/** Somebody an event speaks of, as the source names them. */
export interface Person {
  /** Within which names are one person's: the programme's reference. */
  readonly scope: string;
  /** At most 1,000 characters; kept as given when first seen. */
  readonly name: string;
  /** `person` unless said otherwise; the same name of another kind is another subject. */
  readonly kind?: string;
}

/**
 * Who the opaque ids in the events are. The only place that knows a name, apart from the log:
 * - `subject` holds the name sealed under a data key of that subject (see sealing.ts),
 * - `subject_key` holds that data key, sealed under the master key, and the keyed hash by which the name is
 *   found. Destroying this one row erases the person: the name can then be neither read nor searched for.
 */
export interface SubjectVault {
  /** The id of a person by exact name (NFKC, white space folded); made where it is not known yet. */
  subjectFor(person: Person): Promise<string>;
  /** {@link subjectFor} for many, in the order given; a round trip for each thousand new names. */
  subjectsFor(people: readonly Person[]): Promise<string[]>;
  /**
   * The names behind ids; null where one is erased or was never known.
   *
   * @throws VaultError `TAMPERED`
   */
  namesOf(ids: readonly string[]): Promise<Map<string, string | null>>;
}

const migrations = [
  {
    version: 1,
    sql: `
      CREATE TABLE masar.subject_vault (
        singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
        key_check bytea NOT NULL
      );
      CREATE TABLE masar.subject (
        id uuid PRIMARY KEY,
        scope text NOT NULL,
        kind text NOT NULL,
        name bytea NOT NULL
      );
      CREATE TABLE masar.subject_key (
        subject uuid PRIMARY KEY REFERENCES masar.subject,
        lookup bytea NOT NULL UNIQUE,
        wrapped bytea NOT NULL
      );`,
  },
];

const batchSize = 1000;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Opens the vault in this database, made where there is none.
 *
 * @throws VaultError `WRONG_MASTER_KEY` where it was made under another key
 */
export async function openVault(options: {
  readonly pool: Pool;
  readonly masterKey: MasterKey;
}): Promise<SubjectVault> {
  const { pool, masterKey } = options;
  await migrate(pool, 'subjects', migrations);
  const check = deriveKey(masterKey, 'check');
  await pool.query('INSERT INTO masar.subject_vault (key_check) VALUES ($1) ON CONFLICT DO NOTHING', [check]);
  const { rows } = await pool.query<{ key_check: Buffer }>('SELECT key_check FROM masar.subject_vault');
  const stored = rows[0]!.key_check;
  if (stored.length !== check.length || !timingSafeEqual(stored, check)) {
    throw new VaultError(
      'WRONG_MASTER_KEY',
      'the names in this database were sealed under another master key: put back the vault.key (or MASAR_VAULT_KEY) ' +
        'they were written with; without it they cannot be read, and no new ones are taken',
    );
  }
  return new PostgresVault(pool, deriveKey(masterKey, 'wrap'), deriveKey(masterKey, 'lookup'));
}

class PostgresVault implements SubjectVault {
  constructor(
    private readonly pool: Pool,
    private readonly wrapKey: Buffer,
    private readonly lookupKey: Buffer,
  ) {}

  async subjectFor(person: Person): Promise<string> {
    return (await this.subjectsFor([person]))[0]!;
  }

  async subjectsFor(people: readonly Person[]): Promise<string[]> {
    const lookups = people.map((person) => this.lookup(person).toString('hex'));
    const distinct = [...new Map(lookups.map((lookup, index) => [lookup, people[index]!]))];
    const ids = new Map<string, string>();
    for (let start = 0; start < distinct.length; start += batchSize) {
      await this.resolve(new Map(distinct.slice(start, start + batchSize)), ids);
    }
    return lookups.map((lookup) => ids.get(lookup)!);
  }

  async namesOf(ids: readonly string[]): Promise<Map<string, string | null>> {
    const names = new Map<string, string | null>(ids.map((id) => [id, null]));
    const known = [...names.keys()].filter((id) => uuid.test(id));
    for (let start = 0; start < known.length; start += batchSize) {
      const { rows } = await this.pool.query<{ id: string; name: Buffer; wrapped: Buffer }>(
        `SELECT id, name, wrapped FROM masar.subject JOIN masar.subject_key ON subject = id WHERE id = ANY($1::uuid[])`,
        [known.slice(start, start + batchSize)],
      );
      for (const { id, name, wrapped } of rows) {
        const key = unseal(this.wrapKey, wrapped, { subject: id, field: 'key' });
        names.set(id, unseal(key, name, { subject: id, field: 'name' }).toString('utf8'));
      }
    }
    return names;
  }

  /** HMAC-SHA-256 of the JSON array of scope, kind and normalised name: found by whoever has the key, guessed by nobody else. */
  private lookup({ scope, name, kind = 'person' }: Person): Buffer {
    const normalised = name.normalize('NFKC').replace(/\s+/gu, ' ').trim();
    if (normalised === '' || name.length > 1000 || /\p{Surrogate}/u.test(name)) {
      throw new VaultError('INVALID_NAME', 'a name must have 1 to 1,000 characters and be well-formed text');
    }
    return createHmac('sha256', this.lookupKey)
      .update(JSON.stringify([scope, kind, normalised]))
      .digest();
  }

  /** Finds, makes what is missing, and finds what another process made meanwhile. */
  private async resolve(people: ReadonlyMap<string, Person>, ids: Map<string, string>): Promise<void> {
    // A third round is needed only where a subject is erased between two of these statements.
    for (let round = 0; round < 5; round++) {
      const open = [...people].filter(([lookup]) => !ids.has(lookup));
      if (open.length === 0) return;
      if (round > 0) await this.insert(open);
      const { rows } = await this.pool.query<{ lookup: Buffer; subject: string }>(
        'SELECT lookup, subject FROM masar.subject_key WHERE lookup = ANY($1::bytea[])',
        [open.map(([lookup]) => Buffer.from(lookup, 'hex'))],
      );
      for (const { lookup, subject } of rows) ids.set(lookup.toString('hex'), subject);
    }
    if (people.size > 0 && [...people.keys()].some((lookup) => !ids.has(lookup))) {
      throw new Error('subjects were erased as fast as they were made');
    }
  }

  private async insert(people: readonly (readonly [string, Person])[]): Promise<void> {
    const rows = people.map(([lookup, { scope, name, kind = 'person' }]) => {
      const subject = randomUUID();
      const key = randomBytes(32);
      return {
        subject,
        scope,
        kind,
        lookup: Buffer.from(lookup, 'hex'),
        name: seal(key, Buffer.from(name, 'utf8'), { subject, field: 'name' }),
        wrapped: seal(this.wrapKey, key, { subject, field: 'key' }),
      };
    });
    // One statement, so one transaction; in the order of the hashes, so that two batches never wait for each other.
    await this.pool.query(
      `WITH given AS (
         SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::bytea[], $6::bytea[])
           AS given (subject, scope, kind, lookup, name, wrapped)
       ), keyed AS (
         INSERT INTO masar.subject_key (subject, lookup, wrapped)
         SELECT subject, lookup, wrapped FROM given ORDER BY lookup
         ON CONFLICT (lookup) DO NOTHING RETURNING subject
       )
       INSERT INTO masar.subject (id, scope, kind, name)
       SELECT subject, scope, kind, name FROM given JOIN keyed USING (subject)`,
      (['subject', 'scope', 'kind', 'lookup', 'name', 'wrapped'] as const).map((column) =>
        rows.map((row) => row[column]),
      ),
    );
  }
}
