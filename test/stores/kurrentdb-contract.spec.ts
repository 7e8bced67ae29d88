import { afterAll, beforeAll } from '@jest/globals';
import { openKurrent } from '@masar/event-store/kurrentdb';
import { type TestPostgres, testPostgres } from '@masar/event-store/testing';
import { eventStoreContract } from '../../libs/event-store/src/contract/event-store-contract.js';
import { logRestoreContract } from '../../libs/event-store/src/contract/log-restore-contract.js';
import { KurrentDouble } from '../support/kurrent-double/kurrent-double.js';

let postgres: TestPostgres;
const doubles: KurrentDouble[] = [];

beforeAll(async () => {
  postgres = await testPostgres();
}, 120_000);
afterAll(async () => {
  await Promise.all(doubles.map((double) => double.stop()));
  await postgres?.stop();
}, 60_000);

/** Where a store can be opened: a double and a database, both empty. */
async function place(): Promise<{ readonly url: string; readonly connectionString: string }> {
  const double = await KurrentDouble.start();
  doubles.push(double);
  return { url: double.url, connectionString: await postgres.createDatabase() };
}

let first: ReturnType<typeof place> | undefined;
// Opened again, it is the same store, as another process would open it.
eventStoreContract('KurrentDB (double)', async () => openKurrent(await (first ??= place())));

logRestoreContract('KurrentDB (double)', async () => openKurrent(await place()));
