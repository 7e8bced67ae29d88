import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TestPostgres } from '@masar/event-store/testing';
import { testPostgres } from '@masar/event-store/testing';
import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { addErasures, readErasures } from './erasures.js';
import { reapply } from './reapply.js';
import type { SubjectVault } from './vault.js';
import { openVault } from './open-vault.js';

describe('the subjects vault', () => {
  let postgres: TestPostgres;
  let pool: pg.Pool;
  let vault: SubjectVault;
  let folder: string;
  let erasures: string;
  const masterKey = randomBytes(32);
  const scope = 'SAMPLE';

  beforeAll(async () => {
    postgres = await testPostgres();
  }, 60_000);
  afterAll(() => postgres?.stop());
  beforeEach(async () => {
    pool = new pg.Pool({ connectionString: await postgres.createDatabase(), max: 8 });
    // A connection that is closing when the server stops is told so.
    pool.on('error', () => undefined);
    folder = await mkdtemp(join(tmpdir(), 'masar-vault-'));
    erasures = join(folder, 'erasures.jsonl');
    vault = await openVault({ pool, masterKey, erasures });
  });
  afterEach(async () => {
    await vault.close();
    await pool.end();
    await rm(folder, { recursive: true, force: true });
  });

  it('gives a name one opaque id, and the name back', async () => {
    const id = await vault.subjectFor({ scope, name: 'Unit Seven, Recorder' });
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(await vault.subjectFor({ scope, name: 'Unit Seven, Recorder' })).toBe(id);
    expect(await vault.namesOf([id])).toEqual(new Map([[id, 'Unit Seven, Recorder']]));
  });

  it('takes spellings that differ in white space or Unicode form for one, and keeps the first', async () => {
    const id = await vault.subjectFor({ scope, name: 'Caf\u00e9  Unit' });
    for (const name of ['Cafe\u0301 Unit', '  Caf\u00e9\u00a0Unit\n', '\uff23af\u00e9 Unit']) {
      expect(await vault.subjectFor({ scope, name })).toBe(id);
    }
    expect((await vault.namesOf([id])).get(id)).toBe('Caf\u00e9  Unit');
  });

  it('tells scopes, kinds and names apart, however they are cut', async () => {
    const people = [
      { scope: 'A', name: 'B C' },
      { scope: 'A B', name: 'C' },
      { scope: 'A', name: 'b c' },
      { scope: 'A', name: 'B C', kind: 'office' },
      { scope: 'A","person', name: 'B C' },
    ];
    expect(new Set(await vault.subjectsFor(people)).size).toBe(people.length);
  });

  it('answers in the order asked, repeated names included, for more than a batch', async () => {
    const people = Array.from({ length: 2500 }, (_, index) => ({ scope, name: `Unit ${index % 1300}` }));
    const ids = await vault.subjectsFor(people);
    expect(new Set(ids).size).toBe(1300);
    expect(ids.slice(1300)).toEqual(ids.slice(0, 1200));
    const names = await vault.namesOf(ids);
    expect(people.every(({ name }, index) => names.get(ids[index]!) === name)).toBe(true);
  });

  it('makes one subject where many connections meet the same names at once', async () => {
    const names = Array.from({ length: 60 }, (_, index) => ({ scope, name: `Unit ${index}` }));
    const other = await openVault({ pool, masterKey, erasures });
    const all = await Promise.all(
      Array.from({ length: 16 }, (_, index) =>
        (index % 2 ? vault : other).subjectsFor(index % 3 ? names : [...names].reverse()),
      ),
    );
    for (const [index, ids] of all.entries()) expect(index % 3 ? ids : [...ids].reverse()).toEqual(all[1]);
    const { rows } = await pool.query(
      'SELECT (SELECT count(*)::int FROM masar.subject) AS subjects, (SELECT count(*)::int FROM masar_keys.subject_key) AS keys',
    );
    expect(rows).toEqual([{ subjects: 60, keys: 60 }]);
  });

  it('returns any well-formed name unchanged, and finds it again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 60 }), async (text) => {
        const name = `x${text}`;
        const id = await vault.subjectFor({ scope, name });
        const [known] = (await vault.namesOf([id])).values();
        expect(known!.normalize('NFKC').replace(/\s+/gu, ' ').trim()).toBe(
          name.normalize('NFKC').replace(/\s+/gu, ' ').trim(),
        );
        expect(await vault.subjectFor({ scope, name: known! })).toBe(id);
      }),
      { numRuns: 60 },
    );
  });

  it('refuses what is no name', async () => {
    for (const name of ['', ' \n\u00a0', 'x'.repeat(1001), 'lone \ud800 surrogate']) {
      await expect(vault.subjectFor({ scope, name })).rejects.toMatchObject({
        name: 'VaultError',
        code: 'INVALID_NAME',
      });
    }
  });

  it('knows no name for ids it never gave', async () => {
    const ids = ['5c2b9f3e-0000-4000-8000-000000000001', 'system', ''];
    expect(await vault.namesOf(ids)).toEqual(new Map(ids.map((id) => [id, null])));
  });

  it('leaves no trace of a name in its tables', async () => {
    await vault.subjectsFor([
      { scope, name: 'Plainname Example' },
      { scope, name: 'وحدة المثال' },
    ]);
    const tables = await pool.query<{ name: string }>(
      "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('masar', 'masar_keys')",
    );
    let dump = Buffer.alloc(0);
    for (const { name } of tables.rows) {
      const { rows } = await pool.query<Record<string, unknown>>(`SELECT * FROM ${name}`);
      const values = rows.flatMap((row) => Object.values(row));
      dump = Buffer.concat([
        dump,
        ...values.map((value) => (Buffer.isBuffer(value) ? value : Buffer.from(String(value)))),
      ]);
    }
    expect(dump.includes(scope)).toBe(true);
    for (const word of ['Plainname', 'Example', 'plainname', 'وحدة', 'المثال'])
      expect(dump.includes(word)).toBe(false);
  });

  it('notices a name that was changed or swapped in the database', async () => {
    const [first, second] = await vault.subjectsFor([
      { scope, name: 'Unit One' },
      { scope, name: 'Unit Two' },
    ]);
    const tampered = { name: 'VaultError', code: 'TAMPERED', message: expect.stringContaining(first!) };
    const setName = (sql: string): Promise<unknown> =>
      pool.query(`UPDATE masar.subject SET name = ${sql} WHERE id = $1`, [first]);
    await setName('set_byte(name, 20, get_byte(name, 20) # 1)');
    await expect(vault.namesOf([first!])).rejects.toMatchObject(tampered);
    await setName(`(SELECT name FROM masar.subject WHERE id = '${second}')`);
    await expect(vault.namesOf([first!])).rejects.toMatchObject(tampered);
    await pool.query(
      `UPDATE masar_keys.subject_key SET wrapped = (SELECT wrapped FROM masar_keys.subject_key WHERE subject = '${second}') WHERE subject = $1`,
      [first],
    );
    await expect(vault.namesOf([first!])).rejects.toMatchObject(tampered);
    expect((await vault.namesOf([second!])).get(second!)).toBe('Unit Two');
  });

  it('forgets a person with the one row of their key, and meets the name as a stranger afterwards', async () => {
    const person = { scope, name: 'Unit One' };
    const id = await vault.subjectFor(person);
    await pool.query('DELETE FROM masar_keys.subject_key WHERE subject = $1', [id]);
    expect(await vault.namesOf([id])).toEqual(new Map([[id, null]]));
    expect(await vault.subjectFor(person)).not.toBe(id);
  });

  it('opens again under its master key, and under no other', async () => {
    const id = await vault.subjectFor({ scope, name: 'Unit One' });
    const again = await openVault({ pool, masterKey, erasures });
    expect((await again.namesOf([id])).get(id)).toBe('Unit One');
    await expect(openVault({ pool, masterKey: randomBytes(32), erasures })).rejects.toMatchObject({
      name: 'VaultError',
      code: 'WRONG_MASTER_KEY',
      message: expect.stringContaining('vault.key'),
    });
  });

  const erasure = (subject: string, number = 1) => ({
    subject,
    erasedAt: '2026-01-02T03:04:05.678901Z',
    event: `00000000-0000-5000-8000-${String(number).padStart(12, '0')}`,
  });

  it('erases a person: entered in the list, key and sealed name gone, nobody else touched', async () => {
    const [gone, kept] = await vault.subjectsFor([
      { scope, name: 'Unit One' },
      { scope, name: 'Unit Two' },
    ]);
    expect(await vault.find({ scope, name: 'Unit One' })).toBe(gone);
    await vault.erase([erasure(gone!)]);
    expect(await vault.namesOf([gone!, kept!])).toEqual(
      new Map([
        [gone!, null],
        [kept!, 'Unit Two'],
      ]),
    );
    expect(await vault.find({ scope, name: 'Unit One' })).toBeUndefined();
    expect(await vault.scopesOf([gone!, kept!, 'no id'])).toEqual(
      new Map([
        [gone!, scope],
        [kept!, scope],
      ]),
    );
    expect((await readErasures(erasures)).entries).toEqual([erasure(gone!)]);
    const { rows } = await pool.query(
      `SELECT (SELECT count(*)::int FROM masar_keys.subject_key) AS keys,
              (SELECT count(name)::int FROM masar.subject) AS names,
              (SELECT unswept FROM masar_keys.store) AS unswept`,
    );
    expect(rows).toEqual([{ keys: 1, names: 1, unswept: false }]);
  });

  it('erases whoever is erased again once, on many nodes at the same moment too', async () => {
    const people = Array.from({ length: 12 }, (_, index) => ({ scope, name: `Unit ${index}` }));
    const ids = await vault.subjectsFor(people);
    const other = await openVault({ pool, masterKey, erasures });
    await Promise.all(
      [...ids, ...ids].map((id, index) =>
        (index % 2 ? vault : other).erase([erasure(id, 1 + (index % ids.length))]),
      ),
    );
    expect([...(await vault.namesOf(ids)).values()].every((name) => name === null)).toBe(true);
    const { entries } = await readErasures(erasures);
    expect(entries.map(({ subject }) => subject).sort()).toEqual([...ids].sort());
  });

  it('erases nobody where the list cannot be written, and finishes when it can', async () => {
    const id = await vault.subjectFor({ scope, name: 'Unit One' });
    await rm(erasures);
    await mkdir(erasures);
    await expect(vault.erase([erasure(id)])).rejects.toMatchObject({ code: 'ERASURES_UNWRITABLE' });
    expect((await vault.namesOf([id])).get(id)).toBe('Unit One');
    await rm(erasures, { recursive: true });
    await vault.erase([erasure(id)]);
    expect((await vault.namesOf([id])).get(id)).toBeNull();
  });

  it('sweeps what a crash between destroying a key and sweeping left', async () => {
    const id = await vault.subjectFor({ scope, name: 'Unit One' });
    await pool.query('DELETE FROM masar_keys.subject_key; UPDATE masar_keys.store SET unswept = true');
    await vault.erase([erasure(id)]);
    const { rows } = await pool.query('SELECT unswept FROM masar_keys.store');
    expect(rows).toEqual([{ unswept: false }]);
  });

  it('erases again whom a list names, and takes the list over', async () => {
    const [first, second] = await vault.subjectsFor([
      { scope, name: 'Unit One' },
      { scope, name: 'Unit Two' },
    ]);
    const stranger = '5c2b9f3e-0000-4000-8000-000000000009';
    const brought = join(folder, 'brought.jsonl');
    await addErasures(brought, [erasure(first!, 1), erasure(stranger, 2)]);
    expect(await reapply(vault, await readErasures(brought))).toBe(2);
    expect(await vault.namesOf([first!, second!])).toEqual(
      new Map([
        [first!, null],
        [second!, 'Unit Two'],
      ]),
    );
    expect(await readErasures(erasures)).toEqual(await readErasures(brought));
    expect(await reapply(vault, await readErasures(brought))).toBe(2);
    expect(await readErasures(erasures)).toEqual(await readErasures(brought));
  });

  it('keeps keys in another database where one is given, and moves those there are', async () => {
    const id = await vault.subjectFor({ scope, name: 'Unit One' });
    const keysUrl = await postgres.createDatabase();
    const moved = await openVault({ pool, keysUrl, masterKey, erasures });
    expect((await moved.namesOf([id])).get(id)).toBe('Unit One');
    expect(await moved.subjectFor({ scope, name: 'Unit One' })).toBe(id);
    const { rows } = await pool.query(
      "SELECT count(*)::int AS tables FROM pg_tables WHERE schemaname = 'masar_keys'",
    );
    expect(rows).toEqual([{ tables: 0 }]);
    await moved.erase([erasure(id)]);
    expect((await moved.namesOf([id])).get(id)).toBeNull();
    await moved.close();
  });

  it('does not open with keys that are not these names’', async () => {
    const keysUrl = await postgres.createDatabase();
    await (await openVault({ pool, keysUrl, masterKey, erasures })).close();
    const elsewhere = { name: 'VaultError', code: 'WRONG_KEY_STORE' };
    await expect(openVault({ pool, masterKey, erasures })).rejects.toMatchObject(elsewhere);
    const other = await postgres.createDatabase();
    await expect(openVault({ pool, keysUrl: other, masterKey, erasures })).rejects.toMatchObject(elsewhere);
    await (await openVault({ pool, keysUrl, masterKey, erasures })).close();
  });

  it('moves the keys an earlier version kept beside the names', async () => {
    const id = await vault.subjectFor({ scope, name: 'Unit One' });
    await pool.query(`
      CREATE TABLE masar.subject_key (
        subject uuid PRIMARY KEY REFERENCES masar.subject, lookup bytea NOT NULL UNIQUE, wrapped bytea NOT NULL);
      INSERT INTO masar.subject_key SELECT subject, lookup, wrapped FROM masar_keys.subject_key;
      UPDATE masar.subject_vault SET key_store = NULL, key_check = (SELECT key_check FROM masar_keys.store);
      DROP SCHEMA masar_keys CASCADE;`);
    await expect(openVault({ pool, masterKey: randomBytes(32), erasures })).rejects.toMatchObject({
      code: 'WRONG_MASTER_KEY',
    });
    const again = await openVault({ pool, masterKey, erasures });
    expect((await again.namesOf([id])).get(id)).toBe('Unit One');
    const { rows } = await pool.query("SELECT to_regclass('masar.subject_key') AS former");
    expect(rows).toEqual([{ former: null }]);
  });
});
