import type { OpenedEventStore, Sequencing } from '@masar/event-store';
import { type Backup, backUpLog } from '@masar/exchange';
import type { Command } from 'commander';
import { untilCaughtUp } from '../composition/caught-up.js';
import { withStore } from '../composition/workplace.js';
import { CommandFailure } from '../failure.js';
import { progressOn, stoppable } from '../progress.js';

/** `masar backup`: the log in one file, while the service runs. */
export function addBackup(program: Command): void {
  program
    .command('backup [file]')
    .description('write the whole log into one file (see docs/backup.md); the api may run meanwhile')
    .option('--json', 'for scripts')
    .addHelpText(
      'after',
      '\nThe file holds every event and no name of a person. Back up vault.key apart from it.',
    )
    .action(async (file: string | undefined, { json }: { readonly json?: boolean }) => {
      const now = new Date();
      const shown = progressOn(process.stderr, 'backup', 'events', json);
      const write = async ({ log, sequencing }: OpenedEventStore): Promise<Backup> => {
        if (sequencing) await unlessHalted(sequencing);
        return stoppable((signal) =>
          backUpLog({
            log,
            file: file ?? `masar-${now.toISOString().replace(/[-:]|\.\d+/g, '')}.jsonl.gz`,
            now,
            onProgress: (events, total) => shown.show(events, total),
            signal,
          }).finally(() => shown.end()),
        );
      };
      // What a server loses, the log still has: that it is unsafe is a reason for a backup, not against one.
      const backup = await withStore(write, 'masar cli', { behind: true, unsafe: true });
      process.stdout.write(json ? `${JSON.stringify(backup)}\n` : describe(backup));
    });
}

/** Of a log that goes on no more, what it has is saved, and that this is not all is said. */
async function unlessHalted(sequencing: Sequencing): Promise<void> {
  const say = (message: string) => process.stderr.write(`${message}\n`);
  try {
    await untilCaughtUp(sequencing, say);
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    say(`${error.message}. The backup has what the log has`);
  }
}

function describe({ file, events, logId, epoch, digest }: Backup): string {
  return `${file}: ${events} events of log ${logId}, epoch ${epoch}\nsha256 ${digest}\n`;
}
