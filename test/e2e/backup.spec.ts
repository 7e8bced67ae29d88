import { copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { masar } from '../support/child.js';
import type { GraphqlClient } from '../support/graphql-client.js';
import { MasarProcess, removeDataFolder, temporaryDataFolder } from '../support/masar-process.js';
import { TestServer } from '../support/stores.js';

const page = `query ($after: String) {
  reformItems(programme: "MOI-2017", first: 2, after: $after) { nodes { reference state } pageInfo { endCursor } }
}`;
const everything = `{
  reformItems(programme: "MOI-2017", first: 50) {
    nodes { reference title state journey { position type effective recordedAt stateAfter } }
  }
  workshops(programme: "MOI-2017", first: 50) { nodes { reference state } }
}`;

describe('a service that is backed up and restored elsewhere', () => {
  /** The environment of masar in each data folder. */
  const folders = new Map<string, Readonly<Record<string, string>>>();
  let server: TestServer;
  let running: MasarProcess | undefined;
  let place: string;
  const newFolder = async (): Promise<string> => {
    const folder = await temporaryDataFolder();
    folders.set(folder, { ...server.place().environment, MASAR_DATA: folder });
    return folder;
  };
  beforeAll(async () => {
    server = await TestServer.start();
  });
  afterAll(() => server?.stop());
  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'masar-backups-'));
  });
  afterEach(async () => {
    await running?.stop();
    for (const folder of folders.keys()) await removeDataFolder(folder);
    folders.clear();
    await rm(place, { recursive: true, force: true });
  }, 120_000);

  const start = async (folder: string, ...args: string[]): Promise<GraphqlClient> => {
    running = await MasarProcess.start(folder, { arguments: args, environment: folders.get(folder)! });
    return running.client('auditor');
  };

  it('answers as before, in another epoch, goes on recording, and tells old cursors that the log was rewound', async () => {
    const first = await newFolder();
    const before = await start(first);
    const seen = await before.data(everything);
    const old = (await before.data(page)).reformItems.pageInfo.endCursor as string;
    const told = (await before.ask('{ reformItems(first: 1) { totalCount } }')).extensions!.masar!;

    // While the service runs.
    const file = join(place, 'masar.gz');
    const env = folders.get(first)!;
    const backup = await masar(['backup', file, '--json'], env);
    expect(backup).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(backup.stdout)).toMatchObject({
      file,
      logId: told.logId,
      epoch: 1,
      events: told.position,
    });
    expect(await masar(['backup', file], env)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: `${file} is there already: name another file, or move it away\n`,
    });
    expect((await masar(['restore', file, '--no-erasures'], env)).stderr).toMatch(
      /^the store has \d+ events already/,
    );
    expect(await masar(['restore', file, '--check'], {})).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/is whole: \d+ events of log .*\nsha256 [0-9a-f]{64}\n$/),
    });
    await running!.stop();

    const second = await newFolder();
    const into = folders.get(second)!;
    // Nothing is written, nor opened, before it is said who was erased.
    expect(await masar(['restore', file], into)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^say who was erased since the backup: --erasures FILE/),
    });
    expect(await readdir(second)).toEqual([]);
    expect(await masar(['restore', file, '--erasures', join(place, 'absent')], into)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('cannot be read'),
    });
    const restored = await masar(['restore', file, '--no-erasures'], into);
    expect(restored).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('the log is in epoch 2 now, after 1'),
    });
    for (const key of ['vault.key', 'token.key']) await copyFile(join(first, key), join(second, key));

    const after = await start(second);
    expect(await after.data(everything)).toEqual(seen);
    const tells = (await after.ask('{ reformItems(first: 1) { totalCount } }')).extensions!.masar!;
    expect(tells).toMatchObject({ logId: told.logId, epoch: 2, position: told.position });
    const { errors } = await after.ask(page, { after: old });
    expect(errors).toMatchObject([{ extensions: { code: 'LOG_REWOUND' } }]);
    const fresh = (await after.data(page)).reformItems.pageInfo.endCursor as string;
    expect((await after.data(page, { after: fresh })).reformItems.nodes).toHaveLength(2);

    const admin = await running!.client('admin');
    const { data } = await admin.ask(
      `mutation { registerProgramme(input: {
        commandId: "after-the-restore", reference: "LATER", name: {en: "Later"}, decidedOn: {edtf: "2024"}
      }) { ... on CommandAccepted { position } } }`,
    );
    expect(data.registerProgramme.position).toBe(told.position + 1);
  }, 240_000);

  it('is refused, in one line, where the archive is damaged, and the store stays empty', async () => {
    const folder = await newFolder();
    const env = folders.get(folder)!;
    const file = join(place, 'no.gz');
    await writeFile(file, 'no archive');
    expect(await masar(['restore', file, '--no-erasures'], env)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(`${file} is no archive of a log: it is not gzip\n`),
    });
    const service = await start(folder, '--empty');
    expect((await service.ask('{ reformItems(first: 1) { totalCount } }')).extensions!.masar).toMatchObject({
      position: 0,
      epoch: 1,
    });
  }, 120_000);
});
