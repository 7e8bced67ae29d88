import { describe, expect, it } from '@jest/globals';
import { type Body, type BodyEvent, type Competence, evolveBody, noBody } from './body.js';
import { decide } from './decide.js';
import { type DecidedItem, decisionStream } from './decision.js';
import { effectOn } from './decision-effects.js';
import { type DecisionInput, maxItemsInDecision } from './decision-input.js';
import type { LoadedItem } from './decision-surroundings.js';
import { recordState, registerItem, remove } from './item/decisions.js';
import { type LifecycleState, endStates } from './item/lifecycle.js';
import { type Entry, stateOf, timelineOf } from './item/timeline.js';
import { type Outcome, decisionKinds } from './outcome.js';
import type { StandingRelation } from './relation-cycles.js';
import { aWorkshop } from './testing/a-workshop.js';
import { refusalOf, specification } from './testing/given.js';
import { recorded } from './testing/recorded.js';
import { type Decide, asEntry, happened, on, record, registered, wayTo } from './testing/item-histories.js';

/** A body that stood from 2015 on, for ever or until a day. */
function bodyThat(competence: Competence, dissolvedOn?: string): Body {
  const name = { en: 'Board' };
  const data = { programme: 'SAMPLE', reference: 'BOARD', name, kind: 'committee', competence } as const;
  const events = recorded<BodyEvent>([
    { type: 'BodyEstablished', data, effective: '2015' },
    ...(dissolvedOn ? [{ type: 'BodyDissolved', data: {}, effective: dissolvedOn } as const] : []),
  ]);
  return events.reduce(evolveBody, noBody);
}
const board = bodyThat('approves');
const [a, b, c] = ['sample/a', 'sample/b', 'sample/c'];

/** Given items by id, each by the decisions that made it what it is. */
const given = specification((items: { readonly [id: string]: readonly Decide[] }) => loaded(items));

function loaded(items: { readonly [id: string]: readonly Decide[] }): ReadonlyMap<string, LoadedItem> {
  return new Map(
    Object.entries(items).map(([id, way]) => [
      id,
      { history: timelineOf(record(way)), revision: way.length - 1 },
    ]),
  );
}

function input(items: readonly DecidedItem[], more: Partial<DecisionInput> = {}): DecisionInput {
  return { ...on('2017-06-01'), id: 'd-1', programme: 'SAMPLE', items, ...more };
}

const about = (item: string, outcome: Outcome, more: object = {}): DecidedItem => ({
  item,
  outcome,
  ...more,
});

function deciding(items: readonly DecidedItem[], more: Partial<DecisionInput> = {}, body?: Body) {
  return (state: ReadonlyMap<string, LoadedItem>) =>
    decide(input(items, more), { items: state, relations: [], body, workshop: aWorkshop });
}

describe('recording a decision', () => {
  it('is one event that names each item with its outcome, the circumstances and the dates', () => {
    given({ [a]: wayTo.UnderReview, [b]: wayTo.Proposed })
      .when(
        deciding(
          [about(a, { kind: 'adopt', manner: 'plain', text: undefined }), about(b, { kind: 'discuss' })],
          {
            mode: 'session',
            workshop: 'WS-1',
            session: 'S-1',
            sessionOrder: 1,
            minutes: 'M-1',
            illustrative: true,
          },
        ),
      )
      .then({
        type: 'DecisionRecorded',
        data: {
          id: 'd-1',
          programme: 'SAMPLE',
          items: [about(a, { kind: 'adopt', manner: 'plain' }), about(b, { kind: 'discuss' })],
          workshop: 'WS-1',
          session: 'S-1',
          sessionOrder: 1,
          mode: 'session',
          method: 'notKnown',
          minutes: 'M-1',
          illustrative: true,
          dates: { effective: { basis: 'inferred' } },
        },
        decidedOn: '2017-06-01',
        effective: '2017-06-01',
      });
    expect(decisionStream('d-1')).toBe('decision-d-1');
  });

  it('is refused as a whole, with the path of every item it does not fit', () => {
    const items = [
      about(a, { kind: 'adopt', manner: 'plain' }),
      about(b, { kind: 'resume' }),
      about(c, { kind: 'defer' }),
    ];
    const state = loaded({ [a]: wayTo.UnderReview, [b]: wayTo.Proposed });
    const refusal = refusalOf(() => deciding(items)(state));
    expect(refusal.code).toBe('INVALID_TRANSITION');
    expect(refusal.fields.map(({ path }) => path)).toEqual(['items.1', 'items.2']);
  });

  it('is refused where an item has another revision than its recorder saw', () => {
    const item = { ...about(a, { kind: 'discuss' }), expectedRevision: 1 };
    given({ [a]: wayTo.UnderReview })
      .when(deciding([item]))
      .thenRefused('REVISION_MISMATCH', 'items.0');
    given({ [a]: wayTo.Proposed })
      .when(deciding([item]))
      .thenLike({ data: { items: [about(a, { kind: 'discuss' })] } });
  });

  it('is refused about no item, about too many, and about one twice', () => {
    const discuss = (item: string) => about(item, { kind: 'discuss' });
    given({}).when(deciding([])).thenRefused('INVALID_INPUT', 'items');
    const many = Array.from({ length: maxItemsInDecision + 1 }, (_, n) => discuss(`sample/${n}`));
    given({}).when(deciding(many)).thenRefused('INVALID_INPUT', 'items');
    given({ [a]: wayTo.Draft })
      .when(deciding([discuss(a), discuss(a)]))
      .thenRefused('INVALID_INPUT', 'items.1.item');
  });

  it('is refused about items of another programme, whose relations no one stream would hold', () => {
    given({ 'other/a': wayTo.Draft })
      .when(deciding([about('other/a', { kind: 'discuss' })]))
      .thenRefused('INVALID_INPUT', 'items.0.item');
    given({ [a]: wayTo.Draft, 'sample2/b': wayTo.Draft })
      .when(deciding([about(a, { kind: 'merge', into: 'sample2/b' })]))
      .thenRefused('INVALID_INPUT', 'items.0.item');
  });

  it('is checked against each item on the day, and at the session, it takes effect', () => {
    const adopt = [about(a, { kind: 'adopt', manner: 'plain' })];
    const rejected = (day: string, sessionOrder?: number) => [
      ...wayTo.UnderReview,
      happened({ type: 'ReformItemRejected', data: { sessionOrder } }, day),
    ];
    given({ [a]: rejected('2018-01-01') })
      .when(deciding(adopt))
      .thenLike({ type: 'DecisionRecorded' });
    given({ [a]: rejected('2017-05-31') })
      .when(deciding(adopt))
      .thenRefused('ITEM_ENDED', 'items.0');
    const sameDay = { [a]: rejected('2017-06-01', 2) };
    given(sameDay)
      .when(deciding(adopt, { sessionOrder: 1 }))
      .thenLike({ type: 'DecisionRecorded' });
    given(sameDay)
      .when(deciding(adopt, { sessionOrder: 2 }))
      .thenRefused('ITEM_ENDED', 'items.0');
    given(sameDay)
      .when(deciding(adopt, { decidedOn: { edtf: null } }))
      .thenRefused('ITEM_ENDED', 'items.0');
  });

  it('to approve takes a body that approves and still stands', () => {
    const approve = [about(a, { kind: 'approve' })];
    const state = { [a]: wayTo.Adopted };
    given(state)
      .when(deciding(approve, { body: 'BOARD' }, board))
      .thenLike({ data: { body: 'BOARD' } });
    given(state).when(deciding(approve)).thenRefused('NOT_COMPETENT', 'items.0');
    for (const wrong of [bodyThat('endorses'), bodyThat('approves', '2017-05-31')]) {
      given(state)
        .when(deciding(approve, { body: 'BOARD' }, wrong))
        .thenRefused('NOT_COMPETENT', 'items.0');
    }
    // What it decided while it stood is regular, whenever that is written down.
    given(state)
      .when(deciding(approve, { body: 'BOARD' }, bodyThat('approves', '2017-06-02')))
      .thenLike({ data: { body: 'BOARD' } });
    given(state)
      .when(deciding(approve, { asRecorded: true }))
      .thenLike({ data: { asRecorded: true } });
  });

  it('names a body there is', () => {
    const adopt = [about(a, { kind: 'adopt', manner: 'plain' })];
    given({ [a]: wayTo.UnderReview })
      .when(deciding(adopt, { body: 'GHOST' }, noBody))
      .thenRefused('NOT_FOUND', 'body');
    given({ [a]: wayTo.UnderReview })
      .when(deciding(adopt, { body: 'A committee', asRecorded: true }, noBody))
      .thenLike({ data: { body: 'A committee' } });
  });

  it('to reopen says why', () => {
    const reason = { en: 'New facts' };
    given({ [a]: wayTo.Rejected })
      .when(deciding([about(a, { kind: 'reopen' })]))
      .thenRefused('REASON_REQUIRED', 'items.0.reason');
    given({ [a]: wayTo.Rejected })
      .when(deciding([about(a, { kind: 'reopen' }, { reason })]))
      .thenLike({ type: 'DecisionRecorded' });
    given({ [a]: wayTo.Rejected })
      .when(deciding([about(a, { kind: 'reopen', to: 'Implemented' }, { reason })]))
      .thenRefused('INVALID_INPUT', 'items.0.outcome.to');
    given({ [a]: wayTo.Rejected })
      .when(deciding([about(a, { kind: 'reopen', to: 'InImplementation' }, { reason })]))
      .thenRefused('INVALID_TRANSITION', 'items.0');
  });

  it('gives texts where it gives any, and a session a number', () => {
    const amend = (outcome: object) => [about(a, { kind: 'amend', ...outcome })];
    const state = { [a]: wayTo.Proposed };
    given(state)
      .when(deciding(amend({})))
      .thenRefused('INVALID_INPUT', 'items.0.outcome.text');
    given(state)
      .when(deciding(amend({ title: {} })))
      .thenRefused('INVALID_INPUT', 'items.0.outcome.title');
    given(state)
      .when(deciding(amend({ text: { en: ' ' } })))
      .thenRefused('INVALID_INPUT', 'items.0.outcome.text.en');
    given(state)
      .when(deciding([about(a, { kind: 'refer', to: {} })]))
      .thenRefused('INVALID_INPUT', 'items.0.outcome.to');
    given(state)
      .when(deciding([about(a, { kind: 'discuss' }, { reason: {} })]))
      .thenRefused('INVALID_INPUT', 'items.0.reason');
    given(state)
      .when(deciding([about(a, { kind: 'discuss' })], { note: {} }))
      .thenRefused('INVALID_INPUT', 'note');
    for (const sessionOrder of [-1, 1.5, Number.NaN])
      given(state)
        .when(deciding([about(a, { kind: 'discuss' })], { sessionOrder }))
        .thenRefused('INVALID_INPUT', 'sessionOrder');
  });

  it('as it was is about items there are, and nothing else is asked of them', () => {
    const items = [about(a, { kind: 'adopt', manner: 'plain' }), about(b, { kind: 'merge', into: c })];
    given({ [a]: wayTo.Rejected, [b]: wayTo.Withdrawn, [c]: wayTo.Split })
      .when(deciding(items, { asRecorded: true }))
      .thenLike({ data: { items, asRecorded: true } });
    given({ [b]: wayTo.Proposed })
      .when(deciding(items.slice(1), { asRecorded: true }))
      .thenRefused('NOT_FOUND', 'items.0');
  });
});

describe('what becomes other items', () => {
  const successors: readonly Outcome[] = [
    { kind: 'merge', into: b },
    { kind: 'split', into: [b, c] },
    { kind: 'supersede', by: [b] },
  ];

  it.each(successors)('by a $kind takes live items that are on the register', (outcome) => {
    const on2 = (way: readonly Decide[]) => given({ [a]: wayTo.Adopted, [b]: way, [c]: wayTo.Draft });
    on2(wayTo.Draft)
      .when(deciding([about(a, outcome)]))
      .thenLike({ type: 'DecisionRecorded' });
    for (const end of endStates)
      on2(wayTo[end])
        .when(deciding([about(a, outcome)]))
        .thenRefused('ITEM_ENDED', 'items.0');
    on2([registered, (history) => remove(history, on('2017-02-01'))])
      .when(deciding([about(a, outcome)]))
      .thenRefused('ITEM_REMOVED', 'items.0');
    given({ [a]: wayTo.Adopted })
      .when(deciding([about(a, outcome)]))
      .thenRefused('NOT_FOUND', 'items.0');
  });

  it('is checked against them on the day it took effect, not on the day it is recorded', () => {
    const endedSince = [registered, happened({ type: 'ReformItemRejected', data: {} }, '2018-01-01')];
    given({ [a]: wayTo.Adopted, [b]: endedSince })
      .when(deciding([about(a, { kind: 'merge', into: b })]))
      .thenLike({ type: 'DecisionRecorded' });
    const registeredSince: Decide = (history) =>
      registerItem(history, { ...on('2019-01-01'), programme: 'SAMPLE', reference: 'B', title: { en: 'B' } });
    given({ [a]: wayTo.Adopted, [b]: [registeredSince] })
      .when(deciding([about(a, { kind: 'supersede', by: [b] })]))
      .thenLike({ type: 'DecisionRecorded' });
  });

  it('is not the item itself, and for a split at least two', () => {
    const state = { [a]: wayTo.Adopted, [b]: wayTo.Draft };
    given(state)
      .when(deciding([about(a, { kind: 'merge', into: a })]))
      .thenRefused('INVALID_INPUT', 'items.0.outcome');
    given(state)
      .when(deciding([about(a, { kind: 'supersede', by: [] })]))
      .thenRefused('INVALID_INPUT', 'items.0.outcome.by');
    for (const into of [[b], [b, b]])
      given(state)
        .when(deciding([about(a, { kind: 'split', into })]))
        .thenRefused('INVALID_INPUT', 'items.0.outcome.into');
  });

  it('closes no cycle, within a decision or with what stands, recorded as it was or not', () => {
    const state = { [a]: wayTo.Adopted, [b]: wayTo.Adopted, [c]: wayTo.Adopted };
    const circle = [
      about(c, { kind: 'supersede', by: [a] }),
      about(a, { kind: 'supersede', by: [b] }),
      about(b, { kind: 'supersede', by: [a] }),
    ];
    for (const asRecorded of [false, true])
      given(state).when(deciding(circle, { asRecorded })).thenRefused('RELATION_CYCLE', 'items');
    const relations: StandingRelation[] = [{ kind: 'mergedInto', from: b, to: a, since: '2017-01-05' }];
    const merge = input([about(a, { kind: 'merge', into: b })]);
    const refusal = refusalOf(() => decide(merge, { items: loaded(state), relations }));
    expect(refusal.code).toBe('RELATION_CYCLE');
    expect(refusal.fields[0]!.message).toContain(`${a} → ${b} → ${a}`);
    const before: StandingRelation[] = [{ ...relations[0]!, until: '2017-06-01' }];
    expect(decide(merge, { items: loaded(state), relations: before }).type).toBe('DecisionRecorded');
  });
});

describe('the effect of a decision on an item', () => {
  const decisionOf = (item: DecidedItem, more: Partial<DecisionInput> = {}) => {
    const decision = { ...input([item], { ...more, asRecorded: true }) };
    const items = loaded({ [a]: wayTo.Draft, [b]: wayTo.Draft, [c]: wayTo.Draft });
    const event = decide(decision, { items, relations: [], body: board });
    return { ...event, data: { ...event.data, asRecorded: more.asRecorded } };
  };
  const effect = (
    outcome: Outcome,
    history: readonly Entry[],
    more: Partial<DecisionInput> = {},
    relation?: 'declared' | 'lapsed',
  ) => {
    const item = about(a, outcome);
    return effectOn(decisionOf(item, more), item, timelineOf(history), relation);
  };

  /** The history, its last entry being the effect of a decision. */
  const decidedBy = (decision: string, history: readonly Entry[]): Entry[] =>
    history.map((entry, index) =>
      index < history.length - 1
        ? entry
        : { ...entry, event: { ...entry.event, data: { ...entry.event.data, decision } } as Entry['event'] },
    );

  const effects: readonly [Outcome, LifecycleState, string, LifecycleState][] = [
    [{ kind: 'adopt', manner: 'inPrinciple' }, 'UnderReview', 'ReformItemAdopted', 'Adopted'],
    [{ kind: 'approve' }, 'Adopted', 'ReformItemApproved', 'Approved'],
    [{ kind: 'reject' }, 'Adopted', 'ReformItemRejected', 'Rejected'],
    [{ kind: 'defer', until: '2018' }, 'Adopted', 'ReformItemDeferred', 'Deferred'],
    [{ kind: 'resume' }, 'Deferred', 'ReformItemResumed', 'UnderReview'],
    [{ kind: 'refer', to: { en: 'A committee' } }, 'Adopted', 'ReformItemReferred', 'Referred'],
    [{ kind: 'return' }, 'Adopted', 'ReformItemReturned', 'Proposed'],
    [{ kind: 'amend', title: { en: 'B' } }, 'Adopted', 'ReformItemTextAmended', 'Adopted'],
    [{ kind: 'merge', into: b }, 'Adopted', 'ReformItemMerged', 'Merged'],
    [{ kind: 'split', into: [b, c] }, 'Adopted', 'ReformItemSplit', 'Split'],
    [{ kind: 'supersede', by: [b] }, 'Adopted', 'ReformItemSuperseded', 'Superseded'],
    [
      { kind: 'close', as: 'ClosedNotImplemented', cause: 'lapsed' },
      'Adopted',
      'ReformItemClosed',
      'ClosedNotImplemented',
    ],
    [{ kind: 'reopen' }, 'Rejected', 'ReformItemReopened', 'UnderReview'],
    [{ kind: 'assign', leads: ['UNIT-A'] }, 'Adopted', 'ReformItemAssigned', 'Adopted'],
    [{ kind: 'setHorizon', horizon: 'immediate' }, 'Adopted', 'ReformItemClassified', 'Adopted'],
    [{ kind: 'setScope', scopes: [{ scope: 'NATIONWIDE' }] }, 'Adopted', 'ReformItemClassified', 'Adopted'],
    [{ kind: 'setPriority', priority: 'high' }, 'Adopted', 'ReformItemClassified', 'Adopted'],
    [{ kind: 'setDueDate', dueDate: '2018-06' }, 'Adopted', 'ReformItemDueDateSet', 'Adopted'],
    [{ kind: 'discuss' }, 'Adopted', 'ReformItemDiscussed', 'Adopted'],
    [{ kind: 'revoke', decision: 'd-0' }, 'Adopted', 'ReformItemDecisionRevoked', 'UnderReview'],
    [{ kind: 'annul', decision: 'd-0' }, 'Adopted', 'ReformItemDecisionAnnulled', 'UnderReview'],
  ];

  it('has been thought of for every kind', () => {
    expect(effects.map(([{ kind }]) => kind).sort()).toEqual([...decisionKinds].sort());
  });

  it.each(effects)('of $kind is applied once, and names its decision', (outcome, from, type, to) => {
    const before = decidedBy('d-0', record(wayTo[from]));
    const event = effect(outcome, before, { sessionOrder: 3 }, 'declared')!;
    expect(event).toMatchObject({
      type,
      data: { decision: 'd-1', sessionOrder: 3 },
      decidedOn: '2017-06-01',
    });
    const history = [...before, asEntry(event, before.length + 1)];
    expect(stateOf(timelineOf(history))).toMatchObject({
      standing: { state: to },
      decisions: { 'd-1': 'applied' },
    });
    expect(effect(outcome, history, {}, 'declared')).toBeUndefined();
  });

  const movedOn: readonly [Outcome, LifecycleState | 'removed', string][] = [
    [{ kind: 'adopt', manner: 'plain' }, 'Rejected', 'ITEM_ENDED'],
    [{ kind: 'adopt', manner: 'plain' }, 'Adopted', 'INVALID_TRANSITION'],
    [{ kind: 'reopen' }, 'Proposed', 'ITEM_NOT_ENDED'],
    [{ kind: 'resume' }, 'Proposed', 'INVALID_TRANSITION'],
    [{ kind: 'discuss' }, 'removed', 'ITEM_REMOVED'],
    [{ kind: 'merge', into: b }, 'Merged', 'ITEM_ENDED'],
  ];

  it.each(movedOn)('of %j on an item that is %s meanwhile lapses, once', (outcome, state, code) => {
    const way =
      state === 'removed'
        ? [registered, (history: Parameters<Decide>[0]) => remove(history, on('2017-02'))]
        : wayTo[state];
    const before = record(way);
    const event = effect(outcome, before, {}, 'declared')!;
    expect(event).toMatchObject({
      type: 'DecisionEffectLapsed',
      data: { decision: 'd-1', code, kind: outcome.kind },
    });
    const history = [...before, asEntry(event, before.length + 1)];
    expect(stateOf(timelineOf(history)).decisions).toEqual({ 'd-1': code });
    expect(stateOf(timelineOf(history)).standing).toEqual(stateOf(timelineOf(before)).standing);
    expect(effect(outcome, history, {}, 'declared')).toBeUndefined();
  });

  it('lapses where its relations did, and only where it needs them', () => {
    for (const outcome of [
      { kind: 'merge', into: b },
      { kind: 'split', into: [b, c] },
      { kind: 'supersede', by: [b] },
    ] as const)
      expect(effect(outcome, record(wayTo.Adopted), {}, 'lapsed')).toMatchObject({
        data: { code: 'RELATION_CYCLE' },
      });
    expect(effect({ kind: 'discuss' }, record(wayTo.Adopted), {}, 'lapsed')?.type).toBe(
      'ReformItemDiscussed',
    );
    expect(
      effect({ kind: 'merge', into: b }, record(wayTo.Adopted), { asRecorded: true }, 'lapsed'),
    ).toMatchObject({
      type: 'DecisionEffectLapsed',
    });
  });

  it('is checked at the date of the decision, so that what came later does not lapse it', () => {
    const rejectedSince = record([
      ...wayTo.UnderReview,
      happened({ type: 'ReformItemRejected', data: {} }, '2018-01-01'),
    ]);
    expect(effect({ kind: 'adopt', manner: 'plain' }, rejectedSince)).toMatchObject({
      type: 'ReformItemAdopted',
      data: { irregularities: ['OUT_OF_ORDER'] },
    });
    expect(effect({ kind: 'adopt', manner: 'plain' }, rejectedSince, { ...on('2018-02-01') })).toMatchObject({
      data: { code: 'ITEM_ENDED' },
    });
  });

  it('meets the item at its session', () => {
    const inSession2 = record([
      ...wayTo.UnderReview,
      happened({ type: 'ReformItemRejected', data: { sessionOrder: 2 } }, '2017-06-01'),
    ]);
    const adopt: Outcome = { kind: 'adopt', manner: 'plain' };
    expect(effect(adopt, inSession2, { sessionOrder: 1 })?.type).toBe('ReformItemAdopted');
    expect(effect(adopt, inSession2, { sessionOrder: 3 })?.type).toBe('DecisionEffectLapsed');
  });

  it('as it was is applied to any item, flagged', () => {
    expect(effect({ kind: 'approve' }, record(wayTo.Rejected), { asRecorded: true })).toMatchObject({
      type: 'ReformItemApproved',
      data: { asRecorded: true, irregularities: ['REVERSED', 'SKIPPED_STATES'] },
    });
  });

  it('as it was of a reopening leaves what had not ended where it is, and says so', () => {
    expect(effect({ kind: 'reopen' }, record(wayTo.InImplementation), { asRecorded: true })).toMatchObject({
      data: { to: 'InImplementation', irregularities: ['ALREADY_MET'] },
    });
  });

  it('keeps the notes of the dates, and reopens where the item ended from', () => {
    const withNotes = { decidedOn: { edtf: '2017', asWritten: 'early 2017' }, effective: { edtf: null } };
    expect(effect({ kind: 'discuss' }, record(wayTo.Draft), withNotes)).toMatchObject({
      decidedOn: '2017',
      effective: null,
      data: { dates: { decidedOn: { asWritten: 'early 2017' } }, irregularities: ['UNKNOWN_DATE'] },
    });
    expect(effect({ kind: 'reopen' }, record(wayTo.ClosedPartial))).toMatchObject({
      data: { to: 'InImplementation' },
    });
    const startedEnded: Decide = (history) =>
      registerItem(history, {
        ...on('2017'),
        programme: 'SAMPLE',
        reference: 'A',
        title: { en: 'A' },
        state: 'Rejected',
        asRecorded: true,
      });
    expect(effect({ kind: 'reopen' }, record([startedEnded]))).toMatchObject({ data: { to: 'Proposed' } });
  });

  it('is told apart by the id of its decision, whatever that is', () => {
    for (const id of ['constructor', '__proto__', 'toString']) {
      const item = about(a, { kind: 'discuss' });
      const decision = decisionOf(item, { id });
      const before = record([
        registered,
        (history) => recordState(history, { ...on('2017-02'), state: 'Proposed' }),
      ]);
      const event = effectOn(decision, item, timelineOf(before), undefined)!;
      expect(event.type).toBe('ReformItemDiscussed');
      expect(effectOn(decision, item, timelineOf([...before, asEntry(event, 9)]), undefined)).toBeUndefined();
    }
  });
});
