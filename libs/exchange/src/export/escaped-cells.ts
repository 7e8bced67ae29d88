/*
 * Spreadsheet programs run a cell as a formula that begins with one of six characters, and read away a single quote
 * before it. Such cells get a quote in front; so do cells that begin with quotes and then one of those characters, so that
 * taking one quote away gives back every cell just as it was.
 */
const escapable = /^'*[=+\-@\t\r]/;
const escaped = /^'+[=+\-@\t\r]/;

/** The cell as a spreadsheet may be shown it. */
export function escapeCell(cell: string): string {
  return escapable.test(cell) ? `'${cell}` : cell;
}

/** Undoes {@link escapeCell}, and nothing else. */
export function unescapeCell(cell: string): string {
  return escaped.test(cell) ? cell.slice(1) : cell;
}
