/** Jest reporter: ends a run with `N passed, N failed[, N skipped]` alone on a line. */
export default class SummaryReporter {
  onRunComplete(_contexts, results) {
    // A suite that could not run at all counts as one failure; its tests are not counted twice.
    const failed = results.numFailedTests + results.testResults.filter((r) => r.testExecError && r.numFailingTests === 0).length;
    const skipped = results.numPendingTests + results.numTodoTests;
    const line = `${results.numPassedTests} passed, ${failed} failed` + (skipped ? `, ${skipped} skipped` : '');
    // The default reporter writes to stderr: wait for it, so that this is the last line of both.
    process.stderr.write('', () => process.stdout.write(`${line}\n`));
  }
}
