import { EventEmitter } from 'node:events';

import { describe, expect, it } from '@jest/globals';

import { createLogger } from './logging/logger.js';
import { Shutdown, type StoppableProcess } from './shutdown.js';
import { gate } from './testing/sample.resolver.js';
import { startTestServer } from './testing/test-server.js';

const log = createLogger({ level: 'silent', json: true });

/** A process that can be signalled and exits into a promise. */
class Signalled extends EventEmitter implements StoppableProcess {
  readonly codes: number[] = [];
  private resolve: (code: number) => void = () => undefined;
  readonly exited = new Promise<number>((resolve) => (this.resolve = resolve));
  exit(code: number): void {
    this.codes.push(code);
    this.resolve(code);
  }
}

describe('stopping', () => {
  it('takes the steps in order, each after the one before, and exits 0', async () => {
    const done: string[] = [];
    const target = new Signalled();
    const shutdown = new Shutdown(log, target);
    for (const name of ['server', 'projections', 'store', 'postgres']) {
      shutdown.add(name, 1_000, async () => {
        done.push(`${name} begins`);
        await Promise.resolve();
        done.push(`${name} ends`);
      });
    }
    shutdown.listen();
    target.emit('SIGTERM');
    expect(await target.exited).toBe(0);
    expect(done.filter((line) => line.endsWith('ends'))).toHaveLength(4);
    expect(done).toEqual(done.toSorted((a, b) => order(a) - order(b)));
    function order(line: string): number {
      return (
        ['server', 'projections', 'store', 'postgres'].indexOf(line.split(' ')[0] ?? '') * 2 +
        Number(line.endsWith('ends'))
      );
    }
  });

  it('goes on after a step that fails or does not end, and exits 1', async () => {
    const done: string[] = [];
    const target = new Signalled();
    const shutdown = new Shutdown(log, target);
    shutdown.add('stuck', 10, () => new Promise(() => undefined));
    shutdown.add('broken', 1_000, () => Promise.reject(new Error('broken')));
    shutdown.add('last', 1_000, () => void done.push('last'));
    shutdown.listen();
    target.emit('SIGINT');
    expect(await target.exited).toBe(1);
    expect(done).toEqual(['last']);
  });

  it('waits for a start under way, and then stops what it opened', async () => {
    const done: string[] = [];
    const target = new Signalled();
    const shutdown = new Shutdown(log, target);
    shutdown.listen();
    let finish = (): void => undefined;
    const start = shutdown.starting(new Promise<void>((resolve) => (finish = resolve)));
    target.emit('SIGTERM');
    expect(shutdown.isStopping).toBe(true);
    shutdown.add('opened meanwhile', 1_000, () => void done.push('closed'));
    finish();
    await start;
    expect(await target.exited).toBe(0);
    expect(done).toEqual(['closed']);
  });

  it('is forced by a second signal, but not by the echo of the first', async () => {
    let now = 0;
    const target = new Signalled();
    const shutdown = new Shutdown(log, target, () => now);
    let over = (): void => undefined;
    const entered = new Promise<void>((resolve) => {
      shutdown.add('slow', 60_000, () => {
        resolve();
        return new Promise((end) => (over = end));
      });
    });
    shutdown.listen();
    target.emit('SIGINT');
    await entered;
    now = 100;
    target.emit('SIGINT');
    expect(target.codes).toEqual([]);
    now = 2_000;
    target.emit('SIGINT');
    expect(await target.exited).toBe(130);
    over();
  });

  it('answers what is at work, and takes no new connection', async () => {
    const server = await startTestServer();
    let open = (): void => undefined;
    gate.opened = new Promise((resolve) => (open = resolve));
    const entered = new Promise<void>((resolve) => (gate.entered = resolve));
    const working = server.ask('{ slow }');
    await entered;
    const closed = server.close();
    await expect(refused(`${server.url}/health/live`)).resolves.toBe(true);
    open();
    expect((await working).body.data).toEqual({ slow: 'done' });
    await closed;
  });
});

/** Asks until a new connection is refused, 5 s at most. */
async function refused(url: string): Promise<boolean> {
  const deadline = performance.now() + 5_000;
  while (performance.now() < deadline) {
    const answer = await fetch(url, { headers: { connection: 'close' } }).catch(() => undefined);
    if (answer === undefined || answer.status === 503) return true;
  }
  return false;
}
