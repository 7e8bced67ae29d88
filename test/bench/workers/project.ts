import { openEventStore } from '@masar/event-store/open';
import { ReadModels } from '@masar/read-models';
import { benchModel } from './projection-model.js';

/*
 * Projects the whole log into one model: a live build catches up, a model without one is built. Prints events a second,
 * from the start of the engine on, and removes what it built.
 */
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
if (!(await models.caughtUp(200_000))) throw new Error('the projection did not catch up');
process.stdout.write(`${position / ((performance.now() - began) / 1_000)}\n`);
const [status] = await models.status();
await models.stop();
await opened.pool.query(`drop schema ${status!.schema!} cascade`);
await opened.pool.query('delete from masar.read_model where schema = $1', [status!.schema]);
await opened.close();
