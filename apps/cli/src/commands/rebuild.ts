import type { RebuiltLog } from '@masar/event-store';
import { readModels } from '@masar/read-models';
import type { Command } from 'commander';
import { rebuildLogOfStore, withReadModels, withStore } from '../composition/workplace.js';
import { CommandFailure } from '../failure.js';
import { progressOn, stoppable } from '../progress.js';

interface Options {
  readonly log?: boolean;
  readonly acceptLoss?: boolean;
  readonly acceptOtherLog?: boolean;
  readonly json?: boolean;
}

const patienceMs = 60 * 60_000;

/**
 * `masar rebuild`: read models built anew beside the live ones, which answer until they are ready; or the ordered log of a
 * KurrentDB, from it.
 */
export function addRebuild(program: Command): void {
  const names = readModels.map(({ name }) => name);
  program
    .command('rebuild [name]')
    .description(`build a read model anew, or all of them: ${names.join(', ')}`)
    .option('--log', 'write the ordered log of a KurrentDB anew from it; the api must not run')
    .option(
      '--accept-loss',
      'with --log: events of the log that its server no longer has as they are in it are given up',
    )
    .option(
      '--accept-other-log',
      'with --log: the log of the server, which is another one, takes the place of this one',
    )
    .option('--json', 'with --log, for scripts')
    .addHelpText(
      'after',
      `
When the ordered log is to be written anew, and what then happens: docs/stores.md. Without either
--accept- it is refused where anything would be lost, and says how much. Before you accept that, save
the log with masar backup.`,
    )
    .action(async (name: string | undefined, { log, ...options }: Options) => {
      if (log) {
        if (name !== undefined) throw new CommandFailure('name a read model, or --log, and not both');
        await rebuildLog(options);
        return;
      }
      if (options.acceptLoss || options.acceptOtherLog) {
        throw new CommandFailure('--accept-loss and --accept-other-log are for --log');
      }
      if (name !== undefined && !names.includes(name)) {
        throw new CommandFailure(`there is no read model ${name}; there are ${names.join(', ')}`);
      }
      const wanted = name === undefined ? names : [name];
      await withStore((opened) =>
        withReadModels(opened, async (models) => {
          await models.caughtUp(patienceMs);
          const schemaOf = async (one: string) =>
            (await models.status()).find((status) => status.name === one)?.schema;
          for (const one of wanted) {
            const before = await schemaOf(one);
            await models.rebuild(one);
            const deadline = Date.now() + patienceMs;
            let after = await schemaOf(one);
            while (after === before && Date.now() < deadline) {
              await new Promise((resolve) => setTimeout(resolve, 200));
              after = await schemaOf(one);
            }
            if (after === before)
              throw new CommandFailure(`${one} was not rebuilt within an hour: see the log of the api`);
            process.stdout.write(`${one}: rebuilt in ${after}\n`);
          }
        }),
      );
    });
}

async function rebuildLog({ json = false, ...accepted }: Omit<Options, 'log'>): Promise<void> {
  const shown = progressOn(process.stderr, 'rebuild', 'events', json);
  const rebuilt = await stoppable((signal) =>
    rebuildLogOfStore({ ...accepted, onProgress: (events, total) => shown.show(events, total), signal }),
  ).finally(() => shown.end());
  process.stdout.write(json ? `${JSON.stringify(rebuilt)}\n` : describe(rebuilt));
}

function describe({ before, unchanged, lost, unsafe, ...now }: RebuiltLog): string {
  const same = now.digest === before.digest;
  const lines = [
    `rebuilt the log ${now.logId} from the server: ${now.events} events`,
    `  sha256 ${before.digest} before, of ${before.events} events`,
    `  sha256 ${now.digest} now`,
    same
      ? 'every event has the position, the time and the bytes it had'
      : unchanged === before.events
        ? `every event there was has the position, the time and the bytes it had; ${now.events - before.events} came after them`
        : `up to position ${unchanged} every event is as it was, and after it not${lost > 0 ? `; ${lost} events that were in the log are not on the server as they were` : ''}`,
    before.logId === now.logId && before.epoch === now.epoch
      ? `it is in epoch ${now.epoch}, as before: every position clients hold stays good`
      : `it is in epoch ${now.epoch} now, after ${describeIdentity(before, now.logId)}: what clients hold gets LOG_REWOUND`,
    ...(unchanged === before.events ? [] : ['masar rebuild builds the read models anew from it']),
    ...unsafe.map(({ stream, what }) => `WRONG  ${stream}: ${what}. Remove that from its metadata`),
  ];
  return `${lines.join('\n')}\n`;
}

function describeIdentity({ logId, epoch }: RebuiltLog['before'], now: string): string {
  return logId === now ? `${epoch}` : `epoch ${epoch} of log ${logId}`;
}
