import { freshStream, sampleEvents } from '../../contract/sample-events.js';
import { openPostgres } from '../open-postgres.js';

/* Appends `count` events one by one to streams of their own, 32 at a time: the second process of a test. */
const [connectionString, count] = process.argv.slice(2) as [string, string];
const backend = await openPostgres({ connectionString });
let left = Number(count);
const work = async (): Promise<void> => {
  while (left > 0) {
    left -= 1;
    await backend.store.append(freshStream(), 'none', sampleEvents(1));
  }
};
await Promise.all(Array.from({ length: 32 }, work));
await backend.close();
