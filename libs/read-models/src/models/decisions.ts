import {
  type Basis,
  type DecisionRecorded,
  type LangText,
  type Outcome,
  type ReformItemEvent,
  decode,
  normaliseProgramme,
} from '@masar/domain';
import type { RecordedEvent } from '@masar/event-store';
import { bigint, boolean, integer, json, nullable, text, textArray, timestamp } from '../engine/column.js';
import { type RowOf, currentTable, defineReadModel } from '../engine/read-model.js';

const decision = currentTable({
  columns: {
    programme: text,
    programme_key: text,
    kinds: textArray,
    body: nullable(text),
    workshop: nullable(text),
    session: nullable(text),
    mode: text,
    method: text,
    basis: json<readonly Basis[]>(),
    minutes: nullable(text),
    note: nullable(json<LangText>()),
    decided_on: nullable(text),
    effective: nullable(text),
    as_recorded: boolean,
    illustrative: boolean,
    position: bigint,
    recorded_at: timestamp,
    /** Items whose effect is not recorded yet, and items it could not be applied to. */
    pending: integer,
    lapsed: integer,
  },
  indexes: [{ on: ['programme_key', 'position'] }],
});

const decidedItem = currentTable({
  columns: {
    item: text,
    outcome: json<Outcome>(),
    reason: nullable(json<LangText>()),
    /** pending, applied or lapsed. */
    status: text,
    lapse: nullable(text),
    effect_position: nullable(bigint),
  },
  identity: ['item'],
  indexes: [{ on: ['item'] }],
});

export type DecisionRow = RowOf<(typeof decision)['columns']>;
export type DecidedItemRow = RowOf<(typeof decidedItem)['columns']>;

/** Decisions, each a document by its id, with what became of it on each of its items. */
export const decisions = defineReadModel({
  name: 'decisions',
  version: 1,
  tables: { decision, decided_item: decidedItem },
  keyOf: (event) => {
    if (event.stream.startsWith('decision-')) return event.stream.slice('decision-'.length);
    const cause = event.stream.startsWith('item-') ? event.data['decision'] : undefined;
    return typeof cause === 'string' ? cause : undefined;
  },
  evolve: (rows, recorded) => {
    const event = decode(recorded);
    if (event.type === 'DecisionRecorded') {
      const items = event.data.items.map((decided) => ({
        item: decided.item,
        outcome: decided.outcome,
        reason: decided.reason ?? null,
        status: 'pending',
        lapse: null,
        effect_position: null,
      }));
      return { decision: [decisionRow(event, recorded, items.length)], decided_item: items };
    }
    // The lapse of a reserved reference names its reservation, which is no decision.
    const [row] = rows.decision;
    if (!row) return undefined;
    const decided_item = rows.decided_item.map((one) =>
      one.item === recorded.stream.slice('item-'.length)
        ? { ...one, ...effect(event as ReformItemEvent, recorded) }
        : one,
    );
    const count = (status: string) => decided_item.filter((one) => one.status === status).length;
    return { decision: [{ ...row, pending: count('pending'), lapsed: count('lapsed') }], decided_item };
  },
});

function effect(event: ReformItemEvent, { position }: RecordedEvent): Partial<DecidedItemRow> {
  return event.type === 'DecisionEffectLapsed'
    ? { status: 'lapsed', lapse: event.data.code, effect_position: position }
    : { status: 'applied', lapse: null, effect_position: position };
}

function decisionRow({ data }: DecisionRecorded, recorded: RecordedEvent, pending: number): DecisionRow {
  const {
    programme,
    body = null,
    workshop = null,
    session = null,
    mode,
    method,
    basis = [],
    minutes = null,
  } = data;
  return {
    programme,
    programme_key: normaliseProgramme(programme),
    kinds: [...new Set(data.items.map(({ outcome }) => outcome.kind))],
    body,
    workshop,
    session,
    mode,
    method,
    basis,
    minutes,
    note: data.note ?? null,
    decided_on: recorded.decidedOn,
    effective: recorded.effective,
    as_recorded: data.asRecorded ?? false,
    illustrative: data.illustrative ?? false,
    position: recorded.position,
    recorded_at: recorded.recordedAt,
    pending,
    lapsed: 0,
  };
}
