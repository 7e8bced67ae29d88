import type { Erasures } from './erasures.js';
import type { SubjectVault } from './vault.js';

/**
 * Erases again whom a list of erasures names, after a vault or a log came back from a backup, and takes the list over
 * into the vault's own. Safe to do again.
 *
 * @returns how many people the list names
 * @throws VaultError what is wrong with the vault's own list
 */
export async function reapply(vault: Pick<SubjectVault, 'erase'>, { entries }: Erasures): Promise<number> {
  await vault.erase(entries);
  return new Set(entries.map(({ subject }) => subject)).size;
}
