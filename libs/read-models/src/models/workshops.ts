import {
  type MinutesEvent,
  type Recorded,
  type Workshop,
  type WorkshopEvent,
  decode,
  delegationStretches,
  evolveWorkshop,
  noWorkshop,
} from '@masar/domain';
import type { RecordedEvent } from '@masar/event-store';
import { type Change, type Rows, defineReadModel } from '../engine/read-model.js';
import { daysOf } from './stretch-days.js';
import { minutesRows } from './workshop-minutes.js';
import {
  type AppointmentRow,
  type DelegationRow,
  type SessionRow,
  type WorkshopEntryRow,
  type WorkshopRow,
  workshopTables,
} from './workshop-tables.js';

type Tables = typeof workshopTables;

/** Workshops with their minutes, each a document by `<programme>/<reference>`. */
export const workshops = defineReadModel({
  name: 'workshops',
  version: 2,
  tables: workshopTables,
  keyOf: ({ stream }) => /^(?:workshop|minutes)-(.*)$/s.exec(stream)?.[1],
  evolve: (rows, recorded, key) => {
    const minutes = recorded.stream.startsWith('minutes-');
    const entry = [...rows.entry, entryRow(recorded, minutes)];
    const change = minutes
      ? minutesRows(recordedIn<MinutesEvent>(entry, true), recorded)
      : workshopRows(rows, recordedIn<WorkshopEvent>(entry, false), recorded, key);
    return { entry, ...change };
  },
});

function entryRow(
  { position, type, schemaVersion, data, effective, recordedAt }: RecordedEvent,
  minutes: boolean,
): WorkshopEntryRow {
  return {
    position,
    minutes,
    type,
    schema_version: schemaVersion,
    data,
    effective,
    recorded_at: recordedAt,
  };
}

function recordedIn<E>(entries: readonly WorkshopEntryRow[], minutes: boolean): Recorded<E>[] {
  return entries
    .filter((entry) => entry.minutes === minutes)
    .sort((a, b) => a.position - b.position)
    .map(({ position, type, schema_version: schemaVersion, data, effective, recorded_at: recordedAt }) => ({
      position,
      event: decode({ type, schemaVersion, data }) as E,
      effective,
      recordedAt,
    }));
}

/** What the event changes of the workshop, worked out from all that was recorded of it. */
function workshopRows(
  rows: Rows<Tables>,
  entries: readonly Recorded<WorkshopEvent>[],
  recorded: RecordedEvent,
  key: string,
): Change<Tables> {
  const state = entries.reduce<Workshop>(evolveWorkshop, noWorkshop);
  const { event } = entries.at(-1)!;
  const workshop = [workshopRow(rows.workshop[0], state, event, recorded, key)];
  switch (event.type) {
    case 'WorkshopAnnounced':
    case 'WorkshopScheduled':
    case 'WorkshopRescheduled':
      return { workshop, appointment: [...rows.appointment, appointmentRow(event, recorded)] };
    case 'WorkshopSessionHeld':
    case 'WorkshopAttendanceRecorded':
      return { workshop, session: sessionRows(state, entries) };
    case 'WorkshopAgendaSet':
      return {
        workshop,
        agenda_point: state.agenda.map(({ number, title, items = [], session = null }, index) => ({
          ordinal: index + 1,
          number,
          title,
          items,
          session,
          position: recorded.position,
        })),
      };
    case 'DelegationSeated':
    case 'DelegationLeft':
      return { workshop, delegation: delegationRows(state) };
    case 'WorkshopOpened':
    case 'WorkshopClosed':
    case 'WorkshopCancelled':
    case 'WorkshopOutcomeNotKnown':
      return { workshop };
  }
}

function workshopRow(
  before: WorkshopRow | undefined,
  { state, heldOn: held_on }: Workshop,
  event: WorkshopEvent,
  { revision, position: last_position, recordedAt: last_recorded_at }: RecordedEvent,
  key: string,
): WorkshopRow {
  const moved = { state: state!, held_on, revision, last_position, last_recorded_at };
  if (event.type === 'WorkshopAnnounced') {
    const { programme, reference, topic, listed, venue, note, illustrative = false } = event.data;
    return {
      programme,
      programme_key: key.slice(0, key.indexOf('/')),
      reference,
      topic,
      listed: listed ?? null,
      venue: venue ?? null,
      note: note ?? null,
      cancelled_because: null,
      illustrative,
      ...moved,
    };
  }
  const venue =
    event.type === 'WorkshopScheduled' || event.type === 'WorkshopRescheduled' ? event.data.venue : undefined;
  return {
    ...before!,
    ...(venue && { venue }),
    ...(event.type === 'WorkshopCancelled' && { cancelled_because: event.data.reason ?? null }),
    ...moved,
  };
}

const appointments = {
  WorkshopAnnounced: 'announced',
  WorkshopScheduled: 'scheduled',
  WorkshopRescheduled: 'rescheduled',
} as const;

function appointmentRow(
  { type, data }: Extract<WorkshopEvent, { type: keyof typeof appointments }>,
  { position }: RecordedEvent,
): AppointmentRow {
  const { heldOn: held_on, venue = null, reason = null } = data;
  return { position, kind: appointments[type], held_on, venue, reason };
}

function sessionRows({ sessions }: Workshop, entries: readonly Recorded<WorkshopEvent>[]): SessionRow[] {
  return sessions.map(({ reference, order, title = null, heldOn: held_on, attendance }) => {
    const { event, position } = entries.find(
      (entry) => entry.event.type === 'WorkshopSessionHeld' && entry.event.data.reference === reference,
    )!;
    return {
      reference,
      session_order: order,
      title,
      held_on,
      present: attendance?.present ?? null,
      absent: attendance?.absent ?? null,
      irregularities: event.data.irregularities ?? [],
      position,
    };
  });
}

/** A row for each seat a delegation had, to the day it gave it up or was given another. */
function delegationRows(workshop: Workshop): DelegationRow[] {
  return [...workshop.delegations].flatMap(([key, history]) => {
    const stretches = delegationStretches(workshop, key);
    const reasons = new Map(history.map(({ position, event }) => [position, event.data.reason ?? null]));
    return stretches.flatMap((stretch, index) => {
      const { organisation, capacity, people, seated } = stretch.state;
      if (!seated) return [];
      const next = stretches[index + 1];
      const left_because = next && !next.state.seated ? (reasons.get(next.position) ?? null) : null;
      return [
        { organisation, position: stretch.position, capacity, people, ...daysOf(stretch), left_because },
      ];
    });
  });
}
