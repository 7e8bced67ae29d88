import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { executeErasure } from '@masar/commands';
import { type PostgresBackend, openPostgres } from '@masar/event-store/postgres';
import { type TestPostgres, testPostgres } from '@masar/event-store/testing';
import {
  type VaultOptions,
  changeMasterKey,
  erasuresPath,
  masterKey,
  nextMasterKey,
  openVault,
} from '@masar/subjects';
import { type Ended, masar } from '../support/child.js';

const scope = 'KEYS';
const people = ['Unit One', 'Unit Two', 'Unit Three'].map((name) => ({ scope, name }));

let postgres: TestPostgres;
let backend: PostgresBackend;
let folder: string;
let env: Readonly<Record<string, string>>;
let ids: string[];

beforeAll(async () => {
  postgres = await testPostgres();
}, 60_000);
afterAll(() => postgres?.stop(), 60_000);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'masar-keys-'));
  const connectionString = await postgres.createDatabase();
  backend = await openPostgres({ connectionString });
  env = { MASAR_DATA: folder, DATABASE_URL: connectionString };
  const vault = await openVault(await options());
  ids = await vault.subjectsFor(people);
}, 60_000);
afterEach(async () => {
  await backend.close();
  await rm(folder, { recursive: true, force: true });
});

const options = async (): Promise<VaultOptions> => ({
  pool: backend.pool,
  masterKey: await masterKey(folder, ''),
  erasures: erasuresPath(folder, ''),
});
const names = async (given: Partial<VaultOptions> = {}) => {
  const vault = await openVault({ ...(await options()), ...given });
  const known = [...(await vault.namesOf(ids)).values()];
  await vault.close();
  return known;
};
const keys = (args: readonly string[], more: object = {}): Promise<Ended> =>
  masar(['keys', ...args], { ...env, ...more });

describe('masar keys backup and restore', () => {
  it('bring names back, also into a database of their own, and say how many', async () => {
    const file = join(folder, 'keys.backup');
    const backup = await keys(['backup', '--out', file, '--expires', '10', '--json']);
    expect(backup).toMatchObject({ code: 0, stderr: '' });
    const { madeAt, expiresAt, ...told } = JSON.parse(backup.stdout) as Record<string, string>;
    expect(told).toEqual({ file, people: 3 });
    expect(Date.parse(expiresAt!) - Date.parse(madeAt!)).toBe(10 * 24 * 3_600_000);

    const elsewhere = { MASAR_KEYS_URL: await postgres.createDatabase() };
    // The keys move there at the first start; another database afterwards is a mistake.
    expect((await masar(['doctor'], { ...env, ...elsewhere })).stdout).toContain(
      'ok     names: the master key',
    );
    const mistaken = await keys(['backup', '--out', join(folder, 'other')]);
    expect(mistaken).toMatchObject({ code: 1, stderr: expect.stringContaining('set MASAR_KEYS_URL') });

    const lost = { MASAR_KEYS_URL: await postgres.createDatabase() };
    const restored = await keys(['restore', file, '--erasures', erasuresPath(folder, '')], lost);
    expect(restored).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/^3 people of the backup of .* can be named again, 0 .* 0 were erased/),
    });
    expect(await names({ keysUrl: lost.MASAR_KEYS_URL })).toEqual(people.map(({ name }) => name));
  }, 120_000);

  it('refuse, in one line, a life that is too long and a list that is not there or too old', async () => {
    const file = join(folder, 'keys.backup');
    for (const [expires, most] of [
      ['91', ''],
      ['8', '7'],
      ['soon', ''],
    ] as const) {
      expect(
        await keys(['backup', '--out', file, '--expires', expires], { MASAR_KEY_BACKUP_DAYS: most }),
      ).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringMatching(/^a backup of keys expires after 1 to \d+ days, not .*\n$/),
      });
    }
    expect(await keys(['backup', '--out', file], { MASAR_KEY_BACKUP_DAYS: 'x' })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('MASAR_KEY_BACKUP_DAYS must be'),
    });
    expect((await keys(['backup', '--out', file])).code).toBe(0);
    const list = join(folder, 'list.jsonl');
    await writeFile(list, await readFile(erasuresPath(folder, '')));
    const vault = await openVault(await options());
    await executeErasure(
      {
        ...backend,
        actor: { subject: 'test' },
        commandId: 'an-erasure',
        now: () => new Date(),
        people: vault,
      },
      { programme: scope, subject: ids[0]!, decidedOn: { edtf: '2026-01-01' } },
    );
    expect(await keys(['restore', file])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--erasures'),
    });
    expect(await keys(['restore', file, '--erasures', join(folder, 'absent')])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('cannot be read'),
    });
    expect(await keys(['restore', file, '--erasures', list])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^the list of erasures lacks 1 that the log records.*\n$/),
    });
    expect((await keys(['restore', file, '--erasures', erasuresPath(folder, '')])).code).toBe(0);
    expect(await names()).toEqual([null, 'Unit Two', 'Unit Three']);
  }, 120_000);
});

describe('masar keys rotate', () => {
  it('puts another vault.key in the place of the former one', async () => {
    const former = await masterKey(folder, '');
    expect(await keys(['rotate'])).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('the names open with the new vault.key'),
    });
    expect(await masterKey(folder, '')).not.toEqual(former);
    expect(await readdir(folder)).not.toContain('vault.key.next');
    expect(await names()).toEqual(people.map(({ name }) => name));
  }, 60_000);

  it('finishes a change that broke off when the keys were sealed anew', async () => {
    await changeMasterKey(await options(), await nextMasterKey(folder, ''));
    await expect(names()).rejects.toMatchObject({ code: 'WRONG_MASTER_KEY' });
    expect(await keys(['rotate'])).toMatchObject({ code: 0 });
    expect(await names()).toEqual(people.map(({ name }) => name));
  }, 60_000);

  it('takes the key that is to follow from the environment where the present one comes from there', async () => {
    const present = (await masterKey(folder, '')).toString('base64');
    expect(await keys(['rotate'], { MASAR_VAULT_KEY: present })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('MASAR_VAULT_KEY_NEXT'),
    });
    const next = randomBytes(32);
    expect(
      await keys(['rotate'], { MASAR_VAULT_KEY: present, MASAR_VAULT_KEY_NEXT: next.toString('base64') }),
    ).toMatchObject({ code: 0, stdout: expect.stringContaining('set MASAR_VAULT_KEY to it') });
    expect(await names({ masterKey: next })).toEqual(people.map(({ name }) => name));
  }, 60_000);

  it('leaves everything as it is under a key that is not the one of these names', async () => {
    const wrong = { MASAR_VAULT_KEY: randomBytes(32).toString('base64') };
    expect(
      await keys(['rotate'], { ...wrong, MASAR_VAULT_KEY_NEXT: randomBytes(32).toString('base64') }),
    ).toMatchObject({ code: 1, stderr: expect.stringContaining('sealed under another master key') });
    expect(await names()).toEqual(people.map(({ name }) => name));
  }, 60_000);
});
