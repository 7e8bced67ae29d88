import { type Step, successionsOf } from '@masar/domain';
import { bigint, date, integer, nullable, text } from '../engine/column.js';
import { type RowOf, currentTable } from '../engine/read-model.js';

/** The stretches in which an item goes on as another: what decisions made of it, as far and as long as that stands. */
export const succession = currentTable({
  columns: {
    ordinal: integer,
    kind: text,
    /** Id of the item it goes on as. */
    target: text,
    /** Position of the entry that said so. */
    position: bigint,
    decision: nullable(text),
    from_earliest: date,
    from_latest: date,
    /** Null while it lasts. */
    to_earliest: nullable(date),
    to_latest: nullable(date),
  },
  identity: ['ordinal'],
  indexes: [{ on: ['target'] }],
});

export type SuccessionRow = RowOf<(typeof succession)['columns']>;

export function successionRows(steps: readonly Step[]): SuccessionRow[] {
  return successionsOf(steps).map(({ kind, to, position, decision, from, until }, ordinal) => ({
    ordinal,
    kind,
    target: to,
    position,
    decision: decision ?? null,
    from_earliest: from.earliest,
    from_latest: from.latest,
    to_earliest: until?.earliest ?? null,
    to_latest: until?.latest ?? null,
  }));
}
