/**
 * Runs the workspace's TypeScript in plain Node, without a build, so that tests can start the real api, the cli
 * or a small child process from source:
 *
 *     node --import <root>/test/support/ts-loader.mjs apps/api/src/main.ts
 *
 * Compiles with the project's .swcrc (as Jest does, decorators' metadata included), takes the `source` condition
 * of the workspace's packages, and finds `./x.ts` where the code says `./x.js`. Stack traces name the sources.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';

const swcrc = fileURLToPath(new URL('../../.swcrc', import.meta.url));

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
  // Here, so that only the thread of the hooks loads the compiler.
  const { transform } = await import('@swc/core');
  const filename = fileURLToPath(url);
  const source = await readFile(filename, 'utf8');
  const { code } = await transform(source, { filename, configFile: swcrc, sourceMaps: 'inline' });
  return { format: 'module', source: code, shortCircuit: true };
}

function isOurSource(url) {
  return (
    url !== undefined &&
    url.startsWith('file:') &&
    /\.ts(?:\?|$)/.test(url) &&
    !url.includes('/node_modules/')
  );
}
