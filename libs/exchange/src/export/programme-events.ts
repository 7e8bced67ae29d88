import { programmeOfEvent } from '@masar/domain';
import { type EventLog, type RecordedEvent, canonicalise } from '@masar/event-store';

const page = 500;

/**
 * The events of a programme up to a position, in their order, in batches; a batch may be empty. Reads the log page by page.
 *
 * @param programme its normalised reference
 */
export async function* programmeEvents(
  log: Pick<EventLog, 'readAll'>,
  programme: string,
  upTo: number,
): AsyncGenerator<{ readonly events: readonly RecordedEvent[]; readonly position: number }> {
  for (let position = 0; position < upTo;) {
    const events = await log.readAll(position, Math.min(page, upTo - position));
    if (events.length === 0) return;
    position = events.at(-1)!.position;
    yield { events: events.filter((event) => programmeOfEvent(event) === programme), position };
  }
}

/** An event as a line of JSON Lines, with its line feed: canonical JSON (RFC 8785), the data being the bytes that are stored. */
export function exportedLine(event: RecordedEvent): string {
  const { actor, causationId, commandId, correlationId, bytes, ...rest } = fieldsOf(event);
  const before = canonicalise({ actor: { ...actor }, causationId, commandId, correlationId });
  return `${before.slice(0, -1)},"data":${bytes},${canonicalise(rest).slice(1)}\n`;
}

/** The fields of an event, whatever class it has; not its salt, which is for proofs. */
function fieldsOf({
  actor,
  bytes,
  causationId,
  commandId,
  correlationId,
  decidedOn,
  effective,
  id,
  position,
  recordedAt,
  revision,
  schemaVersion,
  stream,
  type,
}: RecordedEvent) {
  return {
    actor,
    bytes,
    causationId,
    commandId,
    correlationId,
    decidedOn,
    effective,
    id,
    position,
    recordedAt,
    revision,
    schemaVersion,
    stream,
    type,
  };
}
