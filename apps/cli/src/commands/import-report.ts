import { type ImportProblem, type ImportReport, linesToAdd } from '@masar/exchange';

/** How many problems a terminal is shown; `--json` has more. */
const shownProblems = 50;

/** `file:line:column: message`, as editors and terminals read it. */
function problemLine({ file, line, column, field, message }: ImportProblem): string {
  const place = column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`;
  return `${place}: ${field === undefined ? '' : `${field}: `}${message}`;
}

/**
 * A report in lines for people.
 *
 * @param mappingText the mapping, so that lines to add to it stand as they would there
 */
export function describeImport(report: ImportReport, mappingText: string): string {
  const { outcome, summary, problems, changed, notes, rejectsFile, position, unmapped, totalProblems } =
    report;
  const { rows, registered, events, unchanged, rejected, skipped, irregular } = summary;
  const flagged = Object.entries(irregular).map(([code, count]) => `  ${code}: ${count}`);
  const more = totalProblems - Math.min(problems.length, shownProblems);
  return [
    ...problems.slice(0, shownProblems).map(problemLine),
    ...(more > 0
      ? [`… and ${more} more problems${problems.length > shownProblems ? '; --json lists more' : ''}`]
      : []),
    ...changed.map((row) => `${problemLine(row)} (changed since it was imported; nothing written)`),
    ...notes.map((note) => `note: ${note}`),
    ...linesToAdd(mappingText, unmapped).flatMap(({ under, behind, lines }) => [
      `unmapped: the mapping has nothing for these; to add under ${under}${behind === undefined ? '' : `, behind line ${behind}`}:`,
      ...lines,
    ]),
    `${outcome}: ${rows} rows, ${registered} items registered, ${events} events, ${unchanged} unchanged, ` +
      `${summary.changed} changed, ${rejected} rejected, ${skipped} skipped`,
    ...(flagged.length > 0 ? ['irregular:', ...flagged] : []),
    ...(rejectsFile === undefined ? [] : [`rejected rows are in ${rejectsFile}`]),
    ...(position === null ? [] : [`the log is at position ${position}`]),
    '',
  ].join('\n');
}

export function refusalOf({ totalProblems, problems }: ImportReport): string {
  const more = totalProblems > problems.length ? `, the first ${problems.length} of which are listed` : '';
  return `nothing was written: ${totalProblems} ${totalProblems === 1 ? 'problem' : 'problems'}${more}`;
}
