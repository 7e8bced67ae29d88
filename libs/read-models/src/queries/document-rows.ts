import { validAt } from '../engine/pinned.js';
import type { ReadModel, RowOf, Tables } from '../engine/read-model.js';
import { type At, select } from './at.js';
import { type Keyed, selectList } from './camel-case.js';
import type { Queried } from './visible-rows.js';

/**
 * The rows of one table that belong to these documents, document by document.
 *
 * @param order columns they are ordered by within a document, as SQL
 */
export async function documentRows<const T extends Tables, N extends keyof T & string>(
  at: At,
  model: ReadModel<T>,
  table: N,
  keys: readonly string[],
  order: string,
): Promise<Keyed<RowOf<T[N]['columns']>>[]> {
  return select(
    at,
    `select t.key, ${selectList(model.tables[table]!.columns, 't')} from ${at.from(model as unknown as Queried, table as never)} t
     where ${validAt('$1', 't')} and t.key = any($2) order by t.key, ${order}`,
    [at.position, keys],
  );
}
