/** What a cell may be made of: lists and truth are put into words, what is not there is an empty cell. */
export type Value = string | number | boolean | readonly string[] | null | undefined;

/** A column of a sheet: its name in the header, and its value in a row. */
export interface Column<R> {
  readonly name: string;
  readonly value: (row: R) => Value;
}

/** What stands between the entries of a list in one cell. */
const listSeparator = '; ';

/** The cells of a row. */
export function cellsOf<R>(columns: readonly Column<R>[], row: R): string[] {
  return columns.map(({ value }) => inWords(value(row)));
}

function inWords(value: Value): string {
  if (value === null || value === undefined || value === false) return '';
  if (value === true) return 'yes';
  return typeof value === 'object' ? value.join(listSeparator) : String(value);
}

/** A field of a row that is a map: texts by language, attributes by name. It has a column for each key there is. */
export interface MapField<R> {
  readonly name: string;
  readonly of: (row: R) => { readonly [key: string]: Value } | null | undefined;
}

/** The keys of the maps of many rows: which columns a sheet needs. */
export class FoundKeys<R> {
  private readonly found: ReadonlyMap<string, Set<string>>;

  constructor(private readonly fields: readonly MapField<R>[]) {
    this.found = new Map(fields.map(({ name }) => [name, new Set<string>()]));
  }

  look(row: R): void {
    for (const { name, of } of this.fields) {
      for (const key of Object.keys(of(row) ?? {})) this.found.get(name)!.add(key);
    }
  }

  /** The keys a field has, in order. */
  of(name: string): string[] {
    return [...this.found.get(name)!].sort();
  }

  /** `title.ar`, `title.en`: the columns of a field, in the order of their keys. */
  columns(name: string): Column<R>[] {
    const { of } = this.fields.find((field) => field.name === name)!;
    return this.of(name).map((key) => ({
      name: `${name}.${key}`,
      value: (row) => {
        const map = of(row);
        return map && Object.hasOwn(map, key) ? map[key] : undefined;
      },
    }));
  }
}
