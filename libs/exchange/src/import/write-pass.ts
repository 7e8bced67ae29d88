import { ConcurrencyError, StoreError } from '@masar/event-store';
import type { RowReader } from '../mapping/row-reader.js';
import type { Columns } from '../source/columns.js';
import { RunningDigest, type SourceFile } from '../source/source-file.js';
import { SourceError } from '../source/source-row.js';
import { ImportError } from './import-error.js';
import type { ImportOptions } from './import-options.js';
import { ImportPass, type PassOptions } from './import-pass.js';
import { OrderedAppends } from './ordered-appends.js';
import { readBatches } from './read-batches.js';
import type { RejectsFile } from './rejects-file.js';
import { Tally } from './report.js';
import type { ImportContext } from './row-events.js';
import { subjectIds } from './subject-ids.js';

/** How often the writing starts over after somebody else changed an item meanwhile. */
const attempts = 5;

/**
 * The second pass: writes in the order of the file. Starts over where somebody else was faster; what it wrote by then
 * it meets again as its own.
 *
 * @param fingerprints of the batches that were checked: nothing else is written
 */
export async function write(
  options: ImportOptions,
  context: ImportContext,
  source: SourceFile,
  reader: RowReader,
  fingerprints: readonly string[],
  rejects: RejectsFile | undefined,
): Promise<Tally> {
  const { file, store, log, subjects } = options;
  const subjectsOf = subjectIds(subjects, context.programme);
  const own = { after: (await log.head()).position, correlationId: context.correlationId };
  let careful = false;
  for (let attempt = 1; ; attempt += 1) {
    const tally = new Tally();
    const appends = new OrderedAppends(store, { signal: options.signal });
    const shared = {
      file,
      reader,
      context: { ...context, careful },
      store,
      log,
      tally,
      appends,
      own,
      subjectsOf,
    };
    try {
      await writeOnce(options, source, { ...shared, ...(rejects && { rejects }) }, appends, fingerprints);
      return tally;
    } catch (error) {
      await appends.settle();
      if (error instanceof SourceError) throw changed(file);
      const taken = error instanceof StoreError && error.code === 'EVENT_ID_TAKEN';
      careful ||= taken;
      const lost =
        error instanceof ConcurrencyError ||
        (error instanceof StoreError && error.code === 'PARTIAL_DUPLICATE');
      if (!lost && !taken) throw error;
      if (attempt >= attempts) {
        const message = 'others keep changing these items: import again to write the rest';
        throw new ImportError('CONCURRENT_CHANGES', message, { cause: error });
      }
      await rejects?.restart();
    }
  }
}

async function writeOnce(
  options: ImportOptions,
  source: SourceFile,
  passOptions: PassOptions,
  appends: OrderedAppends,
  fingerprints: readonly string[],
): Promise<void> {
  const { rejects } = passOptions;
  const pass = new ImportPass(passOptions);
  const digest = new RunningDigest();
  let batches = 0;
  const onHeader = ({ names }: Columns): void => rejects?.header(names);
  for await (const batch of readBatches(options, source, 'write', onHeader, () => appends.acknowledged)) {
    // Before anything of the batch is written: it is what was checked.
    if (digest.add(batch) !== fingerprints[batches]) throw changed(options.file);
    batches += 1;
    await pass.take(batch);
  }
  if (batches !== fingerprints.length) throw changed(options.file);
  await appends.drain();
}

function changed(file: string): ImportError {
  return new ImportError('FILE_CHANGED', `${file} changed while it was imported: import it again`);
}
