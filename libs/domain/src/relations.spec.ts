import { describe, expect, it } from '@jest/globals';
import type { Dated } from './event.js';
import type { StandingRelation } from './relation-cycles.js';
import {
  relationKinds,
  relationReadings,
  relationReads,
  saidKinds,
  successionKinds,
} from './relation-kinds.js';
import {
  type RelationEvent,
  type RelationInput,
  type Relations,
  evolveRelations,
  noRelations,
  relateItems,
  relationsStream,
  unrelateItems,
} from './relations.js';
import { refusalOf, specification } from './testing/given.js';

const recordedAt = '2026-03-01T00:00:00.000000Z';
const given = specification((events: readonly Dated<RelationEvent>[]) => folded(events));

function folded(events: readonly Dated<RelationEvent>[]): Relations {
  return events.reduce(
    (relations, event) => evolveRelations(relations, event, { effective: event.effective, recordedAt }),
    noRelations,
  );
}

const register: { readonly [item: string]: boolean } = { a: true, b: true, c: true, removed: false };
const around = (relations: Relations, standing: readonly StandingRelation[] = relations.said) => ({
  relations,
  onRegister: (item: string) => register[item],
  standing,
  today: '2026-03-01',
});
const input = (from: string, kind: RelationInput['kind'], to: string, more: Partial<RelationInput> = {}) => ({
  decidedOn: { edtf: '2018-01-01' },
  from,
  kind,
  to,
  ...more,
});
const relate =
  (...args: Parameters<typeof input>) =>
  (relations: Relations) =>
    relateItems(input(...args), around(relations));
const unrelate =
  (...args: Parameters<typeof input>) =>
  (relations: Relations) =>
    unrelateItems(input(...args), around(relations));

/** Related and unrelated one after the other, each as accepted. */
function history(...steps: readonly ((relations: Relations) => Dated<RelationEvent>)[]) {
  return steps.reduce<Dated<RelationEvent>[]>((events, step) => [...events, step(folded(events))], []);
}

const reason = { en: 'Said by mistake' };

describe('saying how one item stands to another', () => {
  it('is one event with the days it is from, and what is irregular about it', () => {
    given([])
      .when(relate('a', 'dependsOn', 'b', { reason: { en: 'The law comes first' }, flags: ['LATE'] }))
      .then({
        type: 'ItemsRelated',
        data: {
          kind: 'dependsOn',
          from: 'a',
          to: 'b',
          reason: { en: 'The law comes first' },
          irregularities: ['LATE'],
          dates: { effective: { basis: 'inferred' } },
        },
        decidedOn: '2018-01-01',
        effective: '2018-01-01',
      });
    given([])
      .when(relate('a', 'dependsOn', 'b', { decidedOn: { edtf: null } }))
      .thenLike({ data: { irregularities: ['UNKNOWN_DATE'] }, effective: null });
  });

  it('is refused for what comes of decisions alone', () => {
    for (const kind of relationKinds.filter((one) => !saidKinds.includes(one)))
      given([])
        .when(relate('a', kind, 'b'))
        .thenRefused('INVALID_INPUT', 'kind');
    for (const kind of saidKinds)
      given([])
        .when(relate('a', kind, 'b'))
        .thenLike({ type: 'ItemsRelated', data: { kind } });
  });

  it('takes two items there are, on the register unless recorded as it was', () => {
    given([])
      .when(relate('a', 'dependsOn', 'a'))
      .thenRefused('INVALID_INPUT', 'to');
    given([])
      .when(relate('ghost', 'dependsOn', 'a'))
      .thenRefused('NOT_FOUND', 'reference');
    given([])
      .when(relate('a', 'dependsOn', 'ghost'))
      .thenRefused('NOT_FOUND', 'to');
    given([])
      .when(relate('removed', 'dependsOn', 'a'))
      .thenRefused('ITEM_REMOVED', 'reference');
    given([])
      .when(relate('a', 'dependsOn', 'removed'))
      .thenRefused('ITEM_REMOVED', 'to');
    given([])
      .when(relate('a', 'dependsOn', 'removed', { asRecorded: true }))
      .thenLike({ data: { asRecorded: true } });
  });

  it('is refused where it is said already; a duplicate, from either side', () => {
    const said = history(relate('a', 'dependsOn', 'b'), relate('a', 'duplicateOf', 'c'));
    given(said)
      .when(relate('a', 'dependsOn', 'b'))
      .thenRefused('ALREADY_EXISTS', 'to');
    given(said)
      .when(relate('a', 'duplicateOf', 'c'))
      .thenRefused('ALREADY_EXISTS', 'to');
    given(said)
      .when(relate('c', 'duplicateOf', 'a'))
      .thenRefused('ALREADY_EXISTS', 'to');
    given(said)
      .when(relate('a', 'reissuedAs', 'b'))
      .thenLike({ type: 'ItemsRelated' });
  });

  it('closes no cycle, recorded as it was or not, and says which it would close', () => {
    const said = history(relate('a', 'dependsOn', 'b'), relate('b', 'dependsOn', 'c'));
    for (const asRecorded of [false, true])
      given(said)
        .when(relate('c', 'dependsOn', 'a', { asRecorded }))
        .thenRefused('RELATION_CYCLE', 'to');
    const refusal = refusalOf(() => relate('c', 'dependsOn', 'a')(folded(said)));
    expect(refusal.message).toMatch(/^[abc] would follow from itself: [abc] → [abc] → [abc] → [abc]$/);
    expect(refusal.fields[0]!.message).toContain('2018-01-01');
    given(said)
      .when(relate('c', 'duplicateOf', 'a'))
      .thenLike({ type: 'ItemsRelated' });
  });

  it('closes none with what decisions made of the items either', () => {
    const merged: StandingRelation = { kind: 'mergedInto', from: 'b', to: 'a', since: '2017-01-01' };
    const attempt = (kind: RelationInput['kind']) => () =>
      relateItems(input('a', kind, 'b'), around(noRelations, [merged]));
    expect(refusalOf(attempt('reissuedAs')).code).toBe('RELATION_CYCLE');
    expect(attempt('dependsOn')().type).toBe('ItemsRelated');
  });
});

describe('taking back how one item stood to another', () => {
  const said = history(relate('a', 'dependsOn', 'b'));

  it('ends the relation on its day, after which it can be said anew', () => {
    const end = unrelate('a', 'dependsOn', 'b', { decidedOn: { edtf: '2019-05' }, reason });
    const ended = history(relate('a', 'dependsOn', 'b'), end);
    expect(folded(ended).said).toEqual([
      { kind: 'dependsOn', from: 'a', to: 'b', since: '2018-01-01', until: '2019-05-01' },
    ]);
    const again = (edtf: string) => relate('a', 'dependsOn', 'b', { decidedOn: { edtf } });
    given(ended).when(again('2019-04-30')).thenRefused('ALREADY_EXISTS', 'to');
    given(ended).when(again('2019-05-01')).thenLike({ type: 'ItemsRelated' });
    const back = relate('b', 'dependsOn', 'a', { decidedOn: { edtf: '2019-05-01' } });
    given(ended).when(back).thenLike({ type: 'ItemsRelated' });
  });

  it('says why, names what stands, and no day before it began', () => {
    given(said)
      .when(unrelate('a', 'dependsOn', 'b'))
      .thenRefused('REASON_REQUIRED', 'reason');
    given(said)
      .when(unrelate('a', 'dependsOn', 'b', { asRecorded: true }))
      .thenLike({ type: 'ItemsUnrelated' });
    given(said)
      .when(unrelate('b', 'dependsOn', 'a', { reason }))
      .thenRefused('NOT_FOUND', 'to');
    given(said)
      .when(unrelate('a', 'duplicateOf', 'b', { reason }))
      .thenRefused('NOT_FOUND', 'to');
    const before = { decidedOn: { edtf: '2017-12-31' }, reason };
    given(said)
      .when(unrelate('a', 'dependsOn', 'b', before))
      .thenRefused('INVALID_DATE', 'effective');
    const twice = history(relate('a', 'dependsOn', 'b'), unrelate('a', 'dependsOn', 'b', { reason }));
    given(twice)
      .when(unrelate('a', 'dependsOn', 'b', { reason }))
      .thenRefused('NOT_FOUND', 'to');
  });

  it('from its first day on says that it never stood', () => {
    const never = history(relate('a', 'dependsOn', 'b'), unrelate('a', 'dependsOn', 'b', { reason }));
    given(never)
      .when(relate('b', 'dependsOn', 'a'))
      .thenLike({ type: 'ItemsRelated' });
  });

  it('of an unknown day holds from the day it is recorded', () => {
    const end = unrelate('a', 'dependsOn', 'b', { decidedOn: { edtf: null }, reason });
    expect(folded(history(relate('a', 'dependsOn', 'b'), end)).said[0]!.until).toBe('2026-03-01');
  });
});

describe('what decisions declared', () => {
  it('is kept with the decision and its date; what lapsed is known as such', () => {
    const declared: Dated<RelationEvent> = {
      type: 'RelationsDeclared',
      data: { decision: 'd1', added: [{ kind: 'mergedInto', from: 'a', to: 'b' }], released: [] },
      decidedOn: '2017-01-01',
      effective: '2017-02-01',
    };
    const lapsed: Dated<RelationEvent> = {
      type: 'RelationsLapsed',
      data: { decision: 'd2', code: 'RELATION_CYCLE' },
      decidedOn: null,
      effective: null,
    };
    expect(folded([declared, lapsed])).toEqual({
      declared: [{ kind: 'mergedInto', from: 'a', to: 'b', decision: 'd1', effective: '2017-02-01' }],
      decisions: { d1: 'declared', d2: 'lapsed' },
      said: [],
    });
  });

  it('keeps to a stream of its programme', () => {
    expect(relationsStream('Sample 1')).toBe('relations-sample-1');
  });
});

describe('a kind of relation', () => {
  it('has a word of its own from either end', () => {
    expect(new Set(relationReadings).size).toBe(2 * relationKinds.length);
    for (const kind of relationKinds) expect(relationReads(kind, 'from')).toBe(kind);
  });

  it('is followed through where a later item follows from an earlier one', () => {
    expect([...successionKinds].sort()).toEqual([
      'consolidatedInto',
      'mergedInto',
      'partlySupersededBy',
      'reissuedAs',
      'splitInto',
      'supersededBy',
    ]);
  });
});
