import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const loader = fileURLToPath(new URL('./ts-loader.mjs', import.meta.url));

/** What a process wrote, and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Child {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Runs a TypeScript file of the workspace as a process of its own, from source. */
export function runSource(
  file: URL,
  args: readonly string[],
  options: {
    readonly env?: NodeJS.ProcessEnv;
    readonly node?: readonly string[];
    readonly cwd?: string;
  } = {},
): Child {
  const { PATH, TMPDIR } = process.env;
  const child = spawn(
    process.execPath,
    [...(options.node ?? []), '--import', loader, fileURLToPath(file), ...args],
    {
      cwd: options.cwd ?? root,
      env: { PATH, ...(TMPDIR && { TMPDIR }), ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { process: child, ended };
}

/** Runs `masar …` on a data folder, or on the database the environment names, and waits for its end. */
export function masar(args: readonly string[], env: NodeJS.ProcessEnv, cwd?: string): Promise<Ended> {
  return runSource(new URL('../../apps/cli/src/main.ts', import.meta.url), args, {
    env,
    ...(cwd !== undefined && { cwd }),
  }).ended;
}
