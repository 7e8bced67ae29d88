import { openEventStore } from '@masar/event-store/open';
import { ReadModels } from '@masar/read-models';
import { benchModel } from './projection-model.js';

/* Projects the whole log into one model: a live build catches up, a model without one is built. Prints events a second. */
const [databaseUrl, name] = process.argv.slice(2) as [string, string];
const opened = await openEventStore({ databaseUrl, dataFolder: '.', applicationName: 'bench' });
const models = await ReadModels.open({
  connectionString: databaseUrl,
  log: opened.log,
  models: [benchModel(name)],
});
const { position } = await opened.log.head();
const began = performance.now();
models.start();
if (!(await models.caughtUp(300_000))) throw new Error('the projection did not catch up');
process.stdout.write(`${position / ((performance.now() - began) / 1_000)}\n`);
await models.stop();
await opened.close();
