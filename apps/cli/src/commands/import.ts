import { readFile } from 'node:fs/promises';
import { deriveId } from '@masar/commands';
import {
  type ImportProgress,
  type ImportReport,
  importFile,
  linesToAdd,
  readMappingFile,
} from '@masar/exchange';
import type { Command } from 'commander';
import { withStoreAndVault } from '../composition/workplace.js';
import { CommandFailure } from '../failure.js';
import { type Progress, progressOn, stoppable } from '../progress.js';
import { describeImport, refusalOf } from './import-report.js';
import { suggest } from './import-suggest.js';

interface Options {
  readonly map?: string;
  readonly programme?: string;
  readonly dryRun?: boolean;
  readonly acceptRejects?: boolean;
  readonly suggest?: boolean;
  readonly out?: string;
  readonly json?: boolean;
}

/** Nobody in particular: the operator at this machine. */
const operator = { subject: deriveId('operator', 'local') };

/** `masar import`: a history kept elsewhere, by a mapping file; or a first draft of such a file. */
export function addImport(program: Command): void {
  program
    .command('import <file>')
    .description('import a CSV, JSON Lines or JSON file by a mapping (see docs/importing.md)')
    .option('--map <mapping>', 'the mapping file (YAML)')
    .option('--programme <ref>', 'the programme to import into; registered where it is not')
    .option('--dry-run', 'check every row and write nothing')
    .option('--accept-rejects', 'write rows with problems to a rejects file and import the others')
    .option('--suggest', 'import nothing: draft a mapping from what the file holds')
    .option('--out <mapping>', 'where --suggest writes its draft; printed where not given')
    .option('--json', 'the report as JSON')
    .action(async (file: string, options: Options) => {
      if (options.suggest) return suggest(file, options);
      const { map, programme, json } = options;
      if (map === undefined || programme === undefined) {
        throw new CommandFailure(
          `an import needs --map and --programme; a first mapping is drafted by: masar import ${file} --suggest --out mapping.yaml`,
        );
      }
      const report = await run(file, map, programme, options);
      const mappingText = await readFile(map, 'utf8');
      const told = json
        ? `${JSON.stringify({ ...report, linesToAdd: linesToAdd(mappingText, report.unmapped) })}\n`
        : describeImport(report, mappingText);
      process.stdout.write(told);
      if (report.outcome === 'refused') throw new CommandFailure(refusalOf(report));
    });
}

async function run(file: string, map: string, programme: string, options: Options): Promise<ImportReport> {
  const mapping = await readMappingFile(map);
  return withStoreAndVault((opened, subjects) =>
    stoppable(async (signal) => {
      const shown = new PassProgress(options.json ?? false);
      try {
        return await importFile({
          file,
          mapping,
          programme,
          store: opened.store,
          log: opened.log,
          subjects,
          actor: operator,
          dryRun: options.dryRun ?? false,
          acceptRejects: options.acceptRejects ?? false,
          onProgress: (progress) => shown.show(progress),
          signal,
        });
      } finally {
        shown.end();
      }
    }),
  );
}

/** How far the pass at hand has come. */
class PassProgress {
  private pass: ImportProgress['pass'] | undefined;
  private shown: Progress | undefined;

  constructor(private readonly silent: boolean) {}

  show({ pass, bytes, totalBytes }: ImportProgress): void {
    if (pass !== this.pass) {
      this.end();
      this.pass = pass;
      this.shown = progressOn(process.stderr, pass.padEnd(5), 'bytes', this.silent);
    }
    this.shown?.show(bytes, totalBytes);
  }

  end(): void {
    this.shown?.end();
  }
}
