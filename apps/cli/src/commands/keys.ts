import {
  VaultError,
  adoptNextMasterKey,
  backupKeys,
  changeMasterKey,
  nextMasterKey,
  openVault,
  readErasures,
  requireErasures,
  restoreKeys,
} from '@masar/subjects';
import type { Command } from 'commander';
import { dataFolder, erasuresInLog, vaultOptions, withStore } from '../composition/workplace.js';
import { CommandFailure } from '../failure.js';

/** How long a backup of keys may live where `MASAR_KEY_BACKUP_DAYS` says nothing, and where `--expires` does not. */
const defaultMaximumDays = 90;
const defaultDays = 30;

/** `masar keys`: backups of the keys of names, which expire, and another master key. */
export function addKeys(program: Command): void {
  const keys = program
    .command('keys')
    .description('the keys that open the names of people (see docs/personal-data.md)');
  addBackup(keys);
  addRestore(keys);
  addRotate(keys);
}

function addBackup(keys: Command): void {
  keys
    .command('backup')
    .description('write sealed names and wrapped keys to a new file; keep it apart from the master key')
    .requiredOption('--out <file>', 'the file, which must not exist')
    .option('--expires <days>', 'refused after so many days', String(defaultDays))
    .option('--json', 'for scripts')
    .action(async ({ out, expires, json }: { out: string; expires: string; json?: boolean }) => {
      const backup = await withStore(async (opened) =>
        backupKeys(await vaultOptions(opened), {
          file: out,
          days: Number(expires),
          maximumDays: maximumDays(),
          now: new Date(),
        }),
      );
      const { file, people, expiresAt } = backup;
      process.stdout.write(
        json
          ? `${JSON.stringify(backup)}\n`
          : `${file} holds the keys of ${people} people until ${expiresAt}; the master key is not in it\n`,
      );
    });
}

function addRestore(keys: Command): void {
  keys
    .command('restore <file>')
    .description('bring keys back from a backup, apart from those of people who were erased')
    .requiredOption('--erasures <file>', 'the newest copy of the list of erasures')
    .option('--json', 'for scripts')
    .action(async (file: string, { erasures: list, json }: { erasures: string; json?: boolean }) => {
      const erasures = await readErasures(list);
      const restored = await withStore(async (opened) => {
        requireErasures(erasures, await erasuresInLog(opened));
        const options = { file, erasures, maximumDays: maximumDays(), now: new Date() };
        return restoreKeys(await vaultOptions(opened), options);
      });
      const { restored: brought, known, erased, madeAt } = restored;
      process.stdout.write(
        json
          ? `${JSON.stringify(restored)}\n`
          : `${brought} people of the backup of ${madeAt} can be named again, ${known} could be already, ` +
              `${erased} were erased since and stay so\n`,
      );
    });
}

function addRotate(keys: Command): void {
  keys
    .command('rotate')
    .description(
      'seal every key under another master key; stop whatever runs first, and make a new backup after',
    )
    .action(async () => {
      const { MASAR_VAULT_KEY: current, MASAR_VAULT_KEY_NEXT: given } = process.env;
      if (current && !given) {
        throw new CommandFailure(
          'the master key is in MASAR_VAULT_KEY: give the one that is to follow in MASAR_VAULT_KEY_NEXT (openssl rand -base64 32)',
        );
      }
      const next = await nextMasterKey(dataFolder());
      await withStore(async (opened) => {
        const options = await vaultOptions(opened);
        try {
          await changeMasterKey(options, next);
        } catch (error) {
          if (!(error instanceof VaultError) || error.code !== 'WRONG_MASTER_KEY') throw error;
          // An attempt that broke off when all was done but this: the key that was to follow is the one that opens.
          await openVault({ ...options, masterKey: next }).then(
            (vault) => vault.close(),
            () => Promise.reject(error),
          );
        }
      });
      if (!given) await adoptNextMasterKey(dataFolder());
      process.stdout.write(
        `the names open with ${given ? 'the key that was in MASAR_VAULT_KEY_NEXT: set MASAR_VAULT_KEY to it' : `the new vault.key in ${dataFolder()}: back it up`}; ` +
          'destroy every copy of the former key, and backups of keys made before are worth nothing\n',
      );
    });
}

/** @throws CommandFailure for a setting that cannot be */
function maximumDays(): number {
  const days = Number(process.env['MASAR_KEY_BACKUP_DAYS'] || defaultMaximumDays);
  if (Number.isInteger(days) && days >= 1) return days;
  throw new CommandFailure('MASAR_KEY_BACKUP_DAYS must be a whole number of days, 1 or more');
}
