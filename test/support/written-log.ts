import pg from 'pg';
import type { LiveField, LiveFilter } from './live-documents.js';

interface WrittenEvent {
  readonly position: number;
  readonly stream: string;
  readonly type: string;
  // The shapes are of the storage format; what is read of them is written below, once a type.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly data: any;
}

/** The state an event brings an item to, for the types {@link RecordingLoad} writes. */
const reached: Readonly<Record<string, string>> = {
  ReformItemProposed: 'Proposed',
  ReformItemReviewStarted: 'UnderReview',
  ReformItemAdopted: 'Adopted',
  ReformItemWithdrawn: 'Withdrawn',
};

interface Sorted {
  readonly state: string;
  readonly themes: readonly string[];
}

/** One event and all there is to match by: its programme, and each item it concerns before and after it. */
interface Matched {
  readonly event: WrittenEvent;
  readonly programme: string | undefined;
  readonly items: readonly {
    readonly key: string;
    readonly before?: Sorted | undefined;
    readonly after?: Sorted | undefined;
  }[];
}

/**
 * The log as its table has it, and who has to be told of what: read past the service, with matching written from the
 * description of the filters and from nothing of the product. It knows the events {@link RecordingLoad} writes.
 */
export class WrittenLog {
  private constructor(private readonly events: readonly Matched[]) {}

  static async read(connectionString: string): Promise<WrittenLog> {
    const client = new pg.Client({ connectionString });
    await client.connect();
    try {
      const { rows } = await client.query<{ position: string; stream: string; type: string; data: unknown }>(
        'select position::text, stream, type, data from masar.event e order by e.position',
      );
      const events = rows.map((row) => ({ ...row, position: Number(row.position) }));
      return new WrittenLog([...matched(events)]);
    } finally {
      await client.end();
    }
  }

  get head(): number {
    return this.events.length;
  }

  /** Events by type. */
  types(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { event } of this.events) counts[event.type] = (counts[event.type] ?? 0) + 1;
    return counts;
  }

  /** Items of a programme by state at the end. */
  states(programme: string): Record<string, number> {
    const last = new Map<string, string>();
    for (const { items } of this.events)
      for (const { key, after } of items) if (after) last.set(key, after.state);
    const counts: Record<string, number> = {};
    for (const [key, state] of last)
      if (key.startsWith(`${programme}/`)) counts[state] = (counts[state] ?? 0) + 1;
    return counts;
  }

  /** What a follower who begins after a position has to be told, as a {@link Trail} writes it down. */
  expected(field: LiveField, filter: LiveFilter, after: number): string[] {
    const wanted = this.events.filter(({ event }) => event.position > after);
    if (field === 'summary') return [];
    if (field === 'events')
      return wanted.filter((one) => isWanted(one, filter)).map(({ event }) => String(event.position));
    return wanted
      .filter(({ event }) => /^(item|relations)-/.test(event.stream))
      .flatMap((one) =>
        one.items
          .filter((item) => isWanted({ ...one, items: [item] }, filter))
          .map(({ key }) => `${one.event.position} ${key}`),
      );
  }
}

function isWanted({ event, programme, items }: Matched, filter: LiveFilter): boolean {
  const { types, item, theme, reaches } = filter;
  if (types && !types.includes(event.type)) return false;
  if (filter.programme !== undefined && programme !== filter.programme) return false;
  if (item === undefined && theme === undefined && reaches === undefined) return true;
  return items.some(
    ({ key, before, after }) =>
      (item === undefined || key === `${filter.programme}/${item}`) &&
      (theme === undefined || after?.themes.includes(theme)) &&
      (reaches === undefined || (after && reaches.includes(after.state) && before?.state !== after.state)),
  );
}

function* matched(events: readonly WrittenEvent[]): Iterable<Matched> {
  const now = new Map<string, Sorted>();
  for (const event of events) {
    const items = keysOf(event).map((key) => {
      const before = now.get(key);
      const after = event.stream === `item-${key}` ? sorted(event, before) : before;
      if (after) now.set(key, after);
      return { key, before, after };
    });
    yield { event, programme: programmeOf(event), items };
  }
}

function sorted({ type, data }: WrittenEvent, before: Sorted | undefined): Sorted {
  if (type === 'ReformItemRegistered') return { state: data.state, themes: data.themes ?? [] };
  const { state, themes } = before!;
  return {
    state: reached[type] ?? state,
    themes: type === 'ReformItemClassified' ? (data.themes ?? themes) : themes,
  };
}

function keysOf({ stream, type, data }: WrittenEvent): string[] {
  if (stream.startsWith('item-')) return [stream.slice('item-'.length)];
  if (type === 'DecisionRecorded') return data.items.map(({ item }: { item: string }) => item);
  if (type === 'ItemsRelated') return [data.from, data.to];
  return [];
}

function programmeOf({ stream, data }: WrittenEvent): string | undefined {
  const [, category, id] = /^([a-z]+)-(.*)$/.exec(stream)!;
  return category === 'decision' ? data.programme.toLowerCase() : id!.split('/')[0];
}
