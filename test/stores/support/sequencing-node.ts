import { openKurrent } from '@masar/event-store/kurrentdb';

/** A process that asks for the sequencer's lease, and writes the ordered log while it holds it; until it is ended. */
const [url, connectionString, applicationName] = process.argv.slice(2) as [string, string, string];
const backend = await openKurrent({ url, connectionString, applicationName, silenceMs: 2_000 });
process.stdout.write('open\n');
process.once('SIGTERM', () => void backend.close());
