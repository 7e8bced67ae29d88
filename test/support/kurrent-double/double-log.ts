import { randomUUID } from 'node:crypto';
import { verdictOn } from './append-rules.js';
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

const none = Buffer.alloc(0);
/** A log begins with records of the server's own, which are no events. */
const firstPlace = 1_304n;

/** The order of `$all`: by commit, then by prepare. */
export function isBefore(a: Place, b: Place): boolean {
  return a.commit < b.commit || (a.commit === b.commit && a.prepare < b.prepare);
}

/** The log all nodes of a double share: its streams, and the order over all of them. */
export class DoubleLog {
  private all: DoubleEvent[] = [];
  private readonly streams = new Map<string, Stream>();
  private readonly followers = new Set<() => void>();
  /** Where each record begins; no other place can be read from. */
  private readonly beginnings = new Set<bigint>([0n, firstPlace]);
  private end = firstPlace;

  constructor(private readonly clock: () => number) {}

  /** All events there are, in the order of `$all`. */
  get events(): readonly DoubleEvent[] {
    return this.all;
  }

  /** The place behind the last record. */
  get tail(): bigint {
    return this.end;
  }

  /** Whether a record begins there, or did before it was scavenged, or would begin next. */
  isBeginning(commit: bigint): boolean {
    return this.beginnings.has(commit);
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
    const events = this.streams.get(stream)?.events ?? [];
    const metadata = this.metadataOf(stream);
    const first = metadata.firstVisible(events.length);
    const now = this.clock();
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
      const isLeft = which === 'at' ? isBefore(event, place) : !isBefore(place, event);
      if (isLeft) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Appends all of the events or none, by {@link verdictOn}. */
  append(name: string, expected: ExpectedRevision, proposed: readonly ProposedEvent[]): AppendOutcome {
    const ids = proposed.map(({ id }) => id);
    const verdict = verdictOn(this.atHand(name), expected, ids);
    if (verdict.kind !== 'write') return this.outcome(name, verdict);
    const first = this.lastRevision(name) + 1;
    const original = originalOf(name);
    const wasDeleted = this.metadataOf(original ?? name).isDeleted;
    const written = proposed.map((event, index) => this.record(name, first + index, event));
    // Writing to a stream that was deleted softly, or to its metadata, brings it back, from here on.
    if (wasDeleted && original === undefined) this.changeMetadata(name, { $tb: first });
    else if (wasDeleted) this.changeMetadata(original!, { $tb: this.lastRevision(original!) + 1 });
    this.wake();
    return { kind: 'written', revision: first + proposed.length - 1, place: written.at(-1) };
  }

  /** Ends a stream for ever; its events stay in `$all`. */
  tombstone(name: string, expected: ExpectedRevision): AppendOutcome {
    const verdict = verdictOn(this.atHand(name), expected, [randomUUID()]);
    if (verdict.kind !== 'write') return this.outcome(name, verdict);
    const event = { id: randomUUID(), type: '$streamDeleted', isJson: false, data: none, metadata: none };
    const place = this.record(name, tombstone, event);
    this.stream(name).isTombstoned = true;
    this.wake();
    return { kind: 'written', revision: tombstone, place };
  }

  /** Hides all there is of a stream; it can be written to, from the next revision. */
  softDelete(name: string, expected: ExpectedRevision): AppendOutcome {
    const verdict = verdictOn(this.atHand(name), expected, [randomUUID()]);
    if (verdict.kind !== 'write') return this.outcome(name, verdict);
    const place = this.changeMetadata(name, 'deleted');
    this.wake();
    return { kind: 'written', revision: this.lastRevision(name), place };
  }

  /** Removes for good what metadata hide and deleted streams still have, and whatever else it is told to. */
  scavenge(alsoRemove: (event: DoubleEvent) => boolean = () => false): number {
    const gone = new Set<DoubleEvent>();
    for (const [name, { events }] of this.streams) {
      const isTombstoned = this.isTombstoned(name);
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

  /** Puts the log back to what it was before an event was written, as from an older backup. */
  truncate(from: Place): void {
    const gone = this.all.splice(this.indexOf(from, 'at'));
    for (const { stream: name, revision, id } of gone.toReversed()) {
      const stream = this.streams.get(name)!;
      if (revision === tombstone) stream.isTombstoned = false;
      else stream.events.length = revision;
      stream.revisionOf.delete(id);
    }
    this.end = gone[0]?.prepare ?? this.end;
    for (const place of this.beginnings) if (place > this.end) this.beginnings.delete(place);
  }

  /** @returns what ends it */
  onAppend(listener: () => void): () => void {
    this.followers.add(listener);
    return () => this.followers.delete(listener);
  }

  private atHand(name: string) {
    const { events, revisionOf } = this.stream(name);
    return {
      events,
      revisionOf,
      isTombstoned: this.isTombstoned(name),
      metadata: this.metadataOf(name),
      hasMetadata: this.lastRevision(metadataStreamOf(name)) >= 0,
    };
  }

  private outcome(
    name: string,
    verdict: Exclude<ReturnType<typeof verdictOn>, { readonly kind: 'write' }>,
  ): AppendOutcome {
    if (verdict.kind !== 'known') return verdict;
    const { revision } = verdict;
    // No place where the server can no longer read the event.
    const event = this.visible(name)[revision];
    return { kind: 'known', revision, place: event && { commit: event.prepare, prepare: event.prepare } };
  }

  /** Writes past all rules, as the server does when it deletes a stream or brings one back. */
  private changeMetadata(stream: string, change: 'deleted' | { readonly $tb: number }): Place {
    const name = metadataStreamOf(stream);
    const data = StreamMetadata.changed(this.streams.get(name)?.events.at(-1)?.data, change);
    const event = { id: randomUUID(), type: '$metadata', isJson: true, data, metadata: none };
    return this.record(name, this.lastRevision(name) + 1, event);
  }

  private record(stream: string, revision: number, event: ProposedEvent): DoubleEvent {
    const recorded: DoubleEvent = {
      stream,
      revision,
      ...event,
      commit: this.end,
      prepare: this.end,
      created: this.clock(),
    };
    // A record has a head and a tail, its names and its bytes.
    this.end += BigInt(
      96 + 2 * (stream.length + event.type.length) + event.data.length + event.metadata.length,
    );
    this.beginnings.add(this.end);
    const { events, revisionOf } = this.stream(stream);
    if (revision !== tombstone) events[revision] = recorded;
    revisionOf.set(event.id, revision);
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
