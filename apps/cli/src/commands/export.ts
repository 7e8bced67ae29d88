import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { normaliseProgramme, programmeStream } from '@masar/domain';
import type { OpenedEventStore } from '@masar/event-store';
import {
  ChangeSheet,
  type Column,
  ItemSheet,
  WholeFile,
  byteOrderMark,
  cellsOf,
  csvLine,
  exportedLine,
  programmeEvents,
} from '@masar/exchange';
import { At, visibleEvents } from '@masar/read-models';
import { type Command, Option } from 'commander';
import { withReadModels, withStore } from '../composition/workplace.js';
import { CommandFailure } from '../failure.js';
import { type Progress, progressOn } from '../progress.js';
import { sheetChanges, sheetItems } from '../sheets.js';

interface Options {
  readonly programme: string;
  readonly format: 'jsonl' | 'csv';
  readonly rows: 'items' | 'changes';
  readonly out?: string;
  readonly asOf?: string;
  readonly bom?: boolean;
  readonly restricted?: boolean;
  readonly mapping?: string;
  readonly json?: boolean;
}

/** What is exported: one programme, up to one position. */
interface Asked {
  readonly options: Options;
  readonly opened: OpenedEventStore;
  /** Normalised. */
  readonly programme: string;
  readonly position: number;
  readonly shown: Progress;
}

const patienceMs = 10 * 60_000;

/** `masar export`: one programme, for other programs to read. */
export function addExport(program: Command): void {
  program
    .command('export')
    .description('write a programme as JSON Lines (its events) or CSV (its items, or their changes)')
    .requiredOption('--programme <ref>', 'the programme')
    .addOption(
      new Option('--format <format>', 'one line an event, or rows for a spreadsheet')
        .choices(['jsonl', 'csv'])
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--rows <rows>', 'of csv: a row an item, or a row a change of one')
        .choices(['items', 'changes'])
        .default('items'),
    )
    .option('--out <file>', 'where to; standard output where not given')
    .option('--as-of <position>', 'as it was known at this position of the log')
    .option('--restricted', 'restricted items too; without it, what concerns one is left out')
    .option('--bom', 'of csv: begin with a byte order mark, by which spreadsheet programs know UTF-8')
    .option('--mapping <file>', 'of changes: also write the mapping that imports them into another programme')
    .option('--json', 'with --out: what was written, for scripts')
    .addHelpText('after', '\nPeople stand in it by their opaque ids. docs/export lists the columns.')
    .action(async (options: Options) => {
      const { out, json, rows, format } = options;
      if (json && out === undefined)
        throw new CommandFailure('--json needs --out: the export itself is on standard output');
      if (options.mapping !== undefined && (format !== 'csv' || rows !== 'changes'))
        throw new CommandFailure('--mapping goes with --format csv --rows changes');
      const programme = normaliseProgramme(options.programme);
      const quiet = json || (out === undefined && process.stdout.isTTY);
      const shown = progressOn(process.stderr, 'export', 'positions', quiet);
      const summary = await withStore(async (opened) => {
        const position = await positionOf(opened, programme, options);
        const asked: Asked = { options, opened, programme, position, shown };
        const written = format === 'jsonl' ? await exportEvents(asked) : await exportRows(asked);
        return {
          programme,
          position,
          format,
          rows: format === 'csv' ? rows : 'events',
          written,
          file: out ?? null,
        };
      }).finally(() => shown.end());
      const line = `${summary.written} ${summary.rows} of ${programme}, as of position ${summary.position}\n`;
      if (json) process.stdout.write(`${JSON.stringify(summary)}\n`);
      else if (out !== undefined) process.stdout.write(`${out}: ${line}`);
      else process.stderr.write(line);
    });
}

async function positionOf(
  { log, store }: OpenedEventStore,
  programme: string,
  { asOf }: Options,
): Promise<number> {
  const { position: head } = await log.head();
  const position = asOf === undefined ? head : Number(asOf);
  if (!Number.isSafeInteger(position) || position < 0)
    throw new CommandFailure(`--as-of ${asOf} is no position`);
  if (position > head) throw new CommandFailure(`--as-of ${asOf}: the log ends at position ${head}`);
  const [first] = await store.readStream(programmeStream(programme), { limit: 1 });
  if (!first || first.position > position) {
    const when = asOf === undefined ? '' : ` at position ${asOf}`;
    throw new CommandFailure(`there is no programme ${programme}${when}`);
  }
  return position;
}

async function exportEvents(asked: Asked): Promise<number> {
  const { options, opened, programme, position, shown } = asked;
  let written = 0;
  async function* lines(at?: At): AsyncGenerator<string> {
    for await (const batch of programmeEvents(opened.log, programme, position)) {
      shown.show(batch.position, position);
      const events = at ? await visibleEvents(at, batch.events) : batch.events;
      written += events.length;
      yield events.map(exportedLine).join('');
    }
  }
  // The log alone does not tell at once what each event concerns.
  if (options.restricted) await write(lines(), options.out);
  else await withRows(asked, (at) => write(lines(at), options.out));
  return written;
}

async function exportRows(asked: Asked): Promise<number> {
  const { options } = asked;
  let written = 0;
  const count = (rows: number): void => void (written += rows);
  await withRows(asked, async (at) => {
    const lines = options.rows === 'items' ? itemLines(asked, at, count) : changeLines(asked, at, count);
    await write(options.bom ? marked(lines) : lines, options.out);
  });
  return written;
}

/** Works on the read models once they have come as far as what is exported. */
async function withRows(
  { options, opened, position }: Asked,
  work: (at: At) => Promise<void>,
): Promise<void> {
  await withReadModels(opened, async (models) => {
    await models.caughtUp(patienceMs);
    const pinned = await models.pin();
    if (pinned.position < position) {
      throw new CommandFailure(
        `the read models are at position ${pinned.position}, not at ${position}: see masar doctor`,
      );
    }
    await work(new At(opened.pool, pinned, position, options.restricted ? 'all' : []));
  });
}

/** Everything is read twice: the columns a sheet has are known once every row was seen. */
async function* itemLines(
  { programme }: Asked,
  at: At,
  count: (rows: number) => void,
): AsyncGenerator<string> {
  const sheet = new ItemSheet();
  for await (const items of sheetItems(at, programme)) for (const item of items) sheet.look(item);
  const columns = sheet.columns();
  yield header(columns);
  for await (const items of sheetItems(at, programme)) {
    yield items.map((item) => csvLine(cellsOf(columns, item))).join('');
    count(items.length);
  }
}

async function* changeLines(
  { options, opened: { log }, programme, shown }: Asked,
  at: At,
  count: (rows: number) => void,
): AsyncGenerator<string> {
  const sheet = new ChangeSheet();
  for await (const { changes, position } of sheetChanges(log, at, programme)) {
    for (const change of changes) sheet.look(change);
    shown.show(position, 2 * at.position);
  }
  if (options.mapping !== undefined) await write([sheet.mapping()], options.mapping);
  const columns = sheet.columns();
  yield header(columns);
  for await (const { changes, position } of sheetChanges(log, at, programme)) {
    yield changes.map((change) => csvLine(cellsOf(columns, change))).join('');
    count(changes.length);
    shown.show(at.position + position, 2 * at.position);
  }
}

function header<R>(columns: readonly Column<R>[]): string {
  return csvLine(columns.map(({ name }) => name));
}

async function* marked(lines: AsyncIterable<string>): AsyncGenerator<string> {
  yield byteOrderMark;
  yield* lines;
}

/** Into a file that is there whole or not at all, or to standard output. */
async function write(
  lines: AsyncIterable<string> | Iterable<string>,
  out: string | undefined,
): Promise<void> {
  if (out === undefined) {
    await pipeline(Readable.from(lines, { objectMode: false }), process.stdout, { end: false }).catch(
      (error: unknown) => {
        // Whoever read it had enough.
        if ((error as { code?: unknown }).code !== 'EPIPE') throw error;
      },
    );
    return;
  }
  const file = WholeFile.open(out);
  try {
    await pipeline(Readable.from(lines, { objectMode: false }), file.stream);
    await file.finish();
  } catch (error) {
    await file.discard();
    const { code } = error as { code?: unknown };
    if (typeof code === 'string' && /^E[A-Z]+$/.test(code))
      throw new CommandFailure(`${out} cannot be written: ${code}`);
    throw error;
  }
}
