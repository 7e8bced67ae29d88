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

/** Starts a file of ours as a process of its own, which answers {@link cpuMs} and {@link memory}. */
export function start(file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const marks = join(import.meta.dirname, 'workers/marks.ts');
  // The young generation as `npm start` has it, for both sides.
  const flags = ['--max-semi-space-size=64', '--expose-gc', '--import', loader, '--import', marks];
  const child = spawn(process.execPath, [...flags, join(root, file), ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  running.add(child);
  child.on('exit', () => running.delete(child));
  return child;
}

/** Starts a server and waits for the line that says where it listens. */
export async function listen(
  file: string,
  pattern: RegExp,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = start(file, [], { ...env, NODE_ENV: 'production' });
  const url = await new Promise<string>((resolve, reject) => {
    let printed = '';
    child.stdout!.on('data', (data: Buffer) => {
      printed = (printed + data.toString()).slice(-20_000);
      const match = pattern.exec(printed);
      if (match) resolve(match[1]!);
    });
    child.on('exit', () => reject(new Error(`${file} ended: ${printed.slice(-500)}`)));
  });
  return { child, url };
}

/** Ends a server, and waits until it has. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.on('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

/**
 * Sends a process a message, where there is one, and waits for the first one back that `is` the answer.
 *
 * @throws Error where the process ends first, or the time is up
 */
export function answerOf<T extends object>(
  child: ChildProcess,
  asked: object | string | undefined,
  is: (told: T) => boolean,
  withinMs = patienceMs,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      clearTimeout(late);
      child.off('exit', ended).off('message', told);
    };
    const fail = (reason: string): void => {
      settle();
      reject(new Error(reason));
    };
    const told = (message: T): void => {
      if (!is(message)) return;
      settle();
      resolve(message);
    };
    const ended = (): void => fail('the process ended before it answered');
    const late = setTimeout(() => fail(`the process did not answer within ${withinMs} ms`), withinMs);
    child.on('exit', ended).on('message', told);
    if (asked !== undefined) child.send(asked);
  });
}

/** CPU milliseconds a process used so far, all its threads together, as it says itself. */
export async function cpuMs(child: ChildProcess): Promise<number> {
  const { user, system } = await answerOf<NodeJS.CpuUsage>(child, 'cpu', (told) => 'user' in told);
  return (user + system) / 1_000;
}

/** What a process holds after garbage was collected, bytes. */
export function memory(child: ChildProcess): Promise<NodeJS.MemoryUsage> {
  return answerOf<NodeJS.MemoryUsage>(child, 'memory', (told) => 'rss' in told);
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
