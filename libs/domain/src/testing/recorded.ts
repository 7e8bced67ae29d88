import type { DomainEvent } from '../event.js';
import type { Recorded } from '../history.js';

/** Something that happened, with the date it took effect on where that matters; `2017` where not. */
export type Happened<E extends DomainEvent> = E & { readonly effective?: string | null };

/** Events as they were recorded one after the other, in 2018. */
export function recorded<E extends DomainEvent>(events: readonly Happened<E>[]): Recorded<E>[] {
  return events.map((event, index) => ({
    position: index + 1,
    event,
    effective: event.effective === undefined ? '2017' : event.effective,
    recordedAt: `2018-01-01T00:00:00.${String(index).padStart(6, '0')}Z`,
  }));
}
