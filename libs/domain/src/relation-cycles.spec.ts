import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Relation, type StandingRelation, findCycle, standsOn, wayBack } from './relation-cycles.js';
import { type RelationKind, familyOf, relationKinds } from './relation-kinds.js';

const became = (from: string, ...to: string[]): StandingRelation[] =>
  to.map((item) => ({ kind: 'supersededBy', from, to: item, since: '2017-01-01' }));
const between = (from: string, to: string, since: string, until?: string): StandingRelation => ({
  kind: 'mergedInto',
  from,
  to,
  since,
  until,
});

describe('a cycle', () => {
  it('is found near or far, and given as the way from the item back to it', () => {
    expect(findCycle([], became('x', 'x'))).toEqual({ path: ['x', 'x'], day: '2017-01-01' });
    const found = findCycle([...became('a', 'b'), ...became('b', 'c')], became('c', 'a'))!;
    expect(found.path).toHaveLength(4);
    expect(found.path.at(-1)).toBe(found.path[0]);
    expect(new Set(found.path)).toEqual(new Set(['a', 'b', 'c']));
  });

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

  it('is none where no day sees all of it', () => {
    const once = between('a', 'b', '2017-01-01', '2018-01-01');
    expect(findCycle([once], [between('b', 'a', '2018-01-01')])).toBeUndefined();
    expect(findCycle([once], [between('b', 'a', '2017-12-31')])?.day).toBe('2017-12-31');
    expect(findCycle([once], [between('b', 'a', '2016-01-01', '2017-01-01')])).toBeUndefined();
    expect(findCycle([once], [between('b', 'a', '2016-01-01')])?.day).toBe('2017-01-01');
  });

  it('is looked for among relations of one family, whatever their kinds', () => {
    const of = (kind: RelationKind, from: string, to: string): StandingRelation => ({
      kind,
      from,
      to,
      since: '2017-01-01',
    });
    const successions: readonly RelationKind[] = ['splitInto', 'reissuedAs', 'consolidatedInto'];
    for (const kind of successions) expect(findCycle(became('a', 'b'), [of(kind, 'b', 'a')])).toBeDefined();
    expect(findCycle(became('a', 'b'), [of('dependsOn', 'b', 'a')])).toBeUndefined();
    expect(findCycle([of('dependsOn', 'a', 'b')], [of('dependsOn', 'b', 'a')])).toBeDefined();
    expect(findCycle([of('duplicateOf', 'a', 'b')], [of('duplicateOf', 'b', 'a')])).toBeUndefined();
  });

  it('is found exactly where some day sees one, of whatever is related in whatever order', () => {
    const item = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const day = fc.integer({ min: 1, max: 6 }).map((n) => `2017-01-0${n}`);
    const relation = fc.record({
      kind: fc.constantFrom(...relationKinds),
      from: item,
      to: item,
      since: day,
      until: fc.option(day, { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(fc.array(relation, { maxLength: 3 }), { maxLength: 12 }), (steps) => {
        const standing: StandingRelation[] = [];
        for (const added of steps) {
          const cycle = findCycle(standing, added);
          expect(cycle !== undefined).toBe(hasCycle([...standing, ...added]));
          if (!cycle) standing.push(...added);
          else {
            const then = [...standing, ...added].filter((one) => standsOn(one, cycle.day));
            cycle.path.slice(1).forEach((to, index) => {
              expect(then.some((one) => one.from === cycle.path[index] && one.to === to)).toBe(true);
            });
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('is not found from where nothing leads to it', () => {
    expect(wayBack(became('a', 'a'), became('x', 'y'))).toBeUndefined();
  });
});

/** The slow way: on each day, what each item leads to, until nothing is added. */
function hasCycle(relations: readonly StandingRelation[]): boolean {
  return relations.some(({ since, kind }) => {
    const then = relations.filter(
      (one) => standsOn(one, since) && familyOf(one.kind) === familyOf(kind) && familyOf(kind) !== undefined,
    );
    return leadsBack(then);
  });
}

function leadsBack(relations: readonly Relation[]): boolean {
  const leadsTo = new Set(relations.map(({ from, to }) => `${from}${to}`));
  for (let before = -1; before !== leadsTo.size;) {
    before = leadsTo.size;
    for (const one of Array.from(leadsTo))
      for (const { from, to } of relations) if (one[1] === from) leadsTo.add(`${one[0]}${to}`);
  }
  return [...leadsTo].some((pair) => pair[0] === pair[1]);
}
