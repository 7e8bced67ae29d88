import { randomBytes, randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { type Erasure, addErasures } from './erasures.js';
import type { BackupNote, KeyStore } from './key-store.js';
import { lookupOf } from './lookup.js';
import { type MasterKey, deriveKey } from './master-key.js';
import { seal, unseal } from './sealing.js';
import type { Person, SubjectVault } from './vault.js';

const batchSize = 1000;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Sealed names in `masar.subject`, keys wherever they are kept. */
export class PostgresVault implements SubjectVault {
  private readonly wrapKey: Buffer;
  private readonly lookupKey: Buffer;

  constructor(
    private readonly pool: Pool,
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

  backups(): Promise<BackupNote[]> {
    return this.keys.backups();
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

  private lookup(person: Person): Buffer {
    return lookupOf(this.lookupKey, person);
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
