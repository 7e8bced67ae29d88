import {
  type Camel,
  actionsOf,
  addresseesOf,
  assessmentsOf,
  assignmentsOf,
  camelRow,
  classificationsOf,
  discrepanciesOf,
  dueDatesOf,
  evidenceOf,
  type foldItem,
  indicatorsOf,
  type Keyed,
  measurementsOf,
  outlooksOf,
  verificationsOf,
  versionsOf,
  wordingsOf,
} from '@masar/read-models';
import { rowsByKey } from './batch.js';
import type { ItemParent } from './item.types.js';
import type { Request } from './view.js';

const queries = {
  addressee: addresseesOf,
  action: actionsOf,
  indicator: indicatorsOf,
  measurement: measurementsOf,
  evidence: evidenceOf,
  verification: verificationsOf,
  assessment: assessmentsOf,
  outlook: outlooksOf,
  version: versionsOf,
  wording: wordingsOf,
  discrepancy: discrepanciesOf,
  classification: classificationsOf,
  assignment: assignmentsOf,
  due_date: dueDatesOf,
} as const;

/** The tables of what stands beside an item's lifecycle, its words among them. */
export type AxisTable = keyof typeof queries;

/** Those of stretches, which hold on some days. */
export type StretchTable = Exclude<AxisTable, 'measurement' | 'verification' | 'version' | 'discrepancy'>;

/** The rows of these tables of an item that was folded for an answer. */
export type AxisRows = Pick<ReturnType<typeof foldItem>, AxisTable>;

/** A row of one of these tables, under the names queries give it. */
export type AxisRow<T extends AxisTable> = Camel<AxisRows[T][number]>;

/** The rows of an axis of an item: read together for all items of the request, or as folded. */
export async function axisRowsOf<T extends AxisTable>(
  item: ItemParent,
  request: Request,
  table: T,
): Promise<readonly AxisRow<T>[]> {
  if (item.view) {
    const query = queries[table] as (...args: Parameters<typeof addresseesOf>) => Promise<Keyed<object>[]>;
    const rows: unknown = await rowsByKey(request, table, item.view.at, item.key, query);
    return rows as readonly AxisRow<T>[];
  }
  const rows: readonly object[] = item.folded?.axes[table] ?? [];
  return rows.map((row) => camelRow(row) as unknown as AxisRow<T>);
}
