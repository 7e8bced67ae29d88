import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from '@masar/event-store/embedded';
import { type Comparison, type Result, compare, endAll, figureOf } from './measure.js';
import { pageComparisons } from './pages.js';

const { values: options } = parseArgs({
  options: {
    json: { type: 'string' },
    only: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    strict: { type: 'boolean', default: false },
  },
});
const rounds = Number(options.rounds);
const seconds = Number(options.seconds);
const projected = 60_000;
const projectedByEmmett = 6_000;

process.once('SIGINT', () => {
  endAll();
  process.exitCode = 130;
});

function appends(url: string): Comparison[] {
  const emmett = "Emmett's PostgreSQL store, same server";
  const one = ([concurrency, target]: readonly [number, number]): Comparison => ({
    name: `append one event, concurrency ${concurrency}`,
    unit: 'events/s',
    against: emmett,
    target,
    sense: 'atLeast',
    ours: () => figureOf('append-ours', url, concurrency, seconds),
    theirs: () => figureOf('append-emmett', url, concurrency, seconds),
  });
  const twice = async (worker: string): Promise<number> => {
    const [a, b] = await Promise.all([
      figureOf(worker, url, 32, seconds),
      figureOf(worker, url, 32, seconds),
    ]);
    return a + b;
  };
  return [
    ...(
      [
        [1, 1.2],
        [16, 3],
        [64, 6],
        [256, 6],
      ] as const
    ).map(one),
    {
      name: 'append, two processes × 32',
      unit: 'events/s',
      against: emmett,
      target: 6,
      sense: 'atLeast',
      ours: () => twice('append-ours'),
      theirs: () => twice('append-emmett'),
    },
    {
      name: 'append, concurrency 256, of raw inserts',
      unit: 'events/s',
      against: 'raw 500-row inserts, same columns and indexes',
      target: 0.6,
      sense: 'atLeast',
      ours: () => figureOf('append-ours', url, 256, seconds),
      theirs: () => figureOf('insert-raw', url, seconds),
    },
  ];
}

function projections(url: string): Comparison[] {
  const pages = 'keyset pages of 1,000 of the same events, parsed';
  return [
    {
      name: 'live projection',
      unit: 'events/s',
      against: pages,
      target: 0.45,
      sense: 'atLeast',
      ours: (round) => figureOf('project', url, `bench_live_${round}`),
      theirs: () => figureOf('read-pages', url),
    },
    {
      name: 'rebuild',
      unit: 'events/s',
      against: pages,
      target: 0.6,
      sense: 'atLeast',
      ours: (round) => figureOf('project', url, `bench_rebuild_${round}`),
      theirs: () => figureOf('read-pages', url),
    },
    {
      name: "projection, of Emmett's",
      unit: 'events/s',
      against: "Emmett's SQL projector",
      target: 15,
      sense: 'atLeast',
      ours: (round) => figureOf('project', url, `bench_live_${rounds + round}`),
      theirs: () => figureOf('project-emmett', url, projectedByEmmett),
    },
  ];
}

/** Runs comparisons on a server of their own, with the product's settings, and removes it. */
async function onServer(
  make: (url: string) => Comparison[],
  prepare?: (url: string) => Promise<unknown>,
): Promise<Result[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'masar-bench-'));
  const postgres = await startEmbeddedPostgres({ dataDir });
  try {
    const wanted = make(postgres.connectionString).filter(
      ({ name }) => !options.only || name.includes(options.only),
    );
    if (wanted.length > 0) await prepare?.(postgres.connectionString);
    const results: Result[] = [];
    for (const comparison of wanted) {
      const result = await compare(comparison, rounds);
      show(result);
      results.push(result);
    }
    return results;
  } finally {
    await postgres.release();
    await rm(dataDir, { recursive: true, force: true });
  }
}

function met({ ratio, target, sense }: Result): boolean {
  return sense === 'atLeast' ? ratio >= target : ratio <= target;
}

function show(result: Result): void {
  const { name, ours, theirs, unit, ratio, target, sense } = result;
  const goal = `${sense === 'atLeast' ? '≥' : '≤'} ${target}`;
  const figures = `${String(ours).padStart(10)} ${String(theirs).padStart(10)} ${unit.padEnd(12)} ${String(ratio).padStart(7)}`;
  process.stdout.write(
    `${name.padEnd(42)} ${figures}  ${goal.padEnd(7)} ${met(result) ? 'met' : 'MISSED'}\n`,
  );
}

process.stdout.write(
  `${''.padEnd(42)} ${'ours'.padStart(10)} ${'theirs'.padStart(10)} ${''.padEnd(12)} ${'ratio'.padStart(7)}\n`,
);
// Emmett's tables and ours stand side by side in one database of one server.
const live = Array.from({ length: 2 * rounds }, (_, round) => `bench_live_${round}`);
const results = [
  ...(await onServer(appends, (url) => figureOf('append-ours', url, 1, 0.1))),
  ...(await onServer(projections, (url) => figureOf('fill', url, projected, ...live))),
  ...(await onServer((url) => pageComparisons(url))),
];
if (options.json) await writeFile(options.json, `${JSON.stringify({ results }, null, 2)}\n`);
if (options.strict && !results.every(met)) process.exitCode = 1;
