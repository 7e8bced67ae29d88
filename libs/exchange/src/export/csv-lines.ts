import { escapeCell } from './escaped-cells.js';

/** Lets spreadsheet programs see that a file is UTF-8. */
export const byteOrderMark = '\uFEFF';

/** A record of a CSV file (RFC 4180) with its line end; every cell escaped for spreadsheets. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => quoted(escapeCell(cell))).join(',')}\r\n`;
}

function quoted(cell: string): string {
  // A record of one empty cell would be no record; a byte order mark would be none of its cell.
  return cell === '' || !/[",\r\n\uFEFF]|^\s|\s$/.test(cell) ? cell : `"${cell.replaceAll('"', '""')}"`;
}
