import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type EventStore, type RecordedEvent, WorkerLease } from '@masar/event-store';
import { type TestPostgres, testPostgres } from '@masar/event-store/testing';
import { itemId, itemStream, relationsStream, stateOf, withdraw } from '@masar/domain';
import { historyOf, relationsOf } from './aggregates.js';
import { executeDecision } from './decision-commands.js';
import { EffectsWorker } from './effects-worker.js';
import { finishDecision } from './finish-decision.js';
import { executeOnItem, executeReference, resolveItem } from './item-commands.js';
import {
  CommandsFixture,
  decidedOn,
  decisionOn,
  dyingStore,
  programme,
  until,
} from './testing/commands-fixture.js';

let postgres: TestPostgres;
let fixture: CommandsFixture;
const workers: EffectsWorker[] = [];

beforeAll(async () => {
  postgres = await testPostgres();
}, 60_000);

beforeEach(async () => {
  fixture = await CommandsFixture.open(postgres);
}, 30_000);

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
  await fixture?.close();
}, 30_000);

afterAll(() => postgres?.stop(), 60_000);

const adopt = { kind: 'adopt', manner: 'plain' } as const;
const references = (count: number) => Array.from({ length: count }, (_, index) => `ITEM-${index + 1}`);
const isDecision = (events: readonly { readonly type: string }[]) => events[0]?.type === 'DecisionRecorded';

/** A worker as a node runs one. */
async function startWorker(node = fixture.backend): Promise<EffectsWorker> {
  const worker = new EffectsWorker({
    store: node.store,
    log: node.log,
    lease: await WorkerLease.open(node.pool, 'effects'),
    people: { erase: () => Promise.reject(new Error('nobody is erased here')) },
    graceMs: 50,
  });
  workers.push(worker);
  worker.start();
  return worker;
}

/** Dies right before the n-th effect is appended; the decision itself stands. */
function diesAtEffect(store: EventStore, n: number): EventStore {
  let effects = 0;
  return dyingStore(store, (_, events) => !isDecision(events) && (effects += 1) === n);
}

async function decisionRecorded(): Promise<RecordedEvent> {
  const all = await fixture.backend.log.readAll(0, 1_000);
  return all.findLast(({ type }) => type === 'DecisionRecorded')!;
}

describe('a decision', () => {
  it('leaves exactly one event on each of its items', async () => {
    const items = await fixture.itemsUnderReview(...references(5));
    const done = await executeDecision(fixture.context(), decisionOn(items, adopt));
    expect(done.pending).toEqual([]);
    expect(await fixture.effectsOn(items)).toEqual(items.map(() => ['ReformItemAdopted']));
    expect(done.effectsUpTo).toBe((await fixture.backend.log.head()).position);
  });

  it('answers a retry as the first time, and leaves nothing more', async () => {
    const items = await fixture.itemsUnderReview(...references(3));
    const context = fixture.context();
    const first = await executeDecision(context, decisionOn(items, adopt));
    const head = await fixture.backend.log.head();
    expect(await executeDecision(context, decisionOn(items, adopt))).toEqual({ ...first, duplicate: true });
    expect(await fixture.backend.log.head()).toEqual(head);
  });

  it('is refused whole where one item forbids it, with the path of that item', async () => {
    const items = await fixture.itemsUnderReview(...references(2));
    const missing = itemId(programme, 'NOT-THERE');
    const head = await fixture.backend.log.head();
    const refused = executeDecision(fixture.context(), decisionOn([...items, missing], adopt));
    await expect(refused).rejects.toMatchObject({ code: 'NOT_FOUND', fields: [{ path: 'items.2' }] });
    expect(await fixture.backend.log.head()).toEqual(head);
  });

  it('is checked against the revision given for an item, and not again for its effect', async () => {
    const [item] = await fixture.itemsUnderReview('REVISION');
    const decide = (expectedRevision: number) =>
      executeDecision(fixture.context(), {
        programme,
        decidedOn,
        items: [{ item: item!, outcome: adopt, expectedRevision }],
      });
    await expect(decide(0)).rejects.toMatchObject({ code: 'REVISION_MISMATCH' });
    expect((await decide(2)).pending).toEqual([]);
  });

  it('lapses once on an item that moved on before its effect', async () => {
    const items = await fixture.itemsUnderReview('MOVES', 'STAYS');
    const dying = diesAtEffect(fixture.backend.store, 1);
    await executeDecision(fixture.context({ store: dying }), decisionOn(items, adopt));
    await executeOnItem(
      fixture.context(),
      { programme, reference: 'MOVES' },
      {
        type: 'withdrawItem',
        request: {},
        decide: (history) =>
          withdraw(history, { decidedOn: { edtf: '2024-01-10' }, reason: { en: 'No longer wanted' } }),
      },
    );
    const recorded = await decisionRecorded();
    for (let times = 0; times < 3; times += 1) await finishDecision(fixture.backend, recorded);
    expect(await fixture.effectsOn(items)).toEqual([['DecisionEffectLapsed'], ['ReformItemAdopted']]);
    const [lapsed] = (await fixture.eventsOf(items[0]!)).slice(-1);
    expect(lapsed!.data).toMatchObject({ code: 'ITEM_ENDED', kind: 'adopt' });
    expect(stateOf(historyOf(await fixture.eventsOf(items[0]!))).standing?.state).toBe('Withdrawn');
  });

  it('lapses where two decisions at once would make two items each other’s successor', async () => {
    const [one, two] = (await fixture.itemsUnderReview('CYCLE-1', 'CYCLE-2')) as [string, string];
    const before = fixture.backend.store;
    // Both decisions stand before either has an effect, as two nodes at once may leave it.
    await executeDecision(
      fixture.context({ store: diesAtEffect(before, 1) }),
      decisionOn([one], { kind: 'supersede', by: [two] }),
    );
    const first = await decisionRecorded();
    await executeDecision(
      fixture.context({ store: diesAtEffect(before, 1) }),
      decisionOn([two], { kind: 'supersede', by: [one] }),
    );
    const second = await decisionRecorded();
    const other = await fixture.node();
    await Promise.all([finishDecision(fixture.backend, first), finishDecision(other, second)]);
    await Promise.all([finishDecision(fixture.backend, second), finishDecision(other, first)]);
    const effects = await fixture.effectsOn([one, two]);
    expect(effects.flat().sort()).toEqual(['DecisionEffectLapsed', 'ReformItemSuperseded']);
    const relations = relationsOf(await before.readStream(relationsStream(programme)));
    expect(relations.declared).toHaveLength(1);
    expect(Object.values(relations.decisions).sort()).toEqual(['declared', 'lapsed']);
  });

  it('is refused where the successor follows from the item already', async () => {
    const [one, two] = (await fixture.itemsUnderReview('LOOP-1', 'LOOP-2')) as [string, string];
    await executeDecision(fixture.context(), decisionOn([one], { kind: 'supersede', by: [two] }));
    const back = executeDecision(fixture.context(), {
      ...decisionOn([two], { kind: 'supersede', by: [one] }),
      asRecorded: true,
    });
    await expect(back).rejects.toMatchObject({ code: expect.stringMatching(/RELATION_CYCLE|ITEM_ENDED/) });
  });
});

describe('a crash', () => {
  it.each([1, 2, 4, 7])(
    'before effect %i of 7 leaves the rest pending, and a worker finishes them within ten seconds',
    async (n) => {
      const items = await fixture.itemsUnderReview(...references(7));
      const dying = diesAtEffect(fixture.backend.store, n);
      const done = await executeDecision(fixture.context({ store: dying }), decisionOn(items, adopt));
      expect(done.pending.length).toBeGreaterThan(0);
      await startWorker();
      await until(
        'every effect',
        async () => (await fixture.effectsOn(items)).every(({ length }) => length === 1),
        10_000,
      );
      expect(await fixture.effectsOn(items)).toEqual(items.map(() => ['ReformItemAdopted']));
    },
    30_000,
  );

  it('right after the decision: a retry under the same id finishes it and answers with the decision', async () => {
    const items = await fixture.itemsUnderReview(...references(4));
    const context = fixture.context({ store: diesAtEffect(fixture.backend.store, 1) });
    const first = await executeDecision(context, decisionOn(items, adopt));
    const { store } = fixture.backend;
    const again = await executeDecision({ ...context, store }, decisionOn(items, adopt));
    expect(again).toMatchObject({ duplicate: true, pending: [], decision: first.decision });
    expect(await fixture.effectsOn(items)).toEqual(items.map(() => ['ReformItemAdopted']));
  });

  it('is finished by many nodes and workers at once with one effect on each item', async () => {
    const items = await fixture.itemsUnderReview(...references(6));
    const dying = diesAtEffect(fixture.backend.store, 3);
    await executeDecision(fixture.context({ store: dying }), decisionOn(items, adopt));
    const recorded = await decisionRecorded();
    const other = await fixture.node();
    await Promise.all([startWorker(), startWorker(other)]);
    await Promise.all(
      [fixture.backend, other, fixture.backend, other].map((node) => finishDecision(node, recorded)),
    );
    expect(await fixture.effectsOn(items)).toEqual(items.map(() => ['ReformItemAdopted']));
  });

  it('of the node whose worker holds the lease: another node goes on', async () => {
    const [one, two] = await Promise.all([fixture.node(), fixture.node()]);
    const first = await startWorker(one);
    const items = await fixture.itemsUnderReview(...references(2));
    await executeDecision(
      fixture.context({ store: diesAtEffect(fixture.backend.store, 1) }),
      decisionOn([items[0]!], adopt),
    );
    await until('the first effect', async () => (await fixture.effectsOn([items[0]!]))[0]!.length === 1);
    await startWorker(two);
    await one.pool.query(
      `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()`,
    );
    await executeDecision(
      fixture.context({ store: diesAtEffect(fixture.backend.store, 1) }),
      decisionOn([items[1]!], adopt),
    );
    await until('the second effect', async () => (await fixture.effectsOn([items[1]!]))[0]!.length === 1);
    await first.stop();
  }, 60_000);

  it('between taking a reference and saying so on the item is finished by a worker, once', async () => {
    const [item] = await fixture.itemsUnderReview('RENAMED');
    const store = dyingStore(fixture.backend.store, (stream) => stream === itemStream(item!));
    const context = fixture.context({ store });
    const input = {
      programme,
      reference: 'RENAMED',
      newReference: 'RENAMED-B',
      as: 'reference' as const,
      decidedOn,
    };
    await expect(executeReference(context, input)).rejects.toThrow('the process was killed');
    await startWorker();
    await until('the reference', async () => (await fixture.effectsOn([item!]))[0]!.length === 1, 10_000);
    expect(await fixture.effectsOn([item!])).toEqual([['ReformItemRenumbered']]);
    expect(await resolveItem(fixture.context(), { programme, reference: 'RENAMED-B' })).toBe(item);
    const again = await executeReference({ ...context, store: fixture.backend.store }, input);
    expect(again.duplicate).toBe(true);
    expect(await fixture.effectsOn([item!])).toEqual([['ReformItemRenumbered']]);
  });
});
