import type {
  ActionStatus,
  Assessment,
  Custody,
  DatedValue,
  EvidenceStatus,
  Hasher,
  LangText,
  ProgressLevel,
  Response,
} from '@masar/domain';
import {
  type Column,
  bigint,
  boolean,
  date,
  integer,
  json,
  nullable,
  text,
  textArray,
} from '../engine/column.js';
import { type RowOf, currentTable } from '../engine/read-model.js';

/** A text column of a closed list of words. */
export const word = <W extends string>() => text as unknown as Column<W>;

/**
 * A stretch in which something of an item stood as it did, and the entry that began it. On day D it holds where
 * `from_earliest ≤ D < to_earliest`; the last one of each `number` is how it stands after everything known.
 */
export const stretch = {
  /** Tells apart what is followed, in the order it came up; `ordinal` its stretches, in the order of effect. */
  number: integer,
  ordinal: integer,
  /** False from where the item had it no more: its columns then say what it was last. */
  present: boolean,
  position: bigint,
  decided_on: nullable(text),
  effective: nullable(text),
  reason: nullable(json<LangText>()),
  from_earliest: date,
  from_latest: date,
  /** Null while it lasts. */
  to_earliest: nullable(date),
  to_latest: nullable(date),
};
/** What tells the stretches of an item apart. */
export const identity = ['number', 'ordinal'] as const;

const addressee = currentTable({
  columns: {
    ...stretch,
    programme_key: text,
    organisation: text,
    response: word<Response>(),
    response_text: nullable(json<LangText>()),
    response_parts: textArray,
    progress: nullable(word<ProgressLevel>()),
    percent: nullable(integer),
    percent_basis: nullable(json<LangText>()),
    report_text: nullable(json<LangText>()),
    report_period: nullable(text),
    report_evidence: textArray,
  },
  identity,
  indexes: [{ on: ['programme_key', 'from_earliest'] }],
});

const action = currentTable({
  columns: {
    ...stretch,
    action: text,
    description: json<LangText>(),
    owner: nullable(text),
    status: word<ActionStatus>(),
    original_due: nullable(text),
    current_due: nullable(text),
    /** The due date it had before, in the stretches that begin with a slip. */
    slipped_from: nullable(text),
  },
  identity,
});

const indicator = currentTable({
  columns: {
    ...stretch,
    indicator: text,
    name: json<LangText>(),
    unit: text,
    baseline: nullable(json<DatedValue>()),
    target: nullable(json<DatedValue>()),
  },
  identity,
});

const measurement = currentTable({
  columns: {
    position: bigint,
    /** Place in the order of effect. */
    ordinal: integer,
    indicator: text,
    value: text,
    measured_on: nullable(text),
    source: nullable(json<LangText>()),
    effective: nullable(text),
    from_earliest: date,
  },
  identity: ['position'],
});

const evidence = currentTable({
  columns: {
    ...stretch,
    evidence: text,
    description: json<LangText>(),
    custody: word<Custody>(),
    custodian: nullable(text),
    sha256: nullable(text),
    hashed_by: nullable(word<Hasher>()),
    uri: nullable(text),
    document_date: nullable(text),
    status: word<EvidenceStatus>(),
    superseded_by: nullable(text),
  },
  identity,
});

const verification = currentTable({
  columns: {
    position: bigint,
    ordinal: integer,
    verification: text,
    verified_by: text,
    method: json<LangText>(),
    sites: json<readonly LangText[]>(),
    period: nullable(text),
    examined: textArray,
    access_refused: nullable(json<LangText>()),
    conclusion: word<Assessment>(),
    part: nullable(text),
    text_version: integer,
    remarks: nullable(json<LangText>()),
    effective: nullable(text),
    from_earliest: date,
    irregularities: textArray,
  },
  identity: ['position'],
});

/** How the whole item, and each of its parts, is assessed. */
const assessment = currentTable({
  columns: {
    ...stretch,
    programme_key: text,
    /** Null for the whole. */
    part: nullable(text),
    assessment: word<Assessment>(),
    verification: nullable(text),
    verified_by: nullable(text),
    text_version: nullable(integer),
    /** Counted in distributions: the parts where there are parts, else the whole. */
    counted: boolean,
  },
  identity,
  indexes: [{ on: ['programme_key', 'from_earliest'] }],
});

/** What overdue and the like are worked out from, as stretches: so that each is true or not on any day. */
const outlook = currentTable({
  columns: {
    ...stretch,
    ended: boolean,
    /** Last day the due date may mean. */
    due_latest: nullable(date),
    reported_done_not_verified: boolean,
  },
  identity,
});

/** The tables of what stands beside an item's lifecycle. */
export const itemAxisTables = {
  addressee,
  action,
  indicator,
  measurement,
  evidence,
  verification,
  assessment,
  outlook,
};

/** The columns every stretch has. */
export type StretchRow = RowOf<typeof stretch>;
export type AddresseeRow = RowOf<(typeof addressee)['columns']>;
export type ActionRow = RowOf<(typeof action)['columns']>;
export type IndicatorRow = RowOf<(typeof indicator)['columns']>;
export type MeasurementRow = RowOf<(typeof measurement)['columns']>;
export type EvidenceRow = RowOf<(typeof evidence)['columns']>;
export type VerificationRow = RowOf<(typeof verification)['columns']>;
export type AssessmentRow = RowOf<(typeof assessment)['columns']>;
export type OutlookRow = RowOf<(typeof outlook)['columns']>;
