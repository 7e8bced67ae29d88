import { randomBytes, randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { asNotAccessible } from './place.js';
import { giveToOwnerOf } from './server-account.js';

/** What another process needs to reach the server: `connection.json`, readable by its owner only. */
export interface Connection {
  /** Made once for each data folder. */
  readonly id: string;
  /** Of the superuser `postgres`. */
  readonly adminPassword: string;
  /** Of `masar`, who owns the database and is nothing more. */
  readonly password: string;
  /** Where the cluster lies, relative to our folder or absolute; absent before the first start. */
  readonly cluster?: string;
  /** The port of the last start, tried again by the next. */
  readonly port?: number;
}

/** Reads the file; a new connection with random passwords where there is none. */
export async function readConnection(home: string): Promise<Connection> {
  const path = join(home, 'connection.json');
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Connection;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as Error).name === 'SyntaxError') {
      const secret = (): string => randomBytes(32).toString('base64url');
      return { id: randomUUID(), adminPassword: secret(), password: secret() };
    }
    throw asNotAccessible(error, path);
  }
}

/** Replaces the file as a whole; it is on the disk when this returns. */
export async function writeConnection(home: string, connection: Connection): Promise<void> {
  const path = join(home, 'connection.json');
  const scratch = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    const file = await open(scratch, 'wx', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(connection, null, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await giveToOwnerOf(home, scratch);
    await rename(scratch, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(scratch, { force: true });
    throw asNotAccessible(error, path);
  }
}

/** Puts the names in a folder on the disk. Windows cannot and need not. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The user name and database are fixed; the server answers on loopback only. */
export function connectionString(connection: Connection, port: number, database = 'masar'): string {
  return `postgresql://masar:${connection.password}@127.0.0.1:${port}/${database}`;
}
