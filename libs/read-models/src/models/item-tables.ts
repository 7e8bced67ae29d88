import type { Attributes, LangText, People, ReformItemEvent } from '@masar/domain';
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
import { restriction } from './item-restriction.js';
import { succession } from './item-succession.js';
import { itemAxisTables } from './item-axis-tables.js';
import { itemSortingTables } from './item-sorting.js';
import { itemWordTables } from './item-words.js';

/**
 * What an item is found and listed by. It changes seldom, so there are few versions of it: a list walks these in their
 * order and looks up each item's one version of {@link item} by its key, however many there are.
 */
const register = currentTable({
  columns: {
    programme_key: text,
    /** The reference it goes by, as matched; then former and further ones. */
    reference_key: text,
    alias_keys: textArray,
    registered: boolean,
    removed: boolean,
    /** References, title and text as matched, for search. */
    search: text,
    /** Digits padded, so that `9` sorts before `10`. */
    sort_reference: text,
    sort_title: text,
  },
  indexes: [
    { on: ['programme_key', 'reference_key'] },
    { on: ['alias_keys'], using: 'gin' },
    // Code points, so that pages are in the same order on every server.
    { on: ['programme_key', 'sort_reference COLLATE "C"', 'key'] },
    { on: ['programme_key', 'sort_title COLLATE "C"', 'key'] },
    { on: ['sort_reference COLLATE "C"', 'key'] },
  ],
});

/** Where the item stands: each of its events makes a version, so `valid_from` is the position of its last change. */
const item = currentTable({
  columns: {
    programme: text,
    reference: text,
    aliases: textArray,
    title: json<LangText>(),
    text: nullable(json<LangText>()),
    text_version: integer,
    state: nullable(text),
    source_status: nullable(text),
    registered: boolean,
    removed: boolean,
    visibility: text,
    approved: boolean,
    leads: textArray,
    horizon: nullable(text),
    due_date: nullable(text),
    deferred_until: nullable(text),
    referred_to: nullable(json<LangText>()),
    referred_to_organisation: nullable(text),
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
  },
  indexes: [{ on: ['valid_from', 'key'] }],
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
    /** The session it counts as within its day: `earliest`, this and `position` are the order of effect. */
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
    /** How it was undone and by which entry; for a revocation, the days it may have begun on. */
    undone: nullable(text),
    undone_by: nullable(bigint),
    undone_from_earliest: nullable(date),
    undone_from_latest: nullable(date),
    /** Positions of the corrections that changed it. */
    corrected_by: json<readonly number[]>(),
    /** The dates it counts with: as recorded, or as corrected. */
    counted_decided_on: nullable(text),
    counted_effective: nullable(text),
    reason: nullable(json<LangText>()),
    subject: text,
    organisation: nullable(text),
    data: json<ReformItemEvent['data']>(),
  },
  identity: ['position'],
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
    /** Null while it lasts. */
    to_earliest: nullable(date),
    to_latest: nullable(date),
  },
  identity: ['ordinal'],
  indexes: [{ on: ['programme_key', 'from_earliest'] }],
});

/** The tables of an item's document. */
export const itemTables = {
  register,
  item,
  journey,
  status_interval: statusInterval,
  restriction,
  ...itemWordTables,
  ...itemSortingTables,
  succession,
  ...itemAxisTables,
};

export type RegisterRow = RowOf<(typeof register)['columns']>;
export type ItemRow = RowOf<(typeof item)['columns']>;
export type JourneyRow = RowOf<(typeof journey)['columns']>;
export type StatusIntervalRow = RowOf<(typeof statusInterval)['columns']>;
