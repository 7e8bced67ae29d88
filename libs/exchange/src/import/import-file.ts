import { normaliseProgramme, programmeStream, registerProgramme } from '@masar/domain';
import { deriveId, executeOnProgramme, programmeOf } from '@masar/commands';
import { type Actor, ConcurrencyError, type EventLog, type EventStore, StoreError } from '@masar/event-store';
import type { SubjectVault } from '@masar/subjects';
import type { Mapping } from '../mapping/language.js';
import { type RowReader, compileMapping } from '../mapping/row-reader.js';
import type { CsvHeader } from '../source/csv-rows.js';
import { RunningDigest, SourceFile, batches } from '../source/source-file.js';
import { SourceError, type SourceRow } from '../source/source-row.js';
import { ImportError } from './import-error.js';
import { ImportPass, type PassOptions } from './import-pass.js';
import { OrderedAppends } from './ordered-appends.js';
import { RejectsFile, rejectsPath } from './rejects-file.js';
import { type ImportProgress, type ImportReport, Tally } from './report.js';
import type { ImportContext } from './row-events.js';
import { subjectIds } from './subject-ids.js';

export interface ImportOptions {
  readonly file: string;
  readonly mapping: Mapping;
  /** Reference of the programme to import into; registered under it where it is not, once all rows are checked. */
  readonly programme: string;
  readonly store: Pick<EventStore, 'append' | 'readStream'>;
  readonly log: Pick<EventLog, 'find' | 'head'>;
  readonly subjects: Pick<SubjectVault, 'subjectsFor'>;
  /** Who imports. What the source says of who did what is data (`claimedBy`), never the actor. */
  readonly actor: Actor;
  /** Check only: read everything, write nothing. */
  readonly dryRun?: boolean;
  /** Import the rows without a problem, and write the others to the rejects file. */
  readonly acceptRejects?: boolean;
  /** `<file>.rejects.<extension>` beside the file where not given. */
  readonly rejectsFile?: string;
  readonly onProgress?: (progress: ImportProgress) => void;
  /** Stops after the batch at hand; what was written stands. */
  readonly signal?: AbortSignal;
}

const batchSize = 256;
/** How often the writing starts over after somebody else changed an item meanwhile. */
const attempts = 5;

/**
 * Imports a file. A first pass checks every row and writes nothing; the second writes, in the order of the file. A row
 * that was imported before is known by its identity and adds nothing, so that an import that broke off is finished by
 * importing again.
 *
 * @throws ImportError, Refusal for a programme's reference that cannot be one, and StoreError where the store cannot go on; importing again is always safe
 */
export async function importFile(options: ImportOptions): Promise<ImportReport> {
  const { file, mapping, dryRun = false, acceptRejects = false } = options;
  const { reference: programme, isNew } = await programmeFor(options);
  const source = await openSource(options);
  try {
    const reader = compileMapping(mapping);
    const check = new Check(options, programme, source, reader);
    await check.run();
    const { tally, notes } = check;
    if (isNew) notes.push(`programme ${programme} is new: the import registers it`);
    const report = {
      problems: tally.problems,
      totalProblems: tally.totalProblems,
      changed: tally.changedRows,
      notes,
      summary: tally.summary(),
      position: null,
    };
    if (check.unreadable || (tally.totalProblems > 0 && !(acceptRejects && !dryRun)))
      return { ...report, outcome: 'refused' };
    if (dryRun) return { ...report, outcome: 'checked' };
    if (isNew) await register(options, programme);
    const rejects = acceptRejects
      ? new RejectsFile(options.rejectsFile ?? rejectsPath(file), mapping.format)
      : undefined;
    try {
      const { tally: last, attempt } = await write(
        options,
        programme,
        source,
        reader,
        check.fingerprints,
        rejects,
      );
      // A writing that started over met its own rows again; what it wrote in all is what the check foresaw.
      const written = attempt === 1 ? last : tally;
      const hasRejects = (await rejects?.finish()) ?? false;
      return {
        ...report,
        outcome: 'written',
        summary: written.summary(),
        changed: written.changedRows,
        ...(hasRejects && { rejectsFile: rejects!.path }),
        position: (await options.log.head()).position,
      };
    } catch (error) {
      await rejects?.discard();
      throw error;
    }
  } finally {
    await source.close();
  }
}

/** The programme as it spells itself; a new one as the caller does. */
async function programmeFor({
  store,
  programme,
}: ImportOptions): Promise<{ reference: string; isNew: boolean }> {
  normaliseProgramme(programme);
  const { reference } = programmeOf(await store.readStream(programmeStream(programme)));
  return reference === '' ? { reference: programme, isNew: true } : { reference, isNew: false };
}

/** A programme nobody described yet: its name is its reference, in no language, and its date is unknown. */
async function register({ store, log, actor }: ImportOptions, reference: string): Promise<void> {
  const commandId = `import-programme-${normaliseProgramme(reference)}`;
  await executeOnProgramme({ store, log, actor, commandId }, reference, {
    type: 'registerProgramme',
    request: { reference },
    decide: (state) =>
      registerProgramme(state, { reference, name: { und: reference }, decidedOn: { edtf: null } }),
  });
}

async function openSource({ file, mapping }: ImportOptions): Promise<SourceFile> {
  try {
    return await SourceFile.open(file, mapping.format);
  } catch (cause) {
    const code = String((cause as { code?: unknown }).code);
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'ENOTFILE' ? 'it is not a file' : code;
    throw new ImportError('UNREADABLE_FILE', `${file} cannot be read: ${why}`, { cause });
  }
}

function contextOf({ mapping, actor }: ImportOptions, programme: string): ImportContext {
  return {
    programme: programme,
    source: mapping.source,
    actor,
    correlationId: deriveId('import', normaliseProgramme(programme), mapping.source),
    duplicates: mapping.duplicates ?? 'refuse',
    illustrative: mapping.illustrative ?? false,
  };
}

/** The first pass. */
class Check {
  readonly tally = new Tally();
  readonly fingerprints: string[] = [];
  readonly notes: string[] = [];
  /** True where the file ends before its end. */
  unreadable = false;

  constructor(
    private readonly options: ImportOptions,
    private readonly programme: string,
    private readonly source: SourceFile,
    private readonly reader: RowReader,
  ) {}

  async run(): Promise<void> {
    const { options, tally, reader } = this;
    const { file, store, log } = options;
    const pass = new ImportPass({
      file,
      reader,
      context: contextOf(options, this.programme),
      store,
      log,
      tally,
    });
    const digest = new RunningDigest();
    const unseen = new Map([...reader.fields].map(([name, { path }]) => [name, path] as const));
    try {
      const onHeader = (header: CsvHeader): void => requireColumns(reader, header);
      for await (const batch of readBatches(options, this.source, 'check', onHeader, () => 0)) {
        this.fingerprints.push(digest.add(batch));
        for (const [name, path] of unseen) if (batch.some((row) => row.has(path))) unseen.delete(name);
        await pass.take(batch);
      }
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      this.unreadable = true;
      const { line, column, message } = error;
      tally.problem({ file, line, ...(column !== undefined && { column }), message });
    }
    if (tally.rows > 0) {
      for (const name of unseen.keys())
        this.notes.push(`the mapping reads "${name}", which no row of ${file} has`);
    }
    if (!pass.complete)
      this.notes.push(
        'the file is too large to judge every history in a check: its irregular count is a minimum',
      );
  }
}

/** Every CSV column the mapping reads must be there. */
function requireColumns({ fields }: RowReader, { columns, line }: CsvHeader): void {
  const missing = [...fields.keys()].filter((name) => !columns.includes(name));
  if (missing.length === 0) return;
  const quoted = missing.map((name) => JSON.stringify(name)).join(', ');
  throw new SourceError(
    `the mapping reads ${quoted}, which the header does not have; it has: ${columns.join(', ')}`,
    line ?? 1,
  );
}

/** The second pass, started over where somebody else was faster. */
async function write(
  options: ImportOptions,
  programme: string,
  source: SourceFile,
  reader: RowReader,
  fingerprints: readonly string[],
  rejects: RejectsFile | undefined,
): Promise<{ tally: Tally; attempt: number }> {
  const { file, store, log, subjects } = options;
  const subjectsOf = subjectIds(subjects, programme);
  for (let attempt = 1; ; attempt += 1) {
    const tally = new Tally();
    const appends = new OrderedAppends(store);
    const shared = {
      file,
      reader,
      context: contextOf(options, programme),
      store,
      log,
      tally,
      appends,
      subjectsOf,
    };
    const pass = new ImportPass({ ...shared, ...(rejects && { rejects }) } satisfies PassOptions);
    const digest = new RunningDigest();
    let batchNumber = 0;
    try {
      const onHeader = ({ columns }: CsvHeader): void => rejects?.header(columns);
      for await (const batch of readBatches(options, source, 'write', onHeader, () => appends.acknowledged)) {
        // Before anything of the batch is written: it is what was checked.
        if (digest.add(batch) !== fingerprints[batchNumber++]) throw changed(file);
        await pass.take(batch);
      }
      if (batchNumber !== fingerprints.length) throw changed(file);
      await appends.drain();
      return { tally, attempt };
    } catch (error) {
      await appends.settle();
      if (error instanceof SourceError) throw changed(file);
      const lost =
        error instanceof ConcurrencyError ||
        (error instanceof StoreError && error.code === 'PARTIAL_DUPLICATE');
      if (!lost) throw error;
      if (attempt >= attempts) {
        throw new ImportError(
          'CONCURRENT_CHANGES',
          'others keep changing these items: import again to write the rest',
          {
            cause: error,
          },
        );
      }
      await rejects?.restart();
    }
  }
}

function changed(file: string): ImportError {
  return new ImportError('FILE_CHANGED', `${file} changed while it was imported: import it again`);
}

/** The file in batches, telling how far it is. */
async function* readBatches(
  { signal, onProgress }: ImportOptions,
  source: SourceFile,
  pass: ImportProgress['pass'],
  onHeader: (header: CsvHeader) => void,
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
