import type { Pool } from 'pg';
import { readError } from '../postgres/postgres-errors.js';
import { isoFromText } from '../postgres/recorded-row.js';
import { claimLasts } from '../postgres/sequence-function.js';

/** Where the ordered log has an event. */
export interface LogPlace {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
  /** As the log has it. */
  readonly recordedAt: string;
  /** Hexadecimal digits. */
  readonly salt: string;
}

/** What an append has to know of the log before it is sent. */
export interface BeforeAppending {
  /** Those of the events asked for that the log has. */
  readonly known: readonly LogPlace[];
  /** Those that are on their way to another stream, from whatever process. */
  readonly claimed: ReadonlySet<string>;
  /** Why nothing more is written to the log; null where it is. */
  readonly halted: string | null;
  /** By stream: what could make the server drop its events. */
  readonly unsafe: ReadonlyMap<string, string>;
}

const columns = `e.id, e.stream, e.revision, e.position::text as position, e.recorded_at::text as at,
  encode(e.salt, 'hex') as salt`;

interface Row {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: string;
  readonly at: string;
  readonly salt: string;
}

const place = ({ at, position, ...rest }: Row): LogPlace => ({
  ...rest,
  position: Number(position),
  recordedAt: isoFromText(at),
});

/** Why the log stands still, as the process that writes it says; no row where it does not. */
const haltedSql = `select coalesce(s.why, 'no reason was given') as why from masar.sequencer s where s.state = 'halted'`;

/**
 * Claims ids the log does not have for their streams, and answers with those another stream has claimed: the server knows
 * an id again on its own stream only. Claimed in the order of the ids, so that two who do it wait for each other once.
 */
const claimSql = `with asked as materialized (
    select w.id, w.stream from unnest($1::uuid[], $2::text[]) as w (id, stream)
    where not exists (select from masar.event e where e.id = w.id)
  ), claimed as (
    insert into masar.claimed_id as c (id, stream) select a.id, a.stream from asked a order by a.id
    on conflict (id) do update
      set stream = excluded.stream, shared = c.stream = excluded.stream, claimed_at = clock_timestamp()
      where c.stream = excluded.stream
        or c.claimed_at < clock_timestamp() - interval '${claimLasts}' and exists (
          -- Only a log that is up to date can say that an id never came.
          select from masar.sequencer s
          where s.state = 'following' and s.heard_at > clock_timestamp() - interval '30 seconds'
        )
    returning c.id
  )
  select a.id from asked a where not exists (select from claimed c where c.id = a.id)`;

/** An id, and the stream it is for. */
export interface Claim {
  readonly id: string;
  readonly stream: string;
}

/** The questions the adapter asks of the ordered log. */
export class LogLookup {
  constructor(private readonly pool: Pool) {}

  /**
   * Claims the ids, and says what is known of them and of their streams.
   *
   * @throws StoreError `UNAVAILABLE`
   */
  async beforeAppending(claims: readonly Claim[]): Promise<BeforeAppending> {
    const ids = claims.map(({ id }) => id);
    const streams = claims.map(({ stream }) => stream);
    // Before the log is asked: a claim ends when the log has the id.
    const elsewhere = await this.query<{ id: string }>(claimSql, [ids, streams]);
    const [events, halted, unsafe] = await Promise.all([
      this.query<Row>(`select ${columns} from masar.event e where e.id = any ($1::uuid[])`, [ids]),
      this.query<{ why: string }>(haltedSql),
      this.query<{ stream: string; what: string }>(
        'select u.stream, u.what from masar.unsafe_stream u where u.stream = any ($1::text[])',
        [[...new Set(streams)]],
      ),
    ]);
    return {
      known: events.map(place),
      claimed: new Set(elsewhere.map(({ id }) => id)),
      halted: halted[0]?.why ?? null,
      unsafe: new Map(unsafe.map(({ stream, what }) => [stream, what])),
    };
  }

  /**
   * Gives up the claims of an append that certainly wrote nothing. Where that fails, they end by themselves.
   *
   * @param ids claimed for this stream
   */
  async release(ids: readonly string[], stream: string): Promise<void> {
    await this.query(
      'delete from masar.claimed_id c where c.id = any ($1::uuid[]) and c.stream = $2 and not c.shared',
      [ids, stream],
    ).catch(() => undefined);
  }

  /**
   * The events at these revisions of these streams, as far as the log has them.
   *
   * @throws StoreError `UNAVAILABLE`
   */
  async at(streams: readonly string[], revisions: readonly number[]): Promise<LogPlace[]> {
    const rows = await this.query<Row>(
      `select ${columns} from unnest($1::text[], $2::integer[]) as w (stream, revision)
       join masar.event e on e.stream = w.stream and e.revision = w.revision`,
      [streams, revisions],
    );
    return rows.map(place);
  }

  /**
   * The events of a stream between two revisions, both included, in order.
   *
   * @throws StoreError `UNAVAILABLE`
   */
  async between(stream: string, first: number, last: number): Promise<LogPlace[]> {
    const rows = await this.query<Row>(
      `select ${columns} from masar.event e
       where e.stream = $1 and e.revision between $2 and $3 order by e.revision`,
      [stream, first, last],
    );
    return rows.map(place);
  }

  /**
   * Why the log stands still; null where it does not.
   *
   * @throws StoreError `UNAVAILABLE`
   */
  async halted(): Promise<string | null> {
    return (await this.query<{ why: string }>(haltedSql))[0]?.why ?? null;
  }

  private async query<R extends object>(text: string, values: unknown[] = []): Promise<R[]> {
    try {
      return (await this.pool.query<R>(text, values)).rows;
    } catch (error) {
      throw readError(error);
    }
  }
}
