import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-error.js';
import { isHeld, newHolding } from './process-identity.js';

/**
 * Runs `work` while no other process (nor another call in this one) runs under the same folder's lock.
 *
 * Lamport's bakery algorithm with files for registers: a contender announces that it is choosing, takes a number
 * above all it sees, and waits for those choosing and for lower numbers. Each file names the process that made
 * it, so one left by a dead process is passed over and removed; nothing is ever stolen, and so nothing can be
 * stolen twice. Entries are only created and removed, never renamed: a directory listing that starts after a
 * creation shows it.
 *
 * @throws EmbeddedPostgresError `DATA_DIR_IN_USE` where the lock is not had within `patienceMs`
 */
export async function withFolderLock<T>(
  folder: string,
  work: () => Promise<T>,
  patienceMs = 180_000,
): Promise<T> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const self = newHolding();
  const choosing = join(folder, `choosing_${self}`);
  let ticket: string | undefined;
  try {
    await writeFile(choosing, '', { flag: 'wx', mode: 0o600 });
    let number: number;
    try {
      number = 1 + Math.max(0, ...(await entries(folder)).map((entry) => entry.number));
      ticket = join(folder, `ticket_${number}_${self}`);
      await writeFile(ticket, '', { flag: 'wx', mode: 0o600 });
    } finally {
      await rm(choosing, { force: true });
    }
    await turn(folder, self, number, Date.now() + patienceMs);
    return await work();
  } finally {
    if (ticket) await rm(ticket, { force: true });
  }
}

interface Entry {
  readonly name: string;
  readonly holding: string;
  /** 0 while choosing. */
  readonly number: number;
}

async function entries(folder: string): Promise<Entry[]> {
  return (await readdir(folder)).flatMap((name) => {
    const match = /^(?:choosing|ticket_(\d+))_(.+)$/.exec(name);
    return match ? [{ name, holding: match[2]!, number: Number(match[1] ?? 0) }] : [];
  });
}

async function turn(folder: string, self: string, number: number, deadline: number): Promise<void> {
  const isBefore = (entry: Entry): boolean =>
    entry.number > 0 && (entry.number < number || (entry.number === number && entry.holding < self));
  for (let wait = 2; ; wait = Math.min(50, wait * 2)) {
    // Two listings: whoever stopped choosing during the first has its number in the second.
    const blocker =
      (await firstAlive(folder, self, (entry) => entry.number === 0)) ??
      (await firstAlive(folder, self, isBefore));
    if (!blocker) return;
    if (Date.now() > deadline) {
      const pid = blocker.holding.split('-')[0];
      throw new EmbeddedPostgresError(
        'DATA_DIR_IN_USE',
        `process ${pid} has held the lock ${folder} for too long: look at what it does, or end it, and start again`,
      );
    }
    await delay(wait);
  }
}

async function firstAlive(
  folder: string,
  self: string,
  matches: (entry: Entry) => boolean,
): Promise<Entry | undefined> {
  for (const entry of await entries(folder)) {
    if (entry.holding === self || !matches(entry)) continue;
    if (isHeld(entry.holding)) return entry;
    await rm(join(folder, entry.name), { force: true });
  }
  return undefined;
}
