import { openEventStore } from '@masar/event-store/open';

/* Reads the whole log in keyset pages of 1,000 and parses every event's data. Prints events a second. */
const [databaseUrl] = process.argv.slice(2) as [string];
const opened = await openEventStore({ databaseUrl, dataFolder: '.', applicationName: 'bench' });
const began = performance.now();
let read = 0;
for (let after = 0; ;) {
  const events = await opened.log.readAll(after, 1_000);
  for (const { data } of events) if (data['reference'] !== undefined) read += 1;
  if (events.length < 1_000) break;
  after = events.at(-1)!.position;
}
process.stdout.write(`${read / ((performance.now() - began) / 1_000)}\n`);
await opened.close();
