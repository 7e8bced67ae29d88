import { createServer } from 'node:net';
import { join } from 'node:path';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { record, serverVersion } from './jest-store-record-reporter.js';

const root = join(import.meta.dirname, '..');
const ran = { server: '26.0.1', client: '1.3.1', node: 'v20.0.0', date: new Date('2026-03-01T23:00:00Z') };

function suite(path, counts, store = 'kurrentdb') {
  return {
    testFilePath: join(root, path),
    ...(store && { displayName: { name: store, color: 'white' } }),
    numPassingTests: 0,
    numFailingTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    ...counts,
  };
}

describe('the record of a run against a real server', () => {
  it('says what ran against what, and what came of it, suite by suite', () => {
    const suites = [
      suite('test/stores/kurrentdb-contract.spec.ts', {
        numPassingTests: 40,
        numPendingTests: 1,
        numTodoTests: 1,
      }),
      suite('test/e2e/axes.spec.ts', { numPassingTests: 30, numFailingTests: 2 }),
    ];
    expect(record(suites, ran)).toBe(
      [
        '### KurrentDB 26.0.1, 2026-03-01',
        '',
        'Server 26.0.1, client @kurrent/kurrentdb-client 1.3.1, Node v20.0.0: 70 passed, 2 failed, 2 skipped.',
        '',
        '| suite | passed | failed | skipped |',
        '| --- | ---: | ---: | ---: |',
        '| `test/e2e/axes.spec.ts` | 30 | 2 | 0 |',
        '| `test/stores/kurrentdb-contract.spec.ts` | 40 | 0 | 2 |',
        '',
      ].join('\n'),
    );
  });

  it('counts nothing that ran over PostgreSQL', () => {
    const suites = [suite('test/e2e/axes.spec.ts', { numPassingTests: 30 }, null)];
    expect(record(suites, ran)).toContain(': 0 passed, 0 failed, 0 skipped.');
    expect(record(suites, ran)).not.toContain('axes');
  });

  it('counts a suite that could not be loaded as one failure', () => {
    const suites = [suite('test/e2e/axes.spec.ts', { testExecError: { message: 'Cannot find module' } })];
    expect(record(suites, ran)).toContain('| `test/e2e/axes.spec.ts` | 0 | 1 | 0 |');
  });
});

describe('a server that is named for the tests', () => {
  const oneLine = /^[^\n]+$/;

  it('is refused in one line where nothing listens there', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address();
    server.close();
    const asked = serverVersion(`kurrentdb://who:secret-of-it@127.0.0.1:${port}?tls=false`);
    await expect(asked).rejects.toThrow(oneLine);
    await expect(asked).rejects.not.toThrow('secret-of-it');
  });

  it('is refused in one line where the address is none', async () => {
    await expect(serverVersion('http://127.0.0.1')).rejects.toThrow(/^KURRENTDB_URL is no address/);
  });

  it('is refused once it says nothing for too long', async () => {
    const sockets = [];
    const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const asked = serverVersion(`kurrentdb://127.0.0.1:${silent.address().port}?tls=false`, 3_000);
    await expect(asked).rejects.toThrow(oneLine);
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
});
