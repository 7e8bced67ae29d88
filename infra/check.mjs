/**
 * `npm run check`: every check at once, as they need nothing of each other; what each says comes in one piece. Fails where
 * one does, after all have ended.
 */
import { spawn } from 'node:child_process';

const checks = ['lockfile', 'format:check', 'typecheck', 'lint', 'deps', 'unused'];

/** Runs a script of package.json; answers with how it ended and all it said. */
function run(script) {
  return new Promise((resolve) => {
    const child = spawn('npm', ['run', '--silent', script], {
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk) => (said += chunk));
    child.once('error', (error) => (said += `${error.message}\n`));
    child.once('close', (code) => resolve({ script, passed: code === 0, said }));
  });
}

const started = performance.now();
const ended = await Promise.all(
  checks.map(async (script) => {
    const result = await run(script);
    const seconds = Math.round((performance.now() - started) / 1000);
    console.log(`${result.passed ? 'passed' : 'FAILED'}  npm run ${script} (after ${seconds} s)`);
    if (result.said) process.stdout.write(result.said);
    return result;
  }),
);
const failed = ended.filter(({ passed }) => !passed).map(({ script }) => script);
if (failed.length > 0) console.error(`failed: ${failed.join(', ')}`);
process.exitCode = failed.length > 0 ? 1 : 0;
