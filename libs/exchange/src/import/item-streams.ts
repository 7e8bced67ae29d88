import type { Dated, MasarEvent, ReformItemEvent, SourceRow, Step } from '@masar/domain';
import { type Entry, noItem, timelineOf } from '@masar/domain';
import { entryOf, reservedFor } from '@masar/commands';
import type { EventStore, RecordedEvent } from '@masar/event-store';

/** An event that is in the store, or staged by this import. */
export interface KnownEvent {
  /** Digest of the row it came from; undefined where it came from none. */
  readonly digest: string | undefined;
  /** The event itself, where an earlier attempt of this very import wrote it. */
  readonly own?: RecordedEvent;
}

/** What began a stream: an item's registration, or a reservation of its reference. */
interface Beginning {
  readonly id: string;
  /** Id of the item the reference was reserved for, where the stream is not an item's own. */
  readonly owner: string | undefined;
  /** The source and the row it came from, where it came from one. */
  readonly source: SourceRow | undefined;
}

/** A stream as the import knows it: what the store has, and what this import has added. */
export interface ItemStream {
  readonly name: string;
  /** Of its last event; −1 for a stream that does not exist. */
  revision: number;
  beginning: Beginning | undefined;
  /** The item's events so far. Positions are its own count: only their order matters here. */
  entries: Entry[];
  readonly known: Map<string, KnownEvent>;
  /** True where this import added to it. */
  added: boolean;
}

/** Which events an import wrote itself: those of its errand after the position it began at. */
export interface OwnEvents {
  readonly after: number;
  readonly correlationId: string;
}

/** How many events the streams kept in memory may have; each takes about a kilobyte. */
const maxEvents = 50_000;
const parallelReads = 8;
const category = 'item-';

/** The streams an import touches: read once, kept up to date by the import itself, let go when they take too much. */
export class ItemStreams {
  private readonly streams = new Map<string, ItemStream>();
  private readonly loading = new Map<string, Promise<ItemStream>>();
  /** Streams that exist for the check alone and were let go. */
  private readonly virtual = new Map<string, Pick<ItemStream, 'revision' | 'beginning'>>();
  private readonly ids = new Set<string>();
  private events = 0;
  /** False once a history was let go that the store does not have: what it breaks can no longer be judged. */
  complete = true;

  constructor(
    private readonly store: Pick<EventStore, 'readStream'>,
    /** Undefined in a check, which writes nothing. */
    private readonly own: OwnEvents | undefined,
    private readonly limit = maxEvents,
  ) {}

  async get(name: string): Promise<ItemStream> {
    const found = this.streams.get(name);
    if (found) {
      this.streams.delete(name);
      this.streams.set(name, found);
      return found;
    }
    const loading = this.loading.get(name) ?? this.load(name).finally(() => this.loading.delete(name));
    this.loading.set(name, loading);
    return loading;
  }

  /** The stream where it was read already and not let go. */
  inMemory(name: string): ItemStream | undefined {
    return this.streams.get(name);
  }

  /** Reads those that are not here yet, several at a time. */
  async prefetch(names: Iterable<string>): Promise<void> {
    const missing = [...new Set(names)].filter((name) => !this.streams.has(name));
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < missing.length) await this.get(missing[next++]!);
    };
    await Promise.all(Array.from({ length: Math.min(parallelReads, missing.length) }, worker));
  }

  /** True where a stream in memory has the event: enough to spare work, not to decide by. */
  knows(id: string): boolean {
    return this.ids.has(id);
  }

  /** Worked out each time: kept, it would take several times what its events take. */
  history(stream: ItemStream): readonly Step[] {
    if (stream.entries.length === 0 && stream.revision >= 0) return [placeholder];
    return timelineOf(stream.entries);
  }

  /** The stream with one more event of this import. Answers with what takes it back. */
  add(stream: ItemStream, id: string, event: Dated<MasarEvent>, digest: string): () => void {
    const before = { ...stream };
    stream.revision += 1;
    stream.known.set(id, { digest });
    stream.beginning ??= { id, ...origin(event) };
    this.events += 1;
    stream.added = true;
    if (stream.name.startsWith(category) && event.type !== 'ReferenceReserved') {
      const { decidedOn, effective } = event;
      const position = (stream.entries.at(-1)?.position ?? 0) + 1;
      // No flag depends on the recorded time, which the store has yet to give.
      const entry = {
        position,
        id,
        event: event as ReformItemEvent,
        decidedOn,
        effective,
        recordedAt: '9999-12-31T00:00:00.000000Z',
      };
      stream.entries = [...stream.entries, lean(entry)];
    }
    return () => {
      stream.known.delete(id);
      this.events -= 1;
      Object.assign(stream, before);
    };
  }

  private forget(name: string): void {
    const stream = this.streams.get(name);
    if (!stream) return;
    this.streams.delete(name);
    this.events -= stream.known.size;
    for (const id of stream.known.keys()) this.ids.delete(id);
  }

  /** Lets go of what was used longest ago, once all takes too much. Nothing may be on its way to the store. */
  trim(): void {
    for (const [name, stream] of this.streams) {
      if (this.events <= this.limit) return;
      if (!this.own && stream.added) {
        this.virtual.set(name, { revision: stream.revision, beginning: stream.beginning });
        this.complete = false;
      }
      this.forget(name);
    }
  }

  get full(): boolean {
    return this.events > this.limit;
  }

  private knownAs(event: RecordedEvent): KnownEvent {
    const digest = origin(event).source?.digest;
    const { own } = this;
    const isOwn = own && event.position > own.after && event.correlationId === own.correlationId;
    return { digest, ...(isOwn && { own: event }) };
  }

  private async load(name: string): Promise<ItemStream> {
    const events = await this.store.readStream(name);
    const virtual = this.virtual.get(name);
    const owner = reservedFor(events);
    const [first] = events;
    const beginning = first && { id: first.id, ...origin(first) };
    const isItem = name.startsWith(category) && owner === undefined;
    const stream: ItemStream = {
      name,
      revision: virtual?.revision ?? events.at(-1)?.revision ?? -1,
      beginning: virtual ? virtual.beginning : beginning,
      entries: isItem ? events.map((event) => lean(entryOf(event))) : [],
      known: new Map(events.map((event) => [event.id, this.knownAs(event)])),
      added: virtual !== undefined,
    };
    this.streams.set(name, stream);
    this.events += stream.known.size;
    for (const id of stream.known.keys()) this.ids.add(id);
    return stream;
  }
}

/** The source row an event names, and the item it reserves a reference for. */
function origin({ type, data }: { readonly type: string; readonly data: object }): Omit<Beginning, 'id'> {
  const { source, item } = data as { readonly source?: SourceRow; readonly item?: string };
  return { source, owner: type === 'ReferenceReserved' ? item : undefined };
}

/** An entry without its words: what it breaks does not depend on them, and they are most of it. */
function lean(entry: Entry): Entry {
  const data: Record<string, unknown> = { ...entry.event.data };
  for (const field of ['attributes', 'people', 'source', 'dates', 'reason', 'requestDigest'])
    delete data[field];
  for (const field of ['title', 'text']) if (field in data) data[field] = {};
  return { ...entry, event: { type: entry.event.type, data } as ReformItemEvent };
}

/** A history that is there and says nothing: enough for what is recorded as it was. */
export const placeholder: Step = {
  entry: {
    position: 1,
    id: '',
    event: { type: 'ReformItemDiscussed', data: {} },
    decidedOn: null,
    effective: null,
    recordedAt: '0001-01-01T00:00:00.000000Z',
  },
  undone: undefined,
  correctedBy: [],
  window: { earliest: '0001-01-01', latest: '0001-01-01' },
  before: noItem,
  after: { ...noItem, registered: true },
  irregularities: [],
};
