import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Appended, NewEvent, StoreErrorCode } from '@masar/event-store';
import { type KurrentBackend, openKurrent } from '@masar/event-store/kurrentdb';
import { type TestPostgres, testPostgres } from '@masar/event-store/testing';
import { sampleEvent } from '../../libs/event-store/src/contract/sample-events.js';
import { KurrentDouble } from '../support/kurrent-double/kurrent-double.js';
import { seededRandom } from '../support/seeded-random.js';

/** The whole of it takes minutes on a small machine; what runs with every change is a part. */
const appends = process.env['MASAR_LOAD'] === 'full' ? 5_000 : 1_500;
const seed = Number(process.env['MASAR_SEED'] ?? 20_170_418);
const processes = 3;
const writersEach = 64;

/** What the store said in the end. */
type Outcome =
  | { readonly kind: 'acknowledged'; readonly appended: Appended }
  /** Another writer was first. */
  | { readonly kind: 'lost' }
  /** Nothing was written, the store says. */
  | { readonly kind: 'notWritten' };

interface Attempted {
  readonly stream: string;
  readonly events: readonly NewEvent[];
  readonly outcome: Outcome;
  /** How often what became of it was not known. */
  readonly unknown: number;
}

describe(`${appends} appends by ${processes} processes while a server's double fails (seed ${seed})`, () => {
  let postgres: TestPostgres;
  let double: KurrentDouble;
  let backends: KurrentBackend[];
  let attempted: Attempted[];

  beforeAll(async () => {
    postgres = await testPostgres();
    double = await KurrentDouble.start();
    const connectionString = await postgres.createDatabase();
    backends = [];
    for (let n = 0; n < processes; n += 1) {
      backends.push(
        await openKurrent({
          url: double.url,
          connectionString,
          applicationName: `masar writer ${n}`,
          silenceMs: 1_000,
          limits: { tryMs: 400, patienceMs: 3_000, logMs: 8_000, readMs: 8_000 },
        }),
      );
    }
    attempted = await writeWhileItFails();
  }, 900_000);
  afterAll(async () => {
    await Promise.all((backends ?? []).map((backend) => backend.close()));
    await double?.stop();
    await postgres?.stop();
  }, 120_000);

  async function writeWhileItFails(): Promise<Attempted[]> {
    const kinds = ['append', 'read', 'subscribe'] as const;
    const of = [
      'hang',
      'cutBefore',
      'cutAfter',
      'end',
      'unavailable',
      'notReady',
      'notLeader',
      'slow',
    ] as const;
    double.faults.chaos({ seed, of, kinds, chance: 0.01, slowMs: 100 });
    // Whatever the dice say, each kind is met.
    const once = (after: number) => ({ kinds: ['append'] as const, times: 1, after });
    double.faults.hang(once(40));
    double.faults.cutBeforeCommit(once(80));
    double.faults.cutAfterCommit(once(120));
    double.faults.endWithoutAnswer(once(160));
    double.faults.refuse(once(200));
    double.faults.notReady(once(240));
    double.faults.notLeader(once(280));
    double.faults.slow(50, once(320));
    const done: Attempted[] = [];
    let left = appends;
    const writing = backends.flatMap((backend, process) =>
      Array.from({ length: writersEach }, async (_, writer) => {
        const random = seededRandom(seed + 1_000 * process + writer);
        while (left > 0) {
          left -= 1;
          done.push(await appendOnce(backend, `${process}-${writer}`, random));
        }
      }),
    );
    // Twice it is away for longer than an append waits: what had been sent by then is not known.
    for (const share of [0.7, 0.35]) {
      while (left > appends * share) await delay(5);
      await double.die();
      await delay(3_500);
      await double.revive();
    }
    await Promise.all(writing);
    double.faults.lift();
    return done;
  }

  /** The last revision each stream was seen at. */
  const heads = new Map<string, number>();

  async function appendOnce(
    backend: KurrentBackend,
    writer: string,
    random: () => number,
  ): Promise<Attempted> {
    // One in six goes to a stream that others write to as well.
    const stream =
      random() < 1 / 6 ? `shared-${Math.floor(random() * 5)}` : `own-${writer}-${Math.floor(random() * 3)}`;
    const events = Array.from({ length: 1 + Math.floor(random() * 3) }, (_, n) => sampleEvent({ writer, n }));
    const expected = heads.get(stream) ?? 'none';
    let unknown = 0;
    for (;;) {
      try {
        const appended = await backend.store.append(stream, expected, events);
        heads.set(stream, Math.max(appended.revision, heads.get(stream) ?? -1));
        return { stream, events, outcome: { kind: 'acknowledged', appended }, unknown };
      } catch (error) {
        const { name, code, actual } = error as {
          readonly name: string;
          readonly code?: StoreErrorCode;
          readonly actual?: number | 'none';
        };
        if (name === 'ConcurrencyError') {
          if (typeof actual === 'number') heads.set(stream, Math.max(actual, heads.get(stream) ?? -1));
          return { stream, events, outcome: { kind: 'lost' }, unknown };
        }
        if (code === 'UNAVAILABLE' && unknown === 0) {
          return { stream, events, outcome: { kind: 'notWritten' }, unknown };
        }
        if (code !== 'OUTCOME_UNKNOWN' && code !== 'NOT_YET_READABLE' && code !== 'UNAVAILABLE') throw error;
        if (code !== 'UNAVAILABLE') unknown += 1;
      }
    }
  }

  const of = (kind: Outcome['kind']) => attempted.filter(({ outcome }) => outcome.kind === kind);
  const idsOf = (some: readonly Attempted[]) => some.flatMap(({ events }) => events.map(({ id }) => id));
  const onServer = () => double.contents().filter(({ stream }) => stream.startsWith('masar-'));

  it('meets every kind of fault, and ends each append with one answer', () => {
    expect(attempted).toHaveLength(appends);
    expect([...double.faults.met.keys()].toSorted()).toEqual(
      ['cutAfter', 'cutBefore', 'end', 'hang', 'notLeader', 'notReady', 'slow', 'unavailable'].toSorted(),
    );
    expect(attempted.filter(({ unknown }) => unknown > 0).length).toBeGreaterThan(0);
    expect(of('acknowledged').length).toBeGreaterThan(appends / 2);
    expect(of('lost').length).toBeGreaterThan(0);
  });

  it('has each acknowledged event once on the server and in the log, and no other', async () => {
    const ids = idsOf(of('acknowledged'));
    expect(new Set(ids).size).toBe(ids.length);
    const server = onServer().map(({ id }) => id);
    expect(server).toHaveLength(ids.length);
    expect(new Set(server)).toEqual(new Set(ids));
    const log = await wholeLog();
    expect(log.map(({ id }) => id)).toEqual(server);
    expect(log.map(({ position }) => position)).toEqual(server.map((_, index) => index + 1));
  });

  it('has nothing of what it said was not written, or lost to another writer', () => {
    const server = new Set(onServer().map(({ id }) => id));
    for (const kind of ['notWritten', 'lost'] as const) {
      expect({ kind, stands: idsOf(of(kind)).filter((id) => server.has(id)) }).toEqual({ kind, stands: [] });
    }
  });

  it('answered each with the place its events have', async () => {
    const places = new Map((await wholeLog()).map((event) => [event.id, event]));
    for (const { stream, events, outcome } of of('acknowledged')) {
      const { appended } = outcome as Extract<Outcome, { kind: 'acknowledged' }>;
      const first = places.get(events[0]!.id)!;
      const last = places.get(events.at(-1)!.id)!;
      expect([first.stream, first.position, last.position, last.revision, last.recordedAt]).toEqual([
        stream,
        appended.firstPosition,
        appended.position,
        appended.revision,
        appended.recordedAt,
      ]);
    }
  });

  it('answers each of them again as the first time, as a duplicate', async () => {
    const some = of('acknowledged').filter(({ unknown }, index) => unknown > 0 || index % 50 === 0);
    const answers = await Promise.all(
      some.map(({ stream, events }) => backends[0]!.store.append(stream, 'none', events)),
    );
    expect(answers).toEqual(
      some.map(({ outcome }) => ({
        ...(outcome as Extract<Outcome, { kind: 'acknowledged' }>).appended,
        duplicate: true,
      })),
    );
  });

  async function wholeLog() {
    const { log } = backends[0]!;
    const events = [];
    for (
      let page = await log.readAll(0, 1_000);
      page.length > 0;
      page = await log.readAll(events.length, 1_000)
    ) {
      events.push(...page);
    }
    return events;
  }
});
