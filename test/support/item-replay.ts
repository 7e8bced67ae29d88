import { entryOf } from '@masar/commands';
import { type ReformItem, type Step, stateOf, stateOn, timelineOf } from '@masar/domain';
import type { RecordedEvent } from '@masar/event-store';

/** What a plain replay of the log says of items, at any position and on any day: no read model is looked at. */
export class ItemReplay {
  private readonly byKey = new Map<string, RecordedEvent[]>();

  constructor(events: readonly RecordedEvent[]) {
    for (const event of events) {
      if (!event.stream.startsWith('item-') || event.type === 'ReferenceReserved') continue;
      const key = event.stream.slice('item-'.length);
      this.byKey.set(key, [...(this.byKey.get(key) ?? []), event]);
    }
  }

  /** The items there were by a position. */
  keys(position: number): string[] {
    return [...this.byKey].filter(([, [first]]) => first!.position <= position).map(([key]) => key);
  }

  steps(key: string, position: number): Step[] {
    const events = (this.byKey.get(key) ?? []).filter((event) => event.position <= position);
    return timelineOf(events.map(entryOf));
  }

  /** The item as known at a position: on a day, or after everything known. Undefined before it began. */
  item(key: string, position: number, day?: string): ReformItem | undefined {
    const steps = this.steps(key, position);
    if (steps.length === 0) return undefined;
    return day === undefined ? stateOf(steps) : stateOn(steps, day);
  }
}
