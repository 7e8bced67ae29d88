import {
  type Action,
  type Addressee,
  type Assessment,
  type EvidencePiece,
  type Followed,
  type Indicator,
  type NamedStretch,
  type ReformItem,
  type ReformItemEvent,
  type Step,
  isEnd,
  isReportedDoneNotVerified,
  namedStretches,
  parseEdtf,
} from '@masar/domain';
import type { Rows } from '../engine/read-model.js';
import type {
  ActionRow,
  AddresseeRow,
  AssessmentRow,
  EvidenceRow,
  IndicatorRow,
  MeasurementRow,
  OutlookRow,
  StretchRow,
  VerificationRow,
  itemAxisTables,
} from './item-axis-tables.js';

/** The rows of what stands beside an item's lifecycle, from its steps in the order of effect. */
export function axisRows(steps: readonly Step[], programme_key: string): Rows<typeof itemAxisTables> {
  return {
    addressee: namedStretches(steps, addressees).map((stretch) => addresseeRow(stretch, programme_key)),
    action: namedStretches(steps, actions).map(actionRow),
    indicator: namedStretches(steps, indicators).map(indicatorRow),
    measurement: measurementRows(steps),
    evidence: namedStretches(steps, evidence).map(evidenceRow),
    verification: verificationRows(steps),
    assessment: namedStretches(steps, assessments).map((stretch) => assessmentRow(stretch, programme_key)),
    outlook: namedStretches(steps, outlook).map(outlookRow),
  };
}

/** The columns every stretch has. */
export function stretchRow({ number, ordinal, present, step, from, to }: NamedStretch<object>): StretchRow {
  const { entry } = step;
  return {
    number,
    ordinal,
    present,
    position: entry.position,
    decided_on: entry.decidedOn,
    effective: entry.effective,
    reason: entry.event.data.reason ?? null,
    from_earliest: from.earliest,
    from_latest: from.latest,
    to_earliest: to?.earliest ?? null,
    to_latest: to?.latest ?? null,
  };
}

const addressees: Followed<Addressee> = {
  valuesOf: (item) => item.addressees,
  nameOf: ({ organisation }) => organisation,
  isAbout: (event) =>
    event.type === 'ReformItemResponseRecorded' || event.type === 'ReformItemProgressReported'
      ? event.data.addressee
      : undefined,
};

function addresseeRow(stretch: NamedStretch<Addressee>, programme_key: string): AddresseeRow {
  const { value } = stretch;
  return {
    ...stretchRow(stretch),
    programme_key,
    organisation: value.organisation,
    response: value.response,
    response_text: value.responseText ?? null,
    response_parts: value.responseParts,
    progress: value.progress ?? null,
    percent: value.percent ?? null,
    percent_basis: value.percentBasis ?? null,
    report_text: value.reportText ?? null,
    report_period: value.reportPeriod ?? null,
    report_evidence: value.reportEvidence,
  };
}

const actions: Followed<Action> = { valuesOf: (item) => item.actions, nameOf: ({ action }) => action };

function actionRow(stretch: NamedStretch<Action>): ActionRow {
  const { value, before } = stretch;
  const { action, description, owner, status, originalDue, currentDue, slips } = value;
  const slipped = before !== undefined && slips.length > before.slips.length;
  return {
    ...stretchRow(stretch),
    action,
    description,
    owner: owner ?? null,
    status,
    original_due: originalDue ?? null,
    current_due: currentDue ?? null,
    slipped_from: (slipped && before.currentDue) || null,
  };
}

const indicators: Followed<Indicator> = {
  valuesOf: (item) => item.indicators.defined,
  nameOf: ({ indicator }) => indicator,
};

function indicatorRow(stretch: NamedStretch<Indicator>): IndicatorRow {
  const { indicator, name, unit, baseline = null, target = null } = stretch.value;
  return { ...stretchRow(stretch), indicator, name, unit, baseline, target };
}

type DataOf<T extends ReformItemEvent['type']> = Extract<ReformItemEvent, { type: T }>['data'];

interface Counting<T extends ReformItemEvent['type']> {
  readonly data: DataOf<T>;
  readonly step: Step;
  readonly entry: Pick<MeasurementRow, 'position' | 'ordinal' | 'effective' | 'from_earliest'>;
}

/** The entries of a type that count, in the order of effect. */
function counting<T extends ReformItemEvent['type']>(steps: readonly Step[], type: T): Counting<T>[] {
  return steps
    .filter(({ undone, entry: { event } }) => !undone && event.type === type)
    .map((step, ordinal) => {
      const { event, position, effective } = step.entry;
      const entry = { position, ordinal, effective, from_earliest: step.window.earliest };
      return { data: event.data as DataOf<T>, step, entry };
    });
}

function measurementRows(steps: readonly Step[]): MeasurementRow[] {
  return counting(steps, 'ReformItemMeasured').map(({ data, entry }) => ({
    ...entry,
    indicator: data.indicator,
    value: data.value,
    measured_on: data.measuredOn,
    source: data.measurementSource ?? null,
  }));
}

const evidence: Followed<EvidencePiece> = {
  valuesOf: (item) => item.evidence,
  nameOf: (piece) => piece.evidence,
};

function evidenceRow(stretch: NamedStretch<EvidencePiece>): EvidenceRow {
  const { value } = stretch;
  return {
    ...stretchRow(stretch),
    evidence: value.evidence,
    description: value.description,
    custody: value.custody,
    custodian: value.custodian ?? null,
    sha256: value.sha256 ?? null,
    hashed_by: value.hashedBy ?? null,
    uri: value.uri ?? null,
    document_date: value.documentDate ?? null,
    status: value.status,
    superseded_by: value.supersededBy ?? null,
  };
}

function verificationRows(steps: readonly Step[]): VerificationRow[] {
  return counting(steps, 'ReformItemVerified').map(({ data, step, entry }) => ({
    ...entry,
    verification: data.verification,
    verified_by: data.verifiedBy,
    method: data.method,
    sites: data.sites ?? [],
    period: data.period ?? null,
    examined: data.examined,
    access_refused: data.accessRefused ?? null,
    conclusion: data.conclusion,
    part: data.part ?? null,
    text_version: data.textVersion,
    remarks: data.remarks ?? null,
    irregularities: step.irregularities,
  }));
}

interface Assessed {
  readonly part: string | undefined;
  readonly assessment: Assessment;
  readonly verification?: string;
  readonly verifiedBy?: string;
  readonly textVersion?: number;
  readonly counted: boolean;
}

const assessments: Followed<Assessed> = {
  valuesOf: (item) => {
    // Before it stands anywhere there is nothing to assess.
    if (!item.standing) return [];
    const labels = item.parts.map(({ label }) => label);
    return [undefined, ...labels].map((part) => ({
      ...(item.assessments.find((one) => one.part === part) ?? { part, assessment: 'notAssessed' }),
      counted: (part === undefined) === (labels.length === 0),
    }));
  },
  nameOf: ({ part }) => (part === undefined ? 'whole' : `part ${part}`),
  isAbout: (event) => {
    if (event.type !== 'ReformItemVerified') return undefined;
    return event.data.part === undefined ? 'whole' : `part ${event.data.part}`;
  },
};

function assessmentRow(stretch: NamedStretch<Assessed>, programme_key: string): AssessmentRow {
  const { part, assessment, verification, verifiedBy, textVersion, counted } = stretch.value;
  return {
    ...stretchRow(stretch),
    programme_key,
    part: part ?? null,
    assessment,
    verification: verification ?? null,
    verified_by: verifiedBy ?? null,
    text_version: textVersion ?? null,
    counted,
  };
}

interface Outlook {
  readonly ended: boolean;
  readonly dueLatest: string | null;
  readonly reportedDoneNotVerified: boolean;
}

const outlook: Followed<Outlook> = { valuesOf: (item) => [outlookOf(item)], nameOf: () => 'item' };

function outlookOf(item: ReformItem): Outlook {
  const due = item.dueDates.at(-1);
  return {
    ended: item.standing === undefined || isEnd(item.standing.state),
    dueLatest: (due !== undefined && parseEdtf(due)?.latest) || null,
    reportedDoneNotVerified: isReportedDoneNotVerified(item),
  };
}

function outlookRow(stretch: NamedStretch<Outlook>): OutlookRow {
  const { ended, dueLatest, reportedDoneNotVerified } = stretch.value;
  return {
    ...stretchRow(stretch),
    ended,
    due_latest: dueLatest,
    reported_done_not_verified: reportedDoneNotVerified,
  };
}
