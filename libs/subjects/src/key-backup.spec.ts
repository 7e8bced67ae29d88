import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type TestPostgres, testPostgres } from '@masar/event-store/testing';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { changeMasterKey } from './change-master-key.js';
import { addErasures, readErasures } from './erasures.js';
import { backupKeys, restoreKeys } from './key-backup.js';
import { type VaultOptions, openVault } from './open-vault.js';
import type { SubjectVault } from './vault.js';

const scope = 'SAMPLE';
const now = new Date('2026-03-01T10:00:00.000Z');
const later = (days: number) => new Date(now.getTime() + days * 24 * 3_600_000);
const erasure = (subject: string, number = 1) => ({
  subject,
  erasedAt: '2026-03-02T00:00:00.000000Z',
  event: `00000000-0000-5000-8000-${String(number).padStart(12, '0')}`,
});

let postgres: TestPostgres;
let folder: string;
let options: VaultOptions;
let vault: SubjectVault;
let file: string;
let ids: string[];
const pools: pg.Pool[] = [];

beforeAll(async () => {
  postgres = await testPostgres();
}, 60_000);
afterAll(() => postgres?.stop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'masar-backup-'));
  file = join(folder, 'keys.backup');
  options = { pool: await newPool(), masterKey: randomBytes(32), erasures: join(folder, 'erasures.jsonl') };
  vault = await openVault(options);
  ids = await vault.subjectsFor(['Unit One', 'Unit Two', 'Unit Three'].map((name) => ({ scope, name })));
});
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.end()));
  await rm(folder, { recursive: true, force: true });
});

async function newPool(): Promise<pg.Pool> {
  const pool = new pg.Pool({ connectionString: await postgres.createDatabase(), max: 6 });
  pool.on('error', () => undefined);
  pools.push(pool);
  return pool;
}

const backup = (days = 30) => backupKeys(options, { file, days, maximumDays: 90, now });
const restore = async (into: VaultOptions, at = now, list = options.erasures) =>
  restoreKeys(into, { file, erasures: await readErasures(list), maximumDays: 90, now: at });
const names = async (of: SubjectVault) => [...(await of.namesOf(ids)).values()];

/** A database that lost its keys, or never had any. */
const afresh = async (): Promise<VaultOptions> => ({
  ...options,
  pool: await newPool(),
  erasures: join(folder, 'afresh.jsonl'),
});

describe('a backup of keys', () => {
  it('brings all names back into an empty database, under their ids', async () => {
    expect(await backup()).toEqual({
      file,
      people: 3,
      madeAt: '2026-03-01T10:00:00.000Z',
      expiresAt: '2026-03-31T10:00:00.000Z',
    });
    const empty = await afresh();
    expect(await restore(empty)).toEqual({
      restored: 3,
      known: 0,
      erased: 0,
      madeAt: '2026-03-01T10:00:00.000Z',
    });
    const opened = await openVault(empty);
    expect(await names(opened)).toEqual(['Unit One', 'Unit Two', 'Unit Three']);
    expect(await opened.subjectFor({ scope, name: 'Unit Two' })).toBe(ids[1]);
    expect(await restore(empty)).toMatchObject({ restored: 0, known: 3 });
  });

  it('brings keys back where their own database was lost', async () => {
    const withKeys = { ...options, keysUrl: await postgres.createDatabase() };
    await (await openVault(withKeys)).close();
    options = withKeys;
    await backup();
    const lost = { ...options, keysUrl: await postgres.createDatabase() };
    await expect(openVault(lost)).rejects.toMatchObject({ code: 'WRONG_KEY_STORE' });
    expect(await restore(lost)).toMatchObject({ restored: 3 });
    const opened = await openVault(lost);
    expect(await names(opened)).toEqual(['Unit One', 'Unit Two', 'Unit Three']);
    await opened.close();
  });

  it('is for its owner only, overwrites nothing, and holds no name', async () => {
    await backup();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const text = await readFile(file, 'utf8');
    expect(text).not.toContain('Unit');
    await expect(backup()).rejects.toMatchObject({ name: 'VaultError', code: 'BACKUP_FILE' });
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  it('lives as long as may be at most, and for whole days', async () => {
    for (const days of [0, -1, 1.5, 91, Number.NaN]) {
      await expect(backup(days)).rejects.toMatchObject({
        code: 'BACKUP_LIFETIME',
        message: expect.stringContaining('1 to 90 days'),
      });
    }
    expect(await vault.backups()).toEqual([]);
    await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
    await backup(90);
  });

  it('is refused once it has expired, by the date inside that nobody can change', async () => {
    await backup(30);
    expect(await restore(await afresh(), later(29.9))).toMatchObject({ restored: 3 });
    await expect(restore(await afresh(), later(30))).rejects.toMatchObject({
      code: 'BACKUP_EXPIRED',
      message: expect.stringContaining('2026-03-31'),
    });
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('2026-03-31', '2036-03-31'));
    await expect(restore(await afresh(), later(30))).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' });
  });

  it('is refused after any change, any line left out and any cut', async () => {
    await vault.erase([erasure(ids[2]!)]);
    await backup();
    const text = await readFile(file, 'utf8');
    const lines = text.split('\n');
    const empty = await afresh();
    for (const wrong of [
      text.replace(ids[0]!, ids[1]!),
      lines.filter((_, index) => index !== 1).join('\n'),
      lines.filter((_, index) => index !== 2).join('\n'),
      lines.slice(0, -2).join('\n'),
      text.slice(0, -20),
      text.slice(0, 40),
      'something else\n',
      '',
    ]) {
      await writeFile(file, wrong);
      await expect(restore(empty)).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' });
    }
    await expect(
      restoreKeys(empty, {
        file: join(folder, 'absent'),
        erasures: await readErasures(options.erasures),
        maximumDays: 90,
        now,
      }),
    ).rejects.toMatchObject({ code: 'BACKUP_FILE' });
  });

  it('is refused under another master key than it was made with', async () => {
    await backup();
    await expect(restore({ ...(await afresh()), masterKey: randomBytes(32) })).rejects.toMatchObject({
      code: 'WRONG_MASTER_KEY',
      message: expect.stringContaining('vault.key'),
    });
  });

  it('never brings back who was erased since, wherever it is restored', async () => {
    await backup();
    await vault.erase([erasure(ids[1]!)]);
    expect(await restore(options)).toMatchObject({ restored: 0, known: 2, erased: 1 });
    expect(await names(vault)).toEqual(['Unit One', null, 'Unit Three']);
    const empty = await afresh();
    expect(await restore(empty)).toMatchObject({ restored: 2, erased: 1 });
    const opened = await openVault(empty);
    expect(await names(opened)).toEqual(['Unit One', null, 'Unit Three']);
    expect(await opened.find({ scope, name: 'Unit Two' })).toBeUndefined();
    expect((await opened.scopesOf(ids)).get(ids[1]!)).toBe(scope);
    // The list came along: the next restore knows it too.
    expect((await readErasures(empty.erasures)).entries).toEqual([erasure(ids[1]!)]);
  });

  it('erases whoever the list names and the database still has', async () => {
    await backup();
    const list = join(folder, 'newer.jsonl');
    await addErasures(list, [erasure(ids[0]!)]);
    expect(await restore(options, now, list)).toMatchObject({ known: 2, erased: 1 });
    expect(await names(vault)).toEqual([null, 'Unit Two', 'Unit Three']);
  });

  it('does not hold who was erased before, and refuses a list that lacks them', async () => {
    const { rows } = await options.pool.query<{ wrapped: Buffer }>(
      'SELECT wrapped FROM masar_keys.subject_key WHERE subject = $1',
      [ids[0]],
    );
    await vault.erase([erasure(ids[0]!)]);
    expect(await backup()).toMatchObject({ people: 2 });
    expect(await readFile(file, 'utf8')).not.toContain(rows[0]!.wrapped.toString('base64'));
    const cut = join(folder, 'cut.jsonl');
    await addErasures(cut, []);
    await expect(restore(await afresh(), now, cut)).rejects.toMatchObject({
      code: 'ERASURES_INCOMPLETE',
      message: expect.stringContaining(erasure(ids[0]!).event),
    });
  });

  it('gives former ids their names where the names were met again meanwhile', async () => {
    await backup();
    const empty = await afresh();
    const opened = await openVault(empty);
    const anew = await opened.subjectFor({ scope, name: 'Unit One' });
    expect(await restore(empty)).toMatchObject({ restored: 3 });
    expect((await opened.namesOf([ids[0]!, anew])).size).toBe(2);
    expect(await names(opened)).toEqual(['Unit One', 'Unit Two', 'Unit Three']);
    expect(await opened.subjectFor({ scope, name: 'Unit One' })).toBe(anew);
  });

  it('is noted with its end, so that it is known from when on an erasure holds everywhere', async () => {
    await backup(30);
    expect(await vault.backups()).toEqual([
      { madeAt: '2026-03-01T10:00:00.000Z', expiresAt: '2026-03-31T10:00:00.000Z' },
    ]);
    const empty = await afresh();
    await restore(empty, later(1));
    // Whoever lost the keys may have made others after this one.
    expect(await (await openVault(empty)).backups()).toEqual([
      { madeAt: later(1).toISOString(), expiresAt: later(91).toISOString() },
    ]);
  });
});

describe('another master key', () => {
  it('opens every name that the former one did, which opens nothing any more', async () => {
    await vault.erase([erasure(ids[2]!)]);
    const before = await options.pool.query<{ lookup: Buffer; wrapped: Buffer }>(
      'SELECT lookup, wrapped FROM masar_keys.subject_key',
    );
    const next = { ...options, masterKey: randomBytes(32) };
    expect(await changeMasterKey(options, next.masterKey)).toBe(2);
    const opened = await openVault(next);
    expect(await names(opened)).toEqual(['Unit One', 'Unit Two', null]);
    expect(await opened.subjectFor({ scope, name: 'Unit Two' })).toBe(ids[1]);
    await expect(openVault(options)).rejects.toMatchObject({ code: 'WRONG_MASTER_KEY' });
    const after = await options.pool.query<{ lookup: Buffer; wrapped: Buffer }>(
      'SELECT lookup, wrapped FROM masar_keys.subject_key',
    );
    const hex = ({ rows }: typeof after) =>
      rows.flatMap((row) => [row.lookup.toString('hex'), row.wrapped.toString('hex')]);
    expect(hex(after).filter((value) => hex(before).includes(value))).toEqual([]);
  });

  it('is not mixed with the former one by a process that opened the vault before', async () => {
    await changeMasterKey(options, randomBytes(32));
    const stale = { code: 'WRONG_MASTER_KEY', message: expect.stringContaining('start it again') };
    await expect(vault.namesOf(ids)).rejects.toMatchObject(stale);
    await expect(vault.subjectFor({ scope, name: 'Unit Four' })).rejects.toMatchObject(stale);
    await expect(vault.subjectFor({ scope, name: 'Unit One' })).rejects.toMatchObject(stale);
    const { rows } = await options.pool.query('SELECT count(*)::int AS keys FROM masar_keys.subject_key');
    expect(rows).toEqual([{ keys: 3 }]);
  });

  it('ends all backups made before', async () => {
    await backup();
    const next = { ...options, masterKey: randomBytes(32) };
    await changeMasterKey(options, next.masterKey);
    await expect(restore(next)).rejects.toMatchObject({ code: 'WRONG_MASTER_KEY' });
  });

  it('finds former ids by no name, as before', async () => {
    await backup();
    const empty = await afresh();
    const anew = await (await openVault(empty)).subjectFor({ scope, name: 'Unit One' });
    await restore(empty);
    const next = { ...empty, masterKey: randomBytes(32) };
    expect(await changeMasterKey(empty, next.masterKey)).toBe(4);
    const opened = await openVault(next);
    expect(await names(opened)).toEqual(['Unit One', 'Unit Two', 'Unit Three']);
    expect(await opened.subjectFor({ scope, name: 'Unit One' })).toBe(anew);
  });

  it('changes nothing where a name cannot be opened', async () => {
    await options.pool.query(
      'UPDATE masar.subject SET name = set_byte(name, 20, get_byte(name, 20) # 1) WHERE id = $1',
      [ids[1]],
    );
    await expect(changeMasterKey(options, randomBytes(32))).rejects.toMatchObject({ code: 'TAMPERED' });
    expect((await vault.namesOf([ids[0]!])).get(ids[0]!)).toBe('Unit One');
  });
});
