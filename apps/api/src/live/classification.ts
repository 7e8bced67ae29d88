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

export function itemsOfEvent({ stream, type, data }: RecordedEvent): readonly string[] {
  if (type === 'ReferenceReserved') return [data['item'] as string];
  if (stream.startsWith('item-')) return [stream.slice('item-'.length)];
  if (type === 'ItemsRelated' || type === 'ItemsUnrelated')
    return [data['from'] as string, data['to'] as string];
  if (type === 'DecisionRecorded') return (data['items'] as { item: string }[]).map(({ item }) => item);
  return [];
}
