import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenedEventStore } from '@masar/event-store/open';
import { type Ended, runSource } from '../support/child.js';
import { type TestStore, TestStores } from '../support/stores.js';
import { until } from '../support/until.js';
import { sampleEvent } from '../../libs/event-store/src/contract/sample-events.js';

let stores: TestStores;
let folder: string;
beforeAll(async () => {
  stores = await TestStores.start();
  folder = await mkdtemp(join(tmpdir(), 'masar-fifty-'));
}, 120_000);
afterAll(async () => {
  await stores?.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

describe('fifty thousand events', () => {
  const events = 50_000;
  /** Far less than they take: about 100 MB of text. */
  const heap = ['--max-old-space-size=64'];
  let source: OpenedEventStore;
  let store: TestStore;
  const file = () => join(folder, 'many.gz');
  const run = (what: string, { environment }: TestStore, node: readonly string[] = heap) =>
    runSource(new URL('./support/archive-child.ts', import.meta.url), [what, file()], {
      node,
      env: environment,
    });
  const wellEnded: Partial<Ended> = { code: 0, stderr: '' };

  beforeAll(async () => {
    store = await stores.create();
    source = await store.open();
    const text = 'x'.repeat(2_000);
    for (let stream = 0; stream < events / 200; stream += 1) {
      const batch = Array.from({ length: 200 }, () => sampleEvent({ text }));
      await source.store.append(`sample-${stream}`, 'none', batch);
    }
    await source.close();
    expect(await run('backup', store).ended).toMatchObject(wellEnded);
  }, 180_000);

  it('are backed up and restored in a small heap', async () => {
    const target = await stores.create();
    expect(await run('restore', target).ended).toMatchObject(wellEnded);
    const restored = await target.open();
    expect((await restored.log.head()).position).toBe(events);
    await restored.close();
  }, 180_000);

  it('leave the store empty where the restore is killed in its middle, and a second restore brings them back', async () => {
    const target = await stores.create();
    const watching = await target.open('test');
    try {
      const before = await watching.log.identity();
      const killed = run('restore', target);
      await until('the restore to be under way', async () => {
        const { rows } = await watching.pool.query(
          `select from pg_stat_activity where application_name = 'masar restore' and datname = current_database()
             and query like 'insert into masar.event%' and now() - xact_start > interval '300 ms'`,
        );
        return rows.length > 0;
      });
      killed.process.kill('SIGKILL');
      expect(await killed.ended).toMatchObject({ signal: 'SIGKILL' });
      expect(await watching.log.head()).toEqual({ position: 0, recordedAt: null });
      const unchanged = await watching.pool.query<{ epoch: number }>('select log_id, epoch from masar.log');
      expect(unchanged.rows).toEqual([{ log_id: before.logId, epoch: 1 }]);

      expect(await run('restore', target).ended).toMatchObject(wellEnded);
      expect((await watching.log.head()).position).toBe(events);
    } finally {
      await watching.close();
    }
  }, 180_000);
});
