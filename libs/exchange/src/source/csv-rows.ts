import { Readable, pipeline } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import type { FieldPath, Format } from '../mapping/language.js';
import { type SourceRow, SourceError, fieldName } from './source-row.js';

/** Longest record of a CSV file, in characters, and most columns. */
export const maxRecordLength = 1_000_000;
const maxColumns = 1000;

/** The columns of a CSV file, as its header or its mapping names them. */
export interface CsvHeader {
  readonly columns: readonly string[];
  /** Line of the header; undefined where the mapping names the columns. */
  readonly line: number | undefined;
}

/**
 * The records of a CSV file (RFC 4180). A record with more or fewer cells than there are columns has a problem; quotes
 * that do not match end the file.
 *
 * @throws SourceError
 */
export async function* csvRows(
  text: AsyncIterable<string>,
  format: Extract<Format, { kind: 'csv' }>,
  onHeader: (header: CsvHeader) => void,
): AsyncGenerator<SourceRow> {
  const parser = parse({
    delimiter: format.delimiter ?? ',',
    quote: format.quote ?? '"',
    escape: format.quote ?? '"',
    relax_column_count: true,
    skip_empty_lines: false,
    max_record_size: maxRecordLength,
  });
  const input = Readable.from(text, { objectMode: true });
  // The reading side meets every error as it iterates the parser.
  pipeline(input, parser, () => undefined);
  let columns: ReadonlyMap<string, number> | undefined;
  if (format.columns) {
    columns = indexOf(format.columns);
    onHeader({ columns: format.columns, line: undefined });
  }
  let ended = 0;
  let number = 0;
  try {
    for await (const record of parser as AsyncIterable<string[]>) {
      const line = ended + 1;
      // A cell's line breaks are part of the record.
      ended = line + record.reduce((sum, cell) => sum + lineBreaks(cell), 0);
      if (record.length === 1 && record[0] === '') continue;
      if (!columns) {
        columns = headerOf(record, line);
        onHeader({ columns: record, line });
        continue;
      }
      number += 1;
      yield rowOf(record, columns, line, number);
    }
  } catch (error) {
    throw sourceError(error, ended + 1);
  } finally {
    input.destroy();
    parser.destroy();
  }
  if (!columns) throw new SourceError('is empty: it has not even a header', 1);
}

function headerOf(record: readonly string[], line: number): ReadonlyMap<string, number> {
  if (record.length > maxColumns) throw new SourceError(`has more than ${maxColumns} columns`, line);
  record.forEach((name, index) => {
    if (record.indexOf(name) < index) {
      throw new SourceError(
        `the header names the column ${JSON.stringify(name.slice(0, 60))} twice: rename one, or name the columns in the mapping`,
        line,
        index + 1,
      );
    }
  });
  return indexOf(record);
}

function indexOf(columns: readonly string[]): ReadonlyMap<string, number> {
  return new Map(columns.map((name, index) => [name, index]));
}

function rowOf(
  record: readonly string[],
  columns: ReadonlyMap<string, number>,
  line: number,
  number: number,
): SourceRow {
  const cell = (path: FieldPath): string | null => {
    const index = columns.get(fieldName(path));
    return index === undefined ? null : (record[index] ?? null);
  };
  const problem =
    record.length === columns.size
      ? undefined
      : {
          message: `has ${record.length} cells where the header has ${columns.size}: is a cell with a comma not quoted?`,
          column: Math.min(record.length, columns.size) + 1,
        };
  return {
    line,
    number,
    ...(problem && { problem }),
    raw: record,
    get: cell,
    list: (path) => {
      const value = cell(path);
      return value === null ? [] : [value];
    },
    has: (path) => columns.has(fieldName(path)),
    columnOf: (path) => {
      const index = columns.get(fieldName(path));
      return index === undefined ? undefined : index + 1;
    },
  };
}

function lineBreaks(cell: string): number {
  let count = 0;
  for (let at = cell.indexOf('\n'); at >= 0; at = cell.indexOf('\n', at + 1)) count += 1;
  return count;
}

const inWords: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote that opens here is never closed',
  CSV_MAX_RECORD_SIZE: `a record is longer than ${maxRecordLength} characters: is a quote open, or the delimiter another?`,
  INVALID_OPENING_QUOTE:
    'a quote stands in the middle of a cell: quote the whole cell and double the quotes in it',
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
