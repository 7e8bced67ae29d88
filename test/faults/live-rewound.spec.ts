import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type TestPostgres, testPostgres } from '@masar/event-store/testing';
import pg from 'pg';
import { masar } from '../support/child.js';
import { ClientFollower } from '../support/client-follower.js';
import { portBelowEphemeralOnes } from '../support/free-port.js';
import type { LiveField } from '../support/live-documents.js';
import { LiveFollower, type RunningFollower } from '../support/live-follower.js';
import { MasarProcess, removeDataFolder, temporaryDataFolder } from '../support/masar-process.js';
import { prepareLoad } from '../support/recording-load.js';
import { Scribe } from '../support/scribe.js';
import { StockFollower } from '../support/stock-follower.js';
import { until } from '../support/until.js';

const fields: readonly LiveField[] = ['events', 'reformItemChanged', 'summary'];

describe('followers of a log that is put back to a backup', () => {
  const folders: string[] = [];
  const followers: RunningFollower[] = [];
  let running: MasarProcess | undefined;
  let postgres: TestPostgres | undefined;
  let place: string;
  let port: number;

  const newFolder = async (): Promise<string> => {
    folders.push(await temporaryDataFolder());
    return folders.at(-1)!;
  };
  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'masar-backups-'));
    port = await portBelowEphemeralOnes();
  });
  afterEach(async () => {
    await Promise.all(followers.splice(0).map((follower) => follower.stop()));
    await running?.stop();
    for (const folder of folders.splice(0)) await removeDataFolder(folder);
    await postgres?.stop();
    postgres = undefined;
    await rm(place, { recursive: true, force: true });
  }, 120_000);

  const start = async (folder: string, environment: Record<string, string> = {}): Promise<MasarProcess> => {
    running = await MasarProcess.start(folder, { arguments: ['--empty'], port, environment });
    return running;
  };

  /** Followers of every kind and client, each told of everything so far. */
  const followAll = async (service: MasarProcess, head: number): Promise<void> => {
    const { token } = await service.client('auditor');
    const url = () => `ws://127.0.0.1:${port}/graphql`;
    for (const field of fields) {
      const options = { url, token: async () => token, field, filter: { programme: 'load-a' }, after: 0 };
      followers.push(new LiveFollower(options), new StockFollower(options), new ClientFollower(options));
    }
    await until('everybody at the head', () => followers.every(({ trail }) => trail.upTo! >= head));
  };

  const record = async (service: MasarProcess, name: string, count: number): Promise<number> => {
    const scribe = new Scribe('load-a', name);
    const recorder = await service.client('recorder');
    let position = 0;
    for (let nth = 0; nth < count; nth += 1) {
      const input = { reference: `${name}-${nth}`, title: { en: 'An item' } };
      ({ position } = await scribe.accepted(recorder, 'registerItem', input));
    }
    return position;
  };

  /** A follower with a cursor of its own, and what became of it. */
  const refusedWith = async (service: MasarProcess, more: object): Promise<unknown> => {
    const { token } = await service.client('auditor');
    const url = () => `ws://127.0.0.1:${port}/graphql`;
    const follower = new LiveFollower({ url, token: async () => token, field: 'events', ...more });
    followers.push(follower);
    return follower.ended;
  };

  const endedByRewinding = async (log: { logId: string; epoch: number; head: number }): Promise<void> => {
    const ended = await Promise.all(followers.map(({ ended: end }) => end));
    for (const error of ended) {
      // Whoever finds out by the acknowledgement alone, as the client does, knows which log it is, and not where it ends.
      const head = error?.extensions?.['head'] ?? log.head;
      expect({ ...error, extensions: { ...error?.extensions, head } }).toMatchObject({
        code: 'LOG_REWOUND',
        extensions: log,
      });
    }
    for (const { trail } of followers) expect(trail.faults).toEqual([]);
  };

  it('come back to LOG_REWOUND, wherever the log stands by then; so do cursors ahead of it and of another log', async () => {
    const first = await newFolder();
    const before = await start(first);
    await prepareLoad(await before.client('admin'));
    const kept = await record(before, 'kept', 3);
    const file = join(place, 'masar.gz');
    expect(await masar(['backup', file], { MASAR_DATA: first })).toMatchObject({ code: 0 });
    const lost = await record(before, 'lost', 4);
    await followAll(before, lost);
    const { logId } = followers[0]!.trail.log!;
    await before.stop();

    const second = await newFolder();
    const into = { MASAR_DATA: second };
    expect(await masar(['restore', file, '--no-erasures'], into)).toMatchObject({ code: 0 });
    for (const key of ['vault.key', 'token.key']) await copyFile(join(first, key), join(second, key));
    const after = await start(second);
    await endedByRewinding({ logId, epoch: 2, head: kept });

    // The log grows past where they were: what stands there is not what they saw.
    const now = await record(after, 'after', 6);
    expect(now).toBeGreaterThan(lost);
    const rewound = { code: 'LOG_REWOUND', extensions: { logId, epoch: 2, head: now } };
    const stale = { after: lost, log: { logId, epoch: 1 } };
    expect(await refusedWith(after, stale)).toMatchObject(rewound);
    expect(await refusedWith(after, { after: now + 1, log: { logId, epoch: 2 } })).toMatchObject(rewound);
    expect(await refusedWith(after, { after: now + 1 })).toMatchObject(rewound);
    const other = { logId: '00000000-0000-4000-8000-000000000000', epoch: 2 };
    expect(await refusedWith(after, { after: 1, log: other })).toMatchObject(rewound);
    // Whoever begins anew follows the log there is.
    const { token } = await after.client('auditor');
    const anew = new LiveFollower({
      url: () => `ws://127.0.0.1:${port}/graphql`,
      token: async () => token,
      field: 'events',
      after: 0,
      log: { logId, epoch: 2 },
    });
    followers.push(anew);
    await until('the head', () => anew.trail.upTo === now);
    expect(anew.trail).toMatchObject({
      faults: [],
      seen: Array.from({ length: now }, (_, n) => String(n + 1)),
    });
  }, 240_000);

  it('are told at once where it is put back beneath a service that runs on', async () => {
    postgres = await testPostgres();
    const [live, restored] = [await postgres.createDatabase(), await postgres.createDatabase()];
    const folder = await newFolder();
    const service = await start(folder, { DATABASE_URL: live });
    await prepareLoad(await service.client('admin'));
    const kept = await record(service, 'kept', 3);
    const file = join(place, 'masar.gz');
    const env = { MASAR_DATA: folder };
    expect(await masar(['backup', file], { ...env, DATABASE_URL: live })).toMatchObject({ code: 0 });
    const lost = await record(service, 'lost', 4);
    await followAll(service, lost);
    const { logId } = followers[0]!.trail.log!;
    expect(await masar(['restore', file, '--no-erasures'], { ...env, DATABASE_URL: restored })).toMatchObject(
      {
        code: 0,
      },
    );
    await swap(live, restored);
    await endedByRewinding({ logId, epoch: 2, head: kept });
  }, 240_000);
});

/** Gives the second database the name of the first, as an operator does who puts a server back to an hour ago. */
async function swap(live: string, restored: string): Promise<void> {
  const { port } = new URL(live);
  const client = new pg.Client({
    host: '127.0.0.1',
    port: Number(port),
    user: 'postgres',
    password: 'of a test',
    database: 'postgres',
  });
  await client.connect();
  const [from, to] = [live, restored].map((url) => new URL(url).pathname.slice(1));
  await client.query(`alter database ${from} allow_connections false`);
  await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = any($1)', [
    [from, to],
  ]);
  await client.query(`alter database ${from} rename to ${from}_before`);
  await client.query(`alter database ${to} rename to ${from}`);
  await client.end();
}
