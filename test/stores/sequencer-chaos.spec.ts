import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NewEvent, RecordedEvent, Subscription } from '@masar/event-store';
import { type KurrentBackend, openKurrent } from '@masar/event-store/kurrentdb';
import { type Child, runSource } from '../support/child.js';
import { seededRandom } from '../support/seeded-random.js';
import { until } from '../support/until.js';
import { OrderedLogFixture } from './support/ordered-log-fixture.js';

/** How often the one that writes the log is killed; more often where the long run is asked for. */
const kills = process.env['MASAR_LOAD'] === 'full' ? 100 : 20;
const cuts = kills;
const nodesAtOnce = 3;

let fixture: OrderedLogFixture;
let database: string;
const nodes = new Map<string, Child>();
beforeAll(async () => {
  fixture = await OrderedLogFixture.start();
  database = await fixture.postgres.createDatabase();
}, 120_000);
afterAll(async () => {
  for (const { process: child } of nodes.values()) child.kill('SIGKILL');
  await Promise.all([...nodes.values()].map(({ ended }) => ended));
  await fixture?.stop();
}, 60_000);

let started = 0;
/** What those said that ended by themselves. */
const failures: string[] = [];
function startNode(): void {
  started += 1;
  const name = `masar node ${started}`;
  const node = runSource(new URL('./support/sequencing-node.ts', import.meta.url), [
    fixture.double.url,
    database,
    name,
  ]);
  nodes.set(name, node);
  void node.ended.then(({ code, stderr }) => code !== null && failures.push(`${name} ended: ${stderr}`));
}

/** Who holds the lease, by the name of its connection. */
async function holder({ pool }: KurrentBackend): Promise<string | undefined> {
  const { rows } = await pool.query<{ name: string }>(
    `select a.application_name as name from pg_locks l join pg_stat_activity a using (pid)
     where l.locktype = 'advisory' and l.granted and l.objsubid = 1 and l.database = (select oid from pg_database where datname = current_database())
       and ((l.classid::bigint << 32) | l.objid::bigint) = hashtextextended('masar.worker.sequencer', 0)`,
  );
  return rows[0]?.name;
}

const event = (n: number): NewEvent => ({
  id: randomUUID(),
  type: 'SampleRecorded',
  schemaVersion: 1,
  decidedOn: null,
  effective: null,
  actor: { subject: 'sample-recorder' },
  commandId: randomUUID(),
  causationId: null,
  correlationId: randomUUID(),
  data: { n, text: 'مسار' },
});

/** A follower of the log, and every event it was given. */
class Follower {
  readonly given: RecordedEvent[] = [];
  private readonly subscription: Subscription;
  private readonly reading: Promise<void>;

  constructor({ log }: KurrentBackend, after: number) {
    this.subscription = log.subscribe(after, { batch: 37 });
    this.reading = this.read();
  }

  async end(): Promise<void> {
    await this.subscription.cancel();
    await this.reading;
  }

  private async read(): Promise<void> {
    for await (const batch of this.subscription) this.given.push(...batch);
  }
}

/** Appends to streams of its own until it is told to end, each event until there is an answer. */
async function append(
  { store }: KurrentBackend,
  writer: number,
  signal: AbortSignal,
): Promise<{ id: string; position: number }[]> {
  const acknowledged: { id: string; position: number }[] = [];
  for (let n = 0; !signal.aborted; n += 1) {
    const events = Array.from({ length: 1 + (n % 3) }, (_, index) => event(n * 10 + index));
    for (;;) {
      try {
        const { position } = await store.append(`writer-${writer}-${n}`, 'none', events);
        events.forEach(({ id }, index) =>
          acknowledged.push({ id, position: position - events.length + 1 + index }),
        );
        break;
      } catch (error) {
        // Whatever it was, the same ids find out.
        const { code } = error as { code?: string };
        if (!['OUTCOME_UNKNOWN', 'NOT_YET_READABLE', 'UNAVAILABLE'].includes(code ?? '')) throw error;
      }
    }
  }
  return acknowledged;
}

describe('through kills of whoever writes the ordered log, and cuts of the server', () => {
  it(
    'log and followers have each event once, in the order of the server, with the same bytes',
    async () => {
      const random = seededRandom(1_704);
      const backend = await openKurrent({
        url: fixture.double.url,
        connectionString: database,
        applicationName: 'masar observer',
        // It appends and follows, and leaves the log to the others.
        openLease: async () => ({
          acquire: (signal) =>
            new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined))),
        }),
      });
      for (let n = 0; n < nodesAtOnce; n += 1) startNode();
      const writing = new AbortController();
      const followers = [new Follower(backend, 0), new Follower(backend, 0)];
      const writers = [0, 1, 2, 3].map((writer) => append(backend, writer, writing.signal));
      const cutting = (async () => {
        for (let n = 0; n < cuts; n += 1) {
          await delay(600 + random() * 1_600);
          if (n % 5 === 4) {
            await fixture.double.die();
            await delay(100 + random() * 300);
            await fixture.double.revive();
          } else fixture.double.cutAll();
          // Others write beside ours, so that the place that was passed is not always one of ours.
          fixture.double.append(
            'others',
            Array.from({ length: 40 }, () => ({})),
          );
          fixture.write(
            `bulk-${n}`,
            Array.from({ length: 60 }, () => ({ data: { n } })),
          );
        }
      })();
      const killed = new Set<string>();
      while (killed.size < kills) {
        let name: string | undefined;
        await until('another holder of the lease', async () => {
          expect(failures).toEqual([]);
          name = await holder(backend);
          return name !== undefined && !killed.has(name);
        });
        // It is killed while it works, at some moment or other.
        await delay(random() * 1_000);
        const node = nodes.get(name!)!;
        nodes.delete(name!);
        node.process.kill('SIGKILL');
        killed.add(name!);
        startNode();
        if (killed.size === Math.ceil(kills / 2)) {
          followers.push(new Follower(backend, (await backend.log.head()).position));
        }
        expect(await node.ended).toMatchObject({ signal: 'SIGKILL' });
      }
      await cutting;
      writing.abort();
      const acknowledged = (await Promise.all(writers)).flat();

      const { expected } = fixture;
      await until('the whole log', async () => (await backend.log.head()).position >= expected.length);
      const log: RecordedEvent[] = [];
      for (let page; (page = await backend.log.readAll(log.length, 5_000)).length > 0;) log.push(...page);
      expect(log).toHaveLength(expected.length);
      expect(log.map(({ id, stream, revision, bytes }) => ({ id, stream, revision, bytes }))).toEqual(
        expected,
      );
      expect(log.map(({ position }) => position)).toEqual(log.map((_, index) => index + 1));
      log.reduce((before, { recordedAt }) => {
        expect(recordedAt >= before).toBe(true);
        return recordedAt;
      }, '');
      expect(acknowledged.length).toBeGreaterThan(kills);
      for (const { id, position } of acknowledged) expect(log[position - 1]?.id).toBe(id);
      const ids = log.map(({ id }) => id);
      for (const follower of followers) {
        await until('a follower at the head', () => follower.given.at(-1)?.position === log.length);
        await follower.end();
        const from = follower.given[0]!.position - 1;
        expect(follower.given.map(({ id }) => id)).toEqual(ids.slice(from));
      }
      await backend.close();
    },
    60_000 + kills * 15_000,
  );
});
