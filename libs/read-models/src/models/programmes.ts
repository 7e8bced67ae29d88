import {
  type BodyEvent,
  type LangText,
  type ProgrammeEvent,
  decode,
  normaliseReference,
} from '@masar/domain';
import type { RecordedEvent } from '@masar/event-store';
import { bigint, boolean, integer, json, nullable, text, timestamp } from '../engine/column.js';
import { type RowOf, currentTable, defineReadModel } from '../engine/read-model.js';

const programme = currentTable({
  columns: {
    reference: text,
    name: json<LangText>(),
    description: nullable(json<LangText>()),
    illustrative: boolean,
    revision: integer,
    last_position: bigint,
    last_recorded_at: timestamp,
  },
  indexes: [{ on: ['reference'] }],
});

/** Instruments, organisations, themes and scopes, in the order they were registered. */
const part = currentTable({
  columns: {
    kind: text,
    reference: text,
    name: json<LangText>(),
    /** Instruments: law, strategy or plan, and its standing. */
    instrument_kind: nullable(text),
    status: nullable(text),
    /** Organisations: the one it is part of. */
    parent: nullable(text),
    illustrative: boolean,
    position: bigint,
  },
  identity: ['kind', 'reference'],
});

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

export type ProgrammeRow = RowOf<(typeof programme)['columns']>;
export type PartRow = RowOf<(typeof part)['columns']>;
export type PartKind = 'instrument' | 'organisation' | 'theme' | 'scope';
export type BodyRow = RowOf<(typeof body)['columns']>;

/** Programmes with what they are made of, each a document by its normalised reference. */
export const programmes = defineReadModel({
  name: 'programmes',
  version: 1,
  tables: { programme, part, body },
  keyOf: ({ stream }) => {
    if (stream.startsWith('programme-')) return stream.slice('programme-'.length);
    return stream.startsWith('body-') ? stream.slice('body-'.length, stream.indexOf('/')) : undefined;
  },
  evolve: (rows, recorded) => {
    if (recorded.stream.startsWith('body-')) return { body: bodies(rows.body, recorded) };
    const event = decode(recorded) as ProgrammeEvent;
    if (event.type === 'ProgrammeRegistered') return { programme: [programmeRow(event.data, recorded)] };
    const { revision, position: last_position, recordedAt: last_recorded_at } = recorded;
    return {
      programme: rows.programme.map((row) => ({ ...row, revision, last_position, last_recorded_at })),
      part: [...rows.part, ...partsOf(event, recorded)],
    };
  },
});

function programmeRow(
  data: { reference: string; name: LangText; description?: LangText; illustrative?: boolean },
  { revision, position, recordedAt }: RecordedEvent,
): ProgrammeRow {
  const { reference, name, description = null, illustrative = false } = data;
  return {
    reference,
    name,
    description,
    illustrative,
    revision,
    last_position: position,
    last_recorded_at: recordedAt,
  };
}

function partsOf(event: ProgrammeEvent, recorded: RecordedEvent): PartRow[] {
  switch (event.type) {
    case 'InstrumentRegistered':
      return [partRow('instrument', event.data, recorded)];
    case 'OrganisationRegistered':
      return [partRow('organisation', event.data, recorded)];
    case 'ThemeRegistered':
      return [partRow('theme', event.data, recorded)];
    case 'ScopeRegistered':
      return [partRow('scope', event.data, recorded)];
    default:
      return [];
  }
}

function partRow(
  kind: PartKind,
  data: {
    reference: string;
    name: LangText;
    kind?: string;
    status?: string;
    parent?: string;
    illustrative?: boolean;
  },
  { position }: RecordedEvent,
): PartRow {
  return {
    kind,
    reference: data.reference,
    name: data.name,
    instrument_kind: data.kind ?? null,
    status: data.status ?? null,
    parent: data.parent ?? null,
    illustrative: data.illustrative ?? false,
    position,
  };
}

function bodies(rows: readonly BodyRow[], recorded: RecordedEvent): readonly BodyRow[] {
  const event = decode(recorded) as BodyEvent;
  const { revision, position } = recorded;
  switch (event.type) {
    case 'BodyEstablished': {
      const { reference, name, kind, competence, mandate = null, illustrative = false } = event.data;
      return [
        ...rows,
        { reference, name, kind, competence, mandate, dissolved: false, illustrative, revision, position },
      ];
    }
    case 'BodyMandateChanged': {
      const { competence, mandate = null } = event.data;
      return changed(rows, recorded, { competence, mandate, revision });
    }
    case 'BodyDissolved':
      return changed(rows, recorded, { dissolved: true, revision });
  }
}

/** The stream's name carries the body's normalised reference; the row its own spelling. */
function changed(
  rows: readonly BodyRow[],
  { stream }: RecordedEvent,
  change: Partial<BodyRow>,
): readonly BodyRow[] {
  const key = stream.slice(stream.indexOf('/') + 1);
  return rows.map((row) => (normaliseReference(row.reference) === key ? { ...row, ...change } : row));
}
