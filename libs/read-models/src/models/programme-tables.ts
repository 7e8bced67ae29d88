import type { Article, LangText } from '@masar/domain';
import type { JsonObject } from '@masar/event-store';
import { bigint, boolean, date, integer, json, nullable, text, timestamp } from '../engine/column.js';
import { type RowOf, currentTable } from '../engine/read-model.js';

/** The days something may have begun and ended on; `to_…` is null while it lasts. */
const days = {
  from_earliest: date,
  from_latest: date,
  to_earliest: nullable(date),
  to_latest: nullable(date),
} as const;

const programme = currentTable({
  columns: {
    reference: text,
    name: json<LangText>(),
    description: nullable(json<LangText>()),
    /** Days from a decision to its recording, by the latest rule; null where there is none. */
    recording_deadline: nullable(integer),
    illustrative: boolean,
    revision: integer,
    last_position: bigint,
    last_recorded_at: timestamp,
  },
  indexes: [{ on: ['reference'] }],
});

/** What was recorded of a programme and its bodies: what the other rows are worked out from. */
const entry = currentTable({
  columns: {
    position: bigint,
    /** Normalised reference of the body; null for the programme itself. */
    body: nullable(text),
    type: text,
    schema_version: integer,
    data: json<JsonObject>(),
    effective: nullable(text),
    recorded_at: timestamp,
  },
  identity: ['position'],
});

/** Instruments, organisations, themes and scopes, in the order they were registered, as they are after everything known. */
const part = currentTable({
  columns: {
    kind: text,
    /** The normalised reference. */
    part_key: text,
    reference: text,
    name: json<LangText>(),
    /** Instruments: law, strategy or plan, and its standing. */
    instrument_kind: nullable(text),
    status: nullable(text),
    /** Organisations: the one it is part of, and whether it stands no more. */
    parent: nullable(text),
    dissolved: boolean,
    merged_into: nullable(text),
    /** Scopes: ISO 3166-2 code, the scope it lies in, whether it is a governed list. */
    code: nullable(text),
    within: nullable(text),
    governed: boolean,
    illustrative: boolean,
    position: bigint,
  },
  identity: ['kind', 'part_key'],
});

/** A part as it was for a while. */
const partStretch = currentTable({
  columns: {
    kind: text,
    part_key: text,
    /** Position of the entry that began it. */
    position: bigint,
    name: json<LangText>(),
    status: nullable(text),
    parent: nullable(text),
    dissolved: boolean,
    merged_into: nullable(text),
    reason: nullable(json<LangText>()),
    ...days,
  },
  identity: ['kind', 'part_key', 'position'],
});

/** A version of an instrument with one status of its own; a change of it makes another row. */
const instrumentVersion = currentTable({
  columns: {
    part_key: text,
    /** As matched. */
    version_key: text,
    position: bigint,
    version: text,
    /** In the order they took effect, from 1. */
    ordinal: integer,
    title: nullable(json<LangText>()),
    uri: nullable(text),
    sha256: nullable(text),
    articles: json<readonly Article[]>(),
    status: nullable(text),
    ...days,
  },
  identity: ['part_key', 'version_key', 'position'],
});

/** A stay on a governed list. */
const scopeMember = currentTable({
  columns: {
    part_key: text,
    /** Reference of the member. */
    scope: text,
    /** Position of the entry that added it. */
    position: bigint,
    source: json<LangText>(),
    /** Where it is said that it left; null while it is on the list. */
    left_source: nullable(json<LangText>()),
    ...days,
  },
  identity: ['part_key', 'scope', 'position'],
});

const term = currentTable({
  columns: { vocabulary: text, term: text, name: json<LangText>(), position: bigint },
  identity: ['vocabulary', 'term'],
});

const deadline = currentTable({
  columns: { position: bigint, days: nullable(integer), ...days },
  identity: ['position'],
});

/** Bodies as they are after everything known. */
const body = currentTable({
  columns: {
    reference: text,
    name: json<LangText>(),
    kind: text,
    competence: text,
    mandate: nullable(json<LangText>()),
    dissolved: boolean,
    illustrative: boolean,
    revision: integer,
    position: bigint,
  },
  identity: ['reference'],
});

/** A body as it was for a while. */
const bodyStretch = currentTable({
  columns: {
    body: text,
    position: bigint,
    competence: text,
    mandate: nullable(json<LangText>()),
    dissolved: boolean,
    reason: nullable(json<LangText>()),
    ...days,
  },
  identity: ['body', 'position'],
});

/** The tables of a programme's document. */
export const programmeTables = {
  programme,
  entry,
  part,
  part_stretch: partStretch,
  instrument_version: instrumentVersion,
  scope_member: scopeMember,
  term,
  deadline,
  body,
  body_stretch: bodyStretch,
};

export type ProgrammeRow = RowOf<(typeof programme)['columns']>;
export type EntryRow = RowOf<(typeof entry)['columns']>;
export type PartRow = RowOf<(typeof part)['columns']>;
export type PartKind = 'instrument' | 'organisation' | 'theme' | 'scope';
export type PartStretchRow = RowOf<(typeof partStretch)['columns']>;
export type InstrumentVersionRow = RowOf<(typeof instrumentVersion)['columns']>;
export type ScopeMemberRow = RowOf<(typeof scopeMember)['columns']>;
export type TermRow = RowOf<(typeof term)['columns']>;
export type DeadlineRow = RowOf<(typeof deadline)['columns']>;
export type BodyRow = RowOf<(typeof body)['columns']>;
export type BodyStretchRow = RowOf<(typeof bodyStretch)['columns']>;
