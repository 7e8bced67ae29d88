import { describe, expect, it } from '@jest/globals';
import type { DecidedItem, DecisionRecorded } from './decision.js';
import { declareRelations, itemsRelated, relationsAdded, relationsAfter } from './decision-relations.js';
import type { Dated } from './event.js';
import { timelineOf } from './item/timeline.js';
import type { Outcome } from './outcome.js';
import type { StandingRelation } from './relation-cycles.js';
import { type Decide, happened, record, wayTo } from './testing/item-histories.js';

const [a, b, c] = ['sample/a', 'sample/b', 'sample/c'];
const reason = { en: 'Why' };
const about = (item: string, outcome: Outcome): DecidedItem => ({ item, outcome, reason });

function decided(...items: readonly DecidedItem[]): Dated<DecisionRecorded> {
  const data = { id: 'd-9', programme: 'SAMPLE', items, mode: 'session', method: 'consensus' } as const;
  return { type: 'DecisionRecorded', data, decidedOn: '2019-01-01', effective: '2019-01-01' };
}

const mergedInto = (into: string, day = '2018-01-01', decision = 'd-1'): Decide =>
  happened({ type: 'ReformItemMerged', data: { into: [into], decision } }, day);
const annulled = (annuls: string, decision: string): Decide =>
  happened({ type: 'ReformItemDecisionAnnulled', data: { annuls, decision } }, '2018-06-01');
const reopened = (day: string, decision: string): Decide =>
  happened({ type: 'ReformItemReopened', data: { to: 'Proposed', decision } }, day);

const declare = (
  decision: Dated<DecisionRecorded>,
  ways: { readonly [item: string]: readonly Decide[] },
  standing: readonly StandingRelation[] = [],
) =>
  declareRelations(
    decision,
    new Map(Object.entries(ways).map(([item, way]) => [item, timelineOf(record(way))])),
    standing,
  );

const lapsed = { type: 'RelationsLapsed', data: { decision: 'd-9', code: 'RELATION_CYCLE' } };

describe('the relations of a decision', () => {
  it('are those of the items it makes others of, all in one event', () => {
    const decision = decided(
      about(a, { kind: 'merge', into: b }),
      about(b, { kind: 'discuss' }),
      about(c, { kind: 'split', into: [a, b] }),
    );
    expect(relationsAdded(decision.data.items)).toEqual([
      { kind: 'mergedInto', from: a, to: b },
      { kind: 'splitInto', from: c, to: a },
      { kind: 'splitInto', from: c, to: b },
    ]);
    expect(declare(decision, { [a]: wayTo.Proposed, [c]: wayTo.Proposed })).toEqual({
      type: 'RelationsDeclared',
      data: { decision: 'd-9', added: relationsAdded(decision.data.items), released: [] },
    });
  });

  it('carry the mark of an illustrative programme', () => {
    const decision = decided(about(a, { kind: 'merge', into: b }));
    const marked = { ...decision, data: { ...decision.data, illustrative: true } };
    expect(declare(marked, { [a]: wayTo.Proposed })).toMatchObject({ data: { illustrative: true } });
  });

  it('lapse as a whole where they would close a cycle', () => {
    const decision = decided(about(a, { kind: 'merge', into: b }), about(c, { kind: 'merge', into: b }));
    const ways = { [a]: wayTo.Proposed, [c]: wayTo.Proposed };
    const back: StandingRelation = { kind: 'reissuedAs', from: b, to: a, since: '2018-01-01' };
    expect(declare(decision, ways, [back])).toEqual(lapsed);
    expect(declare(decision, ways, [{ ...back, until: '2019-01-01' }])?.type).toBe('RelationsDeclared');
  });

  it('of an item it reopens end there, so that what follows in the same decision may lead to it', () => {
    const decision = decided(about(b, { kind: 'reopen' }), about(a, { kind: 'merge', into: b }));
    const ways = { [a]: wayTo.Proposed, [b]: [...wayTo.Proposed, mergedInto(a)] };
    expect(declare(decision, ways)).toMatchObject({
      type: 'RelationsDeclared',
      data: { added: [{ kind: 'mergedInto', from: a, to: b }], released: [b] },
    });
    expect(declare(decided(about(b, { kind: 'reopen' })), ways)).toBeUndefined();
  });

  it('are cut short by what the item was reopened by already', () => {
    const late = decided(about(a, { kind: 'merge', into: b }));
    const before = { ...late, decidedOn: '2017-06-01', effective: '2017-06-01' };
    const way = [...wayTo.Rejected, reopened('2018-01-01', 'd-2')];
    const history = new Map([[a, timelineOf(record(way))]]);
    expect(relationsAfter(before.data, before.effective, history)).toEqual([
      { kind: 'mergedInto', from: a, to: b, since: '2017-06-01', until: '2018-01-01' },
    ]);
  });

  it('that were undone stand again where the undoing is undone, unless that would close a cycle', () => {
    const way = [...wayTo.Proposed, mergedInto(b), annulled('d-1', 'd-2')];
    const redo = decided(about(a, { kind: 'annul', decision: 'd-2' }));
    const again = { decision: 'd-9', added: [{ kind: 'mergedInto', from: a, to: b }], released: [] };
    expect(declare(redo, { [a]: way })).toEqual({ type: 'RelationsDeclared', data: again });
    const back: StandingRelation = { kind: 'mergedInto', from: b, to: a, since: '2018-07-01' };
    expect(declare(redo, { [a]: way }, [back])).toEqual(lapsed);
  });

  it('that a reopening ended go on where it is revoked', () => {
    const way = [...wayTo.Proposed, mergedInto(b), reopened('2018-03-01', 'd-2')];
    const revoke = decided(about(a, { kind: 'revoke', decision: 'd-2' }));
    expect(declare(revoke, { [a]: way })?.type).toBe('RelationsDeclared');
    const back: StandingRelation = { kind: 'mergedInto', from: b, to: a, since: '2018-07-01' };
    expect(declare(revoke, { [a]: way }, [back])).toEqual(lapsed);
    expect(declare(revoke, { [a]: way }, [{ ...back, until: '2019-01-01' }])?.type).toBe('RelationsDeclared');
  });

  it('are none where it only ends some: there is nothing to say beside what the items say', () => {
    const way = [...wayTo.Proposed, mergedInto(b)];
    for (const kind of ['annul', 'revoke'] as const)
      expect(declare(decided(about(a, { kind, decision: 'd-1' })), { [a]: way })).toBeUndefined();
    expect(
      itemsRelated([about(a, { kind: 'discuss' }), about(b, { kind: 'close', as: 'ClosedPartial' })]),
    ).toEqual([]);
  });
});
