import {
  type Programme,
  type ProgrammeEvent,
  type Stretch,
  instrumentIn,
  instrumentStretches,
  matchingForm,
  normaliseReference,
  organisationStretches,
  organisationsIn,
  scopeIn,
  scopeStretches,
  themeStretches,
} from '@masar/domain';
import type {
  InstrumentVersionRow,
  PartKind,
  PartRow,
  PartStretchRow,
  ScopeMemberRow,
} from './programme-tables.js';
import { daysOf } from './stretch-days.js';

/** The rows of one part of a programme. */
export interface PartRows {
  readonly part: readonly PartRow[];
  readonly part_stretch: readonly PartStretchRow[];
  readonly instrument_version: readonly InstrumentVersionRow[];
  readonly scope_member: readonly ScopeMemberRow[];
}

/** A part by its kind and its normalised reference. */
export interface PartKey {
  readonly kind: PartKind;
  readonly key: string;
}

/** The parts an event is about; none where it is about the programme as a whole. */
export function partsIn(event: ProgrammeEvent): readonly PartKey[] {
  const keys = (kind: PartKind, references: readonly string[]) =>
    references.map((reference) => ({ kind, key: normaliseReference(reference) }));
  switch (event.type) {
    case 'ProgrammeRegistered':
    case 'VocabularyTermNamed':
    case 'RecordingDeadlineSet':
      return [];
    case 'InstrumentRegistered':
    case 'InstrumentVersionAdded':
    case 'InstrumentStatusChanged':
      return keys('instrument', [instrumentIn(event)]);
    case 'OrganisationRegistered':
    case 'OrganisationRenamed':
    case 'OrganisationMoved':
    case 'OrganisationsMerged':
    case 'OrganisationDissolved':
    case 'OrganisationReestablished':
      return keys('organisation', organisationsIn(event));
    case 'ScopeRegistered':
    case 'ScopeMembershipChanged':
      return keys('scope', [scopeIn(event)]);
    case 'ThemeRegistered':
      return keys('theme', [event.data.reference]);
  }
}

/** What a stretch of any kind of part says; what a kind does not have is left out. */
interface PartState {
  readonly reference: string;
  readonly name: PartRow['name'];
  readonly kind?: string;
  readonly status?: string;
  readonly parent?: string | undefined;
  readonly dissolved?: boolean;
  readonly mergedInto?: string | undefined;
  readonly code?: string;
  readonly within?: string;
  readonly governed?: boolean;
}

/** All rows of a part, from its history. */
export function partRows(programme: Programme, { kind, key }: PartKey): PartRows {
  const entries = historyOf(programme, kind).get(key) ?? [];
  const stretches = stretchesOf(programme, kind, key);
  const reasons = new Map(entries.map(({ position, event }) => [position, event.data.reason ?? null]));
  const registered = entries.find(({ event }) => event.type.endsWith('Registered'));
  const last = stretches.at(-1)?.state;
  return {
    part:
      last === undefined
        ? []
        : [
            {
              kind,
              part_key: key,
              reference: last.reference,
              name: last.name,
              instrument_kind: last.kind ?? null,
              ...varying(last),
              code: last.code ?? null,
              within: last.within ?? null,
              governed: last.governed ?? false,
              illustrative: registered?.event.data.illustrative ?? false,
              position: registered!.position,
            },
          ],
    part_stretch: stretches.map((stretch) => ({
      kind,
      part_key: key,
      position: stretch.position,
      name: stretch.state.name,
      ...varying(stretch.state),
      reason: reasons.get(stretch.position) ?? null,
      ...daysOf(stretch),
    })),
    instrument_version: kind === 'instrument' ? versionRows(programme, key) : [],
    scope_member: kind === 'scope' ? memberRows(programme, key) : [],
  };
}

function varying({ status, parent, dissolved, mergedInto }: PartState) {
  return {
    status: status ?? null,
    parent: parent ?? null,
    dissolved: dissolved ?? false,
    merged_into: mergedInto ?? null,
  };
}

function historyOf({ instruments, organisations, scopes, themes }: Programme, kind: PartKind) {
  return { instrument: instruments, organisation: organisations, scope: scopes, theme: themes }[kind];
}

function stretchesOf(programme: Programme, kind: PartKind, key: string): readonly Stretch<PartState>[] {
  switch (kind) {
    case 'instrument':
      return instrumentStretches(programme, key);
    case 'organisation':
      return organisationStretches(programme, key);
    case 'scope':
      return scopeStretches(programme, key);
    case 'theme':
      return themeStretches(programme, key);
  }
}

/** A row for each status each version had, or for the version where nobody said of its own. */
function versionRows(programme: Programme, key: string): InstrumentVersionRow[] {
  const rows = new Map<string, InstrumentVersionRow[]>();
  for (const stretch of instrumentStretches(programme, key)) {
    stretch.state.versions.forEach(({ version, articles, title, uri, sha256, status }, index) => {
      const version_key = matchingForm(version);
      const own = rows.get(version_key) ?? [];
      const before = own.at(-1);
      const row: InstrumentVersionRow = {
        part_key: key,
        version_key,
        position: stretch.position,
        version,
        ordinal: index + 1,
        title: title ?? null,
        uri: uri ?? null,
        sha256: sha256 ?? null,
        articles,
        status: status ?? null,
        ...daysOf(stretch),
      };
      // It goes on as it was: the row lasts as long as this stretch does.
      if (before?.status === row.status && before) {
        own[own.length - 1] = { ...before, to_earliest: row.to_earliest, to_latest: row.to_latest };
      } else own.push(row);
      rows.set(version_key, own);
    });
  }
  return [...rows.values()].flat();
}

/** A row for each stay on the list: from the entry that added the member to the one that took it off. */
function memberRows(programme: Programme, key: string): ScopeMemberRow[] {
  const sources = new Map(
    (programme.scopes.get(key) ?? []).map(({ position, event }) => [
      position,
      event.type === 'ScopeMembershipChanged' ? event.data.statedIn : null,
    ]),
  );
  const ended: ScopeMemberRow[] = [];
  const open = new Map<string, ScopeMemberRow>();
  for (const { state, position, from } of scopeStretches(programme, key)) {
    const stays = new Map(state.members.map((member) => [`${member.scope}@${member.position}`, member]));
    for (const [stay, row] of open) {
      if (stays.has(stay)) continue;
      open.delete(stay);
      const left_source = sources.get(position) ?? null;
      ended.push({ ...row, ...daysOf({ from: windowOf(row), to: from }), left_source });
    }
    for (const [stay, member] of stays) {
      if (open.has(stay)) continue;
      const { scope, source } = member;
      const days = daysOf({ from, to: undefined });
      open.set(stay, { part_key: key, scope, position: member.position, source, left_source: null, ...days });
    }
  }
  return [...ended, ...open.values()];
}

function windowOf({ from_earliest, from_latest }: ScopeMemberRow) {
  return { earliest: from_earliest, latest: from_latest };
}
