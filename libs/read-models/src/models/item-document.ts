import {
  type Attributes,
  type Entry,
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
import type { Change } from '../engine/read-model.js';
import { restrictionRows } from './item-restriction.js';
import { successionRows } from './item-succession.js';
import { axisRows } from './item-axis-rows.js';
import { sortingRows } from './item-sorting.js';
import type { ItemRow, JourneyRow, RegisterRow, StatusIntervalRow, itemTables } from './item-tables.js';
import { wordRows } from './item-words.js';

/** What an event brings to its row of the journey; the fold works out the rest. */
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

export function journeyInput(event: RecordedEvent): JourneyInput {
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

/**
 * All rows of an item.
 *
 * @param entries every event of the item, in any order, or its row of the journey
 * @param last the one recorded last
 */
export function itemDocument(
  entries: readonly JourneyInput[],
  last: RecordedEvent,
): Required<Change<typeof itemTables>> {
  const byPosition = new Map(entries.map((entry) => [entry.position, entry]));
  const steps = timelineOf(entries.map(entryOf));
  const sessions = sessionsOf(steps);
  const programmeKey = programmeKeyOf(last);
  const state = stateOf(steps);
  return {
    register: [registerRow(state, programmeKey)],
    item: [itemRow(steps, state, last)],
    journey: steps.map((step, index) =>
      journeyRow(step, byPosition.get(step.entry.position)!, sessions[index]!),
    ),
    status_interval: intervalRows(steps, programmeKey),
    restriction: restrictionRows(state, programmeKey),
    ...wordRows(steps),
    ...sortingRows(steps, programmeKey),
    succession: successionRows(steps),
    ...axisRows(steps, programmeKey),
  };
}

/** An entry without a session follows those before it on its day, and so counts as the latest session among them. */
function sessionsOf(steps: readonly Step[]): number[] {
  let day: string | undefined;
  let session = 0;
  return steps.map(({ entry, window }) => {
    if (window.earliest !== day) session = 0;
    day = window.earliest;
    const own = entry.effective === null ? 0 : (entry.event.data.sessionOrder ?? 0);
    return (session = Math.max(session, own));
  });
}

function entryOf(row: JourneyInput): Entry {
  const event = decode({
    type: row.type,
    schemaVersion: row.schema_version,
    data: row.data,
  }) as ReformItemEvent;
  const { position, effective } = row;
  return {
    position,
    id: row.event_id,
    event,
    decidedOn: row.decided_on,
    effective,
    recordedAt: row.recorded_at,
  };
}

function journeyRow(
  { entry, window, before, after, irregularities, undone, correctedBy }: Step,
  input: JourneyInput,
  session_order: number,
): JourneyRow {
  const { event } = entry;
  const { data } = event;
  const moved = movesTo(event, after) !== undefined;
  return {
    ...input,
    earliest: window.earliest,
    latest: window.latest,
    session_order,
    state_before: before.standing?.state ?? null,
    state_after: after.standing?.state ?? null,
    source_status: moved ? (after.sourceStatus ?? null) : null,
    irregularities,
    flagged: data.irregularities ?? [],
    decision: data.decision ?? null,
    lapse: event.type === 'DecisionEffectLapsed' ? event.data.code : null,
    as_recorded: data.asRecorded ?? false,
    undone: undone?.how ?? null,
    undone_by: undone?.by ?? null,
    undone_from_earliest: undone?.from?.earliest ?? null,
    undone_from_latest: undone?.from?.latest ?? null,
    corrected_by: correctedBy,
    counted_decided_on: entry.decidedOn,
    counted_effective: entry.effective,
    reason: data.reason ?? null,
  };
}

function registerRow(state: ReformItem, programmeKey: string): RegisterRow {
  const referenceKey = keyOfReference(state.reference);
  return {
    programme_key: programmeKey,
    reference_key: referenceKey,
    alias_keys: state.aliases.map(keyOfReference),
    registered: state.registered,
    removed: state.removed,
    search: searchText(state),
    sort_reference: sortable(referenceKey),
    sort_title: matchingForm(Object.values(state.title)[0] ?? ''),
  };
}

function itemRow(steps: readonly Step[], state: ReformItem, last: RecordedEvent): ItemRow {
  return {
    programme: state.programme,
    reference: state.reference,
    aliases: state.aliases,
    title: state.title,
    text: state.text ?? null,
    text_version: state.textVersion,
    state: state.standing?.state ?? null,
    source_status: state.sourceStatus ?? null,
    registered: state.registered,
    removed: state.removed,
    visibility: state.visibility,
    approved: state.approved,
    leads: state.assignment.leads,
    horizon: state.classification.horizon ?? null,
    due_date: state.dueDates.at(-1) ?? null,
    deferred_until: state.deferredUntil ?? null,
    referred_to: state.referredTo?.name ?? null,
    referred_to_organisation: state.referredTo?.organisation ?? null,
    attributes: searchable(state.attributes),
    people: state.people,
    illustrative: state.illustrative,
    workshop: state.workshop ?? null,
    themes: state.classification.themes,
    successors: state.successors,
    irregularities: [...new Set(steps.flatMap((step) => step.irregularities))].sort(),
    revision: last.revision,
    last_position: last.position,
    last_recorded_at: last.recordedAt,
  };
}

/** PostgreSQL looks into no JSON that holds U+0000: one such value would fail every query on attributes. */
function searchable(attributes: Attributes): Attributes {
  const replaced = (text: string) => text.replaceAll('\u0000', '\uFFFD');
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      replaced(name),
      value === null ? null : replaced(value),
    ]),
  );
}

/** The part of `item-<programme>/<reference>` between. */
function programmeKeyOf({ stream }: RecordedEvent): string {
  return stream.slice('item-'.length, stream.indexOf('/'));
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
function sortable(key: string): string {
  return key.replace(/\d+/g, (digits) => digits.padStart(10, '0'));
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
