import {
  type Body,
  type BodyEvent,
  type Programme,
  type ProgrammeEvent,
  type Recorded,
  bodyStretches,
  deadlineStretches,
  decode,
  evolveBody,
  evolveProgramme,
  noBody,
  noProgramme,
} from '@masar/domain';
import type { RecordedEvent } from '@masar/event-store';
import { type Change, type Rows, defineReadModel } from '../engine/read-model.js';
import { type PartRows, partRows, partsIn } from './programme-parts.js';
import {
  type BodyRow,
  type BodyStretchRow,
  type EntryRow,
  type ProgrammeRow,
  programmeTables,
} from './programme-tables.js';
import { daysOf } from './stretch-days.js';

type Tables = typeof programmeTables;

/** Programmes with what they are made of over time, each a document by its normalised reference. */
export const programmes = defineReadModel({
  name: 'programmes',
  version: 2,
  tables: programmeTables,
  keyOf: ({ stream }) => {
    if (stream.startsWith('programme-')) return stream.slice('programme-'.length);
    return stream.startsWith('body-') ? stream.slice('body-'.length, stream.indexOf('/')) : undefined;
  },
  evolve: (rows, recorded) => {
    const row = entryRow(recorded);
    const entry = [...rows.entry, row];
    return {
      entry,
      ...(row.body === null
        ? programmeRows(rows, entry, recorded)
        : bodyRows(rows, entry, recorded, row.body)),
    };
  },
});

/** The stream's name carries a body's normalised reference; its row its own spelling. */
function entryRow(recorded: RecordedEvent): EntryRow {
  const { stream, position, type, schemaVersion, data, effective, recordedAt } = recorded;
  return {
    position,
    body: stream.startsWith('body-') ? stream.slice(stream.indexOf('/') + 1) : null,
    type,
    schema_version: schemaVersion,
    data,
    effective,
    recorded_at: recordedAt,
  };
}

function recordedIn<E>(entries: readonly EntryRow[], body: string | null): Recorded<E>[] {
  return entries
    .filter((entry) => entry.body === body)
    .sort((a, b) => a.position - b.position)
    .map(({ position, type, schema_version: schemaVersion, data, effective, recorded_at: recordedAt }) => ({
      position,
      event: decode({ type, schemaVersion, data }) as E,
      effective,
      recordedAt,
    }));
}

function programmeRows(
  rows: Rows<Tables>,
  entries: readonly EntryRow[],
  recorded: RecordedEvent,
): Change<Tables> {
  const programme = recordedIn<ProgrammeEvent>(entries, null).reduce<Programme>(evolveProgramme, noProgramme);
  const event = decode(recorded) as ProgrammeEvent;
  const { revision, position: last_position, recordedAt: last_recorded_at } = recorded;
  const moved = { revision, last_position, last_recorded_at };
  if (event.type === 'ProgrammeRegistered') {
    const { reference, name, description = null, illustrative = false } = event.data;
    const row: ProgrammeRow = {
      reference,
      name,
      description,
      recording_deadline: null,
      illustrative,
      ...moved,
    };
    return { programme: [row] };
  }
  const deadline = deadlineStretches(programme).map((stretch) => ({
    position: stretch.position,
    days: stretch.state.days,
    ...daysOf(stretch),
  }));
  const recording_deadline = deadline.at(-1)?.days ?? null;
  return {
    programme: rows.programme.map((row) => ({ ...row, recording_deadline, ...moved })),
    ...(event.type === 'RecordingDeadlineSet' && { deadline }),
    ...(event.type === 'VocabularyTermNamed' && { term: termRows(rows, programme, event, recorded) }),
    ...withParts(rows, programme, event),
  };
}

/** In the order they were registered. */
function byPosition(a: { readonly position: number }, b: { readonly position: number }): number {
  return a.position - b.position;
}

/** The rows of the parts an event is about, worked out anew; those of the others as they were. */
function withParts(rows: Rows<Tables>, programme: Programme, event: ProgrammeEvent): Partial<PartRows> {
  const parts = partsIn(event);
  if (parts.length === 0) return {};
  const about = new Set(parts.map(({ kind, key }) => `${kind}/${key}`));
  const others = <R extends { readonly part_key: string }>(of: readonly R[], kindOf: (row: R) => string) =>
    of.filter((row) => !about.has(`${kindOf(row)}/${row.part_key}`));
  const anew = parts.map((part) => partRows(programme, part));
  return {
    part: [...others(rows.part, ({ kind }) => kind), ...anew.flatMap(({ part }) => part)].sort(byPosition),
    part_stretch: [
      ...others(rows.part_stretch, ({ kind }) => kind),
      ...anew.flatMap(({ part_stretch }) => part_stretch),
    ],
    instrument_version: [
      ...others(rows.instrument_version, () => 'instrument'),
      ...anew.flatMap(({ instrument_version }) => instrument_version),
    ],
    scope_member: [
      ...others(rows.scope_member, () => 'scope'),
      ...anew.flatMap(({ scope_member }) => scope_member),
    ],
  };
}

function termRows(
  rows: Rows<Tables>,
  { terms }: Programme,
  { data: { vocabulary, term } }: ProgrammeEvent & { type: 'VocabularyTermNamed' },
  { position }: RecordedEvent,
): Rows<Tables>['term'] {
  const name = terms.get(vocabulary)!.get(term)!;
  const others = rows.term.filter((row) => row.vocabulary !== vocabulary || row.term !== term);
  return [...others, { vocabulary, term, name, position }];
}

function bodyRows(
  rows: Rows<Tables>,
  entries: readonly EntryRow[],
  { revision }: RecordedEvent,
  key: string,
): Change<Tables> {
  const body = recordedIn<BodyEvent>(entries, key).reduce<Body>(evolveBody, noBody);
  const established = body.history.find(({ event }) => event.type === 'BodyEstablished')!;
  const stretches = bodyStretches(body);
  const reasons = new Map(
    body.history.map(({ position, event }) => [
      position,
      'reason' in event.data ? event.data.reason : undefined,
    ]),
  );
  const { reference, name, kind, competence, mandate = null, dissolved } = stretches.at(-1)!.state;
  const row: BodyRow = {
    reference,
    name,
    kind,
    competence,
    mandate,
    dissolved,
    illustrative: established.event.data.illustrative ?? false,
    revision,
    position: established.position,
  };
  const stretch = stretches.map((one): BodyStretchRow => ({
    body: reference,
    position: one.position,
    competence: one.state.competence,
    mandate: one.state.mandate ?? null,
    dissolved: one.state.dissolved,
    reason: reasons.get(one.position) ?? null,
    ...daysOf(one),
  }));
  return {
    body: [...rows.body.filter((other) => other.reference !== reference), row].sort(byPosition),
    body_stretch: [...rows.body_stretch.filter((other) => other.body !== reference), ...stretch],
  };
}
