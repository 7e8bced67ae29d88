import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';

/**
 * A file that is there whole or not at all: it is written under another name beside its place, brought to the disk, and
 * renamed.
 */
export class WholeFile {
  readonly stream: Writable;
  private readonly part: string;

  private constructor(
    readonly path: string,
    mode: number,
  ) {
    this.part = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.part`);
    this.stream = createWriteStream(this.part, { flags: 'wx', mode, flush: true });
  }

  /** For its owner alone, and never in the place of another: `EEXIST`. */
  static async secret(path: string): Promise<WholeFile> {
    await refuseExisting(path);
    return new WholeFile(path, 0o600);
  }

  /** For whoever may read this user's files; takes the place of one of that name. */
  static open(path: string): WholeFile {
    return new WholeFile(path, 0o666);
  }

  /** Ends the stream; what it took is on the disk, under the file's name, when this settles. */
  async finish(): Promise<void> {
    this.stream.end();
    await finished(this.stream);
    await rename(this.part, this.path);
    await syncFolder(dirname(this.path));
  }

  /** Leaves nothing behind. Safe after anything. */
  async discard(): Promise<void> {
    this.stream.destroy();
    await finished(this.stream).catch(() => undefined);
    await rm(this.part, { force: true });
  }
}

async function refuseExisting(path: string): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found) throw Object.assign(new Error(`${path} exists`), { code: 'EEXIST' });
}

/** The new name is on the disk too; not every system lets a folder be synced. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
