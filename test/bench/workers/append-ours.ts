import { randomUUID } from 'node:crypto';
import { openEventStore } from '@masar/event-store/open';
import { appendFor, payload } from './payload.js';

const [databaseUrl, concurrency, seconds] = process.argv.slice(2) as [string, string, string];
const opened = await openEventStore({ databaseUrl, dataFolder: '.', applicationName: 'bench' });
await appendFor(Number(concurrency), Number(seconds), (n) =>
  opened.store.append(`bench-${randomUUID()}`, 'none', [
    {
      id: randomUUID(),
      type: 'BenchRecorded',
      schemaVersion: 1,
      decidedOn: '2017-02-07',
      effective: '2017-02-07',
      actor: { subject: 'bench' },
      commandId: 'bench',
      causationId: null,
      correlationId: 'bench',
      data: payload(n),
    },
  ]),
);
await opened.close();
