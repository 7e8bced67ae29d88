import { describe, expect, it } from '@jest/globals';
import { summary } from './jest-summary-reporter.js';

const suite = (numFailingTests, testExecError) => ({ numFailingTests, testExecError });

function run(counts, testResults = []) {
  return {
    numPassedTests: 0,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults,
    ...counts,
  };
}

describe('the last line of a test run', () => {
  it('counts what passed and what failed', () => {
    expect(summary(run({ numPassedTests: 3, numFailedTests: 2 }, [suite(2), suite(0)]))).toBe(
      '3 passed, 2 failed',
    );
  });

  it('counts a suite that could not be loaded as one failure', () => {
    const broken = suite(0, { message: 'Cannot find module' });
    expect(summary(run({ numPassedTests: 3 }, [broken, suite(0)]))).toBe('3 passed, 1 failed');
  });

  it('counts the tests a failed hook took with it once', () => {
    const hooked = suite(4, { message: 'no database' });
    expect(summary(run({ numFailedTests: 4 }, [hooked]))).toBe('0 passed, 4 failed');
  });

  it('counts a run that does not end by itself as a failure', () => {
    expect(summary(run({ numPassedTests: 2 }), true)).toBe('2 passed, 1 failed');
  });

  it('says what was skipped before the last line, not in it', () => {
    expect(summary(run({ numPassedTests: 1, numPendingTests: 2, numTodoTests: 1 }))).toBe(
      '3 skipped\n1 passed, 0 failed',
    );
  });
});
