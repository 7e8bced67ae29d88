import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from '@masar/event-store/embedded';
import { appendComparisons } from './appends.js';
import { LiveServers, requireOpenFiles } from './live.js';
import { type Comparison, type Result, compare, endAll, figureOf } from './measure.js';
import { PageServers } from './pages.js';
import { fillLog, projectionComparisons } from './projections.js';

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
const isWanted = ({ name }: Comparison): boolean => name.includes(options.only ?? '');

let stopped = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    stopped = true;
    // What waits for them fails, and cleans up on its way out.
    endAll();
  });
}

/** Runs comparisons on a server of their own, with the product's settings, and removes it. */
async function onServer(
  make: (url: string) => Comparison[],
  prepare: (url: string) => Promise<unknown>,
  finish?: () => Promise<void>,
): Promise<Result[]> {
  if (!make('').some(isWanted)) return [];
  const dataDir = await mkdtemp(join(tmpdir(), 'masar-bench-'));
  const postgres = await startEmbeddedPostgres({ dataDir });
  try {
    await prepare(postgres.connectionString);
    const results: Result[] = [];
    for (const comparison of make(postgres.connectionString).filter(isWanted)) {
      const result = await compare(comparison, rounds);
      process.stdout.write(line(result));
      results.push(result);
    }
    return results;
  } finally {
    await finish?.();
    await postgres.release();
    await rm(dataDir, { recursive: true, force: true });
  }
}

function met({ ratio, target, sense }: Result): boolean {
  return sense === 'atLeast' ? ratio >= target : ratio <= target;
}

function line(result: Result): string {
  const { name, ours, theirs, unit, ratio, target, sense } = result;
  const figures = [String(ours).padStart(10), String(theirs).padStart(10), unit.padEnd(12)];
  const goal = `${sense === 'atLeast' ? '≥' : '≤'} ${target}`.padEnd(7);
  return `${name.padEnd(42)} ${figures.join(' ')} ${String(ratio).padStart(7)}  ${goal} ${met(result) ? 'met' : 'MISSED'}\n`;
}

async function run(): Promise<Result[]> {
  const head = ['ours'.padStart(10), 'theirs'.padStart(10), ''.padEnd(12), 'ratio'.padStart(7)];
  process.stdout.write(`${''.padEnd(42)} ${head.join(' ')}\n`);
  const pages = new PageServers();
  const live = new LiveServers();
  // Now, and not after the other rows have taken their ten minutes.
  if (live.comparisons().some(isWanted)) requireOpenFiles();
  return [
    // Emmett's tables and ours stand side by side in one database of one server.
    ...(await onServer(
      (url) => appendComparisons(url, seconds),
      (url) => figureOf('append-ours', url, 1, 0.1),
    )),
    ...(await onServer(
      (url) => projectionComparisons(url, rounds),
      (url) => fillLog(url, rounds),
    )),
    ...(await onServer(
      () => pages.comparisons(),
      (url) => pages.start(url),
      () => pages.stop(),
    )),
    ...(await onServer(
      () => live.comparisons(),
      (url) => live.start(url),
      () => live.stop(),
    )),
  ];
}

try {
  const results = await run();
  if (options.json) await writeFile(options.json, `${JSON.stringify({ results }, null, 2)}\n`);
  if (options.strict && !results.every(met)) process.exitCode = 1;
} catch (error) {
  if (!stopped) throw error;
  process.stderr.write('stopped\n');
  process.exitCode = 130;
}
