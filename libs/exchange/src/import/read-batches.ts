import type { Columns } from '../source/columns.js';
import { type SourceFile, batches } from '../source/source-file.js';
import type { SourceRow } from '../source/source-row.js';
import { ImportError } from './import-error.js';
import type { ImportOptions } from './import-options.js';
import type { ImportProgress } from './report.js';

const batchSize = 256;

/** The file in batches, telling how far it is. */
export async function* readBatches(
  { signal, onProgress }: Pick<ImportOptions, 'signal' | 'onProgress'>,
  source: SourceFile,
  pass: ImportProgress['pass'],
  onHeader: (columns: Columns) => void,
  events: () => number,
): AsyncGenerator<SourceRow[]> {
  const began = performance.now();
  let bytes = 0;
  let rows = 0;
  const tell = (): void => {
    const seconds = (performance.now() - began) / 1000;
    const rate = seconds > 0 ? rows / seconds : 0;
    onProgress?.({
      pass,
      rows,
      bytes: Math.min(bytes, source.size),
      totalBytes: source.size,
      events: events(),
      rate,
    });
  };
  for await (const batch of batches(
    source.rows((read) => (bytes = read), onHeader),
    batchSize,
  )) {
    if (signal?.aborted)
      throw new ImportError('STOPPED', 'stopped; what was written stands, import again to go on');
    yield batch;
    rows += batch.length;
    tell();
  }
  tell();
}
