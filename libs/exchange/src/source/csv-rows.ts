import { Readable, pipeline } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { unescapeCell } from '../export/escaped-cells.js';
import type { CsvFormat, FieldPath } from '../mapping/language.js';
import { Columns, columnsOf } from './columns.js';
import {
  type Cell,
  type SourceRow,
  type StoredRow,
  SourceError,
  fieldName,
  fieldsOfMap,
} from './source-row.js';

/** Longest record of a CSV file, in characters. */
export const maxRecordLength = 1_000_000;

/** A record as a spreadsheet numbers it: blank ones count. */
interface CsvRecord {
  readonly cells: readonly string[];
  /** The cells as the file has them: escaped, where it says so. */
  readonly raw: readonly string[];
  /** Line it begins on. */
  readonly line: number;
  readonly row: number;
}

/**
 * The records of a CSV file (RFC 4180). A record with more or fewer cells than there are columns has a problem, unless
 * the format says to fill it up; one in which no cell says anything is passed over. Quotes that do not match end the
 * file.
 *
 * @throws SourceError
 */
export async function* csvRows(
  text: AsyncIterable<string>,
  format: CsvFormat,
  onHeader: (columns: Columns) => void,
): AsyncGenerator<SourceRow> {
  const { headerRow, headerRows = 1, headings } = format;
  const firstHeader = headerRow ?? (format.columns ? 0 : undefined);
  const lastHeader =
    firstHeader === undefined || firstHeader === 0 ? firstHeader : firstHeader + headerRows - 1;
  const header: CsvRecord[] = [];
  let columns: Columns | undefined;
  const named = (found: Columns): Columns => {
    columns = headings === undefined ? found : new Columns([...found.names, headings], found.line);
    onHeader(columns);
    return columns;
  };
  if (format.columns && lastHeader === 0) named(new Columns(format.columns, undefined));
  let filled: Filled | undefined;
  let number = 0;
  for await (const record of csvRecords(text, format)) {
    const blank = record.cells.every((cell) => cell.trim() === '');
    if (lastHeader !== undefined && record.row <= lastHeader) {
      if (record.row >= firstHeader!) header.push(record);
      if (record.row < lastHeader) continue;
      if (header.every(({ cells }) => cells.every((cell) => cell.trim() === ''))) {
        throw new SourceError(
          `row ${record.row} is to be the header, and is empty: mend headerRow`,
          record.line,
        );
      }
      const { line } = header[0]!;
      const read = columnsOf(format.columns ? [format.columns] : header.map(({ cells }) => cells), line);
      named(read);
      continue;
    }
    if (blank) continue;
    if (!columns) {
      header.push(record);
      if (header.length === headerRows)
        named(
          columnsOf(
            header.map(({ cells }) => cells),
            header[0]!.line,
          ),
        );
      continue;
    }
    filled ??= new Filled(columns, format);
    const cells = filled.take(record.cells);
    if (!cells) continue;
    number += 1;
    yield csvRow(
      { line: record.line, number, cells, ...(cells !== record.raw && { raw: record.raw }) },
      columns,
    );
  }
  if (!columns) {
    const where = firstHeader === undefined ? 'it has not even a header' : `it ends before row ${lastHeader}`;
    throw new SourceError(`is empty: ${where}`, 1);
  }
}

/** The records of a CSV file, blank ones included. @throws SourceError */
export async function* csvRecords(text: AsyncIterable<string>, format: CsvFormat): AsyncGenerator<CsvRecord> {
  const quote = format.quote === 'none' ? null : (format.quote ?? '"');
  const parser = parse({
    delimiter: format.delimiter ?? ',',
    quote,
    escape: format.escape ?? quote,
    relax_column_count: true,
    relax_quotes: format.looseQuotes ?? false,
    skip_empty_lines: false,
    max_record_size: maxRecordLength,
  });
  const input = Readable.from(text, { objectMode: true });
  // The reading side meets every error as it iterates the parser.
  pipeline(input, parser, () => undefined);
  let ended = 0;
  let row = 0;
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      const line = ended + 1;
      // A cell's line breaks are part of the record.
      ended = line + cells.reduce((sum, cell) => sum + lineBreaks(cell), 0);
      row += 1;
      yield { cells: format.escapedCells ? cells.map(unescapeCell) : cells, raw: cells, line, row };
    }
  } catch (error) {
    throw sourceError(error, ended + 1);
  } finally {
    input.destroy();
    parser.destroy();
  }
}

/** What a record has of the records above it: the heading it stands under, and cells merged downwards. */
class Filled {
  private heading = '';
  private readonly above = new Map<number, string>();
  private readonly width: number;
  private readonly down: readonly number[];

  constructor(
    columns: Columns,
    private readonly format: CsvFormat,
  ) {
    this.width = columns.names.length - (format.headings === undefined ? 0 : 1);
    this.down = (format.fillDown ?? []).flatMap((name) => columns.indexOf(name) ?? []);
  }

  /** The cells as the rows above complete them, the very same where they do not; undefined for a heading. */
  take(given: readonly string[]): readonly string[] | undefined {
    const { headings, shortRows } = this.format;
    const [first = '', ...rest] = given;
    const isAlone = first.trim() !== '' && rest.every((cell) => cell.trim() === '');
    if (headings !== undefined && isAlone && this.width > 1) {
      this.heading = first;
      this.above.clear();
      return undefined;
    }
    let cells = given;
    if (shortRows === 'fill' && cells.length !== this.width) {
      const past = cells.slice(this.width);
      if (past.every((cell) => cell.trim() === '')) {
        cells = Array.from({ length: this.width }, (_, index) => given[index] ?? '');
      }
    }
    for (const index of this.down) {
      const cell = cells[index] ?? '';
      if (cell.trim() !== '') {
        this.above.set(index, cell);
      } else if (this.above.has(index) && index < cells.length) {
        if (cells === given) cells = [...given];
        (cells as string[])[index] = this.above.get(index)!;
      }
    }
    return headings === undefined ? cells : [...cells, this.heading];
  }
}

interface StoredCsvRow extends StoredRow {
  readonly line: number;
  readonly number: number;
  readonly cells: readonly string[];
  /** The cells as the file has them, where others were filled in. */
  readonly raw?: readonly string[];
}

/** A row from what was kept of it. */
export function csvRow(stored: StoredRow, columns: Columns): SourceRow {
  const { line, number, cells, raw = cells } = stored as StoredCsvRow;
  const cell = (path: FieldPath): Cell => {
    const index = columns.indexOf(fieldName(path));
    return index === undefined ? null : (cells[index] ?? null);
  };
  const list = (path: FieldPath): string[] => [cell(path)].filter((value) => value !== null);
  const { length } = columns.names;
  const problem =
    cells.length === length
      ? undefined
      : {
          message:
            `has ${cells.length} cells where the header has ${length}: is a cell with a comma not quoted? ` +
            'Where rows end early by custom, say shortRows: fill under format',
          column: Math.min(cells.length, length) + 1,
        };
  return {
    line,
    number,
    ...(problem && { problem }),
    raw,
    stored,
    get: cell,
    own: cell,
    list,
    has: (path) => columns.has(fieldName(path)),
    placeOf: (path) => {
      const index = columns.indexOf(fieldName(path));
      return index === undefined ? undefined : { column: index + 1 };
    },
    entries: (path, as) => list(path).map((value) => fieldsOfMap(new Map([[as, value]]))),
  };
}

function lineBreaks(cell: string): number {
  let count = 0;
  for (let at = cell.indexOf('\n'); at >= 0; at = cell.indexOf('\n', at + 1)) count += 1;
  return count;
}

const inWords: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED:
    'a quote that opens here is never closed: close it, or say quote: none under format where quotes mean nothing',
  CSV_MAX_RECORD_SIZE: `a record is longer than ${maxRecordLength} characters: is a quote open, or the delimiter another?`,
  INVALID_OPENING_QUOTE:
    'a quote stands in the middle of a cell: quote the whole cell and double the quotes in it, or say looseQuotes: true under format',
  CSV_INVALID_CLOSING_QUOTE: 'a quote is followed by more text: double the quotes within a quoted cell',
};

function sourceError(error: unknown, line: number): unknown {
  if (!(error instanceof CsvError)) return error;
  const { index, code } = error as CsvError & { index?: number };
  return new SourceError(
    inWords[code] ?? error.message,
    line,
    typeof index === 'number' ? index + 1 : undefined,
    {
      cause: error,
    },
  );
}
