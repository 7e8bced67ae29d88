import { randomUUID } from 'node:crypto';
import { openEventStore } from '@masar/event-store/open';
import { ReadModels } from '@masar/read-models';
import { payload } from './payload.js';
import { benchItems, benchModel } from './projection-model.js';

/*
 * Makes the live builds of the models named while the log is empty, so that each is later caught up as live projections
 * are; then fills the log. Prints how many events it holds.
 */
const [databaseUrl, count, ...names] = process.argv.slice(2) as [string, string, ...string[]];
const opened = await openEventStore({ databaseUrl, dataFolder: '.', applicationName: 'bench' });
const models = await ReadModels.open({
  connectionString: databaseUrl,
  log: opened.log,
  models: names.map(benchModel),
});
models.start();
if (!(await models.caughtUp(60_000))) throw new Error('the models were not made in time');
await models.stop();
const states = ['Proposed', 'UnderReview', 'Adopted', 'Approved', 'Planned', 'InImplementation'];
const perItem = Math.ceil(Number(count) / benchItems);
const item = async (n: number): Promise<void> => {
  for (let revision = 0; revision < perItem; revision += 1) {
    await opened.store.append(`bench-${n}`, revision === 0 ? 'none' : revision - 1, [
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
        data: { ...payload(n), state: states[revision % states.length]! },
      },
    ]);
  }
};
let next = 0;
const loop = async (): Promise<void> => {
  while (next < benchItems) await item((next += 1));
};
await Promise.all(Array.from({ length: 256 }, loop));
// As a table is that has been there for a while; otherwise the first to read it would do this for the others.
await opened.pool.query('vacuum (analyze) masar.event');
process.stdout.write(`${(await opened.log.head()).position}\n`);
await opened.close();
