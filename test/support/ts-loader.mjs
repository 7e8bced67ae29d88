/**
 * Runs the workspace's TypeScript in plain Node, without a build, so that tests can start the real api, the cli
 * or a small child process from source:
 *
 *     node --import <root>/test/support/ts-loader.mjs apps/api/src/main.ts
 *
 * Compiles with the project's .swcrc (as Jest does, decorators' metadata included), takes the `source` condition
 * of the workspace's packages, and finds `./x.ts` where the code says `./x.js`. Stack traces name the sources.
 * What was compiled is kept under node_modules/.cache, a file a source, and taken while its digest is the same.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';

const swcrc = fileURLToPath(new URL('../../.swcrc', import.meta.url));
const modules = new URL('../../node_modules/', import.meta.url);
const cache = new URL('.cache/masar/compiled/', modules);
const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const compilation = isMainThread
  ? ''
  : sha256(readFileSync(swcrc, 'utf8') + readFileSync(new URL('@swc/core/package.json', modules), 'utf8'));

// Node runs the two hooks below in a thread of their own, which loads this file again.
if (isMainThread) {
  process.setSourceMapsEnabled(true);
  register(import.meta.url);
}

/** Node's hook: where a specifier leads. */
export async function resolve(specifier, context, nextResolve) {
  const withSource = { ...context, conditions: [...new Set([...context.conditions, 'source'])] };
  if (/^\.{1,2}\//.test(specifier) && specifier.endsWith('.js') && isOurSource(context.parentURL)) {
    const typescript = `${specifier.slice(0, -'.js'.length)}.ts`;
    if (existsSync(fileURLToPath(new URL(typescript, context.parentURL)))) {
      return nextResolve(typescript, withSource);
    }
  }
  return nextResolve(specifier, withSource);
}

/** Node's hook: the code behind a URL. */
export async function load(url, context, nextLoad) {
  if (!isOurSource(url)) return nextLoad(url, context);
  const filename = fileURLToPath(url);
  const source = await readFile(filename, 'utf8');
  const code = await compiled(filename, source);
  return { format: 'module', source: code, shortCircuit: true };
}

/** From the cache, or compiled and put there; a cache that cannot be read or written is done without. */
async function compiled(filename, source) {
  const digest = sha256(`${compilation}\n${source}`);
  const kept = new URL(`${sha256(filename)}.json`, cache);
  try {
    const found = JSON.parse(await readFile(kept, 'utf8'));
    if (found.digest === digest) return found.code;
  } catch {
    // Not compiled yet.
  }
  // Here, so that only the thread of the hooks loads the compiler, and only where there is something to compile.
  const { transform } = await import('@swc/core');
  const { code } = await transform(source, { filename, configFile: swcrc, sourceMaps: 'inline' });
  try {
    await mkdir(cache, { recursive: true });
    const scratch = new URL(`${kept.href}.${process.pid}`);
    await writeFile(scratch, JSON.stringify({ digest, code }));
    await rename(scratch, kept);
  } catch {
    // Then the next process compiles it once more.
  }
  return code;
}

function isOurSource(url) {
  return (
    url !== undefined &&
    url.startsWith('file:') &&
    /\.ts(?:\?|$)/.test(url) &&
    !url.includes('/node_modules/')
  );
}
