import {
  type Body,
  type BodyEvent,
  type Dated,
  type DatedItemEvent,
  type DomainEvent,
  type Entry,
  type MasarEventType,
  type Minutes,
  type MinutesEvent,
  type Programme,
  type ProgrammeEvent,
  type Recorded,
  type ReformItemEvent,
  type Step,
  type Workshop,
  type WorkshopEvent,
  decode,
  describeEvent,
  evolveBody,
  evolveMinutes,
  evolveProgramme,
  evolveWorkshop,
  itemStream,
  noBody,
  noMinutes,
  noProgramme,
  noWorkshop,
  timelineOf,
} from '@masar/domain';
import type { JsonObject, RecordedEvent } from '@masar/event-store';

/** A log in memory, for pure folds: what is recorded stands at the next position of the log and of its stream. */
export class History {
  readonly events: RecordedEvent[] = [];

  record(stream: string, { type, data, decidedOn, effective }: Dated<DomainEvent>): RecordedEvent {
    const position = this.events.length + 1;
    const event: RecordedEvent = {
      id: `00000000-0000-4000-8000-${position.toString(16).padStart(12, '0')}`,
      type,
      schemaVersion: describeEvent(type as MasarEventType).schemaVersion,
      decidedOn,
      effective,
      actor: { subject: 'recorder-1', organisation: 'UNIT-R' },
      commandId: `command-${position}`,
      causationId: null,
      correlationId: `command-${position}`,
      data: data as JsonObject,
      stream,
      revision: this.events.filter((earlier) => earlier.stream === stream).length,
      position,
      recordedAt: `2026-01-01T00:00:00.${String(position).padStart(6, '0')}Z`,
      bytes: JSON.stringify(data),
      salt: new Uint8Array(32),
    };
    this.events.push(event);
    return event;
  }

  /** Takes a decision on an item as it is. */
  onItem(key: string, decide: (history: readonly Step[]) => DatedItemEvent): RecordedEvent {
    return this.record(itemStream(key), decide(this.stepsOf(key)));
  }

  /** The programme of a stream as it is by now. */
  programmeOf(stream: string): Programme {
    return this.recordedOn<ProgrammeEvent>(stream).reduce(evolveProgramme, noProgramme);
  }

  /** The body of a stream as it is by now. */
  bodyOf(stream: string): Body {
    return this.recordedOn<BodyEvent>(stream).reduce(evolveBody, noBody);
  }

  /** The workshop of a stream as it is by now. */
  workshopOf(stream: string): Workshop {
    return this.recordedOn<WorkshopEvent>(stream).reduce(evolveWorkshop, noWorkshop);
  }

  /** The minutes of a stream as they are by now. */
  minutesOf(stream: string): Minutes {
    return this.recordedOn<MinutesEvent>(stream).reduce(evolveMinutes, noMinutes);
  }

  private recordedOn<E>(stream: string): Recorded<E>[] {
    return this.events
      .filter((event) => event.stream === stream)
      .map((event) => ({ ...event, event: decode(event) as E }));
  }

  stepsOf(key: string): Step[] {
    return stepsOf(this.events.filter(({ stream }) => stream === itemStream(key)));
  }
}

/** The steps of an item's events, straight from the domain. */
export function stepsOf(events: readonly RecordedEvent[]): Step[] {
  return timelineOf(
    events.map(({ position, id, type, data, decidedOn, effective, recordedAt }): Entry => ({
      position,
      id,
      event: { type, data } as unknown as ReformItemEvent,
      decidedOn,
      effective,
      recordedAt,
    })),
  );
}
