import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Role, issueToken } from '@masar/access';
import {
  type ClientOptions,
  type FollowStatus,
  type MasarClient,
  type MessageOf,
  type ResultOf,
  createMasarClient,
  graphql,
} from '@masar/client';
import pg from 'pg';
import { WebSocket } from 'ws';
import { type Service, startService } from '../../apps/api/src/composition/service.js';
import { createLogger } from '../../apps/api/src/platform/logging/logger.js';
import { Shutdown } from '../../apps/api/src/platform/shutdown.js';
import { allAsPublished } from '../support/event-schemas.js';
import { portBelowEphemeralOnes } from '../support/free-port.js';
import { packClient, readmeExamples } from '../support/packed-client.js';
import { type TestStore, TestStores } from '../support/stores.js';
import { until } from '../support/until.js';

const programme = 'client';
let stores: TestStores;
let store: TestStore;
let dataFolder: string;
let port: number;
let service: Service;
let stop: () => Promise<void>;
let setup: MasarClient;
let recorder: MasarClient;

beforeAll(async () => {
  stores = await TestStores.start();
  store = await stores.create();
  dataFolder = await mkdtemp(join(tmpdir(), 'masar-client-e2e-'));
  port = await portBelowEphemeralOnes();
  await start(true);
  setup = client('admin');
  recorder = client('recorder');
  const { data } = await setup.mutate(registerProgramme, {
    input: { reference: programme, name: { en: 'A programme of the tests' }, decidedOn: { edtf: '2024' } },
  });
  expect(data.registerProgramme).toMatchObject({ __typename: 'CommandAccepted' });
}, 120_000);

afterAll(async () => {
  if (store) await allAsPublished(store);
  await stop?.();
  await stores?.stop();
  await rm(dataFolder, { recursive: true, force: true });
}, 60_000);

/** Starts the service, or starts it again: on the same port, database and keys. */
async function start(sample = false): Promise<void> {
  const log = createLogger({ level: 'silent', json: true });
  const shutdown = new Shutdown(log, {
    on: () => undefined,
    removeListener: () => undefined,
    exit: () => undefined,
  });
  service = await shutdown.starting(
    startService({
      settings: { host: '127.0.0.1', port, dataFolder, production: false, logLevel: 'silent', origins: [] },
      databaseUrl: store.connectionString,
      kurrent: store.kurrent,
      sample,
      log,
      shutdown,
      rhythm: { checkMs: 200, idleMs: 500 },
    }),
  );
  await service.ready;
  stop = async () => void (await shutdown.stop());
}

const tokenFor = (role: Role, lifetimeSeconds = 3600) =>
  issueToken(service.tokenKey, {
    subject: `client-${role}`,
    roles: { '*': [role] },
    lifetimeSeconds,
    now: new Date(),
  });

const client = (role: Role, options: Partial<ClientOptions> = {}) =>
  createMasarClient({
    url: `http://127.0.0.1:${port}`,
    token: () => tokenFor(role),
    webSocket: WebSocket,
    reconnect: { base: 100, most: 500 },
    ...options,
  });

const registerProgramme = graphql(`
  mutation RegisterProgramme($input: RegisterProgrammeInput!) {
    registerProgramme(input: $input) {
      __typename
      ... on CommandAccepted {
        position
        duplicate
      }
      ... on CommandRefused {
        code
      }
    }
  }
`);
const registerItem = graphql(`
  mutation RegisterItem($input: RegisterItemInput!) {
    registerItem(input: $input) {
      __typename
      ... on CommandAccepted {
        position
        duplicate
      }
      ... on CommandRefused {
        code
        message
      }
    }
  }
`);
const itemQuery = graphql(`
  query Item($programme: String!, $reference: String!) {
    reformItem(programme: $programme, reference: $reference) {
      reference
      state
    }
  }
`);
const events = graphql(`
  subscription Events($programme: String!) {
    events(programme: $programme) {
      __typename
      ... on EventRecorded {
        position
        event {
          type
        }
      }
    }
  }
`);

let items = 0;
/** Records an item. @returns the position of its event */
async function record(): Promise<number> {
  items += 1;
  const input = {
    programme,
    reference: `ITEM-${items}`,
    title: { en: `Item ${items}` },
    decidedOn: { edtf: '2024-03' },
  };
  const { data } = await recorder.mutate(registerItem, { input });
  if (data.registerItem.__typename === 'CommandRefused') throw new Error(data.registerItem.message);
  return data.registerItem.position;
}

type Message = MessageOf<ResultOf<typeof events>>;
const leaving: (() => unknown)[] = [];
afterEach(async () => {
  for (const leave of leaving.splice(0)) await leave();
});

/** Follows the programme's events, and keeps what it was given and how that went. */
function followed(follower: MasarClient, after?: { position: number }) {
  const statuses: FollowStatus[] = [];
  const follow = follower.follow(
    events,
    { programme },
    { after, onStatus: (status) => void statuses.push(status) },
  );
  leaving.push(() => follow.return());
  const seen = { messages: [] as Message[], error: undefined as unknown };
  void (async () => {
    try {
      for await (const message of follow) seen.messages.push(message);
    } catch (error) {
      seen.error = error;
    }
  })();
  const positions = () =>
    seen.messages.flatMap((message) => (message.__typename === 'EventRecorded' ? [message.position] : []));
  return {
    follow,
    seen,
    statuses,
    positions,
    live: () => until('it is live', () => seen.messages.some(({ __typename }) => __typename === 'CaughtUp')),
    reaches: (position: number) => until(`position ${position}`, () => positions().includes(position)),
    causes: () => statuses.flatMap((status) => (status.state === 'waiting' ? [status.cause] : [])),
  };
}

describe('the client against the service', () => {
  it('sends a command twice with the effect of one, and reads what it did', async () => {
    const input = {
      programme,
      reference: 'TWICE',
      title: { en: 'Twice' },
      decidedOn: { edtf: '2024' },
      commandId: 'e2e-twice',
    };
    const first = await recorder.mutate(registerItem, { input });
    const second = await recorder.mutate(registerItem, { input });
    expect(first).toMatchObject({ commandId: 'e2e-twice' });
    if (first.data.registerItem.__typename !== 'CommandAccepted') throw new Error('it was to be accepted');
    const { position } = first.data.registerItem;
    expect(first.data.registerItem.duplicate).toBe(false);
    expect(second.data.registerItem).toMatchObject({ position, duplicate: true });

    const { data, masar } = await client('analyst').query(
      itemQuery,
      { programme, reference: 'TWICE' },
      { atLeast: position },
    );
    expect(data.reformItem).toMatchObject({ reference: 'TWICE' });
    expect(masar.position).toBeGreaterThanOrEqual(position);
  });

  it('tells a refusal from an error, and a wrong token from both', async () => {
    const input = { programme, reference: 'TWICE', title: { en: 'Again' }, decidedOn: { edtf: '2024' } };
    const { data } = await recorder.mutate(registerItem, { input });
    expect(data.registerItem).toMatchObject({ __typename: 'CommandRefused' });
    await expect(client('analyst').mutate(registerItem, { input })).rejects.toMatchObject({
      name: 'RequestError',
      code: 'FORBIDDEN',
    });
    await expect(
      client('analyst', { token: 'nonsense' }).query(itemQuery, { programme, reference: 'TWICE' }),
    ).rejects.toMatchObject({ name: 'AuthenticationError' });
    const outsider = followed(client('analyst', { token: 'nonsense' }));
    await until('it ended', () => outsider.seen.error !== undefined);
    expect(outsider.seen.error).toMatchObject({ name: 'AuthenticationError' });
  });

  it('follows from an answer on, through a restart of the service, each event once and none missing', async () => {
    const { masar } = await client('analyst').query(itemQuery, { programme, reference: 'TWICE' });
    const follower = followed(client('analyst'), masar);
    const before = [await record(), await record()];
    await follower.reaches(before[1]!);

    await stop();
    await until('it noticed', () => follower.causes().length > 0);
    await start();
    const after = [await record(), await record()];
    await follower.reaches(after[1]!);
    expect(follower.positions()).toEqual([...before, ...after]);
    expect(follower.causes()[0]?.message).toContain('1012');
    expect(follower.seen.error).toBeUndefined();
    expect(follower.follow.cursor).toMatchObject({ logId: masar.logId, epoch: masar.epoch });
  }, 120_000);

  it('begins now where no position is given, and goes on elsewhere from its cursor', async () => {
    await record();
    const first = followed(client('analyst'));
    await first.live();
    const position = await record();
    await first.reaches(position);
    expect(first.positions()).toEqual([position]);
    await first.follow.return();

    const meanwhile = [await record(), await record()];
    const second = followed(client('analyst'), first.follow.cursor);
    await second.reaches(meanwhile[1]!);
    expect(second.positions()).toEqual(meanwhile);
  });

  it('changes tokens before they expire, without an interruption', async () => {
    let asked = 0;
    const token = () => {
      asked += 1;
      return tokenFor('analyst', 3);
    };
    const follower = followed(client('analyst', { token }));
    await follower.live();
    await until('the third token', () => asked >= 3);
    const position = await record();
    await follower.reaches(position);
    expect(follower.positions()).toEqual([position]);
    expect(follower.causes()).toEqual([]);
  }, 60_000);

  it('resumes with a new token where the service cuts it off for one that expired', async () => {
    const first = await tokenFor('analyst', 3);
    let asked = 0;
    const token = () => {
      asked += 1;
      // Asked early it has no other yet.
      return asked <= 2 ? first : tokenFor('analyst');
    };
    const follower = followed(client('analyst', { token }));
    await follower.live();
    const before = await record();
    await follower.reaches(before);
    await until('the next token', () => asked >= 3);
    const after = await record();
    await follower.reaches(after);
    expect(follower.positions()).toEqual([before, after]);
    expect(follower.statuses.map(({ state }) => state)).toEqual([
      'connecting',
      'following',
      'connecting',
      'following',
    ]);
    expect(follower.seen.error).toBeUndefined();
  }, 60_000);

  it('runs the example of its README', async () => {
    const packed = await packClient('ws');
    let child: ChildProcess | undefined;
    try {
      await packed.write('follow.mjs', (await readmeExamples()).get('follow.mjs') ?? '');
      let printed = '';
      child = spawn(process.execPath, ['follow.mjs'], {
        cwd: packed.folder,
        env: { ...process.env, MASAR_URL: service.url, MASAR_TOKEN: await tokenFor('analyst') },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child.stdout?.on('data', (text: Buffer) => (printed += text.toString()));
      child.stderr?.on('data', (text: Buffer) => (printed += text.toString()));
      await until('it is live', () => printed.includes('nothing new'));
      expect(printed).toMatch(/^\d+ Proposed$/m);
      const { data } = await recorder.mutate(registerItem, {
        input: {
          programme: 'MOI-2017',
          reference: 'SAMPLE-900',
          title: { en: 'Shown' },
          decidedOn: { edtf: '2017' },
        },
      });
      expect(data.registerItem).toMatchObject({ __typename: 'CommandAccepted' });
      await until('it shows the change', () => /^\d+ ReformItemRegistered: SAMPLE-900 Draft$/m.test(printed));
    } finally {
      child?.kill('SIGKILL');
      await packed.remove();
    }
  }, 240_000);

  it('says that the log was rewound, and gives nothing of the other one', async () => {
    const follower = followed(client('analyst'));
    await follower.live();
    const pool = new pg.Client({ connectionString: store.connectionString });
    await pool.connect();
    await pool.query('update masar.log set epoch = epoch + 1');
    try {
      await until('it ended', () => follower.seen.error !== undefined);
      expect(follower.seen.error).toMatchObject({ name: 'LogRewoundError', log: { epoch: 2 } });

      await stop();
      await start();
      const returning = followed(client('analyst'), follower.follow.cursor);
      await until('it ended', () => returning.seen.error !== undefined);
      expect(returning.seen.error).toMatchObject({ name: 'LogRewoundError', log: { epoch: 2 } });
      expect(returning.seen.messages).toEqual([]);
    } finally {
      await pool.end();
    }
  }, 120_000);
});
