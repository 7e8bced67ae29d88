import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { codeOf } from './embedded-error.js';

/**
 * Process ids are used again, after a reboot soon. A process is therefore named by its id and the moment it
 * started: `<pid>-<start>`, usable in a file name. `0` stands for a start that cannot be known on this system.
 */
export type ProcessIdentity = string;

/** A name for one thing this process holds (a lock, a connection to the server), unique for ever. */
export function newHolding(): ProcessIdentity {
  return `${process.pid}-${startOf(process.pid) ?? '0'}-${randomBytes(4).toString('hex')}`;
}

/** Whether the process that made this holding still runs. A name of another shape belongs to nobody. */
export function isHeld(holding: string): boolean {
  const match = /^(\d+)-([0-9a-z]+)-[0-9a-f]{8}$/.exec(holding);
  if (!match) return false;
  const pid = Number(match[1]);
  if (!isRunning(pid)) return false;
  const start = startOf(pid);
  return start === undefined || match[2] === '0' || start === match[2];
}

/** Whether a process with this id runs; one that ended and was not yet reaped does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') return false;
  }
  return process.platform !== 'linux' || !['Z', 'X'].includes(linuxStat(pid)?.state ?? '');
}

/** The path or name a program was started by; undefined where this system does not tell. */
export function programOf(pid: number): string | undefined {
  return process.platform === 'linux' ? commandOf(pid)?.split('\0')[0] : processStatus(pid, 'comm=');
}

function commandOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return processStatus(pid, 'command=');
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return undefined;
  }
}

/** One column of ps(1), where there is one. */
function processStatus(pid: number, column: string): string | undefined {
  if (process.platform === 'win32') return undefined;
  try {
    const options = {
      encoding: 'utf8',
      timeout: 5000,
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
    } as const;
    return execFileSync('ps', ['-o', column, '-p', String(pid)], options).trim();
  } catch {
    return undefined;
  }
}

/** Whether a process works in this folder (as a postmaster does in its cluster); true where that cannot be told. */
export function worksIn(pid: number, folder: string): boolean {
  try {
    if (process.platform === 'linux') return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(folder);
  } catch {
    // another user's process: its command line then has to do
  }
  return commandOf(pid)?.includes(folder) ?? true;
}

function startOf(pid: number): string | undefined {
  if (process.platform !== 'linux') {
    const started = Date.parse(`${processStatus(pid, 'lstart=')} UTC`);
    return Number.isNaN(started) ? undefined : String(started);
  }
  try {
    const ticks = linuxStat(pid)?.ticks;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
    return ticks && `${boot}x${ticks}`;
  } catch {
    return undefined;
  }
}

/** proc(5): the name in parentheses may itself hold spaces and parentheses, so fields count from the last one. */
function linuxStat(pid: number): { state: string; ticks: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0]!, ticks: fields[19]! };
  } catch {
    return undefined;
  }
}
