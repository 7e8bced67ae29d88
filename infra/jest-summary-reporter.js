/** How long a finished run may take to end. */
const patienceMs = 30_000;

/** Jest reporter: ends a run with `N passed, N failed` alone on the last line; what was skipped stands before it. */
export default class SummaryReporter {
  #watching;
  #results;
  #hangs = false;

  constructor({ watch, watchAll }) {
    this.#watching = watch || watchAll;
    // Jest's own summary comes after every reporter, and its warning of what still runs after that.
    process.once('exit', () => {
      if (this.#results) process.stdout.write(`${summary(this.#results, this.#hangs)}\n`);
    });
  }

  onRunComplete(_contexts, results) {
    this.#results = results;
    if (!this.#watching) setTimeout(() => this.#end(), patienceMs).unref();
  }

  /** A test that leaves something running would otherwise hold up a build for ever. */
  #end() {
    process.stderr.write('A test left something running, which keeps the process from ending: a failure.\n');
    this.#hangs = true;
    process.exit(1);
  }
}

/**
 * What a run came to. A suite that could not be loaded, or that broke outside of its tests, counts as one failure;
 * where its tests failed with it (a `beforeAll` that threw fails every test), they are not counted once more. A run
 * that does not end by itself is a failure too.
 */
export function summary(results, hangs = false) {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = results;
  const broken = testResults.filter(
    ({ testExecError, numFailingTests }) => testExecError && numFailingTests === 0,
  );
  const failed = numFailedTests + broken.length + (hangs ? 1 : 0);
  const skipped = numPendingTests + numTodoTests;
  const line = `${numPassedTests} passed, ${failed} failed`;
  return skipped === 0 ? line : `${skipped} skipped\n${line}`;
}
