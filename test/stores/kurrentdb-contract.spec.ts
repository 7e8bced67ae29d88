import { afterAll, beforeAll } from '@jest/globals';
import { eventStoreContract } from '../../libs/event-store/src/contract/event-store-contract.js';
import { logRestoreContract } from '../../libs/event-store/src/contract/log-restore-contract.js';
import { type TestStore, TestStores } from '../support/stores.js';

/** Over PostgreSQL alone the contract stands beside its adapter. */
let stores: TestStores;
beforeAll(async () => {
  stores = await TestStores.start();
}, 120_000);
afterAll(() => stores?.stop(), 60_000);

let first: Promise<TestStore> | undefined;
// Opened again, it is the same store, as another process would open it.
eventStoreContract('KurrentDB', async () => (await (first ??= stores.create())).open());

logRestoreContract('KurrentDB', async () => (await stores.create()).open());
