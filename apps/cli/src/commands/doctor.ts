import { decode, UnknownEventError } from '@masar/domain';
import type { OpenedEventStore } from '@masar/event-store';
import {
  type BackupNote,
  type Erasures,
  type SubjectVault,
  erasuresPath,
  readErasures,
  requireErasures,
} from '@masar/subjects';
import type { Command } from 'commander';
import { untilCaughtUp } from '../composition/caught-up.js';
import { dataFolder, erasuresInLog, withReadModels, withStore, withVault } from '../composition/workplace.js';
import { CommandFailure } from '../failure.js';
import { judgeComparison } from '../server-findings.js';

interface Finding {
  readonly check: string;
  readonly ok: boolean;
  /** Not wrong, and worth a look. */
  readonly level?: 'warn';
  readonly detail: string;
}

/** `masar doctor`: looks at everything an operator would, changes nothing, exits with 1 where something is wrong. */
export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('check the installation, the store, the log, the names and the read models')
    .option('--json', 'for scripts')
    .action(async ({ json }: { readonly json?: boolean }) => {
      const findings = await examine();
      for (const finding of findings) {
        process.stdout.write(
          json
            ? `${JSON.stringify(finding)}\n`
            : `${shownAs(finding)}  ${finding.check}: ${finding.detail}\n`,
        );
      }
      const wrong = findings.filter(({ ok }) => !ok).length;
      if (wrong > 0) throw new CommandFailure(`${wrong} of ${findings.length} checks found something wrong`);
    });
}

function shownAs({ ok, level }: Finding): string {
  return !ok ? 'WRONG' : level === 'warn' ? 'warn ' : 'ok   ';
}

async function examine(): Promise<Finding[]> {
  const findings: Finding[] = [nodeVersion()];
  const look = async (opened: OpenedEventStore): Promise<void> => {
    findings.push({ check: 'store', ok: true, detail: opened.place });
    findings.push(
      ...serverIsSafe(opened),
      ...(await sequencerFollows(opened)),
      ...(await serverHasLog(opened)),
    );
    findings.push(await logIsDense(opened), await eventsAreKnown(opened));
    findings.push(...(await namesOpen(opened)));
    findings.push(...(await modelsFollow(opened)));
  };
  // What keeps the log from being complete is for a finding, and no reason to look no further.
  await withStore(look, 'masar cli', { behind: true, unsafe: true });
  return findings;
}

function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24;
  return { check: 'node', ok, detail: `${process.versions.node}${ok ? '' : ', needs 20.19, 22.12 or 24'}` };
}

/** What was found on the server as it was opened; nothing where there is none. */
function serverIsSafe({ server }: OpenedEventStore): Finding[] {
  return (server?.findings ?? []).map(({ check, level, detail }) => ({
    check: `KurrentDB, ${check}`,
    ok: level !== 'refuse',
    ...(level === 'warn' && { level }),
    detail,
  }));
}

/** Whether the log is what the server has, event by event; nothing where there is none. */
async function serverHasLog({ server }: OpenedEventStore): Promise<Finding[]> {
  if (!server) return [];
  const check = 'log and server';
  try {
    return judgeComparison(await server.compare());
  } catch (error) {
    return [{ check, ok: false, detail: `they could not be compared: ${(error as Error).message}` }];
  }
}

/** Whether a log that is written from another store has what that store has; nothing where they are one. */
async function sequencerFollows({ sequencing }: OpenedEventStore): Promise<Finding[]> {
  if (!sequencing) return [];
  const check = 'sequencer';
  try {
    await untilCaughtUp(sequencing, () => undefined);
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return [{ check, ok: false, detail: error.message }];
  }
  const { state, lagSeconds, position } = await sequencing.state();
  const lag = lagSeconds > 0 ? `, ${Math.ceil(lagSeconds)} s behind the server` : '';
  return [{ check, ok: true, detail: `${state}, the log goes up to position ${position}${lag}` }];
}

async function logIsDense({ log, pool }: OpenedEventStore): Promise<Finding> {
  const [{ logId, epoch }, { rows }] = await Promise.all([
    log.identity(),
    pool.query<{ events: string; last: string | null }>(
      'select count(*) as events, max(position) as last from masar.event',
    ),
  ]);
  const { events, last } = rows[0]!;
  const ok = events === (last ?? '0');
  return {
    check: 'log',
    ok,
    detail: `${events} events up to position ${last ?? 0}, log ${logId}, epoch ${epoch}`,
  };
}

const page = 2_000;

async function eventsAreKnown({ log }: OpenedEventStore): Promise<Finding> {
  let read = 0;
  for (let after = 0; ;) {
    const events = await log.readAll(after, page);
    for (const event of events) {
      try {
        decode(event);
      } catch (error) {
        if (!(error instanceof UnknownEventError)) throw error;
        return { check: 'events', ok: false, detail: `position ${event.position}: ${error.message}` };
      }
    }
    read += events.length;
    if (events.length < page) return { check: 'events', ok: true, detail: `all ${read} can be read` };
    after = events.at(-1)!.position;
  }
}

async function namesOpen(opened: OpenedEventStore): Promise<Finding[]> {
  const opens = `the master key in ${dataFolder()} opens the vault; back it up apart from the database`;
  try {
    return await withVault(opened, async (vault) => [
      { check: 'names', ok: true, detail: opens },
      await erasuresHold(opened, vault),
    ]);
  } catch (error) {
    return [{ check: 'names', ok: false, detail: (error as Error).message }];
  }
}

/** Whether the list has every erasure, none came back, and from when on no backup of keys can bring one back. */
async function erasuresHold(opened: OpenedEventStore, vault: SubjectVault): Promise<Finding> {
  const check = 'erasures';
  const path = erasuresPath(dataFolder());
  const list = await readErasures(path);
  requireErasures(list, await erasuresInLog(opened));
  const subjects = [...new Set(list.entries.map(({ subject }) => subject))];
  const named = [...(await vault.namesOf(subjects)).values()].filter((name) => name !== null).length;
  if (named > 0) {
    const detail = `${named} people of the list ${path} can be named again: start Masar anew, which erases them`;
    return { check, ok: false, detail };
  }
  const backups = await vault.backups();
  const held = subjects.length === 0 ? '' : `; ${holding(list, backups, new Date().toISOString())}`;
  const last = backups.at(-1);
  const kept = last
    ? `the last backup of keys, of ${last.madeAt}, expires on ${last.expiresAt}`
    : 'there is no backup of keys: without one, names are lost with their database';
  return { check, ok: true, detail: `${subjects.length} people, all in ${path}${held}; ${kept}` };
}

/** From when on the erasures hold everywhere: when every backup of keys made before the last of them has expired. */
function holding({ entries }: Erasures, backups: readonly BackupNote[], now: string): string {
  const lastErased = entries.map(({ erasedAt }) => erasedAt).reduce((a, b) => (a > b ? a : b));
  const ends = backups.filter(({ madeAt }) => madeAt <= lastErased).map(({ expiresAt }) => expiresAt);
  const from = ends.reduce((a, b) => (a > b ? a : b), lastErased);
  return from <= now
    ? `they hold in every backup of keys since ${from}`
    : `they hold in every backup of keys from ${from} on`;
}

async function modelsFollow(opened: OpenedEventStore): Promise<Finding[]> {
  return withReadModels(opened, async (models) => {
    await models.caughtUp(60_000);
    return (await models.status()).map(({ name, version, state, checkpoint, lag, halted }) => ({
      check: `read model ${name}`,
      ok: state === 'running',
      detail: halted
        ? `stands still before position ${halted.position} (${halted.eventType}): ${halted.error}`
        : `version ${version}, ${state}, up to position ${checkpoint}, ${lag} behind`,
    }));
  });
}
