import type { RecordedEvent } from '@masar/event-store';
import { type Rows, defineReadModel } from '../engine/read-model.js';
import { foldModel } from './fold-model.js';
import { itemDocument, journeyInput } from './item-document.js';
import { itemTables } from './item-tables.js';

/** Reform items, each a document by its id: where it stands, its way there, its texts, its stretches in each state. */
export const items = defineReadModel({
  name: 'items',
  version: 6,
  tables: itemTables,
  keyOf: itemKey,
  // The journey holds every event of the item, so its rows are all that the next fold needs.
  evolve: (rows, event) => itemDocument([...rows.journey, journeyInput(event)], event),
});

/** The id of the item an event belongs to; a stream of a reserved reference is no item's. */
export function itemKey(event: RecordedEvent): string | undefined {
  return event.stream.startsWith('item-') && event.type !== 'ReferenceReserved'
    ? event.stream.slice('item-'.length)
    : undefined;
}

/** An item's rows after these events: the same fold, for a command's answer and a replay. */
export function foldItem(events: readonly RecordedEvent[]): Rows<typeof itemTables> {
  return foldModel(items, '', events);
}
