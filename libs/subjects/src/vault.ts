import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { type Migration, migrate } from '@masar/event-store';
import pg from 'pg';
import { type Erasure, addErasures } from './erasures.js';
import { type KeyStore, PostgresKeyStore } from './key-store.js';
import type { MasterKey } from './master-key.js';
import { deriveKey } from './master-key.js';
import { settleKeys } from './place-of-keys.js';
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
 * - `masar.subject` holds the name sealed under a data key of that subject (see sealing.ts),
 * - the {@link KeyStore} holds that data key, sealed under the master key, and the keyed hash by which the name is
 *   found. Destroying this one row erases the person: the name can then be neither read nor searched for.
 */
export interface SubjectVault {
  /** The id of a person by exact name (NFKC, white space folded); made where it is not known yet. */
  subjectFor(person: Person): Promise<string>;
  /** {@link subjectFor} for many, in the order given; a few round trips for each thousand new names. */
  subjectsFor(people: readonly Person[]): Promise<string[]>;
  /** The id of a person where there is one. Makes none. */
  find(person: Person): Promise<string | undefined>;
  /**
   * The names behind ids; null where one is erased or was never known.
   *
   * @throws VaultError `TAMPERED`
   */
  namesOf(ids: readonly string[]): Promise<Map<string, string | null>>;
  /** The scopes of ids; of people who were erased too. Ids that were never given are left out. */
  scopesOf(ids: readonly string[]): Promise<Map<string, string>>;
  /**
   * Erases people: enters them in the list of erasures, on disk, then destroys their keys and what is sealed under
   * them. Safe to do again, from any node, until it has settled.
   *
   * @throws VaultError `ERASURES_DAMAGED`, `ERASURES_UNWRITABLE`; nobody was erased then
   */
  erase(erasures: readonly Erasure[]): Promise<void>;
  /** Closes what was opened for the keys. */
  close(): Promise<void>;
}

const migrations: readonly Migration[] = [
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
  {
    version: 2,
    // The keys themselves are moved by settleKeys, maybe to another database.
    sql: `
      ALTER TABLE masar.subject_vault ALTER COLUMN key_check DROP NOT NULL, ADD COLUMN key_store uuid;
      ALTER TABLE masar.subject ALTER COLUMN name DROP NOT NULL;`,
  },
];

const batchSize = 1000;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface VaultOptions {
  /** The database of the sealed names; of the keys too, unless they have one of their own. */
  readonly pool: pg.Pool;
  /** `postgres://…` of the database the keys are in: `MASAR_KEYS_URL`. */
  readonly keysUrl?: string | undefined;
  readonly masterKey: MasterKey;
  /** The file erasures are entered in, made where there is none: see `erasuresPath`. */
  readonly erasures: string;
}

/**
 * Opens the vault in this database, made where there is none.
 *
 * @throws VaultError `WRONG_MASTER_KEY` where it was made under another key, `WRONG_KEY_STORE` where its keys are in
 *   another database, and what is wrong with the list of erasures
 */
export async function openVault(options: VaultOptions): Promise<SubjectVault> {
  const { pool, keysUrl, masterKey, erasures } = options;
  await migrate(pool, 'subjects', migrations);
  const keysPool = keysUrl ? openKeysPool(keysUrl) : undefined;
  try {
    const keys = await PostgresKeyStore.open(keysPool ?? pool);
    await settleKeys(pool, keys, deriveKey(masterKey, 'check'), false);
    // An empty list can be copied to a safe place; none cannot be told from one that was lost.
    await keys.destroy([], () => addErasures(erasures, []));
    return new PostgresVault(pool, keys, masterKey, erasures, async () => keysPool?.end());
  } catch (error) {
    await keysPool?.end();
    throw error;
  }
}

function openKeysPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, application_name: 'masar keys', max: 4 });
  // A connection that breaks while idle is replaced at the next query; without a listener it would end the process.
  pool.on('error', () => undefined);
  return pool;
}

class PostgresVault implements SubjectVault {
  private readonly wrapKey: Buffer;
  private readonly lookupKey: Buffer;

  constructor(
    private readonly pool: pg.Pool,
    private readonly keys: KeyStore,
    masterKey: MasterKey,
    private readonly erasures: string,
    readonly close: () => Promise<void>,
  ) {
    this.wrapKey = deriveKey(masterKey, 'wrap');
    this.lookupKey = deriveKey(masterKey, 'lookup');
  }

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

  async find(person: Person): Promise<string | undefined> {
    const [found] = await this.keys.find([this.lookup(person)]);
    return found?.subject;
  }

  async namesOf(ids: readonly string[]): Promise<Map<string, string | null>> {
    const names = new Map<string, string | null>(ids.map((id) => [id, null]));
    const known = [...names.keys()].filter((id) => uuid.test(id));
    for (let start = 0; start < known.length; start += batchSize) {
      const keys = await this.keys.of(known.slice(start, start + batchSize));
      const { rows } = await this.pool.query<{ id: string; name: Buffer }>(
        'SELECT id, name FROM masar.subject WHERE id = ANY($1::uuid[]) AND name IS NOT NULL',
        [keys.map(({ subject }) => subject)],
      );
      const sealed = new Map(rows.map(({ id, name }) => [id, name]));
      for (const { subject, wrapped } of keys) {
        const name = sealed.get(subject);
        if (!name) continue;
        const key = unseal(this.wrapKey, wrapped, { subject, field: 'key' });
        names.set(subject, unseal(key, name, { subject, field: 'name' }).toString('utf8'));
      }
    }
    return names;
  }

  async scopesOf(ids: readonly string[]): Promise<Map<string, string>> {
    const { rows } = await this.pool.query<{ id: string; scope: string }>(
      'SELECT id, scope FROM masar.subject WHERE id = ANY($1::uuid[])',
      [ids.filter((id) => uuid.test(id))],
    );
    return new Map(rows.map(({ id, scope }) => [id, scope]));
  }

  async erase(erasures: readonly Erasure[]): Promise<void> {
    if (erasures.length === 0) return;
    const subjects = erasures.map(({ subject }) => subject).filter((subject) => uuid.test(subject));
    await this.keys.destroy(subjects, () => addErasures(this.erasures, erasures));
    // Nothing opens it any more; it goes all the same, so that it takes two old backups to bring a name back.
    const { rowCount } = await this.pool.query(
      'UPDATE masar.subject SET name = NULL WHERE id = ANY($1::uuid[]) AND name IS NOT NULL',
      [subjects],
    );
    if (rowCount) await this.pool.query('VACUUM masar.subject');
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
      const found = await this.keys.find(open.map(([lookup]) => Buffer.from(lookup, 'hex')));
      for (const { lookup, subject } of found) ids.set(lookup.toString('hex'), subject);
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
    // The name first: a crash in between leaves a name nothing opens, never a key to a name that is not there.
    await this.pool.query(
      `INSERT INTO masar.subject (id, scope, kind, name)
       SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[])`,
      (['subject', 'scope', 'kind', 'name'] as const).map((column) => rows.map((row) => row[column])),
    );
    const taken = new Set(await this.keys.add(rows));
    const lost = rows.map(({ subject }) => subject).filter((subject) => !taken.has(subject));
    if (lost.length > 0)
      await this.pool.query('DELETE FROM masar.subject WHERE id = ANY($1::uuid[])', [lost]);
  }
}
