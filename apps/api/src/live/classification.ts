import { itemsOfEvent } from '@masar/domain';
import type { RecordedEvent } from '@masar/event-store';
import type { At } from '@masar/read-models';

/** Ids of the items each event concerns, by its position. */
export async function concernedItems(
  _at: At,
  events: readonly RecordedEvent[],
): Promise<Map<number, readonly string[]>> {
  return new Map(events.map((event) => [event.position, itemsOfEvent(event)]));
}

/** Those of the items that are restricted now. */
export async function restrictedAmong(_at: At, _keys: readonly string[]): Promise<ReadonlySet<string>> {
  return new Set();
}
