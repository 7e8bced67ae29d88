import { type GivenDate, type LangText, type WorkshopEvent, type WorkshopState, decode } from '@masar/domain';
import type { RecordedEvent } from '@masar/event-store';
import { bigint, boolean, integer, json, nullable, text, timestamp } from '../engine/column.js';
import { type RowOf, currentTable, defineReadModel } from '../engine/read-model.js';

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
    illustrative: boolean,
    revision: integer,
    last_position: bigint,
    last_recorded_at: timestamp,
  },
  indexes: [{ on: ['programme_key', 'listed'] }],
});

const session = currentTable({
  columns: {
    reference: text,
    session_order: integer,
    title: nullable(json<LangText>()),
    held_on: nullable(text),
    position: bigint,
  },
  identity: ['reference'],
});

export type WorkshopRow = RowOf<(typeof workshop)['columns']>;
export type SessionRow = RowOf<(typeof session)['columns']>;

const states: { readonly [type in WorkshopEvent['type']]?: WorkshopState } = {
  WorkshopAnnounced: 'announced',
  WorkshopScheduled: 'scheduled',
  WorkshopOpened: 'open',
  WorkshopClosed: 'closed',
  WorkshopCancelled: 'cancelled',
  WorkshopOutcomeNotKnown: 'notKnown',
};

/** Workshops, each a document by `<programme>/<reference>`. */
export const workshops = defineReadModel({
  name: 'workshops',
  version: 1,
  tables: { workshop, session },
  keyOf: ({ stream }) => (stream.startsWith('workshop-') ? stream.slice('workshop-'.length) : undefined),
  evolve: (rows, recorded, key) => {
    const event = decode(recorded) as WorkshopEvent;
    const { revision, position: last_position, recordedAt: last_recorded_at } = recorded;
    const moved = { revision, last_position, last_recorded_at };
    if (event.type === 'WorkshopAnnounced')
      return { workshop: [{ ...announced(event.data, key), ...moved }] };
    const change =
      event.type === 'WorkshopScheduled' ? { held_on: event.data.heldOn, ...venueOf(event.data.venue) } : {};
    return {
      workshop: rows.workshop.map((row) => ({
        ...row,
        ...change,
        ...moved,
        state: states[event.type] ?? row.state,
      })),
      ...(event.type === 'WorkshopSessionHeld' && {
        session: [...rows.session, sessionRow(event.data, recorded)],
      }),
    };
  },
});

function venueOf(venue: LangText | undefined): Partial<WorkshopRow> {
  return venue ? { venue } : {};
}

function announced(
  data: (WorkshopEvent & { type: 'WorkshopAnnounced' })['data'],
  key: string,
): Omit<WorkshopRow, 'revision' | 'last_position' | 'last_recorded_at'> {
  const {
    programme,
    reference,
    topic,
    listed = null,
    heldOn,
    venue = null,
    note = null,
    illustrative = false,
  } = data;
  const programme_key = key.slice(0, key.indexOf('/'));
  return {
    programme,
    programme_key,
    reference,
    topic,
    listed,
    state: 'announced',
    held_on: heldOn,
    venue,
    note,
    illustrative,
  };
}

function sessionRow(
  { reference, order, title = null }: { reference: string; order: number; title?: LangText | null },
  { effective, position }: RecordedEvent,
): SessionRow {
  return { reference, session_order: order, title, held_on: effective, position };
}
