import { type Backup, backUpLog } from '@masar/exchange';
import type { Command } from 'commander';
import { withStore } from '../composition/workplace.js';
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
      const backup = await withStore(({ log }) =>
        stoppable((signal) =>
          backUpLog({
            log,
            file: file ?? `masar-${now.toISOString().replace(/[-:]|\.\d+/g, '')}.jsonl.gz`,
            now,
            onProgress: (events, total) => shown.show(events, total),
            signal,
          }).finally(() => shown.end()),
        ),
      );
      process.stdout.write(json ? `${JSON.stringify(backup)}\n` : describe(backup));
    });
}

function describe({ file, events, logId, epoch, digest }: Backup): string {
  return `${file}: ${events} events of log ${logId}, epoch ${epoch}\nsha256 ${digest}\n`;
}
