import { programmeOfEvent } from '@masar/domain';
import type { RecordedEvent } from '@masar/event-store';
import { type At, visibleEvents } from '@masar/read-models';
import type { Request } from './view.js';

/** Those of the events a request may see: of programmes it may read, and concerning no item that is hidden from it. */
export async function shownOf<E extends RecordedEvent>(
  { visibility }: Request,
  at: At,
  events: readonly E[],
): Promise<E[]> {
  return visibleEvents(
    at,
    events.filter((event) => visibility.mayRead(programmeOfEvent(event))),
  );
}
