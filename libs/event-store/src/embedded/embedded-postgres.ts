import { join } from 'node:path';
import { connectionString } from './connection-file.js';
import { withFolderLock } from './folder-lock.js';
import { Holders } from './holders.js';
import { openDataDir } from './place.js';
import { readPostmaster, serves } from './postmaster.js';
import { stopServer } from './server.js';
import type { TestSettings } from './starting.js';
import { Starting } from './starting.js';

/** A PostgreSQL that runs from npm's binaries on a folder of ours, shared by the processes that hold it. */
export interface EmbeddedPostgres {
  /** For the database `masar` and its owner of the same name, on 127.0.0.1. */
  readonly connectionString: string;
  /** True where the server was left running by a process that died, and is now ours again. */
  readonly adopted: boolean;
  /** True where another living process had started it. */
  readonly attached: boolean;
  /** PGDATA. */
  readonly clusterDir: string;
  /** True where the cluster could not lie in the data folder (see {@link choosePlace}); then say where it is. */
  readonly relocated: boolean;
  /** The user PostgreSQL runs as, where that is another than this process's. */
  readonly runsAs: string | undefined;
  /** Process id of the postmaster. */
  readonly pid: number;
  /** Lets go of it; the last holder stops the server and waits for its end. Safe to call twice. */
  release(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** The data folder; made, closed to others, where it does not exist. */
  readonly dataDir: string;
  /** Told, in plain sentences, what takes time or surprises. */
  readonly log?: (message: string) => void;
}

/**
 * Starts PostgreSQL on the folder, or joins the one that already runs there.
 *
 * @throws EmbeddedPostgresError
 */
export function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  return hold(options);
}

/** {@link startEmbeddedPostgres}, with what only tests may set. */
export async function hold(options: EmbeddedPostgresOptions, test?: TestSettings): Promise<EmbeddedPostgres> {
  const { home } = await openDataDir(options.dataDir);
  const lock = join(home, 'lock');
  const holders = new Holders(join(home, 'holders'));
  return withFolderLock(lock, async () => {
    const others = await holders.count();
    const holding = await holders.enter();
    let starting: Starting | undefined;
    try {
      starting = await Starting.in(home, options.log ?? (() => undefined), test);
      const { connection, place } = starting;
      const found = await starting.runningServer();
      const { pid, port } = found ?? (await starting.start());
      if (others === 0) await starting.ensureDatabase(port);
      let released: Promise<void> | undefined;
      return {
        connectionString: connectionString(connection, port),
        adopted: found !== undefined && others === 0,
        attached: found !== undefined && others > 0,
        clusterDir: place.clusterDir,
        relocated: !place.clusterDir.startsWith(home),
        runsAs: place.account.ids && place.account.name,
        pid,
        release: () => (released ??= withFolderLock(lock, () => leave(holders, holding, place.clusterDir))),
      };
    } catch (error) {
      await holders.leave(holding);
      if (starting?.spawned) await stopServer(starting.spawned);
      throw error;
    }
  });
}

/** The server may have been started anew by another holder since: the one that runs now is stopped. */
async function leave(holders: Holders, holding: string, clusterDir: string): Promise<void> {
  await holders.leave(holding);
  if ((await holders.count()) > 0) return;
  const postmaster = await readPostmaster(clusterDir);
  if (postmaster && serves(postmaster, clusterDir)) await stopServer(postmaster.pid);
}
