import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { chosenStores } from './jest-stores.js';

const root = join(import.meta.dirname, '..');
/** How long a server may take to say its version. */
const patienceMs = 30_000;

/**
 * Jest reporter for runs against the real server that KURRENTDB_TEST_URL names: fails at once where it does not answer, and
 * ends with a record of the run as Markdown, for docs/stores.md. MASAR_TEST_RECORD names a file it is written to as well.
 */
export default class StoreRecordReporter {
  #server;

  async onRunStart() {
    const url = process.env.KURRENTDB_TEST_URL;
    if (!url || !chosenStores(process.env).includes('kurrentdb')) return;
    try {
      this.#server = await serverVersion(url);
    } catch (error) {
      process.stderr.write(`KURRENTDB_TEST_URL: ${error.message}\n`);
      process.exit(1);
    }
  }

  async onRunComplete(_contexts, { testResults }) {
    if (this.#server === undefined) return;
    const { version } = JSON.parse(
      readFileSync(join(root, 'node_modules/@kurrent/kurrentdb-client/package.json'), 'utf8'),
    );
    const text = record(testResults, {
      server: this.#server,
      client: version,
      node: process.version,
      date: new Date(),
    });
    process.stdout.write(`\n${text}\n`);
    const file = process.env.MASAR_TEST_RECORD;
    if (file) await writeFile(file, text);
  }
}

/** What a run over the server came to: a heading, what ran against what, and a row for each suite. */
export function record(testResults, { server, client, node, date }) {
  const suites = testResults
    .filter(({ displayName }) => displayName?.name === 'kurrentdb')
    .map((result) => ({ path: relative(root, result.testFilePath).replaceAll('\\', '/'), ...counts(result) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const sum = (of) => suites.reduce((total, suite) => total + suite[of], 0);
  const row = (...cells) => `| ${cells.join(' | ')} |`;
  const [passed, failed, skipped] = [sum('passed'), sum('failed'), sum('skipped')];
  return [
    `### KurrentDB ${server}, ${date.toISOString().slice(0, 10)}`,
    '',
    `Server ${server}, client @kurrent/kurrentdb-client ${client}, Node ${node}: ${passed} passed, ${failed} failed, ${skipped} skipped.`,
    '',
    row('suite', 'passed', 'failed', 'skipped'),
    row('---', '---:', '---:', '---:'),
    ...suites.map((suite) => row(`\`${suite.path}\``, suite.passed, suite.failed, suite.skipped)),
    '',
  ].join('\n');
}

/** As the last line of a run counts: a suite that broke outside of its tests is one failure. */
function counts({ numPassingTests, numFailingTests, numPendingTests, numTodoTests, testExecError }) {
  return {
    passed: numPassingTests,
    failed: numFailingTests + (testExecError && numFailingTests === 0 ? 1 : 0),
    skipped: numPendingTests + numTodoTests,
  };
}

/**
 * Asks the server, by the store's own connection, in a process that can be ended whatever the client does.
 *
 * @throws Error with what is wrong in one line, without the password of the URL
 */
export async function serverVersion(url, withinMs = patienceMs) {
  const loader = join(root, 'test/support/ts-loader.mjs');
  const script = join(root, 'test/support/server-version.ts');
  const child = spawn(process.execPath, ['--import', loader, script], {
    env: { ...process.env, KURRENTDB_TEST_URL: url },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: withinMs,
    killSignal: 'SIGKILL',
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk) => (stderr += chunk));
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return stdout.trim();
  const said = stderr.trim().split('\n').at(-1);
  throw new Error(said || `the server did not say its version within ${withinMs / 1000} s`);
}
