import type { RowReader } from '../mapping/row-reader.js';
import type { Columns } from '../source/columns.js';
import { RunningDigest, type SourceFile } from '../source/source-file.js';
import { SourceError } from '../source/source-row.js';
import type { ImportOptions } from './import-options.js';
import { ImportPass } from './import-pass.js';
import { readBatches } from './read-batches.js';
import { Tally } from './report.js';
import type { ImportContext } from './row-events.js';

/** What the first pass found. */
export interface Checked {
  readonly tally: Tally;
  /** Of each batch of rows, the digest of the file up to there. */
  readonly fingerprints: readonly string[];
  readonly notes: readonly string[];
  /** False where the file could not be read to its end. */
  readonly readable: boolean;
}

/** The first pass: reads and judges every row, and writes nothing. */
export async function check(
  options: ImportOptions,
  context: ImportContext,
  source: SourceFile,
  reader: RowReader,
): Promise<Checked> {
  const { file, store, log } = options;
  const tally = new Tally();
  const pass = new ImportPass({ file, reader, context, store, log, tally });
  const digest = new RunningDigest();
  const fingerprints: string[] = [];
  const unseen = new Map(reader.wanted.map((name) => [name, reader.fields.get(name)!.path] as const));
  let readable = true;
  try {
    const onHeader = (columns: Columns): void => requireColumns(reader, columns);
    for await (const batch of readBatches(options, source, 'check', onHeader, () => 0)) {
      fingerprints.push(digest.add(batch));
      for (const [name, path] of unseen) if (batch.some((row) => row.has(path))) unseen.delete(name);
      await pass.take(batch);
    }
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    readable = false;
    const { line, column, message } = error;
    tally.problem({ file, line, ...(column !== undefined && { column }), message });
  }
  const notes = [...unseen.keys()].map((name) => `the mapping reads "${name}", which no row of ${file} has`);
  const partly = 'the file is too large to judge every history in a check: its irregular count is a minimum';
  return {
    tally,
    fingerprints,
    notes: [...(tally.rows > 0 ? notes : []), ...(pass.complete ? [] : [partly])],
    readable,
  };
}

/** Every CSV column the mapping reads must be there. */
function requireColumns({ wanted }: RowReader, columns: Columns): void {
  const missing = wanted.filter((name) => !columns.has(name));
  if (missing.length === 0) return;
  const quoted = missing.map((name) => JSON.stringify(name)).join(', ');
  throw new SourceError(
    `the mapping reads ${quoted}, which the header does not have; it has: ${columns.names.join(', ')}`,
    columns.line ?? 1,
  );
}
