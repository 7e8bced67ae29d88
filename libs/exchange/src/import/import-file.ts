import { normaliseProgramme } from '@masar/domain';
import { deriveId } from '@masar/commands';
import { compileMapping } from '../mapping/row-reader.js';
import { layoutOf } from '../mapping/row-layout.js';
import { SourceFile } from '../source/source-file.js';
import { check } from './check-pass.js';
import { ImportError } from './import-error.js';
import type { ImportOptions } from './import-options.js';
import { programmeFor, registerNew } from './import-programme.js';
import { RejectsFile, rejectsPath } from './rejects-file.js';
import type { ImportReport, Tally } from './report.js';
import type { ImportContext } from './row-events.js';
import { write } from './write-pass.js';

/**
 * Imports a file. A first pass checks every row and writes nothing; the second writes, in the order of the file. A row
 * that was imported before is known by its identity and adds nothing, so that an import that broke off is finished by
 * importing again.
 *
 * @throws ImportError, Refusal for a programme's reference that cannot be one, and StoreError where the store cannot go
 *   on; importing again is always safe
 */
export async function importFile(options: ImportOptions): Promise<ImportReport> {
  const { file, mapping, dryRun = false, acceptRejects = false } = options;
  const { reference: programme, isNew } = await programmeFor(options);
  const context = contextOf(options, programme);
  const source = await openSource(options);
  try {
    const reader = compileMapping(mapping);
    const { tally, fingerprints, notes, readable } = await check(options, context, source, reader);
    const isNews = isNew ? [`programme ${programme} is new: the import registers it`] : [];
    const checked = { ...findings(tally), notes: [...notes, ...isNews], position: null };
    const goesOn = readable && (tally.totalProblems === 0 || (acceptRejects && !dryRun));
    if (!goesOn) return { ...checked, outcome: 'refused' };
    if (dryRun) return { ...checked, outcome: 'checked' };
    if (isNew) await registerNew(options, programme);
    const rejects = acceptRejects
      ? new RejectsFile(options.rejectsFile ?? rejectsPath(file), mapping.format)
      : undefined;
    try {
      const written = await write(options, context, source, reader, fingerprints, rejects);
      const hasRejects = (await rejects?.finish()) ?? false;
      return {
        ...checked,
        ...findings(written),
        outcome: 'written',
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

type Findings = Pick<ImportReport, 'summary' | 'problems' | 'totalProblems' | 'changed' | 'unmapped'>;

function findings(tally: Tally): Findings {
  const { problems, totalProblems, changedRows } = tally;
  return {
    summary: tally.summary(),
    problems,
    totalProblems,
    changed: changedRows,
    unmapped: tally.unmapped.list(),
  };
}

async function openSource({ file, mapping }: ImportOptions): Promise<SourceFile> {
  try {
    return await SourceFile.open(file, layoutOf(mapping));
  } catch (cause) {
    const code = String((cause as { code?: unknown }).code);
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'ENOTFILE' ? 'it is not a file' : code;
    throw new ImportError('UNREADABLE_FILE', `${file} cannot be read: ${why}`, { cause });
  }
}

function contextOf({ mapping, actor }: ImportOptions, programme: string): ImportContext {
  return {
    programme,
    source: mapping.source,
    actor,
    correlationId: deriveId('import', normaliseProgramme(programme), mapping.source),
    duplicates: mapping.duplicates ?? 'refuse',
    illustrative: mapping.illustrative ?? false,
    identified: mapping.identity !== undefined,
    careful: false,
  };
}
