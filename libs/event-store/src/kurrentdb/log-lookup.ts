import type { Pool } from 'pg';
import { readError } from '../postgres/postgres-errors.js';
import { isoFromText } from '../postgres/recorded-row.js';

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

/** The questions the adapter asks of the ordered log. */
export class LogLookup {
  constructor(private readonly pool: Pool) {}

  /** @throws StoreError `UNAVAILABLE` */
  async beforeAppending(ids: readonly string[], streams: readonly string[]): Promise<BeforeAppending> {
    const [events, halted, unsafe] = await Promise.all([
      this.query<Row>(`select ${columns} from masar.event e where e.id = any ($1::uuid[])`, [ids]),
      this.query<{ why: string }>(haltedSql),
      this.query<{ stream: string; what: string }>(
        'select u.stream, u.what from masar.unsafe_stream u where u.stream = any ($1::text[])',
        [streams],
      ),
    ]);
    return {
      known: events.map(place),
      halted: halted[0]?.why ?? null,
      unsafe: new Map(unsafe.map(({ stream, what }) => [stream, what])),
    };
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
