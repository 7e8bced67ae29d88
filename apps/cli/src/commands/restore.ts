import type { OpenedEventStore } from '@masar/event-store';
import { type CheckedArchive, type Restored, checkArchive, restoreLog } from '@masar/exchange';
import { type Erasures, readErasures, reapply, requireErasures } from '@masar/subjects';
import type { Command } from 'commander';
import { dataFolder, hasMasterKey, withStore, withVault } from '../composition/workplace.js';
import { epochOf } from '../epoch.js';
import { CommandFailure } from '../failure.js';
import { Steps, stoppable } from '../progress.js';

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
    .option(
      '--erasures <list>',
      'the list of people erased since, who stay erased: erasures.jsonl, the newest copy',
    )
    .option('--no-erasures', 'nobody was ever erased')
    .option('--epoch <n>', 'of the restored log, where the same backup was restored before')
    .option('--check', 'read the file from end to end and restore nothing')
    .option('--json', 'for scripts')
    .addHelpText(
      'after',
      '\nPut vault.key into the data folder before. docs/backup.md tells the whole story.',
    )
    .action(async (file: string, options: Options) => {
      const erasures = await erasuresOf(options);
      const { json = false, check = false } = options;
      const epoch = epochOf(options.epoch);
      const shown = new Steps(process.stderr, 'events', json);
      const done = await stoppable(async (signal) => {
        const reading = {
          file,
          epoch,
          ...judging(erasures),
          onProgress: (events: number, total: number) =>
            shown.show(check ? 'check' : 'restore', events, total),
          signal,
        };
        if (check) return checkArchive(reading);
        return withStore(
          async (opened) => {
            if (erasures) await eraseAgain(opened, erasures);
            return restoreLog({
              ...reading,
              restoring: opened.restoring,
              onPublish: (events, total) => shown.show('publish', events, total),
            });
          },
          'masar restore',
          { behind: true, resuming: true },
        );
      }).finally(() => shown.end());
      process.stdout.write(json ? `${JSON.stringify(done)}\n` : describe(file, done));
    });
}

/** The list that was demanded; undefined for a check without one. */
async function erasuresOf({ erasures, check }: Options): Promise<Erasures | undefined> {
  if (typeof erasures === 'string') return readErasures(erasures);
  if (erasures === false) return { entries: [], chain: '' };
  if (check) return undefined;
  throw new CommandFailure(
    'say who was erased since the backup: --erasures FILE with the newest copy of erasures.jsonl, or --no-erasures if nobody ever was',
  );
}

/** Whoever the log itself says was erased must be on the list: a list that lacks them is too old, or another's. */
function judging(erasures: Erasures | undefined) {
  const recorded: string[] = [];
  return {
    examine: ({ type, id }: { readonly type: string; readonly id: string }) => {
      if (type === 'PersonErased') recorded.push(id);
    },
    approve: () => erasures && requireErasures(erasures, recorded),
  };
}

/** Before the log is there: whatever fails afterwards, nobody who was erased comes back. */
async function eraseAgain(opened: OpenedEventStore, erasures: Erasures): Promise<void> {
  if (erasures.entries.length === 0) return;
  if (!hasMasterKey()) {
    throw new CommandFailure(
      `there is no vault.key in ${dataFolder()}, and no MASAR_VAULT_KEY: put the one the names were sealed under there first`,
    );
  }
  await withVault(opened, (vault) => reapply(vault, erasures));
}

function describe(file: string, done: CheckedArchive | Restored): string {
  const { events, logId, epoch, created, digest } = done;
  const what = `${events} events of log ${logId}`;
  return 'newEpoch' in done
    ? `restored ${what}, as of ${created}\nthe log is in epoch ${done.newEpoch} now, after ${epoch}\n`
    : `${file} is whole: ${what}, epoch ${epoch}, as of ${created}\nsha256 ${digest}\n`;
}
