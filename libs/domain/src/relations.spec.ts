import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type Relation,
  type RelationEvent,
  declareRelations,
  evolveRelations,
  findCycle,
  noRelations,
  relationsStream,
  requireNoCycle,
} from './relations.js';
import { refusalOf, specification } from './testing/given.js';

const given = specification((events: readonly RelationEvent[]) =>
  events.reduce(evolveRelations, noRelations),
);

function became(from: string, ...to: string[]): Relation[] {
  return to.map((item) => ({ kind: 'supersededBy', from, to: item }));
}

function declared(decision: string, added: Relation[], released: string[] = []): RelationEvent {
  return { type: 'RelationsDeclared', data: { decision, added, released } };
}

describe('relations between items', () => {
  it('are declared where they close no cycle', () => {
    given([declared('d1', became('a', 'b'))])
      .when((relations) => declareRelations(relations, 'd2', became('b', 'c', 'd'), []))
      .then(declared('d2', became('b', 'c', 'd')));
  });

  it('carry the mark of an illustrative programme', () => {
    given([])
      .when((relations) => declareRelations(relations, 'd1', became('a', 'b'), [], true))
      .thenLike({ data: { illustrative: true } });
  });

  it('lapse where they would close a cycle, near or far', () => {
    const lapsed: RelationEvent = {
      type: 'RelationsLapsed',
      data: { decision: 'd9', code: 'RELATION_CYCLE' },
    };
    const history = [declared('d1', became('a', 'b')), declared('d2', became('b', 'c'))];
    for (const added of [became('b', 'a'), became('c', 'a'), became('x', 'x')]) {
      given(history)
        .when((relations) => declareRelations(relations, 'd9', added, []))
        .then(lapsed);
    }
  });

  it('lapse as a whole: what a cycle leaves out changes nothing', () => {
    const before = [declared('d1', became('a', 'b'))].reduce(evolveRelations, noRelations);
    const event = declareRelations(before, 'd2', [...became('x', 'y'), ...became('b', 'a')], []);
    const after = evolveRelations(before, event);
    expect(after.standing).toEqual(before.standing);
    expect(after.decisions).toEqual({ d1: 'declared', d2: 'lapsed' });
  });

  it('of a reopened item end, also for the check of the decision that reopens it', () => {
    const history = [declared('d1', became('a', 'b'))];
    given(history)
      .when((relations) => declareRelations(relations, 'd2', became('b', 'a'), ['a']))
      .then(declared('d2', became('b', 'a'), ['a']));
    const after = [...history, declared('d2', became('b', 'a'), ['a'])].reduce(evolveRelations, noRelations);
    expect(after.standing).toEqual(became('b', 'a'));
  });

  it('are refused before a decision is recorded, naming the item that would follow from itself', () => {
    const relations = [declared('d1', became('a', 'b'))].reduce(evolveRelations, noRelations);
    const refusal = refusalOf(() => requireNoCycle(relations, became('b', 'a'), []));
    expect(refusal.code).toBe('RELATION_CYCLE');
    expect(refusal.fields[0]!.message).toMatch(/^[ab] would follow from itself$/);
    requireNoCycle(relations, became('b', 'a'), ['a']);
  });

  it('keep to a stream of their programme', () => {
    expect(relationsStream('Sample 1')).toBe('relations-sample-1');
  });
});

describe('a cycle', () => {
  it('is found behind an item that is not part of it', () => {
    expect(findCycle([], [...became('x', 'a'), ...became('a', 'b'), ...became('b', 'a')])).toBeDefined();
    expect(findCycle(became('b', 'a'), [...became('x', 'a'), ...became('a', 'b')])).toBeDefined();
  });

  it('is not seen where two ways lead to one item', () => {
    const diamond = [...became('a', 'b', 'c'), ...became('b', 'd'), ...became('c', 'd')];
    expect(findCycle([], diamond)).toBeUndefined();
  });

  it('is looked for along chains of any length', () => {
    const chain = Array.from({ length: 20_000 }, (_, n) => became(`i${n}`, `i${n + 1}`)).flat();
    expect(findCycle([], chain)).toBeUndefined();
    expect(findCycle(chain, became('i20000', 'i0'))).toBeDefined();
  });

  it('never stands, whatever is declared in whatever order', () => {
    const item = fc.constantFrom<string>('a', 'b', 'c', 'd', 'e', 'f');
    const step = fc.record({
      added: fc.array(fc.record({ kind: fc.constant('mergedInto' as const), from: item, to: item }), {
        maxLength: 5,
      }),
      released: fc.array(item, { maxLength: 2 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        let relations = noRelations;
        steps.forEach(({ added, released }, index) => {
          const kept = relations.standing.filter(({ from }) => !released.includes(from));
          const event = declareRelations(relations, `d${index}`, added, released);
          expect(event.type).toBe(hasCycle([...kept, ...added]) ? 'RelationsLapsed' : 'RelationsDeclared');
          relations = evolveRelations(relations, event);
          expect(hasCycle(relations.standing)).toBe(false);
        });
      }),
      { numRuns: 1_000 },
    );
  });
});

/** The slow way: what each item leads to, until nothing is added. */
function hasCycle(relations: readonly Relation[]): boolean {
  const leadsTo = new Set(relations.map(({ from, to }) => `${from}${to}`));
  for (let before = -1; before !== leadsTo.size;) {
    before = leadsTo.size;
    for (const one of Array.from(leadsTo))
      for (const { from, to } of relations) if (one[1] === from) leadsTo.add(`${one[0]}${to}`);
  }
  return [...leadsTo].some((pair) => pair[0] === pair[1]);
}
