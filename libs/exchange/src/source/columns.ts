import { matchingForm } from '@masar/domain';
import { SourceError } from './source-row.js';

/** Most columns of a CSV file. */
export const maxColumns = 1000;

/**
 * The columns of a CSV file, as its header or its mapping names them. A name is found as it is spelled, or where none
 * is spelled so, by its matching form: white space around it, its letter case and a byte order mark do not matter.
 */
export class Columns {
  /** By every name asked for so far; undefined for those no column has. */
  private readonly found: Map<string, number | undefined>;
  /** −1 where two columns have the form. */
  private readonly forms = new Map<string, number>();

  constructor(
    readonly names: readonly string[],
    /** Line of the header; undefined where the mapping names the columns. */
    readonly line: number | undefined,
  ) {
    this.found = new Map(names.map((name, index) => [name, index]));
    names.forEach((name, index) => {
      const form = matchingForm(name);
      this.forms.set(form, this.forms.has(form) ? -1 : index);
    });
  }

  indexOf(name: string): number | undefined {
    if (!this.found.has(name)) {
      const index = this.forms.get(matchingForm(name));
      this.found.set(name, index === -1 ? undefined : index);
    }
    return this.found.get(name);
  }

  has(name: string): boolean {
    return this.indexOf(name) !== undefined;
  }
}

/**
 * The columns a header names. A header of several rows gives names joined with ` / `; in all but the last of them, an
 * empty cell belongs to the one before it, as in a merged cell. A column without a name is called `column 4`.
 *
 * @throws SourceError two columns with one name, or too many
 */
export function columnsOf(header: readonly (readonly string[])[], line: number): Columns {
  const width = Math.max(...header.map((row) => row.length));
  if (width > maxColumns) throw new SourceError(`has more than ${maxColumns} columns`, line);
  const spread = header.map((row, level) => {
    let above = '';
    return Array.from({ length: width }, (_, index) => {
      const cell = row[index] ?? '';
      if (cell.trim() !== '') above = cell;
      return level < header.length - 1 ? above : cell;
    });
  });
  const names = Array.from({ length: width }, (_, index) => {
    const parts = spread.map((row) => row[index]!);
    const given =
      header.length === 1 ? parts : parts.map((part) => part.trim()).filter((part) => part !== '');
    const name = given.join(' / ');
    return name.trim() === '' ? `column ${index + 1}` : name;
  });
  names.forEach((name, index) => {
    if (names.indexOf(name) < index) {
      throw new SourceError(
        `the header names the column ${JSON.stringify(name.slice(0, 60))} twice: rename one, or name the columns in the mapping`,
        line,
        index + 1,
      );
    }
  });
  return new Columns(names, line);
}
