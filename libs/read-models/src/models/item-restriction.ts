import type { ReformItem } from '@masar/domain';
import { text } from '../engine/column.js';
import { type RowOf, currentTable } from '../engine/read-model.js';
import { forever } from '../engine/layout.js';

/**
 * A row for as long as an item is restricted. Who may see an item is told by the row that still holds, whatever position
 * is asked for, so that one look into a short index answers it.
 */
export const restriction = currentTable({
  columns: { programme_key: text },
  indexes: [{ on: ['key'], where: `valid_to = ${forever}` }],
});

export function restrictionRows(
  { visibility }: ReformItem,
  programme_key: string,
): RowOf<(typeof restriction)['columns']>[] {
  return visibility === 'restricted' ? [{ programme_key }] : [];
}
