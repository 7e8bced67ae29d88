import {
  type Camel,
  type ReadModel,
  type RowOf,
  type Rows,
  type Tables,
  camelRow,
  documentRows,
} from '@masar/read-models';
import { rowsByKey } from './batch.js';
import type { Request, View } from './view.js';

/** A document's rows as a command left them, under the names queries give them. */
export type Folded<T extends Tables> = { readonly [N in keyof T]: readonly Camel<RowOf<T[N]['columns']>>[] };

/** What is below a document: where to read it, or the rows as a command left them. */
export interface DocumentPlace<T extends Tables> {
  readonly key: string;
  readonly view: View | undefined;
  readonly folded?: Folded<T>;
}

/** The rows of a fold under the names queries give them. */
export function foldedRows<T extends Tables>(rows: Rows<T>): Folded<T> {
  const tables = Object.entries<readonly object[]>(rows);
  return Object.fromEntries(tables.map(([table, of]) => [table, of.map(camelRow)])) as unknown as Folded<T>;
}

/** The rows of one table of a document, read together with those of the others a request asks for. */
export async function rowsBelow<const T extends Tables, N extends keyof T & string>(
  model: ReadModel<T>,
  table: N,
  order: string,
  { key, view, folded }: DocumentPlace<T>,
  request: Request,
): Promise<readonly Camel<RowOf<T[N]['columns']>>[]> {
  if (!view) return folded?.[table] ?? [];
  return rowsByKey(request, `${model.name}.${table}`, view.at, key, (at, keys) =>
    documentRows(at, model, table, keys, order),
  );
}
