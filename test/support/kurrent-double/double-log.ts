import { StreamMetadata, metadataStreamOf, originalOf } from './stream-metadata.js';

/** Where an event stands in `$all`. */
export interface Place {
  readonly commit: bigint;
  readonly prepare: bigint;
}

/** An event as the double keeps it. */
export interface DoubleEvent extends Place {
  readonly stream: string;
  readonly id: string;
  readonly revision: number;
  readonly type: string;
  readonly isJson: boolean;
  readonly data: Buffer;
  readonly metadata: Buffer;
  /** Milliseconds since 1970, of the server's own clock. */
  readonly created: number;
}

export type ProposedEvent = Pick<DoubleEvent, 'id' | 'type' | 'isJson' | 'data' | 'metadata'>;
export type ExpectedRevision = number | 'no_stream' | 'any' | 'stream_exists';

export type AppendOutcome =
  | { readonly kind: 'written' | 'known'; readonly revision: number; readonly place: Place | undefined }
  /** @property actual -1 where the stream does not exist */
  | { readonly kind: 'wrongRevision'; readonly actual: number }
  | { readonly kind: 'deleted' };

/** What a deleted stream's last event has as its revision: the greatest there is, which no number holds exactly. */
export const tombstoneRevision = 2n ** 63n - 1n;
const tombstone = Number(tombstoneRevision);

interface Stream {
  /** By revision; a scavenged one is not there. */
  readonly events: (DoubleEvent | undefined)[];
  readonly revisionOf: Map<string, number>;
  isTombstoned: boolean;
}

const before = (a: Place, b: Place) =>
  a.commit < b.commit || (a.commit === b.commit && a.prepare < b.prepare);

/** The log all nodes of a double share: its streams, the order over all of them, and the rules by which it takes events. */
export class DoubleLog {
  private all: DoubleEvent[] = [];
  private readonly streams = new Map<string, Stream>();
  private readonly followers = new Set<() => void>();
  /** Where the next record goes. A log begins with records of the server's own, which are no events. */
  private end = 1_304n;

  /** All events there are, in the order of `$all`. */
  get events(): readonly DoubleEvent[] {
    return this.all;
  }

  /** The place behind the last record. */
  get tail(): Place {
    return { commit: this.end, prepare: this.end };
  }

  /** The revision of a stream's last event; -1 where it never had one, though its metadata may have been set. */
  lastRevision(stream: string): number {
    return (this.streams.get(stream)?.events.length ?? 0) - 1;
  }

  isTombstoned(stream: string): boolean {
    return this.streams.get(originalOf(stream) ?? stream)?.isTombstoned ?? false;
  }

  metadataOf(stream: string): StreamMetadata {
    if (originalOf(stream) !== undefined) return StreamMetadata.ofMetadataStreams;
    return StreamMetadata.from(this.streams.get(metadataStreamOf(stream))?.events.at(-1)?.data);
  }

  /** What a reader of a stream still sees of it, by revision; what is truncated or scavenged is not there. */
  visible(stream: string): (DoubleEvent | undefined)[] {
    const found = this.streams.get(stream);
    if (!found) return [];
    const { events } = found;
    const metadata = this.metadataOf(stream);
    const first = metadata.firstVisible(events.length);
    const now = Date.now();
    return events.map((event, revision) =>
      event && revision >= first && !metadata.isExpired(event.created, now) ? event : undefined,
    );
  }

  /** @returns the index in {@link events} of the first event behind a place, or at it */
  indexOf(place: Place, which: 'at' | 'behind'): number {
    let low = 0;
    let high = this.all.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const event = this.all[middle]!;
      const isLeft = which === 'at' ? before(event, place) : !before(place, event);
      if (isLeft) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * Appends by the server's rules. With a revision, or with none of them yet, events are known again where they stand
   * right behind it, one after another; otherwise wherever in the stream.
   */
  append(stream: string, expected: ExpectedRevision, proposed: readonly ProposedEvent[]): AppendOutcome {
    if (this.isTombstoned(stream)) return { kind: 'deleted' };
    const last = this.lastRevision(stream);
    const isSoftlyDeleted = this.metadataOf(stream).isDeleted;
    const wrong: AppendOutcome = { kind: 'wrongRevision', actual: last };
    if (expected === 'any' || expected === 'stream_exists') {
      if (expected === 'stream_exists') {
        if (isSoftlyDeleted) return wrong;
        if (last < 0 && this.lastRevision(metadataStreamOf(stream)) < 0) return wrong;
      }
      const known = this.knownAnywhere(stream, proposed);
      if (known === 'some') return wrong;
      return known ?? this.write(stream, proposed);
    }
    const after = expected === 'no_stream' ? -1 : expected;
    if (after > last) return wrong;
    if (after === last) return this.write(stream, proposed);
    const known = this.knownBehind(stream, after, proposed);
    if (known === undefined && after === -1 && isSoftlyDeleted) return this.write(stream, proposed);
    return known === undefined || known === 'some' ? wrong : known;
  }

  /** Ends a stream for ever; its events stay in `$all`. */
  tombstone(stream: string, expected: ExpectedRevision): AppendOutcome {
    if (this.isTombstoned(stream)) return { kind: 'deleted' };
    const last = this.lastRevision(stream);
    if (!this.isAt(last, stream, expected)) return { kind: 'wrongRevision', actual: last };
    const event = this.record(stream, tombstone, {
      id: crypto.randomUUID(),
      type: '$streamDeleted',
      isJson: false,
      data: Buffer.alloc(0),
      metadata: Buffer.alloc(0),
    });
    this.stream(stream).isTombstoned = true;
    this.wake();
    return { kind: 'written', revision: tombstone, place: event };
  }

  /** Hides all there is of a stream; it can be written on, from the next revision. */
  softDelete(stream: string, expected: ExpectedRevision): AppendOutcome {
    if (this.isTombstoned(stream)) return { kind: 'deleted' };
    const last = this.lastRevision(stream);
    if (!this.isAt(last, stream, expected)) return { kind: 'wrongRevision', actual: last };
    return this.writeMetadata(stream, (text) => StreamMetadata.deleted(text));
  }

  /** Removes for good what metadata hide and deleted streams still have, and whatever else it is told to. */
  scavenge(alsoRemove: (event: DoubleEvent) => boolean = () => false): number {
    const gone = new Set<DoubleEvent>();
    for (const [name, { events, isTombstoned }] of this.streams) {
      const visible = isTombstoned ? [] : this.visible(name);
      for (const event of events) {
        // The last event of a stream is kept: the server needs its revision.
        const isLast = !isTombstoned && event === events.at(-1);
        if (event && ((!visible[event.revision] && !isLast) || alsoRemove(event))) gone.add(event);
      }
    }
    for (const { stream, revision } of gone) this.streams.get(stream)!.events[revision] = undefined;
    this.all = this.all.filter((event) => !gone.has(event));
    return gone.size;
  }

  /** Puts the log back to what it was before a place, as from an older backup. */
  truncate(from: Place): void {
    const gone = this.all.splice(this.indexOf(from, 'at'));
    for (const { stream, revision, id } of gone.toReversed()) {
      const { events, revisionOf } = this.streams.get(stream)!;
      if (revision === tombstone) this.streams.get(stream)!.isTombstoned = false;
      else events.length = revision;
      revisionOf.delete(id);
    }
    this.end = gone[0]?.prepare ?? this.end;
  }

  /** @returns what ends it */
  onAppend(listener: () => void): () => void {
    this.followers.add(listener);
    return () => this.followers.delete(listener);
  }

  private isAt(last: number, stream: string, expected: ExpectedRevision): boolean {
    if (expected === 'any') return true;
    const exists = last >= 0 && !this.metadataOf(stream).isDeleted;
    if (expected === 'stream_exists') return exists;
    return expected === 'no_stream' ? !exists : expected === last;
  }

  private knownAnywhere(
    stream: string,
    proposed: readonly ProposedEvent[],
  ): AppendOutcome | 'some' | undefined {
    const found = proposed.map(({ id }) => this.streams.get(stream)?.revisionOf.get(id));
    if (found[0] === undefined) return undefined;
    if (found.includes(undefined)) return 'some';
    return this.known(stream, found.at(-1)!);
  }

  private knownBehind(
    stream: string,
    after: number,
    proposed: readonly ProposedEvent[],
  ): AppendOutcome | 'some' | undefined {
    const { events } = this.stream(stream);
    const isKnown = proposed.map(({ id }, index) => events[after + 1 + index]?.id === id);
    if (!isKnown[0]) return undefined;
    if (isKnown.includes(false)) return 'some';
    return this.known(stream, after + proposed.length);
  }

  private known(stream: string, revision: number): AppendOutcome {
    const event = this.visible(stream)[revision];
    // The server answers with where the record lies in its log, and with no place where it can no longer read it.
    const place = event && { commit: event.prepare, prepare: event.prepare };
    return { kind: 'known', revision, place };
  }

  private write(stream: string, proposed: readonly ProposedEvent[]): AppendOutcome {
    const first = this.lastRevision(stream) + 1;
    if (this.metadataOf(stream).isDeleted) {
      this.writeMetadata(stream, (text) => StreamMetadata.undeleted(text, first));
    }
    const written = proposed.map((event, index) => this.record(stream, first + index, event));
    this.wake();
    return { kind: 'written', revision: first + proposed.length - 1, place: written.at(-1) };
  }

  private writeMetadata(stream: string, change: (text: string) => string): AppendOutcome {
    const name = metadataStreamOf(stream);
    const data = this.streams.get(name)?.events.at(-1)?.data.toString('utf8') ?? '{}';
    return this.append(name, 'any', [
      {
        id: crypto.randomUUID(),
        type: '$metadata',
        isJson: true,
        data: Buffer.from(change(data)),
        metadata: Buffer.alloc(0),
      },
    ]);
  }

  private record(stream: string, revision: number, event: ProposedEvent): DoubleEvent {
    const { events, revisionOf } = this.stream(stream);
    const recorded: DoubleEvent = {
      stream,
      revision,
      id: event.id,
      type: event.type,
      isJson: event.isJson,
      data: event.data,
      metadata: event.metadata,
      commit: this.end,
      prepare: this.end,
      created: Date.now(),
    };
    // A record has a head and a tail, its names and its bytes.
    this.end += BigInt(
      96 + 2 * (stream.length + event.type.length) + event.data.length + event.metadata.length,
    );
    if (revision !== tombstone) {
      events[revision] = recorded;
      revisionOf.set(event.id, revision);
    }
    this.all.push(recorded);
    return recorded;
  }

  private stream(name: string): Stream {
    let found = this.streams.get(name);
    if (!found) {
      found = { events: [], revisionOf: new Map(), isTombstoned: false };
      this.streams.set(name, found);
    }
    return found;
  }

  private wake(): void {
    for (const follower of this.followers) follower();
  }
}
