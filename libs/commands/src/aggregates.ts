import type { RecordedEvent } from '@masar/event-store';
import {
  type Body,
  type BodyEvent,
  type Entry,
  type Minutes,
  type MinutesEvent,
  type Programme,
  type ProgrammeEvent,
  type Recorded,
  type ReformItemEvent,
  type RelationEvent,
  type Relations,
  type Step,
  type Workshop,
  type WorkshopEvent,
  decode,
  evolveBody,
  evolveMinutes,
  evolveProgramme,
  evolveRelations,
  evolveWorkshop,
  noBody,
  noMinutes,
  noProgramme,
  noRelations,
  noWorkshop,
  timelineOf,
} from '@masar/domain';

/** An item's recorded event as an entry of its timeline. */
export function entryOf(event: RecordedEvent): Entry {
  return {
    position: event.position,
    id: event.id,
    event: decode(event) as ReformItemEvent,
    decidedOn: event.decidedOn,
    effective: event.effective,
    recordedAt: event.recordedAt,
  };
}

/** The item that a stream of one `ReferenceReserved` leads to; undefined where the stream is an item's own. */
export function reservedFor(events: readonly RecordedEvent[]): string | undefined {
  const [first] = events;
  if (first?.type !== 'ReferenceReserved') return undefined;
  const event = decode(first);
  return event.type === 'ReferenceReserved' ? event.data.item : undefined;
}

export function historyOf(events: readonly RecordedEvent[]): Step[] {
  return timelineOf(events.map(entryOf));
}

/** A recorded event as an entry of a dated history. */
function recordedOf<E>({ position, effective, recordedAt }: RecordedEvent, event: unknown): Recorded<E> {
  return { position, event: event as E, effective, recordedAt };
}

export function programmeOf(events: readonly RecordedEvent[]): Programme {
  return events.reduce(
    (state, event) => evolveProgramme(state, recordedOf<ProgrammeEvent>(event, decode(event))),
    noProgramme,
  );
}

export function bodyOf(events: readonly RecordedEvent[]): Body {
  return events.reduce(
    (state, event) => evolveBody(state, recordedOf<BodyEvent>(event, decode(event))),
    noBody,
  );
}

export function workshopOf(events: readonly RecordedEvent[]): Workshop {
  return events.reduce(
    (state, event) => evolveWorkshop(state, recordedOf<WorkshopEvent>(event, decode(event))),
    noWorkshop,
  );
}

export function minutesOf(events: readonly RecordedEvent[]): Minutes {
  return events.reduce(
    (state, event) => evolveMinutes(state, recordedOf<MinutesEvent>(event, decode(event))),
    noMinutes,
  );
}

export function relationsOf(events: readonly RecordedEvent[]): Relations {
  return events.reduce(
    (state, event) => evolveRelations(state, decode(event) as RelationEvent, event),
    noRelations,
  );
}
