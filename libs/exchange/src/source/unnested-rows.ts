import type { FieldPath, Unnest } from '../mapping/language.js';
import { type Fields, type SourceRow, fieldsOfMap } from './source-row.js';

/** Rows with the entries of the lists they hold: each entry is a row of its own, after the row it stands in. */
export async function* unnestedRows(
  rows: AsyncIterable<SourceRow>,
  unnests: readonly Unnest[],
): AsyncGenerator<SourceRow> {
  for await (const row of rows) for (const each of withEntries(row, unnests)) yield each;
}

/** A row and its entries, in the order the mapping names their lists. */
export function withEntries(row: SourceRow, unnests: readonly Unnest[]): SourceRow[] {
  if (row.problem) return [row];
  return [row, ...unnests.flatMap((unnest) => entriesOf(row, unnest))];
}

function entriesOf(row: SourceRow, unnest: Unnest): SourceRow[] {
  if ('columns' in unnest) {
    const { columns, as, named } = unnest;
    return columns.flatMap((column) => {
      const value = row.get(column) ?? '';
      if (value.trim() === '') return [];
      const fields = new Map([[as, value], ...(named === undefined ? [] : [[named, column] as const])]);
      return [entryRow(row, fieldsOfMap(fields), column)];
    });
  }
  const { list, split, as = 'entry', reversed } = unnest;
  const entries = split === undefined ? row.entries(list, as) : partsOf(row, list, [split].flat(), as);
  const found = entries.map((fields) => entryRow(row, fields, list));
  return reversed ? found.reverse() : found;
}

function partsOf(row: SourceRow, list: FieldPath, separators: readonly string[], as: string): Fields[] {
  return row
    .list(list)
    .flatMap((value) => splitBy(value, separators))
    .filter((part) => part.trim() !== '')
    .map((part) => fieldsOfMap(new Map([[as, part.trim()]])));
}

/** The parts of a text between any of the separators. */
export function splitBy(text: string, separators: readonly string[]): string[] {
  return separators.reduce((parts, separator) => parts.flatMap((part) => part.split(separator)), [text]);
}

/** An entry as a row: its own fields first, then those of the row it stands in. */
function entryRow(row: SourceRow, fields: Fields, list: FieldPath): SourceRow {
  const where = (path: FieldPath): Fields => (fields.has(path) ? fields : row);
  return {
    line: row.line,
    number: row.number,
    raw: row.raw,
    stored: row.stored,
    get: (path) => where(path).get(path),
    list: (path) => where(path).list(path),
    has: (path) => fields.has(path) || row.has(path),
    own: (path) => fields.get(path),
    placeOf: (path) => row.placeOf(fields.has(path) ? list : path),
    entries: (path, as) => row.entries(path, as),
  };
}

/** Every field an unnesting reads of the rows it takes apart. */
export function fieldsUnnested(unnests: readonly Unnest[]): FieldPath[] {
  return unnests.flatMap((unnest): readonly FieldPath[] =>
    'columns' in unnest ? unnest.columns : [unnest.list],
  );
}

/** Every field an unnesting makes, which no column of the file has. */
export function fieldsMade(unnests: readonly Unnest[]): string[] {
  return unnests.flatMap((unnest) =>
    'columns' in unnest
      ? [unnest.as, ...(unnest.named === undefined ? [] : [unnest.named])]
      : [unnest.as ?? 'entry'],
  );
}
