import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const loader = fileURLToPath(new URL('./ts-loader.mjs', import.meta.url));
const commandLine = fileURLToPath(new URL('../../bin/masar.js', import.meta.url));

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

export interface ChildOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** Runs a TypeScript file of the tests as a process of its own, from source. */
export function runSource(
  file: URL,
  args: readonly string[],
  { node = [], ...options }: ChildOptions & { readonly node?: readonly string[] } = {},
): Child {
  return run([...node, '--import', loader, fileURLToPath(file), ...args], options);
}

/** Starts `masar …` as it was built, on a data folder, or on the database the environment names. */
export function startMasar(args: readonly string[], env: NodeJS.ProcessEnv, cwd?: string): Child {
  return run([commandLine, ...args], { env, ...(cwd !== undefined && { cwd }) });
}

/** The same, to its end. */
export function masar(args: readonly string[], env: NodeJS.ProcessEnv, cwd?: string): Promise<Ended> {
  return startMasar(args, env, cwd).ended;
}

function run(args: readonly string[], { env, cwd = root }: ChildOptions): Child {
  const { PATH, TMPDIR } = process.env;
  const child = spawn(process.execPath, args, {
    cwd,
    env: { PATH, ...(TMPDIR && { TMPDIR }), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { process: child, ended };
}
