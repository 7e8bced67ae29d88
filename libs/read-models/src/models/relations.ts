import {
  type DayWindow,
  type Irregularity,
  type LangText,
  type RelationEvent,
  decode,
  parseEdtf,
} from '@masar/domain';
import type { RecordedEvent } from '@masar/event-store';
import { bigint, boolean, date, integer, json, nullable, text, textArray } from '../engine/column.js';
import { type RowOf, currentTable, defineReadModel } from '../engine/read-model.js';

const relation = currentTable({
  columns: {
    /** The how-manieth time it was said of these two. */
    number: integer,
    kind: text,
    from_item: text,
    to_item: text,
    position: bigint,
    decided_on: nullable(text),
    effective: nullable(text),
    from_earliest: date,
    from_latest: date,
    /** Null while it lasts. */
    to_earliest: nullable(date),
    to_latest: nullable(date),
    reason: nullable(json<LangText>()),
    /** Why it was taken back, and the position of that. */
    ended_reason: nullable(json<LangText>()),
    ended_position: nullable(bigint),
    irregularities: textArray,
    as_recorded: boolean,
    illustrative: boolean,
  },
  identity: ['number'],
  indexes: [{ on: ['from_item'] }, { on: ['to_item'] }],
});

type Said = Extract<RelationEvent, { type: 'ItemsRelated' | 'ItemsUnrelated' }>;
export type RelationRow = RowOf<(typeof relation)['columns']>;

/**
 * Relations that were said by themselves, each a document by its kind and its two items. What items go on as for a
 * decision stands with the items, whose histories know how long.
 */
export const relations = defineReadModel({
  name: 'relations',
  version: 1,
  tables: { relation },
  keyOf: (recorded) => {
    if (recorded.type !== 'ItemsRelated' && recorded.type !== 'ItemsUnrelated') return undefined;
    const { data } = decode(recorded) as Said;
    return `${data.kind} ${data.from} ${data.to}`;
  },
  evolve: (rows, recorded) => {
    const event = decode(recorded) as Said;
    const { earliest, latest } = windowOf(recorded);
    const { kind, from, to, reason = null, irregularities = [] } = event.data;
    if (event.type === 'ItemsUnrelated') {
      const last = rows.relation.findLast((row) => row.to_earliest === null);
      const ended = {
        to_earliest: earliest,
        to_latest: latest,
        ended_reason: reason,
        ended_position: recorded.position,
      };
      return { relation: rows.relation.map((row) => (row === last ? { ...row, ...ended } : row)) };
    }
    const added: RelationRow = {
      number: rows.relation.length + 1,
      kind,
      from_item: from,
      to_item: to,
      position: recorded.position,
      decided_on: recorded.decidedOn,
      effective: recorded.effective,
      from_earliest: earliest,
      from_latest: latest,
      to_earliest: null,
      to_latest: null,
      reason,
      ended_reason: null,
      ended_position: null,
      irregularities: irregularities satisfies readonly Irregularity[],
      as_recorded: event.data.asRecorded ?? false,
      illustrative: event.data.illustrative ?? false,
    };
    return { relation: [...rows.relation, added] };
  },
});

/** The days it may have taken effect on; of an unknown date, the day it was recorded. */
function windowOf({ effective, recordedAt }: RecordedEvent): DayWindow {
  const day = recordedAt.slice(0, 10);
  return (effective === null ? undefined : parseEdtf(effective)) ?? { earliest: day, latest: day };
}
