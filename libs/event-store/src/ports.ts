/**
 * The two ports everything else is written against.
 *
 * {@link EventStore} writes one stream at a time and reads it back; {@link EventLog} reads every event in one
 * order. With PostgreSQL both are the same table; with KurrentDB the log is a sequenced copy.
 */

/** A JSON value as RFC 8259 has it. Integers beyond 2^53−1 and decimals travel as strings. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** Who asked for the change: an opaque subject id, never a name, and the organisation spoken for. */
export interface Actor {
  readonly subject: string;
  readonly organisation?: string;
}

/** An event as its writer hands it over. The store adds stream, revision, position, recordedAt and salt. */
export interface NewEvent {
  /** UUID, chosen by the writer: the key of idempotent appends. */
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  /** EDTF as given, when the decision was taken; null where unknown or not applicable. */
  readonly decidedOn: string | null;
  /** EDTF as given, when it takes effect; null where unknown. */
  readonly effective: string | null;
  readonly actor: Actor;
  /** The id the client gave its command. */
  readonly commandId: string;
  /** Id of the event that caused this one; null for the first of a chain. */
  readonly causationId: string | null;
  readonly correlationId: string;
  readonly data: JsonObject;
}

/** An event as it stands in the log. Never changes, but through an epoch (a restore). */
export interface RecordedEvent extends NewEvent {
  readonly stream: string;
  /** 0-based number within its stream. */
  readonly revision: number;
  /** 1-based dense number within the log. */
  readonly position: number;
  /** UTC, ISO 8601 with microseconds (`2026-01-31T10:11:12.123456Z`); never earlier than the event before. */
  readonly recordedAt: string;
  /** The bytes of `data` as canonicalised (RFC 8785) at append and stored. */
  readonly bytes: string;
  /** 32 random bytes, for the ledger's commitment. */
  readonly salt: Uint8Array;
}

/** The revision the writer saw last, or `none` for a stream that must not exist yet. */
export type ExpectedRevision = number | 'none';

export interface Appended {
  /** Position of the first and of the last event of the append. */
  readonly firstPosition: number;
  readonly position: number;
  /** Revision of the last event. */
  readonly revision: number;
  /** Recorded time of the last event. */
  readonly recordedAt: string;
  /** True where all ids were already on this stream: nothing was written, this is the first answer again. */
  readonly duplicate: boolean;
}

export interface StreamRange {
  /** First revision wanted, inclusive. Default: the first (forwards) or the last (backwards). */
  readonly from?: number;
  readonly direction?: 'forwards' | 'backwards';
  /** At most this many. Default: all. */
  readonly limit?: number;
}

export interface EventStore {
  /**
   * Appends all events to one stream, or none. Retrying with the same ids answers as the first time.
   *
   * @throws ConcurrencyError the stream is not at `expected`
   * @throws StoreError `PARTIAL_DUPLICATE`, `EVENT_ID_TAKEN`, `INVALID_EVENT`, `EVENT_TOO_LARGE`, `UNAVAILABLE`,
   *   `OUTCOME_UNKNOWN` (the connection broke after sending: retry with the same ids), `NOT_YET_READABLE` (it stands,
   *   its position is not known yet: retry with the same ids), `OTHER_LOG` (the database has been given to another
   *   store since it was opened), `CLOSED`, `OVERLOADED`
   */
  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<Appended>;
  /**
   * Events of a stream in order, the last acknowledged included; empty for a stream that does not exist.
   *
   * @throws LogBehindError where the log does not have all of them in time
   * @throws StoreError `UNAVAILABLE`
   */
  readStream(stream: string, range?: StreamRange): Promise<RecordedEvent[]>;
  close(): Promise<void>;
}

/** Position and time of the last event; position 0 and null for an empty log. */
export interface LogHead {
  readonly position: number;
  readonly recordedAt: string | null;
}

export interface LogIdentity {
  /** UUID given when the log was created. */
  readonly logId: string;
  /** 1 at creation, one more after each restore. */
  readonly epoch: number;
}

/** Batches of events in position order, without gap or double. */
export interface Subscription extends AsyncIterable<readonly RecordedEvent[]> {
  /** Ends it at once and releases what it holds, also while a `next` is pending. */
  cancel(): Promise<void>;
}

export interface EventLog {
  /** @param options.afresh ask the store again, as whoever stays connected for long has to: a restore changes it */
  identity(options?: { readonly afresh?: boolean }): Promise<LogIdentity>;
  head(): Promise<LogHead>;
  /** The events after a position, in order; fewer than `limit` only at the head. */
  readAll(after: number, limit: number): Promise<RecordedEvent[]>;
  /** The last position recorded at or before this time (ISO 8601); 0 where there is none. */
  positionAt(recordedAt: string): Promise<number>;
  /** Events of a stream in order, as far as the log has them: for whoever shows what was recorded and writes nothing. */
  readStream(stream: string, range?: StreamRange): Promise<RecordedEvent[]>;
  /** One event by its id, or undefined. */
  find(id: string): Promise<RecordedEvent | undefined>;
  /**
   * Catch-up, then live. Memory is bounded: a slow reader is read for page by page, never buffered without end.
   *
   * @throws StoreError `LOG_REWOUND` where `after` lies ahead of the head
   */
  subscribe(after: number, options?: { readonly batch?: number }): Subscription;
  close(): Promise<void>;
}

/** An event to be put back as it stood: its data are its bytes. */
export type RestorableEvent = Omit<RecordedEvent, 'data'>;

/** Writes a whole log into a store that has none: the one way in beside appending, and never beside it. */
export interface LogRestore {
  /**
   * Puts back every event as it stood (id, position, revision, recorded time, bytes, salt) under this identity, or
   * leaves the store as empty as it was. Nobody reads or appends meanwhile; appends go on at the next position.
   *
   * @param events from position 1 on; what iterating them throws undoes everything and is thrown here
   * @param options of bringing them to where the store keeps them, where that is not the database: what breaks off then
   *   is not undone, and the same restore again goes on
   * @throws StoreError `NOT_EMPTY`; `IN_USE` where other processes of Masar work on the store; `INVALID_LOG` where
   *   positions or the revisions of a stream are not dense, an id stands twice, time goes back, or a value cannot be
   *   stored; `UNAVAILABLE`
   */
  restore(
    identity: LogIdentity,
    events: AsyncIterable<readonly RestorableEvent[]>,
    options?: FillingOptions,
  ): Promise<LogHead>;
}

/** A log as it stands where its events really are: on KurrentDB the server, not the ordered log beside it. */
export interface StoredLog {
  /** Every event from the first on, read again, in pages; for who compares two logs. */
  stored(): AsyncIterable<readonly RestorableEvent[]>;
}

/**
 * Fills an empty store with the log of another, page by page. What is filled in part is refused by everything else, and
 * gone on with by the same again, whenever and however the last try ended.
 */
export interface LogFilling extends StoredLog {
  /**
   * Takes the store for this log, and for this process until it is closed. Answers with the position up to which an
   * earlier try filled it; 0 where there was none.
   *
   * @throws StoreError `NOT_EMPTY`; `IN_USE` where other processes of Masar work on the store, or fill it; `OTHER_LOG`
   *   where an earlier try began to fill it with another log; `UNAVAILABLE`
   */
  begin(identity: LogIdentity): Promise<number>;
  /**
   * Adds the events that follow, all or none.
   *
   * @throws StoreError `INVALID_LOG` where positions are not dense, an id stands twice, or time goes back; `UNAVAILABLE`
   */
  write(events: readonly RestorableEvent[]): Promise<void>;
  /**
   * Checks the log, which has all its events now, and brings them to where the store keeps them.
   *
   * @throws StoreError `INVALID_LOG` where the revisions of a stream are not dense; `NOT_EMPTY` where the store holds
   *   other events; `UNAVAILABLE`
   */
  complete(options?: FillingOptions): Promise<void>;
  /** Opens it to everybody: from here on it is a store like any other. */
  finish(): Promise<LogHead>;
  /** Lets go of it; what was not finished stays as it is. */
  close(): Promise<void>;
}

export interface FillingOptions {
  readonly onProgress?: (events: number, total: number) => void;
  /** Ends it where it is. */
  readonly signal?: AbortSignal;
}
