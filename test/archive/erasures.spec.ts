import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { subjectStream } from '@masar/domain';
import type { OpenedEventStore } from '@masar/event-store/open';
import { backUpLog } from '@masar/exchange';
import { openVault, readErasures, reapply } from '@masar/subjects';
import { masar } from '../support/child.js';
import { type TestStore, TestStores } from '../support/stores.js';

/*
 * What a restore asks of the list of erasures. That a name stays gone through backups of names, keys and log is in
 * test/e2e/erasure.spec.ts.
 */
const [earlier, later] = [randomUUID(), randomUUID()];
const masterKey = Buffer.alloc(32, 7);
let stores: TestStores;
let folder: string;
let archive: string;
/** The whole list of erasures, the archive's and one that came after; and one that lacks the archive's. */
let list: string;
let tooOld: string;
let target: OpenedEventStore;
let into: TestStore;

beforeAll(async () => {
  stores = await TestStores.start();
  folder = await mkdtemp(join(tmpdir(), 'masar-erasures-'));
  const source = await (await stores.create()).open();
  const { recordedAt } = await source.store.append(subjectStream(earlier), 'none', [
    {
      id: earlier,
      type: 'PersonErased',
      schemaVersion: 1,
      decidedOn: null,
      effective: null,
      actor: { subject: 'an-admin' },
      commandId: 'erase',
      causationId: null,
      correlationId: 'erase',
      data: { programme: 'P', subject: earlier },
    },
  ]);
  archive = join(folder, 'log.gz');
  await backUpLog({ log: source.log, file: archive, now: new Date() });
  list = await listOf(source, 'list.jsonl', [
    { subject: earlier, erasedAt: recordedAt, event: earlier },
    { subject: later, erasedAt: recordedAt, event: later },
  ]);
  tooOld = await listOf(source, 'too-old.jsonl', [{ subject: later, erasedAt: recordedAt, event: later }]);
  await source.close();
  into = await stores.create();
  target = await into.open('test');
}, 120_000);
afterAll(async () => {
  await target?.close();
  await stores?.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

async function listOf(
  { pool }: OpenedEventStore,
  name: string,
  entries: Parameters<typeof reapply>[1]['entries'],
) {
  const erasures = join(folder, name);
  const vault = await openVault({ pool, masterKey, erasures });
  await reapply(vault, { entries, chain: '' });
  await vault.close();
  return erasures;
}

const restore = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  masar(['restore', archive, ...args], { ...into.environment, MASAR_DATA: folder, ...env });
const withKey = { MASAR_VAULT_KEY: masterKey.toString('base64') };

describe('a restore', () => {
  it.each([
    [
      'nobody is said to have been erased',
      () => ['--no-erasures'],
      'the list of erasures lacks 1 that the log records',
    ],
    ['the list lacks whom the log says was', () => ['--erasures', tooOld], 'the list of erasures lacks 1'],
    [
      'that shows already when it is only checked',
      () => ['--check', '--erasures', tooOld],
      'the list of erasures lacks 1',
    ],
    [
      'the list is damaged',
      () => ['--erasures', join(folder, 'damaged.jsonl')],
      'does not follow from the lines before it',
    ],
    [
      'the epoch is no number',
      () => ['--erasures', list, '--epoch', 'next'],
      '--epoch next is no number from 1 on',
    ],
    [
      'the epoch is one the log was in',
      () => ['--erasures', list, '--epoch', '1'],
      'the epoch of the restored one is 2',
    ],
  ])('is refused in one line where %s, and the store stays empty', async (_when, args, message) => {
    await writeFile(join(folder, 'damaged.jsonl'), (await readFile(list, 'utf8')).replace(later, earlier));
    const { code, stdout, stderr } = await restore(args(), withKey);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect((await target.log.head()).position).toBe(0);
  });

  it('with people to erase wants the key of the names first, so that no other one is made in its place', async () => {
    const { code, stderr } = await restore(['--erasures', list]);
    expect(code).toBe(1);
    expect(stderr).toContain('there is no vault.key in');
    expect((await target.log.head()).position).toBe(0);
  });

  it('takes the list over and restores the log', async () => {
    const data = await mkdtemp(join(folder, 'data-'));
    const env = { ...withKey, MASAR_DATA: data };
    const restored = await restore(['--erasures', list, '--json'], env);
    expect(restored).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(restored.stdout)).toMatchObject({ events: 1, epoch: 1, newEpoch: 2 });
    expect((await readErasures(join(data, 'erasures.jsonl'))).entries).toEqual(
      (await readErasures(list)).entries,
    );
    expect((await target.log.readAll(0, 10)).map(({ id }) => id)).toEqual([earlier]);
    expect((await restore(['--erasures', list], env)).stderr).toContain('the store has 1 events already');
  });
});
