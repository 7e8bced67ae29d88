import { SQL } from '@event-driven-io/dumbo';
import {
  getPostgreSQLEventStore,
  postgreSQLEventStoreConsumer,
  postgreSQLRawSQLProjection,
} from '@event-driven-io/emmett-postgresql';
import pg from 'pg';
import { payload } from './payload.js';

/* Fills a store of Emmett's with `count` events, then projects them with its SQL projector. Prints events a second. */
const [databaseUrl, count] = process.argv.slice(2) as [string, string];
const total = Number(count);
const store = getPostgreSQLEventStore(databaseUrl);
await store.schema.migrate();
await store.schema.dangerous
  .truncate({ resetSequences: true, truncateProjections: true })
  .catch(() => undefined);
const client = new pg.Client({ connectionString: databaseUrl });
await client.connect();
await client.query(`drop table if exists bench_item; drop table if exists bench_history;
  create table bench_item (key text primary key, state text, title text, changes int, position bigint);
  create table bench_history (position bigint primary key, key text, state text, reason text)`);
const perStream = 20;
for (let n = 0; n < total / perStream; n += 1) {
  const events = Array.from({ length: perStream }, () => ({
    type: 'BenchRecorded' as const,
    data: payload(n),
  }));
  await store.appendToStream(`bench-${n}`, events);
}
type BenchRecorded = { type: 'BenchRecorded'; data: ReturnType<typeof payload> };
const projection = postgreSQLRawSQLProjection<BenchRecorded & { metadata: { globalPosition: bigint } }>({
  name: `bench_${process.pid}`,
  canHandle: ['BenchRecorded'],
  evolve: ({ data, metadata }) => {
    const position = Number(metadata.globalPosition);
    return [
      SQL`insert into bench_item values (${data['reference']}, ${data['state']}, ${data['title']}, 1, ${position})
          on conflict (key) do update set state = excluded.state, changes = bench_item.changes + 1, position = excluded.position`,
      SQL`insert into bench_history values (${position}, ${data['reference']}, ${data['state']}, ${data['reason']})`,
    ];
  },
});
const consumer = postgreSQLEventStoreConsumer({
  connectionString: databaseUrl,
  stopWhen: { noMessagesLeft: true },
  pulling: { batchSize: 1_000 },
});
consumer.projector({ processorId: `bench_${process.pid}`, projection: projection as never });
const began = performance.now();
await consumer.start();
const seconds = (performance.now() - began) / 1_000;
const { rows } = await client.query<{ n: string }>('select count(*) as n from bench_history');
await consumer.close();
await client.end();
await store.close();
if (Number(rows[0]!.n) !== total) throw new Error(`projected ${rows[0]!.n} of ${total}`);
process.stdout.write(`${total / seconds}\n`);
process.exit(0);
