import { programmeOfEvent } from '@masar/domain';
import type { RecordedEvent } from '@masar/event-store';
import { type At, concernedItems, itemsAtEvents } from '@masar/read-models';
import type { Batch } from './batch.js';
import type { Entry, ItemFacts } from './filter.js';

/** What is known of events at their positions: read once for all who follow, in one or two statements. */
export async function withFacts(at: At, after: number, events: readonly RecordedEvent[]): Promise<Batch> {
  const concerned = await concernedItems(at, events);
  const pairs = events.flatMap(({ position }) =>
    (concerned.get(position) ?? []).map((item) => ({ position, item })),
  );
  const facts = new Map<number, ItemFacts[]>();
  for (const { position, ...item } of await itemsAtEvents(at, pairs)) {
    const found = facts.get(position);
    if (found) found.push(item);
    else facts.set(position, [item]);
  }
  const entries = events.map((event): Entry => ({
    event,
    programme: programmeOfEvent(event),
    concerned: concerned.get(event.position) ?? [],
    items: inOrder(concerned.get(event.position) ?? [], facts.get(event.position) ?? []),
  }));
  const { position, recordedAt } = events.at(-1)!;
  return { after, upTo: position, recordedAt, entries };
}

/** In the order the event names them, so that every node sends them in one order. */
function inOrder(keys: readonly string[], facts: readonly ItemFacts[]): readonly ItemFacts[] {
  return facts.length < 2 ? facts : facts.toSorted((a, b) => keys.indexOf(a.key) - keys.indexOf(b.key));
}
