import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const loader = join(root, 'test/support/ts-loader.mjs');
/** A worker that takes longer than this hangs. */
const patienceMs = 240_000;

/** Everything started and not ended yet, so that Ctrl-C leaves nothing behind. */
const running = new Set<ChildProcess>();

export function endAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** Starts a file of ours as a process of its own, which answers {@link cpuMs}. */
export function start(file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const marks = join(import.meta.dirname, 'workers/cpu-marks.ts');
  // The young generation as `npm start` has it, for both sides.
  const flags = ['--max-semi-space-size=64', '--import', loader, '--import', marks];
  const child = spawn(process.execPath, [...flags, join(root, file), ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  running.add(child);
  child.on('exit', () => running.delete(child));
  return child;
}

/** CPU milliseconds a process used so far, all its threads together, as it says itself. */
export function cpuMs(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('the process ended before it told its CPU time'));
    child.once('exit', ended);
    child.once('message', ({ user, system }: NodeJS.CpuUsage) => {
      child.off('exit', ended);
      resolve((user + system) / 1_000);
    });
    child.send('cpu');
  });
}

/** Runs a worker to its end; the last line it prints is its figure. */
export async function figureOf(worker: string, ...args: readonly (string | number)[]): Promise<number> {
  const child = start(`test/bench/workers/${worker}.ts`, args.map(String));
  const hangs = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  let printed = '';
  child.stdout!.on('data', (data: Buffer) => (printed += data.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearTimeout(hangs);
  const figure = Number(printed.trim().split('\n').at(-1));
  if (code !== 0 || !Number.isFinite(figure))
    throw new Error(`${worker} failed (${code}): ${printed.slice(-500)}`);
  return figure;
}

/** One row of the table, as other people's scripts read it. */
export interface Result {
  readonly name: string;
  readonly ours: number;
  readonly theirs: number;
  readonly unit: string;
  readonly against: string;
  readonly ratio: number;
  readonly target: number;
  readonly sense: 'atLeast' | 'atMost';
}

export interface Comparison extends Pick<Result, 'name' | 'unit' | 'against' | 'target' | 'sense'> {
  readonly ours: (round: number) => Promise<number>;
  readonly theirs: (round: number) => Promise<number>;
  /** Default: ours through theirs; for costs, where less of ours is better, theirs through ours. */
  readonly ratio?: (ours: number, theirs: number) => number;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Measures both sides in turn, so that a machine whose speed drifts drifts for both; the ratio is the pairs' median. */
export async function compare(comparison: Comparison, rounds: number): Promise<Result> {
  const { name, unit, against, target, sense, ratio = (ours, theirs) => ours / theirs } = comparison;
  const pairs: [ours: number, theirs: number][] = [];
  for (let round = 0; round < rounds; round += 1) {
    // Who goes first changes, so that neither always finds the other's leftovers.
    if (round % 2 === 0) {
      const ours = await comparison.ours(round);
      pairs.push([ours, await comparison.theirs(round)]);
    } else {
      const theirs = await comparison.theirs(round);
      pairs.push([await comparison.ours(round), theirs]);
    }
  }
  return {
    name,
    ours: round2(median(pairs.map(([ours]) => ours))),
    theirs: round2(median(pairs.map(([, theirs]) => theirs))),
    unit,
    against,
    ratio: round2(median(pairs.map(([ours, theirs]) => ratio(ours, theirs)))),
    target,
    sense,
  };
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
