import { matchingForm } from '@masar/domain';
import type { CsvFormat } from '../mapping/language.js';

/** What a CSV file's header, and the shape of its rows, ask of its format. */
export interface HeaderGuess {
  readonly format: Partial<CsvFormat>;
  readonly why: readonly string[];
}

/**
 * @param records the first records that say anything
 * @param rows the number of each as a spreadsheet counts
 * @param width how many cells most of them have
 */
export function guessHeader(
  records: readonly (readonly string[])[],
  rows: readonly number[],
  width: number,
): HeaderGuess {
  const why: string[] = [];
  const at = records.slice(0, 30).findIndex((record) => looksLikeHeader(record, width));
  if (at < 0) {
    const names = Array.from({ length: width }, (_, index) => `column ${index + 1}`);
    return { format: { columns: names }, why: ['no row looks like a header: the names are made up'] };
  }
  // Names that span several columns leave gaps: they may stand above the row that looks like a header, or be it.
  const above = [at - 1, at].find(
    (row) => row >= 0 && isGroupHeader(records[row]!, records[row + 1], records.slice(row + 2, row + 6)),
  );
  const isDouble = above !== undefined;
  const first = above ?? at;
  const format: { -readonly [key in keyof CsvFormat]?: CsvFormat[key] } = {};
  if (first > 0 || isDouble) {
    format.headerRow = rows[first]!;
    why.push(`the header is in row ${rows[first]}: what stands above is no row of it`);
  }
  if (isDouble) {
    format.headerRows = 2;
    why.push('its header seems to take two rows');
  }
  const body = records.slice(first + (isDouble ? 2 : 1));
  const names = records[at]!;
  if (!isDouble && hasTwice(names)) {
    format.headerRow = rows[at]!;
    format.columns = told(names);
    why.push('columns share a name: here they are told apart by a number');
  }
  if (body.some((record) => record.length !== names.length && record.slice(names.length).every(isBlank))) {
    format.shortRows = 'fill';
    why.push('some rows have fewer cells than the header');
  }
  const headings = body.filter(([title = '', ...rest]) => !isBlank(title) && rest.every(isBlank));
  if (width >= 3 && headings.length >= 2 && !headings.includes(body.at(-1)!)) {
    format.headings = free('Section', names);
    why.push(`${headings.length} rows have their first cell alone: taken as headings of the rows below`);
  }
  return { format, why };
}

function isBlank(cell: string): boolean {
  return cell.trim() === '';
}

function looksLikeHeader(record: readonly string[], width: number): boolean {
  const cells = record.filter((cell) => !isBlank(cell));
  if (cells.length < Math.max(width > 1 ? 2 : 1, width * 0.6)) return false;
  if (cells.some((cell) => cell.length > 100)) return false;
  const values = cells.filter((cell) => /^[\d\s.,:/+%-]+$|^\d{4}-\d{2}|@|^\w{3,4}:\/\//.test(cell.trim()));
  return values.length <= cells.length * 0.4 && new Set(cells.map(matchingForm)).size >= cells.length * 0.5;
}

/** Names above with gaps, and names below that fill them: merged cells over a second row of names. */
function isGroupHeader(
  above: readonly string[],
  below: readonly string[] | undefined,
  data: readonly (readonly string[])[],
): boolean {
  if (!below) return false;
  const last = above.findLastIndex((cell) => !isBlank(cell));
  const gaps = above.slice(0, last).filter(isBlank).length;
  const isShort = below.every((cell) => cell.length <= 40 && !/\d{4}-\d{2}|\d\/\d|@/.test(cell));
  const named = below.filter((cell) => !isBlank(cell));
  return (
    gaps > 0 &&
    last > 0 &&
    isShort &&
    named.length >= above.filter((cell) => !isBlank(cell)).length &&
    new Set(named).size === named.length &&
    data.some((record) =>
      record.some((cell, index) => cell.length > 40 || (/\d/.test(cell) && !/\d/.test(below[index] ?? ''))),
    )
  );
}

function hasTwice(names: readonly string[]): boolean {
  const given = names.filter((name) => !isBlank(name));
  return new Set(given).size < given.length;
}

/** Names told apart: `Status`, `Status (2)`. */
function told(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  return names.map((name, index) => {
    const base = isBlank(name) ? `column ${index + 1}` : name.trim();
    const count = (counts.get(base) ?? 0) + 1;
    counts.set(base, count);
    return count === 1 ? base : `${base} (${count})`;
  });
}

function free(name: string, taken: readonly string[]): string {
  return taken.some((other) => matchingForm(other) === matchingForm(name)) ? `${name} above` : name;
}
