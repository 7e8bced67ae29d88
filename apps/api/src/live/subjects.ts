import type { Visibility } from '@masar/access';
import { itemsOfEvent, programmeOfItem } from '@masar/domain';
import { itemsByKey } from '@masar/read-models';
import { eventParent } from '../read/events.js';
import { itemParent } from '../read/item.resolver.js';
import type { View } from '../read/view.js';
import type { Batch } from './batch.js';
import {
  type Entry,
  type ItemFacts,
  type LiveFilter,
  isAbout,
  matches,
  matchingItems,
  mayHold,
} from './filter.js';
import { ItemHidden } from './item-hidden.js';
import { type Content, type Step, stepAt } from './message.js';

/** Whom messages are made for. */
export interface Readers {
  readonly visibility: Visibility;
  /** Items that are restricted now, of those the batch concerns. */
  readonly restricted: ReadonlySet<string>;
  /** Whether they have to be told that an item was hidden by an event: whether it could be seen by them until then. */
  knew(item: string, position: number): boolean;
}

/** What a batch is to those who follow its events. */
export function eventSteps(filter: LiveFilter, batch: Batch, readers: Readers): Step[] {
  return steps(filter, batch, readers, (entry) => (matches(filter, entry) ? [eventRecorded(entry)] : []));
}

/** What a batch is to those who follow items. */
export function itemSteps(filter: LiveFilter, batch: Batch, readers: Readers): Step[] {
  return steps(filter, batch, readers, (entry) => {
    const changed = itemsChanged(entry);
    return matchingItems(filter, entry)
      .filter(({ key }) => changed.includes(key))
      .map((item) => itemChanged(entry, item));
  });
}

function steps(
  filter: LiveFilter,
  batch: Batch,
  readers: Readers,
  shown: (entry: Entry) => Content[],
): Step[] {
  return batch.entries.flatMap((entry) => {
    if (!readers.visibility.mayRead(entry.programme)) return [];
    const classified = classification(filter, entry, readers);
    const messages = isHidden(entry, readers) ? classified : [...classified, ...shown(entry)];
    return stepAt(entry.event.position, messages) ?? [];
  });
}

/** Whether an event concerns anything they may not see: then none of it is shown. */
function isHidden({ concerned }: Entry, { restricted, visibility }: Readers): boolean {
  return concerned.some((key) => restricted.has(key) && !visibility.mayReadRestricted(programmeOfItem(key)));
}

/** What they are told where an item is classified otherwise: that it is hidden from them, or not any more. */
function classification(filter: LiveFilter, entry: Entry, readers: Readers): Content[] {
  const { type, data, position } = entry.event;
  if (type !== 'ReformItemVisibilitySet') return [];
  const [item] = entry.items;
  if (!item || readers.visibility.mayReadRestricted(programmeOfItem(item.key))) return [];
  const isOpen = !readers.restricted.has(item.key);
  if (data['visibility'] === 'open') {
    return isOpen && isAbout(filter, entry, item) ? [revealed(item, position)] : [];
  }
  return !isOpen && mayHold(filter, entry, item) && readers.knew(item.key, position)
    ? [hidden(item, position)]
    : [];
}

function eventRecorded({ event }: Entry): Content {
  return {
    key: `EventRecorded@${event.position}`,
    type: 'EventRecorded',
    fields: { read: (view) => ({ event: eventParent(event, view) }) },
  };
}

function itemChanged({ event }: Entry, { key }: ItemFacts): Content {
  return {
    key: `ReformItemChanged@${event.position}/${key}`,
    type: 'ReformItemChanged',
    fields: {
      read: (view) => ({
        event: eventParent(event, view),
        get item() {
          return itemAt(view, key);
        },
      }),
    },
  };
}

function hidden({ key, programme, reference }: ItemFacts, position: number): Content {
  return {
    key: `Hidden@${position}`,
    type: 'Hidden',
    fields: { fixed: { key, programme, reference } },
  };
}

function revealed({ key }: ItemFacts, position: number): Content {
  return {
    key: `Revealed@${position}`,
    type: 'Revealed',
    fields: {
      read: (view) => ({
        get item() {
          return itemAt(view, key);
        },
      }),
    },
  };
}

async function itemAt(view: View, key: string): Promise<unknown> {
  const [row] = await itemsByKey(view.at, [key]);
  if (!row) throw new ItemHidden(key);
  return itemParent(row, view);
}

/** The item whose history the event belongs to, or those it relates; what else it mentions stays as it is. */
function itemsChanged({ event }: Entry): readonly string[] {
  const { stream } = event;
  if (stream.startsWith('relations-')) return itemsOfEvent(event);
  return stream.startsWith('item-') ? itemsOfEvent(event).slice(0, 1) : [];
}
