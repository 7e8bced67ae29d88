import type { RecordedEvent } from '@masar/event-store';
import type { TestPostgres } from '@masar/event-store/testing';
import { testPostgres } from '@masar/event-store/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { layoutOf } from './layout.js';
import type { ProjectionOptions } from './projection.js';
import { Projection } from './projection.js';
import type { Build } from './registry.js';
import { insertBuilding, migrations } from './registry.js';
import { createIndexes, createTables, schemaName } from './schema.js';
import { foldPlainly, rowsAt } from './testing/read-rows.js';
import { toyEvent, toyModel } from './testing/toy-model.js';

let postgres: TestPostgres;
let writer: pg.Client;
let reader: pg.Pool;
let builds = 0;
const model = toyModel();

beforeAll(async () => {
  postgres = await testPostgres();
  reader = new pg.Pool({ connectionString: postgres.connectionString, max: 2 });
  // Stopping the server may meet a connection that is still closing.
  reader.on('error', () => undefined);
  writer = new pg.Client(postgres.connectionString);
  writer.on('error', () => undefined);
  await writer.connect();
  await writer.query(migrations[0]!.sql);
}, 60_000);

afterAll(async () => {
  await writer?.end();
  await reader?.end();
  await postgres?.stop();
});

async function newSchema(mode: ProjectionOptions['mode']): Promise<string> {
  const schema = schemaName(model, ++builds);
  await writer.query(createTables(schema, layoutOf(model)));
  if (mode === 'indexed') await writer.query(createIndexes(schema, layoutOf(model)));
  await insertBuilding(writer, model, schema);
  return schema;
}

/** As the process would after a restart: nothing in memory. */
function projection(schema: string, checkpoint: number, options: Partial<ProjectionOptions>): Projection {
  const build: Build = {
    schema,
    name: model.name,
    version: 1,
    role: 'building',
    checkpoint,
    eventId: null,
    halted: null,
  };
  const memory = { memory: 10_000, bulkMemory: 10_000 };
  return new Projection(model, build, reader, writer, { ...memory, mode: 'indexed', ...options });
}

const key = fc.constantFrom('a', 'b', 'c', 'd,"e"\\', 'ش\t\n');
const word = fc.constantFrom(
  'one',
  'two words',
  '',
  'back\\slash\tand tab',
  'U+0000: \u0000',
  'مسار',
  '{"x"}',
  '\\N',
);
const change = fc.record(
  {
    keys: fc.array(key, { maxLength: 3 }),
    title: word,
    tags: fc.array(fc.tuple(word, fc.integer({ min: -2, max: 12 }), fc.integer({ min: 0, max: 2 })), {
      maxLength: 3,
    }),
    untag: word,
    clear: fc.boolean(),
    skip: fc.boolean(),
  },
  { requiredKeys: ['keys'] },
);
/** PostgreSQL has no U+0000 in text: what the engine stores for it is known, and the reference gets it at once. */
const events = fc
  .array(change, { minLength: 1, maxLength: 40 })
  .map((changes) =>
    changes.map((data, index) =>
      toyEvent(
        index + 1,
        JSON.parse(JSON.stringify(data).replaceAll('\\u0000', '\uFFFD')) as RecordedEvent['data'],
      ),
    ),
  );

describe('projection', () => {
  it('holds at every position the rows a plain fold makes, whatever the batches, restarts and memory', async () => {
    await fc.assert(
      fc.asyncProperty(
        events,
        fc.infiniteStream(fc.record({ size: fc.integer({ min: 1, max: 15 }), restart: fc.boolean() })),
        fc.constantFrom(0, 3, 1_000),
        fc.boolean(),
        async (log, cuts, memory, startsInBulk) => {
          const mode = startsInBulk ? 'bulk' : 'indexed';
          const schema = await newSchema(mode);
          let current = projection(schema, 0, { memory, mode });
          let writing: Promise<unknown> = Promise.resolve();
          for (let at = 0; at < log.length;) {
            const { size, restart } = cuts.next().value;
            // The next batch is folded while the one before is written, as the engine does.
            const folded = await current.prepare(log.slice(at, at + size));
            await writing;
            writing = current.write(folded);
            at += size;
            if (!restart) continue;
            await writing;
            await current.index();
            current = projection(schema, current.checkpoint, { memory });
          }
          await writing;
          await current.index();
          for (let position = 0; position <= log.length; position++) {
            expect(await rowsAt(reader, model, schema, position)).toEqual(
              foldPlainly(model, log.slice(0, position)),
            );
          }
          await writer.query(
            `DROP SCHEMA ${schema} CASCADE; DELETE FROM masar.read_model WHERE schema = '${schema}'`,
          );
        },
      ),
      { numRuns: 60 },
    );
  }, 120_000);

  it('keeps no version that changes nothing', async () => {
    const schema = await newSchema('indexed');
    const current = projection(schema, 0, {});
    const data = { keys: ['a'], tags: [['x', 1, 1]] as [string, number, number][] };
    await current.applyHalving([1, 2, 3].map((position) => toyEvent(position, data)));
    const { rows } = await reader.query(`SELECT valid_from::int, valid_to::text FROM ${schema}.tag`);
    expect(rows).toEqual([{ valid_from: 1, valid_to: '9223372036854775807' }]);
    expect((await reader.query(`SELECT count(*)::int AS n FROM ${schema}.step`)).rows).toEqual([{ n: 3 }]);
  });
});
