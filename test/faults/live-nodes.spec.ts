import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { portBelowEphemeralOnes } from '../support/free-port.js';
import type { LiveFilter } from '../support/live-documents.js';
import { LiveFollower } from '../support/live-follower.js';
import { MasarProcess, removeDataFolder, temporaryDataFolder } from '../support/masar-process.js';
import { RecordingLoad, prepareLoad } from '../support/recording-load.js';
import { Scribe } from '../support/scribe.js';
import { type TestStore, TestStores } from '../support/stores.js';
import { until } from '../support/until.js';
import { WrittenLog } from '../support/written-log.js';

const rounds = process.env['MASAR_LOAD'] === 'full' ? 4 : 1;

let stores: TestStores;
let store: TestStore;
/** Of keys: every node has the same. */
let folder: string;
const ports: number[] = [];
const nodes: MasarProcess[] = [];
const followers: LiveFollower[] = [];
let loads: readonly RecordingLoad[] = [];

beforeAll(async () => {
  stores = await TestStores.start();
  store = await stores.create();
  folder = await temporaryDataFolder();
  for (const node of [0, 1]) {
    ports.push(await portBelowEphemeralOnes(ports));
    await start(node);
  }
  await prepareLoad(await nodes[0]!.client('admin'));
}, 120_000);

afterAll(async () => {
  await Promise.all(followers.map((follower) => follower.stop()));
  await Promise.all(loads.map((load) => load.stop().catch(() => undefined)));
  await Promise.all(nodes.map((node) => node.stop()));
  await removeDataFolder(folder);
  await stores?.stop();
}, 120_000);

async function start(node: number): Promise<void> {
  const { environment } = store;
  const port = ports[node]!;
  nodes[node] = await MasarProcess.start(folder, { arguments: ['--empty'], port, environment });
}

/** Connects to the nodes given, in turn. */
async function follow(filter: LiveFilter, to: readonly number[]): Promise<LiveFollower> {
  const { token } = await nodes[to[0]!]!.client('auditor');
  let turn = 0;
  const url = () => `ws://127.0.0.1:${ports[to[turn++ % to.length]!]}/graphql`;
  const follower = new LiveFollower({ url, token: async () => token, field: 'events', filter, after: 0 });
  followers.push(follower);
  return follower;
}

it('a write through one node reaches the followers of the other', async () => {
  const sides = await Promise.all([follow({}, [0]), follow({}, [1])]);
  for (const node of [0, 1]) {
    const scribe = new Scribe('load-a', `node-${node}`);
    const { position } = await scribe.accepted(await nodes[node]!.client('recorder'), 'registerItem', {
      reference: `NODE-${node}`,
      title: { en: 'Registered through one node' },
    });
    await until('both told', () => sides.every(({ trail }) => trail.seen.includes(String(position))));
  }
}, 120_000);

it('followers who turn to the other node when theirs is killed miss nothing and are told nothing twice', async () => {
  const filters: readonly LiveFilter[] = [{}, { programme: 'load-b' }, { types: ['ReformItemAdopted'] }];
  const asked = filters.flatMap((filter) =>
    [
      [0, 1],
      [1, 0],
    ].map((to) => ({ filter, to })),
  );
  const turning = await Promise.all(
    asked.map(async ({ filter, to }) => ({ filter, follower: await follow(filter, to) })),
  );
  loads = await Promise.all(
    [0, 1].map(async (node) => {
      const own = await nodes[node]!.client('recorder');
      return new RecordingLoad(`n${node}`, () => own, 2);
    }),
  );
  const goOn = async (): Promise<void> => {
    const enough = Math.max(...loads.map(({ position }) => position)) + 60;
    await until('load', () => loads.some(({ position }) => position >= enough), 60_000);
    const all = turning.filter(({ filter }) => Object.keys(filter).length === 0);
    await until('followers', () => all.every(({ follower }) => follower.trail.upTo! >= enough), 60_000);
  };
  await goOn();
  for (let round = 0; round < rounds; round += 1) {
    for (const node of [0, 1]) {
      await nodes[node]!.kill();
      await goOn();
      await start(node);
    }
  }
  await Promise.all(loads.map((load) => load.stop()));
  expect(loads.flatMap(({ surprises }) => surprises)).toEqual([]);

  const log = await WrittenLog.read(store.connectionString);
  for (const { follower } of turning) follower.reconnect();
  await until(
    'everybody at the head',
    () => turning.every(({ follower }) => follower.trail.upTo! >= log.head),
    60_000,
  );
  for (const { filter, follower } of turning) {
    const { seen, faults } = follower.trail;
    expect({ filter, faults, seen }).toEqual({ filter, faults: [], seen: log.expected('events', filter, 0) });
    expect(follower.connections).toBeGreaterThan(1);
  }
}, 600_000);
