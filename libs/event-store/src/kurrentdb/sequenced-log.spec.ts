import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { until } from '../contract/until.js';
import { type TestPostgres, testPostgres } from '../embedded/testing.js';
import { AppendConnection } from '../postgres/append-connection.js';
import { openPostgres, type PostgresBackend } from '../postgres/open-postgres.js';
import { SequencedLog } from './sequenced-log.js';
import type { Place } from './place.js';
import type { StoredEvent } from './stored-event.js';

let postgres: TestPostgres;
let backend: PostgresBackend;
let connection: AppendConnection;
let log: SequencedLog;
const says = { state: 'following', why: null } as const;
beforeAll(async () => {
  postgres = await testPostgres();
  const connectionString = await postgres.createDatabase();
  backend = await openPostgres({ connectionString, applicationName: 'masar test' });
  connection = new AppendConnection(connectionString, 'masar test', 'sequence');
  log = new SequencedLog(connection, 'masar');
}, 120_000);
afterAll(async () => {
  await connection.close();
  await backend.close();
  await postgres.stop();
}, 60_000);

/** What a server might have next: most often as it should be. */
interface Given {
  readonly stream: string;
  /** Added to the revision that is due. */
  readonly off: number;
  /** The id of an earlier event, counted from the last. */
  readonly again: number | undefined;
  readonly second: number;
  /** Added to the place. */
  readonly ahead: number;
}

const mostly = <T>(usual: T, other: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });
const given: fc.Arbitrary<Given> = fc.record({
  stream: fc.constantFrom('a', 'b', 'c'),
  off: mostly(0, fc.constantFrom(-1, 1, 5)),
  again: mostly<number | undefined>(undefined, fc.nat(4)),
  second: fc.nat(59),
  ahead: mostly(1, fc.constantFrom(0, 7)),
});
const batch = fc.record({
  events: fc.array(given, { maxLength: 8 }),
  /** Whether the caller knows where the log is. */
  knows: mostly(true, fc.constant(false)),
  /** Places of others passed behind the last event. */
  beyond: fc.nat(3),
});

const at = (second: number) => `2017-02-07T10:00:${String(second).padStart(2, '0')}.000001Z`;
const place = (n: number): Place => ({ commit: BigInt(n), prepare: BigInt(n) });

interface Row {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly recordedAt: string;
}

describe('writing what a server has next', () => {
  it('does what a list would do: up to the first that does not belong, and nothing for who is outrun', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { maxLength: 6 }), async (batches) => {
        await empty();
        const rows: Row[] = [];
        let resume: number | null = null;
        let next = 1;
        /** Where the last event of the log stands; any place is behind none. */
        let head = -1;
        for (const { events, knows, beyond } of batches) {
          const due = new Map<string, number>();
          for (const { stream, revision } of rows) due.set(stream, revision + 1);
          const ids = rows.map(({ id }) => id);
          let stored: StoredEvent[] = [];
          let last = head;
          let bad: 'known' | 'gap' | 'order' | undefined;
          const written: Row[] = [];
          for (const { stream, off, again, second, ahead } of events) {
            const known = again === undefined ? undefined : ids.at(-1 - again);
            const revision = (due.get(stream) ?? 0) + off;
            const id = known ?? randomUUID();
            const where = next + ahead - 1;
            if (!bad) {
              if (known !== undefined) bad = 'known';
              else if (off !== 0) bad = 'gap';
              else if (where <= last) bad = 'order';
              else {
                const before = written.at(-1) ?? rows.at(-1);
                const recordedAt = before && before.recordedAt > at(second) ? before.recordedAt : at(second);
                written.push({ id, stream, revision, recordedAt });
                last = where;
              }
            }
            due.set(stream, revision + 1);
            ids.push(id);
            stored = [...stored, event(id, stream, revision, second, where)];
            next = where + 1;
          }
          const upTo = next - 1 + beyond;
          const from = knows ? resume : (resume ?? 0) + 10_000;
          const result = await log.write(
            from === null ? null : place(from),
            place(upTo),
            stored,
            new Map(),
            says,
          );
          if (!knows) {
            expect(result).toEqual({ outcome: 'moved', written: 0 });
            // Its writer looks anew, and the server has them still: here they never were.
            continue;
          }
          expect(result).toMatchObject({ outcome: bad ?? 'ok', written: written.length });
          rows.push(...written);
          head = last;
          if (!bad) resume = upTo;
          else if (written.length > 0) resume = Number(stored[written.length - 1]!.place.commit);
          next = Math.max(next, upTo + 1);
          const { upTo: now } = await log.load();
          expect(now).toEqual(resume === null ? null : place(resume));
        }
        const events = await backend.log.readAll(0, 1_000);
        expect(
          events.map(({ id, stream, revision, recordedAt }) => ({ id, stream, revision, recordedAt })),
        ).toEqual(rows);
        expect(events.map(({ position }) => position)).toEqual(rows.map((_, index) => index + 1));
      }),
      { numRuns: 60 },
    );
  });

  it('takes claims away in the order they are made in: nobody who claims waits for it while it waits for them', async () => {
    await empty();
    const [low, high] = ['00000000-0000-4000-8000-000000000001', 'ffffffff-0000-4000-8000-000000000001'];
    await backend.pool.query(
      `insert into masar.claimed_id (id, stream, revision, claimed_at)
       values ($1, 'b', 0, now() - interval '2 hours'), ($2, 'a', 0, now())`,
      [low, high],
    );
    const claiming = await backend.pool.connect();
    const claim = (id: string) =>
      claiming.query('update masar.claimed_id set shared = true where id = $1 returning id', [id]);
    try {
      await claiming.query('begin');
      await claim(low);
      const writing = log.write(null, place(1), [event(high, 'a', 0, 1, 1)], new Map(), says);
      await until(async () => {
        const { rows } = await backend.pool.query(
          `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
        return rows.length > 0;
      }, 'a writing that waits');
      expect((await claim(high)).rows).toEqual([{ id: high }]);
      await claiming.query('commit');
      expect(await writing).toEqual({ outcome: 'ok', written: 1 });
    } finally {
      await claiming.query('rollback');
      claiming.release();
    }
    expect((await backend.pool.query('select from masar.claimed_id')).rows).toEqual([]);
  });

  it('writes nothing into a log that is not that of its server, or not whole', async () => {
    await empty();
    for (const change of ['kurrentdb = null', `kurrentdb = 'other'`, `kurrentdb = 'masar', filling = true`]) {
      await backend.pool.query(`update masar.log set ${change}`);
      const written = await log.write(null, place(1), [event(randomUUID(), 'a', 0, 1, 1)], new Map(), says);
      expect(written).toEqual({ outcome: 'otherLog', written: 0 });
    }
    expect(await backend.log.head()).toMatchObject({ position: 0 });
  });
});

/** The log as it was before its first event. */
async function empty(): Promise<void> {
  await backend.pool.query(`alter table masar.event disable trigger log_is_final; truncate masar.event;
    alter table masar.event enable trigger log_is_final;
    update masar.log set kurrentdb = 'masar', filling = false;
    update masar.sequencer set commit_position = null, prepare_position = null`);
}

function event(id: string, stream: string, revision: number, second: number, n: number): StoredEvent {
  return {
    id,
    stream,
    revision,
    type: 'SampleRecorded',
    schemaVersion: 1,
    stampedAt: at(second),
    meta: '{"decidedOn":null}',
    bytes: `{"n":${n}}`,
    salt: Buffer.alloc(32),
    place: place(n),
  };
}
