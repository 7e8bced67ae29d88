/** A process of its own that imports a file, for tests that kill it: `import-child MAPPING FILE PROGRAMME`. */
import { openEventStore, storePlaceOf } from '@masar/event-store/open';
import { importFile, readMappingFile } from '@masar/exchange';
import { openVault } from '@masar/subjects';

const [mapping, file, programme] = process.argv.slice(2) as [string, string, string];
const backend = await openEventStore({
  ...storePlaceOf(process.env),
  dataFolder: '',
  applicationName: 'masar import',
});
const { store, log, pool } = backend;
const subjects = await openVault({
  pool,
  masterKey: Buffer.alloc(32, 7),
  erasures: `${file}.erasures`,
});
const actor = { subject: 'operator' };
await importFile({ file, mapping: await readMappingFile(mapping), programme, store, log, subjects, actor });
await backend.close();
