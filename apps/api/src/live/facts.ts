import { programmeOfEvent } from '@masar/domain';
import type { RecordedEvent } from '@masar/event-store';
import {
  At,
  type Pinned,
  concernedItems,
  itemsAtEvents,
  itemsThereAt,
  restrictedAmong,
} from '@masar/read-models';
import type { Pool } from 'pg';
import type { ModelsPinned } from '../read/view.js';
import type { Batch } from './batch.js';
import type { Entry, ItemFacts } from './filter.js';

/** What followers have to know of events and items, from where it is stored. */
export interface Facts {
  /** Events after a position, with what is known of them at their own: read once for all who follow. */
  batch(read: ModelsPinned, after: number, events: readonly RecordedEvent[]): Promise<Batch>;
  /** Those of the items that are restricted at the pin. */
  restricted(read: ModelsPinned, keys: readonly string[]): Promise<ReadonlySet<string>>;
  /** Those of the items that there were at a position. */
  thereAt(read: ModelsPinned, position: number, keys: readonly string[]): Promise<ReadonlySet<string>>;
}

/** The facts of the read models: two statements for a batch, whoever follows it. */
export class StoredFacts implements Facts {
  constructor(private readonly pool: Pool) {}

  async batch({ pinned }: ModelsPinned, after: number, events: readonly RecordedEvent[]): Promise<Batch> {
    const { position, recordedAt } = events.at(-1)!;
    const at = this.everything(pinned, position);
    const concerned = await concernedItems(at, events);
    const pairs = events.flatMap((event) =>
      (concerned.get(event.position) ?? []).map((item) => ({ position: event.position, item })),
    );
    const facts = new Map<number, ItemFacts[]>();
    for (const { position: of, ...item } of await itemsAtEvents(at, pairs)) {
      const found = facts.get(of);
      if (found) found.push(item);
      else facts.set(of, [item]);
    }
    const entries = events.map((event): Entry => {
      const keys = concerned.get(event.position) ?? [];
      const items = inOrder(keys, facts.get(event.position) ?? []);
      return { event, programme: programmeOfEvent(event), concerned: keys, items };
    });
    return { after, upTo: position, recordedAt, entries };
  }

  restricted({ pinned }: ModelsPinned, keys: readonly string[]): Promise<ReadonlySet<string>> {
    return restrictedAmong(this.everything(pinned, pinned.position), keys);
  }

  thereAt({ pinned }: ModelsPinned, position: number, keys: readonly string[]): Promise<ReadonlySet<string>> {
    return itemsThereAt(this.everything(pinned, position), keys);
  }

  /** What is known of items decides who is sent what, and is itself sent to nobody. */
  private everything(pinned: Pinned, position: number): At {
    return new At(this.pool, pinned, position, 'all');
  }
}

/** In the order the event names them, so that every node sends them in one order. */
function inOrder(keys: readonly string[], facts: readonly ItemFacts[]): readonly ItemFacts[] {
  return facts.length < 2 ? facts : facts.toSorted((a, b) => keys.indexOf(a.key) - keys.indexOf(b.key));
}
