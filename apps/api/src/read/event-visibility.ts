import { programmeOfEvent } from '@masar/domain';
import type { RecordedEvent } from '@masar/event-store';
import type { Request } from './view.js';

/** Whether a request may see an event: those of programmes it may read. */
export function mayRead(request: Request, event: RecordedEvent): boolean {
  if (request.grants.readable() === 'all') return true;
  const programme = programmeOfEvent(event);
  return programme !== undefined && request.grants.may('read', programme);
}
