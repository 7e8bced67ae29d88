import { decode, UnknownEventError } from '@masar/domain';
import type { OpenedEventStore } from '@masar/event-store';
import type { Command } from 'commander';
import { dataFolder, withReadModels, withStore, withVault } from '../composition/workplace.js';
import { CommandFailure } from '../failure.js';

interface Finding {
  readonly check: string;
  readonly ok: boolean;
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
            : `${finding.ok ? 'ok   ' : 'WRONG'}  ${finding.check}: ${finding.detail}\n`,
        );
      }
      const wrong = findings.filter(({ ok }) => !ok).length;
      if (wrong > 0) throw new CommandFailure(`${wrong} of ${findings.length} checks found something wrong`);
    });
}

async function examine(): Promise<Finding[]> {
  const findings: Finding[] = [nodeVersion()];
  await withStore(async (opened) => {
    findings.push({ check: 'store', ok: true, detail: opened.place });
    findings.push(await logIsDense(opened), await eventsAreKnown(opened), await namesOpen(opened));
    findings.push(...(await modelsFollow(opened)));
  });
  return findings;
}

function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24;
  return { check: 'node', ok, detail: `${process.versions.node}${ok ? '' : ', needs 20.19, 22.12 or 24'}` };
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

async function namesOpen(opened: OpenedEventStore): Promise<Finding> {
  try {
    return await withVault(opened, async () => ({
      check: 'names',
      ok: true,
      detail: `the master key in ${dataFolder()} opens the vault; back it up apart from the database`,
    }));
  } catch (error) {
    return { check: 'names', ok: false, detail: (error as Error).message };
  }
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
