import type { GivenDate, LangText, People } from '@masar/domain';
import type { JsonObject } from '@masar/event-store';
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
import { type RowOf, currentTable } from '../engine/read-model.js';

const workshop = currentTable({
  columns: {
    programme: text,
    programme_key: text,
    reference: text,
    topic: json<LangText>(),
    /** Place in the announcement; what was announced without one comes last. */
    listed: nullable(integer),
    state: text,
    held_on: json<GivenDate>(),
    venue: nullable(json<LangText>()),
    note: nullable(json<LangText>()),
    /** Why it was cancelled. */
    cancelled_because: nullable(json<LangText>()),
    illustrative: boolean,
    revision: integer,
    last_position: bigint,
    last_recorded_at: timestamp,
  },
  indexes: [{ on: ['programme_key', 'listed'] }],
});

/** What was recorded of a workshop and its minutes: what the other rows are worked out from. */
const entry = currentTable({
  columns: {
    position: bigint,
    minutes: boolean,
    type: text,
    schema_version: integer,
    data: json<JsonObject>(),
    effective: nullable(text),
    recorded_at: timestamp,
  },
  identity: ['position'],
});

/** Every date it was given, in the order they were recorded; the last one counts. */
const appointment = currentTable({
  columns: {
    position: bigint,
    /** `announced`, `scheduled` or `rescheduled`. */
    kind: text,
    held_on: json<GivenDate>(),
    venue: nullable(json<LangText>()),
    reason: nullable(json<LangText>()),
  },
  identity: ['position'],
});

const session = currentTable({
  columns: {
    reference: text,
    session_order: integer,
    title: nullable(json<LangText>()),
    held_on: nullable(text),
    /** Organisations whose delegations were there, and were not; null where nobody recorded it. */
    present: nullable(textArray),
    absent: nullable(textArray),
    irregularities: textArray,
    position: bigint,
  },
  identity: ['reference'],
});

const agendaPoint = currentTable({
  columns: {
    /** Place on the agenda, from 1. */
    ordinal: integer,
    number: text,
    title: json<LangText>(),
    items: textArray,
    session: nullable(text),
    position: bigint,
  },
  identity: ['ordinal'],
});

/** A seat a delegation had for a while, in one capacity and with the same people. */
const delegation = currentTable({
  columns: {
    organisation: text,
    position: bigint,
    capacity: text,
    people: json<People>(),
    from_earliest: date,
    from_latest: date,
    /** Null while it has the seat. */
    to_earliest: nullable(date),
    to_latest: nullable(date),
    /** Why it gave the seat up. */
    left_because: nullable(json<LangText>()),
  },
  identity: ['organisation', 'position'],
});

const minutes = currentTable({
  columns: {
    programme: text,
    workshop: text,
    state: text,
    /** References of the sessions they are of; null: of the whole workshop. */
    sessions: nullable(textArray),
    approved_body: nullable(text),
    approved_in_workshop: nullable(text),
    approved_in_session: nullable(text),
    approved_on: nullable(text),
    approved_position: nullable(bigint),
    irregularities: textArray,
    illustrative: boolean,
    revision: integer,
    last_position: bigint,
    last_recorded_at: timestamp,
  },
});

const minutesVersion = currentTable({
  columns: {
    position: bigint,
    language: text,
    text: nullable(text),
    sha256: nullable(text),
    hashed_by: nullable(text),
    uri: nullable(text),
    effective: nullable(text),
    /** False where a later draft in that language took its place. */
    current: boolean,
  },
  identity: ['position'],
});

const circulation = currentTable({
  columns: { position: bigint, recipients: nullable(textArray), effective: nullable(text) },
  identity: ['position'],
});

const corrigendum = currentTable({
  columns: {
    position: bigint,
    number: text,
    text: json<LangText>(),
    points: textArray,
    effective: nullable(text),
  },
  identity: ['position'],
});

const discrepancy = currentTable({
  columns: {
    position: bigint,
    passages: json<LangText>(),
    note: nullable(json<LangText>()),
    effective: nullable(text),
  },
  identity: ['position'],
});

/** The tables of a workshop's document. */
export const workshopTables = {
  workshop,
  entry,
  appointment,
  session,
  agenda_point: agendaPoint,
  delegation,
  minutes,
  minutes_version: minutesVersion,
  circulation,
  corrigendum,
  discrepancy,
};

export type WorkshopRow = RowOf<(typeof workshop)['columns']>;
export type WorkshopEntryRow = RowOf<(typeof entry)['columns']>;
export type AppointmentRow = RowOf<(typeof appointment)['columns']>;
export type SessionRow = RowOf<(typeof session)['columns']>;
export type AgendaPointRow = RowOf<(typeof agendaPoint)['columns']>;
export type DelegationRow = RowOf<(typeof delegation)['columns']>;
export type MinutesRow = RowOf<(typeof minutes)['columns']>;
export type MinutesVersionRow = RowOf<(typeof minutesVersion)['columns']>;
export type CirculationRow = RowOf<(typeof circulation)['columns']>;
export type CorrigendumRow = RowOf<(typeof corrigendum)['columns']>;
export type MinutesDiscrepancyRow = RowOf<(typeof discrepancy)['columns']>;
