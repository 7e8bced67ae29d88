import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { OpenedEventStore } from '@masar/event-store/open';
import { LiveFollower } from '../support/live-follower.js';
import { MasarProcess, removeDataFolder, temporaryDataFolder } from '../support/masar-process.js';
import { prepareLoad } from '../support/recording-load.js';
import { scrape } from '../support/scrape.js';
import { TestStores } from '../support/stores.js';
import { until } from '../support/until.js';

const full = process.env['MASAR_LOAD'] === 'full';
/** What is withheld has to be much more than what the machine's network takes in, several megabytes a connection. */
const size = full
  ? { followers: 20, textBytes: 20_000, pausedMs: 60_000 }
  : { followers: 10, textBytes: 40_000, pausedMs: 3_000 };
const leastWithheld = 300 * 2 ** 20;
/** No room for what followers do not read: whoever kept it there would not live to tell. */
const heapMegabytes = 512;

let stores: TestStores;
let backend: OpenedEventStore;
let folder: string;
let masar: MasarProcess;
const followers: LiveFollower[] = [];
let written = 0;

beforeAll(async () => {
  stores = await TestStores.start();
  const store = await stores.create();
  folder = await temporaryDataFolder();
  masar = await MasarProcess.start(folder, {
    arguments: ['--empty'],
    node: [`--max-old-space-size=${heapMegabytes}`],
    environment: store.environment,
  });
  await prepareLoad(await masar.client('admin'));
  backend = await store.open();
}, 120_000);

afterAll(async () => {
  await Promise.all(followers.map((follower) => follower.stop()));
  await backend?.close();
  await masar?.stop();
  await removeDataFolder(folder);
  await stores?.stop();
}, 120_000);

async function follow(count: number): Promise<LiveFollower[]> {
  const { token } = await masar.client('auditor');
  const more = Array.from({ length: count }, (_, nth) => {
    const url = () => `${masar.url.replace('http', 'ws')}/graphql`;
    // Each in words of its own: nothing that is made for one is of use to another.
    const [name, withData] = [`Follow${nth}`, true];
    return new LiveFollower({ url, token: async () => token, field: 'events', after: 0, name, withData });
  });
  followers.push(...more);
  return more;
}

/** Registers an item with a long text, past the service. @returns its position */
async function write(): Promise<number> {
  written += 1;
  const nth = written;
  const reference = `LONG-${nth}`;
  const { position } = await backend.store.append(`item-load-a/long-${nth}`, 'none', [
    {
      id: randomUUID(),
      type: 'ReformItemRegistered',
      schemaVersion: 1,
      decidedOn: '2024',
      effective: '2024',
      actor: { subject: 'load' },
      commandId: reference,
      causationId: null,
      correlationId: reference,
      data: {
        programme: 'load-a',
        reference,
        title: { en: reference },
        // Random: nothing on the way makes it shorter.
        text: { en: randomBytes(size.textBytes / 2).toString('hex') },
        state: 'Draft',
      },
    },
  ]);
  return position;
}

interface Memory {
  readonly rss: number;
  readonly heap: number;
}

/** The most memory the service was seen to take, in bytes. */
async function most(before?: Memory): Promise<Memory> {
  const value = await scrape(masar.url);
  const [rss, heap] = [value('process_resident_memory_bytes'), value('nodejs_heap_size_used_bytes')];
  return before ? { rss: Math.max(rss, before.rss), heap: Math.max(heap, before.heap) } : { rss, heap };
}

/**
 * Writes until enough is withheld of those who do not read, for as long as they pause, and looks at the memory meanwhile.
 *
 * @returns the last position, and the most memory
 */
async function writeAndLook(): Promise<{ readonly position: number; readonly memory: Memory }> {
  const began = performance.now();
  const enough = leastWithheld / size.followers / size.textBytes;
  let memory = await most();
  let position = 0;
  for (let nth = 0; nth < enough || performance.now() - began < size.pausedMs; nth += 1) {
    position = await write();
    const due = began + (nth / enough) * size.pausedMs;
    if (performance.now() < due) await until('the next is due', () => performance.now() >= due);
    if (nth % 100 === 0) memory = await most(memory);
  }
  return { position, memory: await most(memory) };
}

const megabytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`;
const timesCaughtUp = ({ trail }: LiveFollower) => trail.counts['CaughtUp'] ?? 0;
const sum = (numbers: readonly number[]) => numbers.reduce((one, other) => one + other, 0);

it(`${size.followers} followers who do not read for ${size.pausedMs / 1000} s cost no memory, are told or cut, and miss nothing`, async () => {
  const [quick, ...slow] = await follow(size.followers + 1);
  const isThere = (position: number) => (follower: LiveFollower) => (follower.trail.upTo ?? 0) >= position;
  const pause = async () => {
    for (const follower of slow) follower.pause();
    const { position, memory } = await writeAndLook();
    await until('the one who reads', () => isThere(position)(quick!), 60_000);
    const after = await most(memory);
    const before = slow.map(timesCaughtUp);
    for (const follower of slow) follower.resume();
    const isLive = (follower: LiveFollower, nth: number) => timesCaughtUp(follower) > before[nth]!;
    await until(
      'everybody live',
      () => slow.every((one, nth) => isThere(position)(one) && isLive(one, nth)),
      120_000,
    );
    return { position, memory: after, caughtUp: await most(after) };
  };

  await until('everybody live', () => followers.every((one) => timesCaughtUp(one) > 0), 60_000);
  // Once, to fill what the service keeps: of what was written last, and of what those who caught up were sent. What counts
  // is whether a second time takes more.
  const { position: before, caughtUp: warm } = await pause();
  const { position, memory } = await pause();

  const withheld = (position - before) * size.textBytes * slow.length;
  const metric = await scrape(masar.url);
  // Whichever comes first: it takes nothing for 30 seconds, or answers no ping for 40.
  const cuts = sum(
    ['slow', 'dead'].map((reason) => metric(`masar_websocket_cuts_total{reason="${reason}"}`)),
  );
  const told = slow.map(({ trail }) => trail.counts['FellBehind'] ?? 0);
  process.stdout.write(
    `${slow.length} paused for ${size.pausedMs / 1000} s twice: ${megabytes(withheld)} withheld, rss ` +
      `${megabytes(warm.rss)} → ${megabytes(memory.rss)}, heap ${megabytes(warm.heap)} → ` +
      `${megabytes(memory.heap)}, ${cuts} cut, FellBehind ${sum(told)} times\n`,
  );
  for (const { trail } of followers) {
    expect(trail.faults).toEqual([]);
    expect(trail.seen).toEqual(Array.from({ length: position }, (_, nth) => String(nth + 1)));
  }
  for (const [nth, { closes }] of slow.entries()) expect(told[nth]! + closes.length).toBeGreaterThan(0);
  if (full) expect(cuts).toBe(2 * slow.length);
  expect(withheld).toBeGreaterThanOrEqual(leastWithheld);
  // Beside the heap, which has its bound, and grows towards it by what is not collected yet.
  const beside = ({ rss, heap }: Memory) => rss - heap;
  expect(beside(memory) - beside(warm)).toBeLessThan(withheld / 3);
}, 600_000);
