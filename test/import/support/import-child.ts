/** A process of its own that imports a file, for tests that kill it: `import-child CONNECTION MAPPING FILE PROGRAMME`. */
import { openPostgres } from '@masar/event-store/postgres';
import { importFile, readMappingFile } from '@masar/exchange';
import { openVault } from '@masar/subjects';

const [connectionString, mapping, file, programme] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
];
const backend = await openPostgres({ connectionString });
const { store, log, pool } = backend;
const subjects = await openVault({
  pool,
  masterKey: Buffer.alloc(32, 7),
  erasures: `${file}.erasures`,
});
const actor = { subject: 'operator' };
await importFile({ file, mapping: await readMappingFile(mapping), programme, store, log, subjects, actor });
await backend.close();
