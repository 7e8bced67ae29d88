/** A process of its own that backs up or restores, for tests that bound it or kill it: `archive-child backup|restore FILE`. */
import { openEventStore, storePlaceOf } from '@masar/event-store/open';
import { backUpLog, restoreLog } from '@masar/exchange';

const [what, file] = process.argv.slice(2) as [string, string];
const backend = await openEventStore({
  ...storePlaceOf(process.env),
  dataFolder: '',
  applicationName: `masar ${what}`,
});
if (what === 'backup') await backUpLog({ log: backend.log, file, now: new Date() });
else await restoreLog({ file, restoring: backend.restoring });
await backend.close();
