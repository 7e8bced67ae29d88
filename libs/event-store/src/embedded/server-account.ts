import { chmod, chown, lchown, lstat, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-error.js';

/** The user PostgreSQL runs as; without ids it is the user of this process. */
export interface ServerAccount {
  readonly name: string;
  readonly ids?: { readonly uid: number; readonly gid: number };
}

/** PostgreSQL refuses to run as root, so root starts it as somebody else. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * The account to run as when this process is root: the owner of what is there already, then a user made for it,
 * then the one that everything without a user of its own runs as. `initdb` wants a user with a name.
 */
export async function unprivilegedAccount(preferredUid?: number): Promise<ServerAccount> {
  const users = (await readFile('/etc/passwd', 'utf8').catch(() => ''))
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4 && Number(fields[2]) !== 0)
    // macOS writes nobody's id as -2
    .map(([name, , uid, gid]) => ({ name: name!, ids: { uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 } }));
  const found =
    (preferredUid ? users.find((user) => user.ids.uid === preferredUid) : undefined) ??
    ['masar', 'postgres', 'nobody'].flatMap((name) => users.find((user) => user.name === name) ?? [])[0];
  if (found) return found;
  throw new EmbeddedPostgresError(
    'START_FAILED',
    'PostgreSQL does not run as root, and /etc/passwd names no user masar, postgres or nobody to run it as: ' +
      'start as a normal user, or set DATABASE_URL',
  );
}

/** Whether the account may do this (4 read, 1 pass through or execute) to what lies at `path`. */
async function allows(account: ServerAccount, path: string, bits: number): Promise<boolean> {
  if (!account.ids) return true;
  const { mode, uid, gid } = await stat(path);
  const shift = uid === account.ids.uid ? 6 : gid === account.ids.gid ? 3 : 0;
  return ((mode >> shift) & bits) === bits;
}

/** Whether the account can pass through every folder down to `path`, itself included, and do `bits` there. */
export async function canReach(account: ServerAccount, path: string, bits = 1): Promise<boolean> {
  let at = await realpath(path);
  if (!(await allows(account, at, bits))) return false;
  while (dirname(at) !== at) {
    at = dirname(at);
    if (!(await allows(account, at, 1))) return false;
  }
  return true;
}

/** Lets the account's group, and nobody else, pass through a folder that was closed to all but its owner. */
export async function letThrough(account: ServerAccount, folder: string): Promise<void> {
  if (!account.ids || (await allows(account, folder, 1))) return;
  const { mode, uid, gid } = await stat(folder);
  // A folder that already grants something to a group of its own is left as its owner wanted it.
  if (gid !== 0 && (mode & 0o070) !== 0) return;
  await chown(folder, uid, account.ids.gid);
  await chmod(folder, (mode & 0o7707) | 0o010);
}

/** Gives a file or a whole folder to the account. */
export async function giveTo(account: ServerAccount, path: string): Promise<void> {
  if (!account.ids) return;
  await lchown(path, account.ids.uid, account.ids.gid);
  // Links are handed over, not followed.
  if (!(await lstat(path)).isDirectory()) return;
  for (const entry of await readdir(path)) await giveTo(account, join(path, entry));
}

/** What root writes into somebody's folder is theirs, so that they can start here again as themselves. */
export async function giveToOwnerOf(folder: string, path: string): Promise<void> {
  if (!isRoot()) return;
  const { uid, gid } = await stat(folder);
  await lchown(path, uid, gid);
}
