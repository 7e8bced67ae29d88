import { randomUUID } from 'node:crypto';
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';
import { appendFor, payload } from './payload.js';

const [databaseUrl, concurrency, seconds] = process.argv.slice(2) as [string, string, string];
const store = getPostgreSQLEventStore(databaseUrl);
await store.schema.migrate();
await appendFor(Number(concurrency), Number(seconds), (n) =>
  store.appendToStream(`bench-${randomUUID()}`, [
    {
      type: 'BenchRecorded',
      data: payload(n),
      metadata: {
        decidedOn: '2017-02-07',
        effective: '2017-02-07',
        subject: 'bench',
        commandId: 'bench',
        correlationId: 'bench',
      },
    },
  ]),
);
await store.close();
