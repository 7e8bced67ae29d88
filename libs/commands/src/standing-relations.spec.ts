import { describe, expect, it } from '@jest/globals';
import {
  type Dated,
  type DatedItemEvent,
  type DecidedItem,
  type DecisionRecorded,
  type Entry,
  type Outcome,
  type Relation,
  type RelationEvent,
  type StandingRelation,
  type Step,
  Refusal,
  decide,
  declareRelations,
  effectOn,
  evolveBody,
  evolveRelations,
  findCycle,
  itemsRelated,
  noBody,
  noRelations,
  registerItem,
  relateItems,
  relationsAdded,
  relationsAfter,
  saidKinds,
  standingSuccessions,
  standsOn,
  stateOf,
  successionKinds,
  timelineOf,
  unrelateItems,
  wayBack,
} from '@masar/domain';
import fc from 'fast-check';
import { standingRelations } from './standing-relations.js';

const items = ['p/a', 'p/b', 'p/c', 'p/d'] as const;
const recordedAt = '2026-03-01T00:00:00.000000Z';
const board = evolveBody(noBody, {
  position: 1,
  event: {
    type: 'BodyEstablished',
    data: {
      programme: 'p',
      reference: 'BOARD',
      name: { en: 'The board' },
      kind: 'committee',
      competence: 'approves',
    },
  },
  effective: '2010-01-01',
  recordedAt,
});

/** A programme in memory: items with their histories, and the relations between them. */
class World {
  relations = noRelations;
  private readonly entries = new Map<string, Entry[]>();
  private position = 0;
  /** Decisions recorded, by id, and whether their effects are all there. */
  readonly decisions: Dated<DecisionRecorded>[] = [];
  readonly unfinished: Dated<DecisionRecorded>[] = [];
  refused = 0;
  lapsed = 0;

  constructor() {
    for (const item of items) {
      const input = { programme: 'p', reference: item.slice(2), title: { en: 'T' } };
      this.append(item, registerItem([], { ...input, decidedOn: { edtf: '2016-01-01' } }));
    }
  }

  historyOf(item: string): readonly Step[] {
    return timelineOf(this.entries.get(item) ?? []);
  }

  private append(item: string, { decidedOn, effective, ...event }: DatedItemEvent): void {
    this.position += 1;
    const { position } = this;
    const entry: Entry = { position, id: `e-${position}`, event, decidedOn, effective, recordedAt };
    this.entries.set(item, [...(this.entries.get(item) ?? []), entry]);
  }

  private record(event: Dated<RelationEvent>): void {
    this.relations = evolveRelations(this.relations, event, { effective: event.effective, recordedAt });
  }

  /** What stands, straight from all histories, and what was declared and has no effect yet. */
  everything(without: ReadonlySet<string> = new Set()): StandingRelation[] {
    const pending = this.relations.declared
      .filter(({ from, decision }) => !Object.hasOwn(stateOf(this.historyOf(from)).decisions, decision))
      .map(({ kind, from, to, effective }) => ({ kind, from, to, since: effective ?? '9999-12-31' }));
    const effected = items
      .filter((item) => !without.has(item))
      .flatMap((item) => standingSuccessions(item, this.historyOf(item)));
    return [...effected, ...this.relations.said, ...pending];
  }

  private standing(added: readonly Relation[], acting: ReadonlySet<string>): Promise<StandingRelation[]> {
    return standingRelations(this.relations, added, acting, async (item) => this.historyOf(item));
  }

  async decide(decided: readonly DecidedItem[], edtf: string, asRecorded: boolean): Promise<void> {
    const id = `d-${this.decisions.length}`;
    const acting = new Set(itemsRelated(decided).map(({ item }) => item));
    const loaded = new Map(items.map((item) => [item, { history: this.historyOf(item), revision: 0 }]));
    const undone = new Map(this.decisions.map(({ data }) => [data.id, data]));
    const input = { id, programme: 'p', items: decided, decidedOn: { edtf }, asRecorded };
    try {
      const relations = await this.standing(relationsAdded(decided), acting);
      const recorded = decide({ ...input, body: 'BOARD' }, { items: loaded, relations, body: board, undone });
      this.decisions.push(recorded);
      this.unfinished.push(recorded);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.code !== 'RELATION_CYCLE') return;
      this.refused += 1;
      const histories = new Map(items.map((item) => [item, this.historyOf(item)]));
      const after = relationsAfter({ id, items: decided, body: 'BOARD' }, edtf, histories);
      expect(findCycle(this.everything(acting), after)).toBeDefined();
    }
  }

  /** The relations of a recorded decision, then its effects; in between others may have been recorded. */
  async finish(decision: Dated<DecisionRecorded>): Promise<void> {
    this.unfinished.splice(this.unfinished.indexOf(decision), 1);
    const acting = new Set(itemsRelated(decision.data.items).map(({ item }) => item));
    const histories = new Map([...acting].map((item) => [item, this.historyOf(item)]));
    const standing = await this.standing(relationsAdded(decision.data.items), acting);
    const event = declareRelations(decision, histories, standing);
    if (event) {
      const after = relationsAfter(decision.data, decision.effective, histories);
      const cycle = findCycle(this.everything(acting), after);
      expect(event.type).toBe(cycle ? 'RelationsLapsed' : 'RelationsDeclared');
      if (cycle) this.lapsed += 1;
      this.record({ ...event, decidedOn: decision.decidedOn, effective: decision.effective });
    }
    const relation = this.relations.decisions[decision.data.id];
    for (const decided of decision.data.items) {
      const effect = effectOn(decision, decided, this.historyOf(decided.item), relation);
      if (effect) this.append(decided.item, effect);
    }
  }

  async say(relation: Relation, edtf: string, leave: boolean): Promise<void> {
    const input = { ...relation, decidedOn: { edtf }, reason: { en: 'Why' } };
    const around = { relations: this.relations, onRegister: () => true, today: '2026-03-01' };
    const cycleWith = { ...relation, since: edtf };
    try {
      const standing = await this.standing([relation], new Set());
      this.record(leave ? unrelateItems(input, around) : relateItems(input, { ...around, standing }));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.code !== 'RELATION_CYCLE') return;
      this.refused += 1;
      expect(findCycle(this.everything(), [cycleWith])).toBeDefined();
    }
  }
}

/** Whether items follow from themselves on some day, the slow way. */
function cycleOnSomeDay(relations: readonly StandingRelation[]): boolean {
  const successions = relations.filter(({ kind }) => successionKinds.includes(kind));
  return [...new Set(successions.map(({ since }) => since))].some((day) => {
    const then = successions.filter((one) => standsOn(one, day));
    return wayBack(then, then) !== undefined;
  });
}

const item = fc.constantFrom(...items);
const day = fc.integer({ min: 1, max: 9 }).map((n) => `201${n}-01-01`);
const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  { weight: 4, arbitrary: item.map((into): Outcome => ({ kind: 'merge', into })) },
  { weight: 3, arbitrary: item.map((by): Outcome => ({ kind: 'supersede', by: [by] })) },
  {
    weight: 1,
    arbitrary: fc.tuple(item, item).map(([one, other]): Outcome => ({ kind: 'split', into: [one, other] })),
  },
  { weight: 2, arbitrary: fc.constant<Outcome>({ kind: 'reopen' }) },
);

/** Something somebody tries, or a worker does. `which` of those there are is taken modulo their number. */
type Attempt =
  | {
      readonly do: 'decide';
      readonly items: readonly DecidedItem[];
      readonly on: string;
      readonly asRecorded: boolean;
    }
  | {
      readonly do: 'undo';
      readonly kind: 'revoke' | 'annul';
      readonly which: number;
      readonly item: string;
      readonly on: string;
    }
  | { readonly do: 'finish'; readonly which: number }
  | { readonly do: 'relate' | 'unrelate'; readonly relation: Relation; readonly on: string };

const reason = { en: 'Why' };
const attempt: fc.Arbitrary<Attempt> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('decide' as const),
      items: fc.uniqueArray(fc.record({ item, outcome, reason: fc.constant(reason) }), {
        selector: (one) => one.item,
        minLength: 1,
        maxLength: 3,
      }),
      on: day,
      asRecorded: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('undo' as const),
      kind: fc.constantFrom('revoke' as const, 'annul' as const),
      which: fc.nat(20),
      item,
      on: day,
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('finish' as const), which: fc.nat(20) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('relate' as const, 'relate' as const, 'unrelate' as const),
      relation: fc.record({ kind: fc.constantFrom(...saidKinds), from: item, to: item }),
      on: day,
    }),
  },
);

async function carryOut(world: World, one: Attempt): Promise<void> {
  const { decisions, unfinished } = world;
  switch (one.do) {
    case 'decide':
      return world.decide(one.items, one.on, one.asRecorded);
    case 'undo': {
      if (decisions.length === 0) return;
      const decision = decisions[one.which % decisions.length]!.data.id;
      return world.decide([{ item: one.item, outcome: { kind: one.kind, decision }, reason }], one.on, false);
    }
    case 'finish':
      if (unfinished.length > 0) await world.finish(unfinished[one.which % unfinished.length]!);
      return;
    case 'relate':
    case 'unrelate':
      return world.say(one.relation, one.on, one.do === 'unrelate');
  }
}

describe('what stands between items', () => {
  it('never runs in a circle on any day, whatever is decided, undone and said, and however late effects come', async () => {
    let refused = 0;
    let lapsed = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(attempt, { minLength: 5, maxLength: 25 }), async (attempts) => {
        const world = new World();
        for (const one of attempts) {
          await carryOut(world, one);
          expect(cycleOnSomeDay(world.everything())).toBe(false);
        }
        while (world.unfinished.length > 0) await world.finish(world.unfinished[0]!);
        expect(cycleOnSomeDay(world.everything())).toBe(false);
        ({ refused, lapsed } = { refused: refused + world.refused, lapsed: lapsed + world.lapsed });
      }),
      { numRuns: 400 },
    );
    // What never happens proves nothing.
    expect(refused).toBeGreaterThan(10);
    expect(lapsed).toBeGreaterThan(0);
  }, 120_000);

  it('is read from no history where nothing that was ever declared leads back', async () => {
    const declared = [
      { kind: 'mergedInto', from: 'p/a', to: 'p/b', decision: 'd', effective: null },
    ] as const;
    const relations = { ...noRelations, declared };
    const read: string[] = [];
    const historyOf = async (one: string) => {
      read.push(one);
      return [];
    };
    const added = (from: string, to: string): Relation[] => [{ kind: 'mergedInto', from, to }];
    expect(await standingRelations(relations, added('p/b', 'p/c'), new Set(['p/b']), historyOf)).toEqual([]);
    expect(read).toEqual([]);
    expect(await standingRelations(relations, added('p/b', 'p/a'), new Set(['p/b']), historyOf)).toEqual([
      { kind: 'mergedInto', from: 'p/a', to: 'p/b', since: '9999-12-31' },
    ]);
    expect(read).toEqual(['p/a']);
  });
});
