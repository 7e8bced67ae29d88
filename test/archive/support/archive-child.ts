/** A process of its own that backs up or restores, for tests that bound it or kill it: `archive-child backup|restore CONNECTION FILE`. */
import { openPostgres } from '@masar/event-store/postgres';
import { backUpLog, restoreLog } from '@masar/exchange';

const [what, connectionString, file] = process.argv.slice(2) as [string, string, string];
const backend = await openPostgres({ connectionString, applicationName: `masar ${what}` });
if (what === 'backup') await backUpLog({ log: backend.log, file, now: new Date() });
else await restoreLog({ file, restoring: backend.restoring });
await backend.close();
