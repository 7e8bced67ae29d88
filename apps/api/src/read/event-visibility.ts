import type { RecordedEvent } from '@masar/event-store';
import type { Request } from './view.js';

/** Whether a request may see an event: those of programmes it may read. */
export function mayRead(request: Request, event: RecordedEvent): boolean {
  const readable = request.grants.readable();
  if (readable === 'all') return true;
  const programme = programmeOf(event);
  return readable.some((one) => one.toLowerCase() === programme);
}

/** The normalised reference of the programme an event belongs to. */
function programmeOf({ stream, data }: RecordedEvent): string {
  const [category = '', ...rest] = stream.split('-');
  const id = rest.join('-');
  if (['decision', 'subject', 'disclosure'].includes(category)) {
    return (data['programme'] as string).toLowerCase();
  }
  return category === 'programme' || category === 'relations' ? id : id.slice(0, id.indexOf('/'));
}
