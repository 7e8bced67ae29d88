import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ClientFollower } from '../support/client-follower.js';
import { portBelowEphemeralOnes } from '../support/free-port.js';
import type { LiveField, LiveFilter } from '../support/live-documents.js';
import { type FollowOptions, LiveFollower, type RunningFollower } from '../support/live-follower.js';
import {
  MasarProcess,
  databaseOf,
  postmasterPid,
  removeDataFolder,
  temporaryDataFolder,
} from '../support/masar-process.js';
import { RecordingLoad, loadThemes, prepareLoad } from '../support/recording-load.js';
import { StockFollower } from '../support/stock-follower.js';
import { StoreLoad } from '../support/store-load.js';
import { UnreliableProxy } from '../support/unreliable-proxy.js';
import { until } from '../support/until.js';
import { WrittenLog } from '../support/written-log.js';

const full = process.env['MASAR_LOAD'] === 'full';
const size = full
  ? { followers: 50, events: 20_000, kills: ['api', 'postgres', 'api', 'api', 'postgres', 'api', 'api'] }
  : { followers: 12, events: 1_500, kills: ['api', 'postgres'] };
const [mainProgramme, smallProgramme] = ['load-a', 'load-b'];
const recorders = 2;

let folder: string;
let port: number;
let masar: MasarProcess;
let proxy: UnreliableProxy;
let bulk: StoreLoad | undefined;
let recording: RecordingLoad | undefined;
const followers: Following[] = [];

beforeAll(async () => {
  folder = await temporaryDataFolder();
  port = await portBelowEphemeralOnes();
  await start();
  await prepareLoad(await masar.client('admin'));
  proxy = await UnreliableProxy.start(() => port, {
    seed: 20_170_418,
    everyBytes: full ? 400_000 : 60_000,
    everyMs: full ? 8_000 : 3_000,
    longestMs: full ? 4_000 : 1_500,
  });
}, 120_000);

afterAll(async () => {
  await Promise.all(followers.map(({ follower }) => follower.stop()));
  await recording?.stop().catch(() => undefined);
  await bulk?.close();
  await proxy?.close();
  await masar?.stop();
  await removeDataFolder(folder);
}, 120_000);

async function start(): Promise<void> {
  masar = await MasarProcess.start(folder, { arguments: ['--empty'], port });
}

interface Asked {
  readonly field: LiveField;
  readonly filter: LiveFilter;
}

interface Following extends Asked {
  readonly name: string;
  readonly follower: RunningFollower;
}

/** What is asked for, again and again: everything, little, one programme, one item, items. */
function asked(favourite: string): readonly Asked[] {
  const of = (field: LiveField, filter: LiveFilter): Asked => ({ field, filter });
  const main = { programme: mainProgramme };
  return [
    of('events', {}),
    of('events', { types: ['ReformItemWithdrawn'] }),
    of('reformItemChanged', main),
    of('events', { programme: smallProgramme }),
    of('events', { ...main, item: favourite }),
    of('reformItemChanged', { ...main, theme: loadThemes[1] }),
    of('summary', main),
    of('events', { ...main, reaches: ['Adopted', 'Withdrawn'] }),
    of('reformItemChanged', { programme: smallProgramme, reaches: ['UnderReview'] }),
    of('events', { ...main, theme: loadThemes[0], types: ['ReformItemProposed', 'DecisionRecorded'] }),
  ];
}

type Client = new (options: FollowOptions) => RunningFollower;
const ours = ['@masar/client', ClientFollower] as const;
const clients: readonly (readonly [string, Client])[] = [
  ours,
  ours,
  ['graphql-ws', StockFollower],
  ours,
  ours,
  ['by the protocol', LiveFollower],
  ours,
];

async function follow(favourite: string): Promise<void> {
  const choices = asked(favourite);
  for (let nth = 0; nth < size.followers; nth += 1) {
    const { field, filter } = choices[nth % choices.length]!;
    const [client, Follower] = clients[nth % clients.length]!;
    // Most have read the beginning; some begin with what is recorded from now on, some long before.
    const after = [6, 0, undefined][Math.floor(nth / 4) % 3];
    const reader = await masar.client('auditor');
    const follower = new Follower({
      url: () => `ws://127.0.0.1:${proxy.port}/graphql`,
      token: () => Promise.resolve(reader.token),
      field,
      filter,
      patienceMs: full ? 6_000 : 3_000,
      ...(after !== undefined && { after }),
    });
    const name = `${nth}: ${client}, ${field} ${JSON.stringify(filter)} after ${after}`;
    followers.push({ name, field, filter, follower });
  }
}

const isToldOfAll = ({ field, filter }: Asked) => field === 'events' && Object.keys(filter).length === 0;

/** All of these have come to a position. */
async function comeTo(position: number, those: readonly Following[], withinMs: number): Promise<void> {
  await until(
    `everybody at ${position}`,
    () => those.every(({ follower }) => (follower.trail.upTo ?? -1) >= position),
    withinMs,
  ).catch((error: unknown) => {
    const behind = those
      .filter(({ follower }) => (follower.trail.upTo ?? -1) < position)
      .map(
        ({ name, follower }) => `${name}: at ${follower.trail.upTo} ${JSON.stringify(follower.trail.counts)}`,
      );
    throw new Error(`${String(error)}; behind:\n${behind.join('\n')}`);
  });
}

async function kill(what: string): Promise<void> {
  if (what === 'api') {
    await masar.kill();
    await start();
  } else {
    process.kill((await postmasterPid(folder))!, 'SIGKILL');
    await until('503', async () => !(await masar.isReady()));
  }
  await until('readiness', () => masar.isReady(), 60_000);
}

it(`${size.followers} followers on a bad network are each told of exactly what they asked for, whatever is killed meanwhile`, async () => {
  const began = performance.now();
  const recorder = await masar.client('recorder');
  recording = new RecordingLoad('r', () => recorder, recorders);
  bulk = await StoreLoad.open('s', await databaseOf(folder));
  await follow(recording.favourite);
  const stage = Math.ceil(size.events / (size.kills.length + 1));
  for (const [nth, what] of size.kills.entries()) {
    // Killed in the middle of a stage, while it is written.
    const writing = bulk.reach((nth + 1) * stage);
    await until('half a stage', () => bulk!.position >= (nth + 0.5) * stage, 60_000);
    await kill(what);
    await writing;
    // Those who ask for little are told only from time to time how far the log is.
    await comeTo(Math.floor((nth + 0.5) * stage), followers.filter(isToldOfAll), 120_000);
  }
  await bulk.reach(size.events);
  await recording.stop();
  expect(recording.surprises).toEqual([]);

  // Everybody comes back once more, so that those who ask for little are told at once how far the log is.
  const log = await WrittenLog.read(await databaseOf(folder));
  proxy.calm();
  proxy.cutAll();
  await comeTo(log.head, followers, 90_000);
  await Promise.all(followers.map(({ follower }) => follower.stop()));

  for (const { name, field, filter, follower } of followers) {
    const { seen, faults, began: from } = follower.trail;
    expect({ name, faults, error: await follower.ended }).toEqual({ name, faults: [], error: undefined });
    expect({ name, seen }).toEqual({ name, seen: log.expected(field, filter, from!) });
  }
  const told = followers.reduce((sum, { follower }) => sum + follower.trail.seen.length, 0);
  const connections = followers.reduce((sum, { follower }) => sum + follower.connections, 0);
  const behind = followers.reduce((sum, { follower }) => sum + (follower.trail.counts['FellBehind'] ?? 0), 0);
  process.stdout.write(
    `chaos: ${followers.length} followers, ${log.head} events, ${told} told of, ${connections} connections, ` +
      `${behind} times behind, network ${JSON.stringify(proxy.met)}, killed ${size.kills.join(' ')}, ` +
      `${recording.retries + bulk.retries} writes again, ${Math.round((performance.now() - began) / 1000)} s\n`,
  );
}, 900_000);
