import { StoreError } from '../errors.js';
import type { AppendConnection } from '../postgres/append-connection.js';
import type { SequencerState } from '../sequencing.js';
import type { HeldWorkerLease } from '../workers/worker-lease.js';
import { type Place, placeOf } from './place.js';
import type { StoredEvent } from './stored-event.js';

/** The last event of the ordered log. */
export interface SequencedHead {
  readonly position: number;
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  /** Null for one that was not written from a server. */
  readonly place: Place | null;
}

export interface Sequenced {
  /** Everything on the server at or before it is in the log; null before its first event. */
  readonly upTo: Place | null;
  readonly head: SequencedHead | null;
}

/** What its writer says of itself, for others to read. */
export interface Says {
  readonly state: SequencerState;
  readonly why: string | null;
}

/** A stream whose metadata let the server drop events, and how; null where they no longer do. */
export type UnsafeStreams = ReadonlyMap<string, string | null>;

/** What became of a batch. */
export type Written =
  | { readonly outcome: 'ok'; readonly written: number }
  /** Everything before this event was written, and it cannot be. */
  | {
      readonly outcome: 'known' | 'gap' | 'order';
      readonly written: number;
      readonly nextRevision: number;
    }
  /** Nothing was written: the log is not where the caller believes it to be. */
  | { readonly outcome: 'moved' | 'otherLog' | 'unplaced'; readonly written: 0 };

type Row = [outcome: Written['outcome'], written: string, detail: string | null];

/**
 * Says that the writer is there, and how it does. By the connection that holds its lease, since one that lost it and has
 * not noticed would speak for the one that has it now.
 */
export async function say(held: Pick<HeldWorkerLease, 'run'>, { state, why }: Says): Promise<void> {
  await held.run('update masar.sequencer set state = $1, why = $2, heard_at = clock_timestamp()', [
    state,
    why,
  ]);
}

/** The ordered log as its writer has it: what it calls in the database. */
export class SequencedLog {
  constructor(
    private readonly connection: AppendConnection,
    private readonly prefix: string,
  ) {}

  async load(): Promise<Sequenced> {
    const [row] = await this.connection.run<(string | null)[]>({
      text: `select s.commit_position, s.prepare_position, e.position, e.id, e.stream, e.revision,
          e.commit_position, e.prepare_position
        from masar.sequencer s left join lateral (select * from masar.event order by position desc limit 1) e on true`,
      rowMode: 'array',
      types: { getTypeParser: () => (text: string) => text },
    });
    const [commit, prepare, position, id, stream, revision, headCommit, headPrepare] = row!;
    return {
      upTo: placeOf(commit, prepare),
      head: position
        ? {
            position: Number(position),
            id: id!,
            stream: stream!,
            revision: Number(revision),
            place: placeOf(headCommit, headPrepare),
          }
        : null,
    };
  }

  /**
   * Writes the events, all at or before `upTo`, behind what is at or before `from`; up to the first that cannot be.
   */
  async write(
    from: Place | null,
    upTo: Place | null,
    events: readonly StoredEvent[],
    unsafe: UnsafeStreams,
    { state, why }: Says,
  ): Promise<Written> {
    const rows = await this.connection.run<Row>({
      name: 'masar-sequence',
      text: `select outcome, written, detail from masar.sequence(
        $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
      values: [
        this.prefix,
        from?.commit ?? null,
        from?.prepare ?? null,
        upTo?.commit ?? null,
        upTo?.prepare ?? null,
        events.map(({ stream }) => stream),
        events.map(({ revision }) => revision),
        events.map(({ id }) => id),
        events.map(({ type }) => type),
        events.map(({ schemaVersion }) => schemaVersion),
        events.map(({ stampedAt }) => stampedAt),
        events.map(({ meta }) => meta),
        events.map(({ bytes }) => bytes),
        events.map(({ salt }) => Buffer.from(salt)),
        events.map(({ place }) => place.commit),
        events.map(({ place }) => place.prepare),
        [...unsafe.keys()],
        [...unsafe.values()],
        state,
        why,
      ],
      rowMode: 'array',
      types: { getTypeParser: () => (text: string) => text },
    });
    const [outcome, written, detail] = rows[0]!;
    switch (outcome) {
      case 'ok':
        return { outcome, written: Number(written) };
      case 'known':
      case 'gap':
      case 'order':
        return { outcome, written: Number(written), nextRevision: Number(detail) };
      case 'moved':
      case 'otherLog':
      case 'unplaced':
        return { outcome, written: 0 };
    }
  }

  /** The streams whose metadata would let the server drop events, each with how. */
  async unsafeStreams(): Promise<{ stream: string; what: string }[]> {
    const rows = await this.connection.run<[string, string]>({
      text: 'select stream, what from masar.unsafe_stream order by stream',
      rowMode: 'array',
    });
    return rows.map(([stream, what]) => ({ stream, what }));
  }
}

/** Where another log than ours is in the database: a process that was started with other settings took it. */
export function otherLog(prefix: string): StoreError {
  return new StoreError(
    'OTHER_LOG',
    `the database no longer has the ordered log of the events under ${prefix}-: start again, which says more`,
  );
}
