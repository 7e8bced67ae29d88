import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isHeld, newHolding } from './process-identity.js';

/**
 * Who uses the server: one file each, named by the process. The last to leave stops the server, so all calls
 * are made under the folder's lock. The file of a process that died counts for nothing and is removed.
 */
export class Holders {
  constructor(private readonly folder: string) {}

  /** Adds this process and answers with the name to leave by. */
  async enter(): Promise<string> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const holding = newHolding();
    await writeFile(join(this.folder, holding), '', { flag: 'wx', mode: 0o600 });
    return holding;
  }

  /** How many living holders there are. */
  async count(): Promise<number> {
    let alive = 0;
    for (const name of await readdir(this.folder).catch(() => [])) {
      if (isHeld(name)) alive += 1;
      else await rm(join(this.folder, name), { force: true });
    }
    return alive;
  }

  async leave(holding: string): Promise<void> {
    await rm(join(this.folder, holding), { force: true });
  }
}
