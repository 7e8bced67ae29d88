import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { lifecycleStates } from '@masar/domain';
import {
  type Account,
  MasarProcess,
  type StartOptions,
  isAlive,
  postmasterPid,
  processesOf,
  removeDataFolder,
  temporaryDataFolder,
} from '../support/masar-process.js';

const folders: string[] = [];
const started: MasarProcess[] = [];

afterEach(async () => {
  for (const masar of started.splice(0)) await masar.stop().catch(() => undefined);
  for (const folder of folders.splice(0)) await removeDataFolder(folder);
}, 120_000);

async function newFolder(account?: Account): Promise<string> {
  const folder = await temporaryDataFolder(account);
  folders.push(folder);
  return folder;
}

function spawnIn(folder: string, options?: StartOptions): MasarProcess {
  const masar = MasarProcess.spawn(folder, options);
  started.push(masar);
  return masar;
}

async function start(folder: string, options?: StartOptions): Promise<MasarProcess> {
  const masar = await MasarProcess.start(folder, options);
  started.push(masar);
  return masar;
}

const everything = `{
  masar { version }
  workshops(programme: "moi-2017", first: 50) { totalCount nodes { reference state } }
  reformItems(programme: "moi-2017", first: 100) { totalCount nodes { reference revision state } }
  itemCounts(programme: "moi-2017", by: STATE) { value count certain possible }
}`;

/** What a reader sees, and of which log. */
async function seen(masar: MasarProcess) {
  const { data, errors, extensions } = await masar.reader('analyst').ask(everything);
  expect(errors).toBeUndefined();
  const { logId, position } = extensions!.masar!;
  return { data, logId, position };
}

async function expectNothingLeft(masar: MasarProcess, postmaster: number | undefined): Promise<void> {
  expect(isAlive(masar.pid)).toBe(false);
  if (postmaster !== undefined) expect(isAlive(postmaster)).toBe(false);
  expect(await postmasterPid(masar.folder)).toBeUndefined();
  if (process.platform === 'linux') expect(await processesOf(masar.folder)).toEqual([]);
}

function nobody(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (what: string) => Number(execFileSync('id', [what, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

async function showsTheSameAgain(folder: string, options?: StartOptions): Promise<void> {
  const first = await start(folder, options);
  expect(await first.isReady()).toBe(true);
  const before = await seen(first);
  expect(before.data.workshops.totalCount).toBe(11);
  expect(before.data.workshops.nodes).toEqual(
    Array.from({ length: 11 }, () => expect.objectContaining({ state: 'announced' })),
  );
  expect(before.data.reformItems.totalCount).toBeGreaterThanOrEqual(55);
  const states = before.data.itemCounts.map(({ value }: { value: string }) => value) as string[];
  expect(new Set(states)).toEqual(new Set(lifecycleStates));

  const queries = first.bannerQueries();
  expect(queries).toHaveLength(3);
  for (const role of ['analyst', 'auditor', 'integrator'] as const) {
    for (const query of queries) {
      const { status, data, errors } = await first.reader(role).ask(query);
      expect({ status, errors }).toEqual({ status: 200, errors: undefined });
      expect(Object.values(data as object).every((value) => value !== null)).toBe(true);
    }
  }

  const postmaster = await postmasterPid(folder);
  expect(postmaster).toBeDefined();
  expect(await first.stop()).toEqual({ code: 0, signal: null });
  await expectNothingLeft(first, postmaster);

  const second = await start(folder, options);
  expect(await seen(second)).toEqual(before);

  await second.kill();
  const third = await start(folder, options);
  expect(await third.isReady()).toBe(true);
  expect(await seen(third)).toEqual(before);
  const last = await postmasterPid(folder);
  expect(await third.stop()).toEqual({ code: 0, signal: null });
  await expectNothingLeft(third, last);
}

describe('the service', () => {
  it('shows the sample, stops without a trace, and shows the same after a stop and after kill -9', async () => {
    await showsTheSameAgain(await newFolder());
  }, 180_000);

  const account = nobody();
  (account ? it : it.skip)(
    'does so for a normal user as well',
    async () => {
      await showsTheSameAgain(await newFolder(account), { account: account! });
    },
    180_000,
  );

  it('starts with --empty without the sample, and without it from then on', async () => {
    const folder = await newFolder();
    const masar = await start(folder, { arguments: ['--empty'] });
    const { data, position } = await seen(masar);
    expect(position).toBe(0);
    expect(data).toMatchObject({ workshops: { totalCount: 0 }, reformItems: { totalCount: 0 } });
    expect((await masar.stop()).code).toBe(0);
  }, 120_000);

  it('ends cleanly at Ctrl-C before it has opened anything', async () => {
    const masar = spawnIn(await newFolder());
    await masar.stop();
    await expectNothingLeft(masar, undefined);
  }, 60_000);

  it('ends cleanly at Ctrl-C while it makes its database, and starts afterwards', async () => {
    const folder = await newFolder();
    const masar = spawnIn(folder);
    await masar.says('making a PostgreSQL');
    expect(await masar.stop()).toEqual({ code: 0, signal: null });
    await expectNothingLeft(masar, undefined);
    const again = await start(folder);
    expect((await seen(again)).data.workshops.totalCount).toBe(11);
  }, 180_000);

  it('says in one line that the port is in use, and leaves nothing running', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    try {
      const masar = spawnIn(await newFolder(), { port: (taken.address() as AddressInfo).port });
      expect((await masar.ended).code).toBe(1);
      expect(masar.output()).toContain('Masar could not start: the port is in use');
      expect(masar.output()).not.toMatch(/^\s+at |a step of stopping failed/m);
      await expectNothingLeft(masar, undefined);
    } finally {
      taken.close();
    }
  }, 120_000);
});
