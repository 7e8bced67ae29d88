import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { payload } from './payload.js';

/* The least a store could do: inserts of 500 rows into a table with the columns and indexes of the log. */
const [databaseUrl, seconds] = process.argv.slice(2) as [string, string];
const client = new pg.Client({ connectionString: databaseUrl });
await client.connect();
await client.query(`create schema if not exists bench;
  create table if not exists bench.event (like masar.event including all)`);
const { rows } = await client.query<{ last: string | null }>('select max(position) as last from bench.event');
let position = Number(rows[0]!.last ?? 0);
const meta = JSON.stringify({
  decidedOn: '2017-02-07',
  effective: '2017-02-07',
  actor: { subject: 'bench' },
  commandId: 'bench',
  causationId: null,
  correlationId: 'bench',
});
const perStatement = 500;
const places = Array.from({ length: perStatement }, (_, row) => {
  const at = row * 7;
  return `($${at + 1},$${at + 2},0,$${at + 3},$${at + 4},1,now(),$${at + 5},$${at + 6},$${at + 7})`;
}).join();
const insert = async (): Promise<void> => {
  const values = Array.from({ length: perStatement }, () => {
    position += 1;
    const data = JSON.stringify(payload(position));
    return [position, `bench-${randomUUID()}`, randomUUID(), 'BenchRecorded', meta, data, randomBytes(32)];
  }).flat();
  await client.query({ name: 'insert', text: `insert into bench.event values ${places}`, values });
};
for (const warm = performance.now() + 700; performance.now() < warm;) await insert();
let counted = 0;
const began = performance.now();
while (performance.now() - began < Number(seconds) * 1_000) {
  await insert();
  counted += perStatement;
}
process.stdout.write(`${counted / ((performance.now() - began) / 1_000)}\n`);
await client.end();
