import { type Copied, copyLog } from '@masar/exchange';
import type { Command } from 'commander';
import { storeAddress, withBothStores } from '../composition/copying.js';
import { epochOf } from '../epoch.js';
import { Steps, stoppable } from '../progress.js';

interface Options {
  readonly from: string;
  readonly to: string;
  readonly fromDatabase?: string;
  readonly toDatabase?: string;
  readonly fromPrefix?: string;
  readonly toPrefix?: string;
  readonly epoch?: string;
  readonly json?: boolean;
}

/** What a copy of a log leaves where it is, and how each of it comes over. */
const notCopied = [
  'names of people and their keys: masar keys backup on the source, masar keys restore on the target, with vault.key and erasures.jsonl brought over before',
  'token.key: copy it, or let everybody have new tokens',
  'read models: the next start makes them from the log',
];

/** `masar copy`: a whole log from one store into another, empty one. */
export function addCopy(program: Command): void {
  program
    .command('copy')
    .description('copy the whole log into an empty store; nothing else may run on either')
    .requiredOption('--from <store>', 'postgres://…, kurrentdb://…, esdb://…, embedded:FOLDER, or a folder')
    .requiredOption('--to <store>', 'likewise; it has no events')
    .option('--from-database <database>', 'of a KurrentDB: its ordered log (default: DATABASE_URL)')
    .option('--to-database <database>', 'likewise; it has no events either')
    .option('--from-prefix <prefix>', 'of a KurrentDB: what its streams begin with (default: masar)')
    .option('--to-prefix <prefix>', 'likewise')
    .option('--epoch <n>', 'of the copy, where both are to be recorded in (default: that of the source)')
    .option('--json', 'for scripts')
    .addHelpText(
      'after',
      '\nBroken off, whenever and however, the same again goes on; until it ends, nothing else opens the target.\n' +
        `Not copied:\n${notCopied.map((what) => `  ${what}\n`).join('')}docs/stores.md tells the whole story.`,
    )
    .action(async (options: Options) => {
      const { json = false } = options;
      const from = storeAddress(
        { store: options.from, database: options.fromDatabase, prefix: options.fromPrefix },
        'from',
      );
      const to = storeAddress(
        { store: options.to, database: options.toDatabase, prefix: options.toPrefix },
        'to',
      );
      const epoch = epochOf(options.epoch);
      const shown = new Steps(process.stderr, 'events', json);
      await withBothStores(from, to, async (source, target) => {
        const copied = await stoppable((signal) =>
          copyLog({
            source,
            target: target.filling,
            epoch,
            onProgress: (step, events, total) => shown.show(step, events, total),
            signal,
          }),
        ).finally(() => shown.end());
        const places = { from: source.place, to: target.place };
        process.stdout.write(
          json ? `${JSON.stringify({ ...copied, ...places, notCopied })}\n` : describe(copied, places),
        );
      });
    });
}

function describe(copied: Copied, { from, to }: { readonly from: string; readonly to: string }): string {
  const { events, logId, epoch, newEpoch, resumedAfter, digest } = copied;
  const lines = [
    `copied ${events} events of log ${logId}`,
    `  from ${from}`,
    `  to   ${to}`,
    ...(resumedAfter > 0 ? [`  ${resumedAfter} of them by an earlier try, which was broken off`] : []),
    'both read again:',
    `  sha256 ${digest.source} source`,
    `  sha256 ${digest.target} target`,
    newEpoch === epoch
      ? `the copy is in epoch ${epoch} too: every position clients hold stays good. Record in one of the two only`
      : `the copy is in epoch ${newEpoch}, the source in ${epoch}: what clients hold of the source gets LOG_REWOUND from the copy`,
    'not copied:',
    ...notCopied.map((what) => `  ${what}`),
  ];
  return `${lines.join('\n')}\n`;
}
