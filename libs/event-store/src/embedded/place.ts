import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { codeOf, EmbeddedPostgresError } from './embedded-error.js';
import type { ServerAccount } from './server-account.js';
import { canReach, giveToOwnerOf, isRoot, letThrough, unprivilegedAccount } from './server-account.js';

/** Where root keeps what the server's account must reach and cannot reach in the data folder. */
export const sharedHome = '/var/lib/masar';

/** Opens (or makes, closed to everyone else) the data folder and the folder in it that is ours. */
export async function openDataDir(dataDir: string): Promise<{ dataDir: string; home: string }> {
  try {
    const made = await mkdir(dataDir, { recursive: true, mode: 0o700 });
    // umask may have taken rights away, and a folder made by somebody else keeps those it has
    if (made) await chmod(dataDir, 0o700);
    const real = await realpath(dataDir);
    const home = join(real, 'postgres');
    for (const folder of [home, join(home, 'lock'), join(home, 'holders')]) {
      if (await mkdir(folder, { recursive: true, mode: 0o700 })) await giveToOwnerOf(real, folder);
    }
    return { dataDir: real, home };
  } catch (error) {
    throw asNotAccessible(error, dataDir);
  }
}

/** Turns a refusal of the file system into an error that says what to do; anything else is passed on. */
export function asNotAccessible(error: unknown, path: string): unknown {
  if (!['EACCES', 'EPERM', 'EROFS', 'ENOTDIR'].includes(codeOf(error))) return error;
  return new EmbeddedPostgresError(
    'DATA_DIR_NOT_ACCESSIBLE',
    `${path} cannot be used by this user (${(error as Error).message}): start as the user it belongs to, or name ` +
      'another folder in MASAR_DATA',
    { cause: error },
  );
}

export interface Place {
  readonly account: ServerAccount;
  readonly clusterDir: string;
  /** How the place is written down: relative within our folder, so that the data folder can be moved. */
  readonly recordAs: string;
}

/**
 * Decides who runs the server and where the cluster lies. A normal user runs it in the data folder. Root has it
 * run by another account: in the data folder too, which that account's group may then pass through (0710), or,
 * where a folder above is closed to it, in `/var/lib/masar/<hash of the data folder>-<id>`.
 */
export async function choosePlace(home: string, id: string, recorded: string | undefined): Promise<Place> {
  const recordAs = recorded ?? 'cluster';
  const clusterDir = resolve(home, recordAs);
  if (!isRoot()) return { account: { name: 'of this process' }, clusterDir, recordAs };

  const account = await unprivilegedAccount(
    (await ownerOf(clusterDir)) || (await ownerOf(resolve(home, '..'))),
  );
  if (isAbsolute(recordAs)) {
    await requireOwner(home, id, clusterDir);
    return { account, clusterDir, recordAs };
  }
  await letThrough(account, resolve(home, '..'));
  await letThrough(account, home);
  if (await canReach(account, home)) return { account, clusterDir, recordAs };
  if (recorded && (await ownerOf(clusterDir)) !== undefined) {
    throw new EmbeddedPostgresError(
      'DATA_DIR_NOT_ACCESSIBLE',
      `root runs PostgreSQL as ${account.name}, who cannot pass through the folders above ${clusterDir}: open them ` +
        `to that user (chmod o+x), or start as the user the data belongs to`,
    );
  }
  const hash = createHash('sha256').update(resolve(home, '..')).digest('hex').slice(0, 8);
  const elsewhere = join(sharedHome, `${hash}-${id.slice(0, 8)}`);
  await mkdir(sharedHome, { recursive: true });
  await chmod(sharedHome, 0o711);
  await mkdir(elsewhere, { recursive: true, mode: 0o700 });
  await letThrough(account, elsewhere);
  await writeFile(join(elsewhere, ownerFile), home);
  return { account, clusterDir: join(elsewhere, 'cluster'), recordAs: join(elsewhere, 'cluster') };
}

/** Beside a cluster that lies elsewhere: whose it is. */
const ownerFile = 'data-folder';

/** A data folder that was moved keeps its cluster; a copy of one must not write into the original's. */
async function requireOwner(home: string, id: string, clusterDir: string): Promise<void> {
  const path = join(clusterDir, '..', ownerFile);
  const owner = await readFile(path, 'utf8').catch(() => undefined);
  if (owner === undefined) {
    throw new EmbeddedPostgresError(
      'DATA_DIR_NOT_ACCESSIBLE',
      `the data of ${home} lay in ${clusterDir}, which is gone: put it back, or remove ${home} to begin anew`,
    );
  }
  if (owner === home) return;
  const original = await readFile(join(owner, 'connection.json'), 'utf8').catch(() => '');
  if (original.includes(id)) {
    throw new EmbeddedPostgresError(
      'DATA_DIR_IN_USE',
      `${home} is a copy of ${owner}, whose data lies in ${clusterDir}: use the original, or take a backup of it and ` +
        'restore that here',
    );
  }
  await writeFile(path, home);
}

async function ownerOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ uid }) => uid,
    () => undefined,
  );
}
