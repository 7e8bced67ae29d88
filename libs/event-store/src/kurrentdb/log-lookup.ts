import type { Pool } from 'pg';
import { readError } from '../postgres/postgres-errors.js';
import { isoFromText } from '../postgres/recorded-row.js';
import { claimLasts } from '../postgres/sequence-function.js';
import { type Place, placeOf } from './place.js';

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
  /**
   * Those that are on their way to somewhere else, from whatever process, by id; undefined where that was so a moment ago.
   */
  readonly claimed: ReadonlyMap<string, Claim | undefined>;
  /** Why nothing more is written to the log; null where it is. */
  readonly halted: string | null;
  /** Whether the log had everything the server had, once since it was made. */
  readonly caughtUp: boolean;
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
 * Claims ids the log does not have for their streams and revisions, and answers with those that are claimed for others:
 * the server knows an id again there only. Claimed in the order of the ids, so that two who do it wait for each other once; and
 * not where nothing is going to be sent, for the log stands still or was never up to date.
 */
const claimSql = `with log as materialized (
    select s.state = 'halted' as halted, s.why, s.caught_up,
      s.state = 'following' and s.heard_at > clock_timestamp() - interval '30 seconds' as current
    from masar.sequencer s
  ), asked as materialized (
    select w.id, w.stream, w.revision, w.claimant
    from log l, unnest($1::uuid[], $2::text[], $3::bigint[], $4::uuid[]) as w (id, stream, revision, claimant)
    where l.caught_up and not l.halted and not exists (select from masar.event e where e.id = w.id)
  ), claimed as (
    insert into masar.claimed_id as c (id, stream, revision, claimant)
      select a.id, a.stream, a.revision, a.claimant from asked a order by a.id
    on conflict (id) do update
      set stream = excluded.stream, revision = excluded.revision, claimant = excluded.claimant,
        shared = c.stream = excluded.stream and c.revision = excluded.revision
          and (c.shared or c.claimant <> excluded.claimant),
        claimed_at = clock_timestamp()
      where c.stream = excluded.stream and c.revision = excluded.revision
        -- Only a log that is up to date can say that an id never came.
        or c.claimed_at < clock_timestamp() - interval '${claimLasts}' and (select l.current from log l)
    returning c.id
  )
  select case when l.halted then coalesce(l.why, 'no reason was given') end as halted, l.caught_up as "caughtUp",
    array(
      select a.id::text from asked a where not exists (select from claimed c where c.id = a.id)
    ) as elsewhere
  from log l`;

interface Claimed {
  readonly halted: string | null;
  readonly caughtUp: boolean;
  readonly elsewhere: readonly string[];
}

/** An id, and where the event is meant to be. */
export interface Claim {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
}

/** One that an append makes. */
export interface OwnClaim extends Claim {
  /** Names the append: the same at each of its tries. */
  readonly claimant: string;
}

const columnsOf = (claims: readonly Claim[]): [string[], string[], number[]] => [
  claims.map(({ id }) => id),
  claims.map(({ stream }) => stream),
  claims.map(({ revision }) => revision),
];
const claimantsOf = (claims: readonly OwnClaim[]): string[] => claims.map(({ claimant }) => claimant);

/** The questions the adapter asks of the ordered log. */
export class LogLookup {
  constructor(private readonly pool: Pool) {}

  /**
   * Claims the ids, and says what is known of them and of their streams.
   *
   * @throws StoreError `UNAVAILABLE`
   */
  async beforeAppending(claims: readonly OwnClaim[]): Promise<BeforeAppending> {
    const [ids, streams, revisions] = columnsOf(claims);
    // Before the log is asked: a claim ends when the log has the id.
    const [claimed] = await this.query<Claimed>(claimSql, [ids, streams, revisions, claimantsOf(claims)]);
    const { halted, caughtUp, elsewhere } = claimed!;
    const others = elsewhere.length > 0 ? await this.claims(elsewhere) : [];
    const [events, unsafe] = await Promise.all([
      this.query<Row>(`select ${columns} from masar.event e where e.id = any ($1::uuid[])`, [ids]),
      this.query<{ stream: string; what: string }>(
        'select u.stream, u.what from masar.unsafe_stream u where u.stream = any ($1::text[])',
        [[...new Set(streams)]],
      ),
    ]);
    return {
      known: events.map(place),
      claimed: new Map(elsewhere.map((id) => [id, others.find((other) => other.id === id)])),
      halted,
      caughtUp,
      unsafe: new Map(unsafe.map(({ stream, what }) => [stream, what])),
    };
  }

  /** Gives up the claims of an append that certainly wrote nothing. Where that fails, they end by themselves. */
  async release(claims: readonly OwnClaim[]): Promise<void> {
    await this.query(
      `delete from masar.claimed_id c using (
         select d.id from masar.claimed_id d
         join unnest($1::uuid[], $2::text[], $3::bigint[], $4::uuid[]) as w (id, stream, revision, claimant)
           on d.id = w.id and d.stream = w.stream and d.revision = w.revision and d.claimant = w.claimant
         where not d.shared order by d.id for update of d
       ) gone where c.id = gone.id`,
      [...columnsOf(claims), claimantsOf(claims)],
    ).catch(() => undefined);
  }

  /**
   * Moves claims to other revisions of their stream, where nobody else did so meanwhile and the log did not get the ids.
   *
   * @param from where they were found
   * @param to where they are meant to be now, in the same order
   * @returns whether all were moved
   * @throws StoreError `UNAVAILABLE`
   */
  async move(from: readonly Claim[], to: readonly OwnClaim[]): Promise<boolean> {
    const moved = await this.query(
      `with due as materialized (
         select c.id, w.next, w.claimant from masar.claimed_id c
         join unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[], $5::uuid[])
             as w (id, stream, revision, next, claimant)
           on c.id = w.id and c.stream = w.stream and c.revision = w.revision
         order by c.id for update of c
       )
       update masar.claimed_id c
       set revision = d.next, claimant = d.claimant, shared = false, claimed_at = clock_timestamp()
       from due d where c.id = d.id returning c.id`,
      [...columnsOf(from), to.map(({ revision }) => revision), claimantsOf(to)],
    );
    return moved.length === from.length;
  }

  /**
   * Notes that the log was up to date, where it has everything up to a place on the server.
   *
   * @param end null where the server had nothing of ours
   * @returns whether it was
   * @throws StoreError `UNAVAILABLE`
   */
  async caughtUpWith(end: Place | null): Promise<boolean> {
    const { length } = await this.query(
      `update masar.sequencer set caught_up = true
       where caught_up or $1::bigint is null or (commit_position, prepare_position) >= ($1::bigint, $2::bigint)
       returning caught_up`,
      [end && String(end.commit), end && String(end.prepare)],
    );
    return length > 0;
  }

  /**
   * Everything of ours up to there, as the server has it, is in the log; null where nothing is known to be.
   *
   * @throws StoreError `UNAVAILABLE`
   */
  async resumePoint(): Promise<Place | null> {
    const [row] = await this.query<{ commit: string | null; prepare: string | null }>(
      'select commit_position::text as commit, prepare_position::text as prepare from masar.sequencer',
    );
    return placeOf(row?.commit, row?.prepare);
  }

  /**
   * How many events the log has.
   *
   * @throws StoreError `UNAVAILABLE`
   */
  async length(): Promise<number> {
    const [row] = await this.query<{ position: string }>(
      'select coalesce(max(position), 0)::text as position from masar.event',
    );
    return Number(row!.position);
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

  private async claims(ids: readonly string[]): Promise<Claim[]> {
    const rows = await this.query<{ id: string; stream: string; revision: string }>(
      `select c.id, c.stream, c.revision::text from masar.claimed_id c where c.id = any ($1::uuid[])`,
      [ids],
    );
    return rows.map(({ revision, ...claim }) => ({ ...claim, revision: Number(revision) }));
  }

  private async query<R extends object>(text: string, values: unknown[] = []): Promise<R[]> {
    try {
      return (await this.pool.query<R>(text, values)).rows;
    } catch (error) {
      throw readError(error);
    }
  }
}
