import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenedEventStore } from '@masar/event-store/open';
import { backUpLog, restoreLog } from '@masar/exchange';
import { ReadModels, readModels } from '@masar/read-models';
import { ImportFixture } from '../import/support/import-fixture.js';
import { TestStores } from '../support/stores.js';
import { until } from '../support/until.js';
import { sampleEvent } from '../../libs/event-store/src/contract/sample-events.js';

let stores: TestStores;
let folder: string;
beforeAll(async () => {
  stores = await TestStores.start();
  folder = await mkdtemp(join(tmpdir(), 'masar-restore-'));
}, 120_000);
afterAll(async () => {
  await stores?.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

const now = new Date('2026-03-01T10:00:00Z');

/** Every row of every live table of the read models, by model and table. */
async function modelRows(backend: OpenedEventStore): Promise<Record<string, unknown[]>> {
  const { connectionString } = backend;
  const models = await ReadModels.open({ connectionString, log: backend.log, models: readModels });
  try {
    models.start();
    expect(await models.caughtUp(60_000)).toBe(true);
    const rows: Record<string, unknown[]> = {};
    for (const { name, schema } of await models.status()) {
      const { rows: tables } = await backend.pool.query<{ name: string }>(
        'select table_name as name from information_schema.tables where table_schema = $1 order by 1',
        [schema],
      );
      for (const table of tables) {
        const found = await backend.pool.query<{ row: string }>(
          `select t::text as row from ${schema}.${table.name} t order by 1`,
        );
        rows[`${name}.${table.name}`] = found.rows;
      }
    }
    return rows;
  } finally {
    await models.stop();
  }
}

describe('a log restored from a backup', () => {
  it('gives the same events and the same rows in every read model, also in models that were there before', async () => {
    const fixture = await ImportFixture.open('sample');
    const restoredInto = await stores.create();
    const restored = await restoredInto.open();
    try {
      const example = new URL('../../docs/import/example/', import.meta.url).pathname;
      await fixture.import(join(example, 'mapping.yaml'), join(example, 'register.csv'));
      const file = join(folder, 'example.gz');
      await backUpLog({ log: fixture.backend.log, file, now });
      // A service ran on the empty store, and its read models stand at position 0.
      const before = await modelRows(restored);
      expect(Object.values(before).flat()).toEqual([]);

      await restoreLog({ file, restoring: restored.restoring });

      const events = await fixture.events();
      const again = await restored.log.readAll(0, 1_000);
      const whole = ({
        bytes,
        salt,
        recordedAt,
        position,
        id,
        stream,
        revision,
      }: (typeof events)[number]) => ({
        bytes,
        recordedAt,
        position,
        id,
        stream,
        revision,
        salt: Buffer.from(salt).toString('hex'),
      });
      expect(again.map(whole)).toEqual(events.map(whole));
      const rows = await modelRows(restored);
      expect(rows).toEqual(await modelRows(fixture.backend));
      expect(Object.keys(rows)).toEqual(expect.arrayContaining(['items.journey', 'decisions.decision']));
      expect(rows['items.journey']!.length).toBeGreaterThan(10);
      const { logId, epoch } = await fixture.backend.log.identity();
      expect(await restored.log.identity()).toEqual({ logId, epoch: epoch + 1 });
    } finally {
      await restored.close();
      await fixture.close();
    }
  }, 180_000);
});

describe('a backup while others append', () => {
  it('is what the log was when it began, and nothing of what came after', async () => {
    const backend = await (await stores.create()).open();
    const fill = Array.from({ length: 3_000 }, (_, n) =>
      backend.store.append(`sample-before-${n}`, 'none', [sampleEvent({ text: 'before' })]),
    );
    await Promise.all(fill);
    let writing = true;
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let n = 0; writing; n += 1)
        await backend.store.append(`sample-${writer}-${n}`, 'none', [sampleEvent({ text: 'meanwhile' })]);
    });
    const appendedMeanwhile = async (from: number) => (await backend.log.head()).position - from;
    try {
      const file = join(folder, 'meanwhile.gz');
      const { position, events } = await backUpLog({ log: backend.log, file, now });
      await until('events after the backup', async () => (await appendedMeanwhile(position)) > 0);
      expect(events).toBe(position);
      expect(position).toBeGreaterThanOrEqual(3_000);
      const ids = gunzipSync(await readFile(file))
        .toString()
        .split('\n')
        .slice(1, -2)
        .map((line) => (JSON.parse(line) as { id: string }).id);
      const recorded = await backend.log.readAll(0, position);
      expect(ids).toEqual(recorded.map(({ id }) => id));
    } finally {
      writing = false;
      await Promise.all(writers);
      await backend.close();
    }
  }, 120_000);
});
