import {
  type Attributes,
  type Entry,
  type LangText,
  type People,
  type ReformItem,
  type ReformItemEvent,
  type Step,
  decode,
  matchingForm,
  movesTo,
  normaliseReference,
  stateOf,
  statusIntervals,
  timelineOf,
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
import { type RowOf, type Rows, currentTable, defineReadModel } from '../engine/read-model.js';
import { foldModel } from './fold-model.js';

const item = currentTable({
  columns: {
    programme: text,
    programme_key: text,
    reference: text,
    /** The reference it goes by, as matched; then former and further ones. */
    reference_key: text,
    alias_keys: textArray,
    aliases: textArray,
    title: json<LangText>(),
    text: nullable(json<LangText>()),
    text_version: integer,
    state: nullable(text),
    source_status: nullable(text),
    registered: boolean,
    removed: boolean,
    approved: boolean,
    leads: textArray,
    horizon: nullable(text),
    due_date: nullable(text),
    deferred_until: nullable(text),
    referred_to: nullable(json<LangText>()),
    attributes: json<Attributes>(),
    people: json<People>(),
    illustrative: boolean,
    workshop: nullable(text),
    themes: textArray,
    successors: textArray,
    irregularities: textArray,
    revision: integer,
    last_position: bigint,
    last_recorded_at: timestamp,
    /** References, title and text as matched, for search. */
    search: text,
    /** Digits padded, so that `9` sorts before `10`. */
    sort_reference: text,
    sort_title: text,
  },
  indexes: [
    { on: ['programme_key', 'reference_key'] },
    { on: ['programme_key', 'sort_reference', 'key'], where: `valid_to = 9223372036854775807` },
    { on: ['programme_key', 'valid_from'] },
    { on: ['alias_keys'], using: 'gin' },
  ],
});

const journey = currentTable({
  columns: {
    position: bigint,
    event_id: text,
    type: text,
    schema_version: integer,
    revision: integer,
    decided_on: nullable(text),
    effective: nullable(text),
    earliest: date,
    latest: date,
    session_order: integer,
    recorded_at: timestamp,
    state_before: nullable(text),
    state_after: nullable(text),
    source_status: nullable(text),
    irregularities: textArray,
    flagged: textArray,
    decision: nullable(text),
    lapse: nullable(text),
    as_recorded: boolean,
    reason: nullable(json<LangText>()),
    subject: text,
    organisation: nullable(text),
    data: json<ReformItemEvent['data']>(),
  },
  identity: ['position'],
});

const version = currentTable({
  columns: {
    number: integer,
    title: json<LangText>(),
    text: nullable(json<LangText>()),
    type: text,
    position: bigint,
    decision: nullable(text),
    effective: nullable(text),
  },
  identity: ['number'],
});

const statusInterval = currentTable({
  columns: {
    ordinal: integer,
    programme_key: text,
    state: text,
    source_status: nullable(text),
    removed: boolean,
    position: bigint,
    from_earliest: date,
    from_latest: date,
    /** The day after the last there is, while it lasts: comparisons need no case for it. */
    to_earliest: nullable(date),
    to_latest: nullable(date),
  },
  identity: ['ordinal'],
  indexes: [{ on: ['programme_key', 'from_earliest'] }],
});

const tables = { item, journey, version, status_interval: statusInterval };

export type ItemRow = RowOf<(typeof item)['columns']>;
export type JourneyRow = RowOf<(typeof journey)['columns']>;
export type VersionRow = RowOf<(typeof version)['columns']>;
export type StatusIntervalRow = RowOf<(typeof statusInterval)['columns']>;

/** Reform items, each a document by its id: where it stands, its way there, its texts, its stretches in each state. */
export const items = defineReadModel({
  name: 'items',
  version: 1,
  tables,
  keyOf: itemKey,
  evolve: (rows, event) => itemDocument([...rows.journey, journeyInput(event)], event),
});

/** The id of the item an event belongs to; a stream of a reserved reference is no item's. */
export function itemKey(event: RecordedEvent): string | undefined {
  return event.stream.startsWith('item-') && event.type !== 'ReferenceReserved'
    ? event.stream.slice(5)
    : undefined;
}

/** An item's rows after these events: the same fold, for a command's answer and a replay. */
export function foldItem(events: readonly RecordedEvent[]): Rows<typeof tables> {
  return foldModel(items, '', events);
}

type JourneyInput = Pick<
  JourneyRow,
  | 'position'
  | 'event_id'
  | 'type'
  | 'schema_version'
  | 'revision'
  | 'decided_on'
  | 'effective'
  | 'recorded_at'
  | 'subject'
  | 'organisation'
  | 'data'
>;

function journeyInput(event: RecordedEvent): JourneyInput {
  return {
    position: event.position,
    event_id: event.id,
    type: event.type,
    schema_version: event.schemaVersion,
    revision: event.revision,
    decided_on: event.decidedOn,
    effective: event.effective,
    recorded_at: event.recordedAt,
    subject: event.actor.subject,
    organisation: event.actor.organisation ?? null,
    data: event.data,
  };
}

function itemDocument(entries: readonly JourneyInput[], last: RecordedEvent) {
  const byPosition = new Map(entries.map((entry) => [entry.position, entry]));
  const steps = timelineOf([...byPosition.values()].sort((a, b) => a.position - b.position).map(entryOf));
  return {
    item: [itemRow(steps, last)],
    journey: steps.map((step) => journeyRow(step, byPosition.get(step.entry.position)!)),
    version: versionRows(steps),
    status_interval: intervalRows(steps, programmeKeyOf(last)),
  };
}

function entryOf(row: JourneyInput): Entry {
  const event = decode({
    type: row.type,
    schemaVersion: row.schema_version,
    data: row.data,
  }) as ReformItemEvent;
  const { position, effective } = row;
  return { position, event, decidedOn: row.decided_on, effective, recordedAt: row.recorded_at };
}

function journeyRow({ entry, window, before, after, irregularities }: Step, input: JourneyInput): JourneyRow {
  const { event } = entry;
  const { data } = event;
  const moved = movesTo(event, after) !== undefined;
  return {
    ...input,
    earliest: window.earliest,
    latest: window.latest,
    session_order: data.sessionOrder ?? 0,
    state_before: before.standing?.state ?? null,
    state_after: after.standing?.state ?? null,
    source_status: moved ? (after.sourceStatus ?? null) : null,
    irregularities,
    flagged: data.irregularities ?? [],
    decision: data.decision ?? null,
    lapse: event.type === 'DecisionEffectLapsed' ? event.data.code : null,
    as_recorded: data.asRecorded ?? false,
    reason: data.reason ?? null,
  };
}

function itemRow(steps: readonly Step[], last: RecordedEvent): ItemRow {
  const state: ReformItem = stateOf(steps);
  const programme = state.programme;
  const irregularities = [...new Set(steps.flatMap((step) => step.irregularities))].sort();
  const referenceKey = keyOfReference(state.reference);
  return {
    programme,
    programme_key: programmeKeyOf(last),
    reference: state.reference,
    reference_key: referenceKey,
    alias_keys: state.aliases.map(keyOfReference),
    aliases: state.aliases,
    title: state.title,
    text: state.text ?? null,
    text_version: state.textVersion,
    state: state.standing?.state ?? null,
    source_status: state.sourceStatus ?? null,
    registered: state.registered,
    removed: state.removed,
    approved: state.approved,
    leads: state.leads,
    horizon: state.horizon ?? null,
    due_date: state.dueDate ?? null,
    deferred_until: state.deferredUntil ?? null,
    referred_to: state.referredTo ?? null,
    attributes: state.attributes,
    people: state.people,
    illustrative: state.illustrative,
    workshop: state.workshop ?? null,
    themes: state.themes,
    successors: state.successors,
    irregularities,
    revision: last.revision,
    last_position: last.position,
    last_recorded_at: last.recordedAt,
    search: searchText(state),
    sort_reference: sortable(referenceKey),
    sort_title: matchingForm(Object.values(state.title)[0] ?? ''),
  };
}

/** The part of `item-<programme>/<reference>` between. */
function programmeKeyOf({ stream }: RecordedEvent): string {
  return stream.slice(5, stream.indexOf('/'));
}

function keyOfReference(reference: string): string {
  return reference === '' ? '' : normaliseReference(reference);
}

function searchText({ reference, aliases, title, text: body }: ReformItem): string {
  return [reference, ...aliases, ...Object.values(title), ...Object.values(body ?? {})]
    .map(matchingForm)
    .join('\n');
}

/** Numbers padded to ten digits: `sample-9` before `sample-10`. */
export function sortable(key: string): string {
  return key.replace(/\d+/g, (digits) => digits.padStart(10, '0'));
}

function versionRows(steps: readonly Step[]): VersionRow[] {
  return steps
    .filter(({ before, after }) => after.textVersion !== before.textVersion)
    .map(({ entry, after }) => ({
      number: after.textVersion,
      title: after.title,
      text: after.text ?? null,
      type: entry.event.type,
      position: entry.position,
      decision: entry.event.data.decision ?? null,
      effective: entry.effective,
    }));
}

function intervalRows(steps: readonly Step[], programmeKey: string): StatusIntervalRow[] {
  return statusIntervals(steps).map(({ state, sourceStatus, removed, position, from, to }, ordinal) => ({
    ordinal,
    programme_key: programmeKey,
    state,
    source_status: sourceStatus ?? null,
    removed,
    position,
    from_earliest: from.earliest,
    from_latest: from.latest,
    to_earliest: to?.earliest ?? null,
    to_latest: to?.latest ?? null,
  }));
}
