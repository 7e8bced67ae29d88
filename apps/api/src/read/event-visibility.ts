import { programmeOfEvent } from '@masar/domain';
import type { RecordedEvent } from '@masar/event-store';
import type { Request } from './view.js';

/** Whether a request may see an event: those of programmes it may read. */
export function mayRead({ visibility }: Request, event: RecordedEvent): boolean {
  return visibility.mayRead(programmeOfEvent(event));
}
