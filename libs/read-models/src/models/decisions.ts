import {
  type Basis,
  type DecisionCorrected,
  type DecisionRecorded,
  type DelegationPosition,
  type LangText,
  type Outcome,
  type Quorum,
  Refusal,
  type ReformItemEvent,
  type Votes,
  decode,
  normaliseProgramme,
  parseEdtf,
  targetsOf,
  workshopStream,
} from '@masar/domain';
import type { RecordedEvent } from '@masar/event-store';
import {
  bigint,
  boolean,
  date,
  integer,
  json,
  nullable,
  text,
  textArray,
  timestamp,
} from '../engine/column.js';
import { type RowOf, currentTable, defineReadModel } from '../engine/read-model.js';

const decision = currentTable({
  columns: {
    programme: text,
    programme_key: text,
    kinds: textArray,
    body: nullable(text),
    workshop: nullable(text),
    /** The workshop as streams spell it, `<programme>/<workshop>`. */
    workshop_key: nullable(text),
    session: nullable(text),
    session_order: nullable(integer),
    mode: text,
    method: text,
    basis: json<readonly Basis[]>(),
    minutes: nullable(text),
    note: nullable(json<LangText>()),
    votes: nullable(json<Votes>()),
    quorum: nullable(json<Quorum>()),
    /** What is irregular about it or about one of its items; and what of that holds whatever the items. */
    flags: textArray,
    own_flags: textArray,
    decided_on: nullable(text),
    /** The days it may have been decided on; null where that is not known. */
    decided_earliest: nullable(date),
    decided_latest: nullable(date),
    effective: nullable(text),
    as_recorded: boolean,
    illustrative: boolean,
    /** It was recorded wrongly and is as corrected since; or it never was, and is struck. */
    corrected: boolean,
    struck: boolean,
    position: bigint,
    recorded_at: timestamp,
    /** Items whose effect is not recorded yet, and items it could not be applied to. */
    pending: integer,
    lapsed: integer,
  },
  indexes: [{ on: ['programme_key', 'position'] }, { on: ['programme_key', 'workshop_key'] }],
});

const decidedItem = currentTable({
  columns: {
    item: text,
    /** Its place in the decision, from 1. */
    number: integer,
    outcome: json<Outcome>(),
    /** Ids of the items the outcome points to. */
    targets: textArray,
    reason: nullable(json<LangText>()),
    flags: textArray,
    /** pending, applied or lapsed. */
    status: text,
    lapse: nullable(text),
    effect_position: nullable(bigint),
  },
  identity: ['item'],
  indexes: [{ on: ['item'] }],
});

/** Where delegations stood: on the decision as a whole, or on one of its items. */
const positionTable = currentTable({
  columns: {
    /** Id of the item; empty for the decision as a whole. */
    item: text,
    number: integer,
    delegation: text,
    position: text,
    text: nullable(json<LangText>()),
  },
  identity: ['item', 'number'],
});

export type PositionRow = RowOf<(typeof positionTable)['columns']>;
export type DecisionRow = RowOf<(typeof decision)['columns']>;
export type DecidedItemRow = RowOf<(typeof decidedItem)['columns']>;

/** Decisions, each a document by its id, with what became of it on each of its items. */
export const decisions = defineReadModel({
  name: 'decisions',
  version: 3,
  tables: { decision, decided_item: decidedItem, position: positionTable },
  keyOf: (event) => {
    if (event.stream.startsWith('decision-')) return event.stream.slice('decision-'.length);
    const cause = event.stream.startsWith('item-') ? event.data['decision'] : undefined;
    return typeof cause === 'string' ? cause : undefined;
  },
  evolve: (rows, recorded) => {
    const event = decode(recorded);
    if (event.type === 'DecisionRecorded') {
      const items = event.data.items.map((decided, index) => ({
        item: decided.item,
        number: index + 1,
        outcome: decided.outcome,
        targets: targetsOf(decided.outcome),
        reason: decided.reason ?? null,
        flags: decided.flags ?? [],
        status: 'pending',
        lapse: null,
        effect_position: null,
      }));
      return {
        decision: [decisionRow(event, recorded, items.length)],
        decided_item: items,
        position: [
          ...positionRows('', event.data.positions),
          ...event.data.items.flatMap((decided) => positionRows(decided.item, decided.positions)),
        ],
      };
    }
    // The lapse of a reserved reference names its reservation, which is no decision.
    const [row] = rows.decision;
    if (!row) return undefined;
    if (event.type === 'DecisionCorrected') return { decision: [correctedRow(row, event)] };
    const decided_item = rows.decided_item.map((one) =>
      one.item === recorded.stream.slice('item-'.length)
        ? { ...one, ...effect(event as ReformItemEvent, recorded) }
        : one,
    );
    const count = (status: string) => decided_item.filter((one) => one.status === status).length;
    return { decision: [{ ...row, pending: count('pending'), lapsed: count('lapsed') }], decided_item };
  },
});

function positionRows(item: string, positions: readonly DelegationPosition[] = []): PositionRow[] {
  return positions.map(({ delegation, position: stood, text: words = null }, index) => ({
    item,
    number: index + 1,
    delegation,
    position: stood,
    text: words,
  }));
}

/** The decision as it should have been recorded. */
function correctedRow(row: DecisionRow, { data: { change } }: DecisionCorrected): DecisionRow {
  const { decidedOn = row.decided_on, effective = row.effective, sessionOrder = row.session_order } = change;
  const particulars = change.data as Partial<DecisionRow> | undefined;
  return {
    ...row,
    ...particulars,
    ...decidedDays(decidedOn),
    decided_on: decidedOn,
    effective,
    session_order: sessionOrder,
    workshop_key: workshopKey(row.programme, particulars?.workshop ?? row.workshop),
    corrected: true,
    struck: change.struck ?? row.struck,
  };
}

function workshopKey(programme: string, workshop: string | null): string | null {
  if (workshop === null) return null;
  try {
    return workshopStream(programme, workshop).slice('workshop-'.length);
  } catch (error) {
    // Recorded as it was, under a name no workshop can have.
    if (error instanceof Refusal) return null;
    throw error;
  }
}

function decidedDays(decidedOn: string | null): Pick<DecisionRow, 'decided_earliest' | 'decided_latest'> {
  const window = decidedOn === null ? undefined : parseEdtf(decidedOn);
  return { decided_earliest: window?.earliest ?? null, decided_latest: window?.latest ?? null };
}

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
    session_order: data.sessionOrder ?? null,
    votes: data.votes ?? null,
    quorum: data.quorum ?? null,
    flags: [...new Set([...(data.flags ?? []), ...data.items.flatMap(({ flags = [] }) => flags)])].sort(),
    own_flags: [...new Set(data.flags ?? [])].sort(),
    ...decidedDays(recorded.decidedOn),
    workshop_key: workshopKey(programme, workshop),
    corrected: false,
    struck: false,
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
