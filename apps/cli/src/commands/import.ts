import { deriveId } from '@masar/commands';
import {
  type ImportProblem,
  type ImportProgress,
  type ImportReport,
  importFile,
  readMappingFile,
} from '@masar/exchange';
import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import { withStoreAndVault } from '../composition/workplace.js';
import { CommandFailure } from '../failure.js';

interface Options {
  readonly map: string;
  readonly programme: string;
  readonly dryRun?: boolean;
  readonly acceptRejects?: boolean;
  readonly json?: boolean;
}

/** Nobody in particular: the operator at this machine. */
const operator = { subject: deriveId('operator', 'local') };

/** `masar import`: a history kept elsewhere, by a mapping file. */
export function addImport(program: Command): void {
  program
    .command('import <file>')
    .description('import a CSV or JSONL file by a mapping (see docs/import)')
    .requiredOption('--map <mapping>', 'the mapping file (YAML)')
    .requiredOption('--programme <ref>', 'the programme to import into; registered where it is not')
    .option('--dry-run', 'check every row and write nothing')
    .option('--accept-rejects', 'write rows with problems to a rejects file and import the others')
    .option('--json', 'the report as JSON')
    .action(async (file: string, options: Options) => {
      const mapping = await readMappingFile(options.map);
      const report = await withStoreAndVault(async (opened, subjects) => {
        const stopping = new AbortController();
        const stop = () => stopping.abort();
        process.once('SIGINT', stop).once('SIGTERM', stop);
        const shown = options.json ? silent : progressOn(process.stderr);
        try {
          return await importFile({
            file,
            mapping,
            programme: options.programme,
            store: opened.store,
            log: opened.log,
            subjects,
            actor: operator,
            dryRun: options.dryRun ?? false,
            acceptRejects: options.acceptRejects ?? false,
            onProgress: (progress) => shown.show(progress),
            signal: stopping.signal,
          });
        } finally {
          shown.end();
          process.off('SIGINT', stop).off('SIGTERM', stop);
        }
      });
      process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : describe(report));
      if (report.outcome === 'refused') throw new CommandFailure(refusal(report));
    });
}

interface Shown {
  show(progress: ImportProgress): void;
  end(): void;
}

const silent: Shown = { show: () => undefined, end: () => undefined };

/** A bar on a terminal, a plain line now and then elsewhere. */
function progressOn(stream: NodeJS.WriteStream): Shown {
  return stream.isTTY ? new Bar(stream) : new Lines(stream);
}

class Bar implements Shown {
  private bar: SingleBar | undefined;
  private pass = '';

  constructor(private readonly stream: NodeJS.WriteStream) {}

  show({ pass, bytes, totalBytes, rows }: ImportProgress): void {
    if (pass !== this.pass) {
      this.bar?.stop();
      this.pass = pass;
      this.bar = new SingleBar({
        stream: this.stream,
        format: `${pass.padEnd(5)} {bar} {percentage}% {rows} rows`,
      });
      this.bar.start(totalBytes, 0, { rows });
    }
    this.bar?.update(bytes, { rows });
  }

  end(): void {
    this.bar?.stop();
  }
}

const lineEveryMs = 2_000;

class Lines implements Shown {
  private shownAt = 0;

  constructor(private readonly stream: NodeJS.WriteStream) {}

  show({ pass, bytes, totalBytes, rows, rate }: ImportProgress): void {
    if (Date.now() - this.shownAt < lineEveryMs && bytes < totalBytes) return;
    this.shownAt = Date.now();
    this.stream.write(`${pass}: ${rows} rows, ${Math.round(rate)} a second\n`);
  }

  end(): void {}
}

/** `file:line:column: message`, as editors and terminals read it. */
function problemLine({ file, line, column, field, message }: ImportProblem): string {
  const place = column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`;
  return `${place}: ${field === undefined ? '' : `${field}: `}${message}`;
}

function describe(report: ImportReport): string {
  const { outcome, summary, problems, changed, notes, rejectsFile, position } = report;
  const { rows, registered, events, unchanged, rejected, skipped, irregular } = summary;
  const flagged = Object.entries(irregular).map(([code, count]) => `  ${code}: ${count}`);
  return [
    ...problems.map(problemLine),
    ...changed.map((row) => `${problemLine(row)} (changed since it was imported; nothing written)`),
    ...notes.map((note) => `note: ${note}`),
    `${outcome}: ${rows} rows, ${registered} items registered, ${events} events, ${unchanged} unchanged, ` +
      `${summary.changed} changed, ${rejected} rejected, ${skipped} skipped`,
    ...(flagged.length > 0 ? ['irregular:', ...flagged] : []),
    ...(rejectsFile === undefined ? [] : [`rejected rows are in ${rejectsFile}`]),
    ...(position === null ? [] : [`the log is at position ${position}`]),
    '',
  ].join('\n');
}

function refusal({ totalProblems, problems }: ImportReport): string {
  const more = totalProblems > problems.length ? `, the first ${problems.length} of which are listed` : '';
  return `nothing was written: ${totalProblems} problems${more}`;
}
