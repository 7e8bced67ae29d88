import pg from 'pg';

/*
 * Reads the whole log in keyset pages of 1,000, with plain `pg` at its best: one prepared statement, rows as arrays,
 * numbers and JSON parsed by its own parsers. Prints events a second.
 */
const [databaseUrl] = process.argv.slice(2) as [string];
const client = new pg.Client({ connectionString: databaseUrl });
await client.connect();
const [bigintType, jsonType] = [20, 114];
const parsers: Record<number, (text: string) => unknown> = { [bigintType]: Number, [jsonType]: JSON.parse };
const asText = (text: string): string => text;
const page = {
  name: 'page',
  text: `select position, stream, revision, id, type, schema_version, recorded_at, meta, data
    from masar.event where position > $1 order by position limit 1000`,
  rowMode: 'array' as const,
  types: { getTypeParser: (oid: number) => parsers[oid] ?? asText },
};
const began = performance.now();
let read = 0;
for (let after = 0; ;) {
  const { rows } = await client.query<[number, ...unknown[]]>({ ...page, values: [after] });
  read += rows.length;
  if (rows.length < 1_000) break;
  after = rows.at(-1)![0];
}
process.stdout.write(`${read / ((performance.now() - began) / 1_000)}\n`);
await client.end();
