import { checkArchive, restoreLog } from '@masar/exchange';
import type { Command } from 'commander';
import { withStore } from '../composition/workplace.js';
import { CommandFailure } from '../failure.js';
import { progressOn, stoppable } from '../progress.js';

interface Options {
  readonly erasures?: string | false;
  readonly epoch?: string;
  readonly check?: boolean;
  readonly json?: boolean;
}

/** `masar restore`: the log of a backup, as it was, into an empty store. */
export function addRestore(program: Command): void {
  program
    .command('restore <file>')
    .description('restore a backup into an empty data folder or database; the api must not run')
    .option('--erasures <list>', 'people erased since the backup, who stay erased')
    .option('--no-erasures', 'nobody was erased since the backup')
    .option('--epoch <n>', 'of the restored log, where the same backup was restored before')
    .option('--check', 'read the file from end to end and restore nothing')
    .option('--json', 'for scripts')
    .addHelpText(
      'after',
      '\nSee docs/backup.md. Put vault.key into the data folder before, or names stay closed.',
    )
    .action(async (file: string, options: Options) => {
      const { json = false } = options;
      const shown = progressOn(process.stderr, options.check ? 'check' : 'restore', 'events', json);
      const onProgress = (events: number, total: number): void => shown.show(events, total);
      const done = await stoppable(async (signal) => {
        if (options.check) return checkArchive({ file, onProgress, signal });
        requireErasures(options);
        const epoch = readEpoch(options.epoch);
        return withStore(
          ({ restoring }) => restoreLog({ file, restoring, epoch, onProgress, signal }),
          'masar restore',
        );
      }).finally(() => shown.end());
      if (json) process.stdout.write(`${JSON.stringify(done)}\n`);
      else if ('newEpoch' in done) {
        process.stdout.write(
          `restored ${done.events} events of log ${done.logId}; epoch ${done.epoch} was, ${done.newEpoch} is\n`,
        );
      } else {
        process.stdout.write(
          `${file} is whole: ${done.events} events of log ${done.logId}, epoch ${done.epoch}, as of ${done.created}\n`,
        );
      }
    });
}

function requireErasures({ erasures }: Options): void {
  if (erasures !== undefined) return;
  throw new CommandFailure(
    'say which people were erased since the backup: --erasures FILE, or --no-erasures if nobody was',
  );
}

function readEpoch(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const epoch = Number(given);
  if (!Number.isSafeInteger(epoch) || epoch < 1)
    throw new CommandFailure(`--epoch ${given} is no number from 1 on`);
  return epoch;
}
