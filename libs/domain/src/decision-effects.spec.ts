import { describe, expect, it } from '@jest/globals';
import { decide } from './decide.js';
import { effectOn } from './decision-effects.js';
import { type LapseCode, lapseCodes } from './item/events.js';
import { recordState, remove, startReview } from './item/decisions.js';
import { type Entry, timelineOf } from './item/timeline.js';
import type { Outcome } from './outcome.js';
import { noProgramme } from './programme/programme.js';
import { type Decide, on, record, wayTo, withdrawn } from './testing/item-histories.js';

const id = 'd-1';
const item = 'sample/sample-001';
const reason = { en: 'Why' };

/** What a decision leaves on an item as it is by now; it was recorded with no rule applied, as one checked before. */
function effect(outcome: Outcome, history: readonly Entry[], more: object = {}, relation?: 'lapsed') {
  const decided = { item, outcome, reason };
  const input = { ...on('2017-06-01'), id, programme: 'SAMPLE', items: [decided], ...more };
  const other = timelineOf(record(wayTo.Proposed));
  const known = { history: other, revision: 1 };
  const recorded = decide(
    { ...input, asRecorded: true },
    {
      items: new Map([
        [item, known],
        ['sample/sample-002', known],
      ]),
      relations: [],
      programme: noProgramme,
    },
  );
  const { asRecorded: _checked, ...data } = recorded.data;
  return effectOn({ ...recorded, data }, decided, timelineOf(history), relation);
}

const removed: Decide = (history) => remove(history, { ...on('2017-01-04'), reason });
const adopt: Outcome = { kind: 'adopt', manner: 'plain' };
const lapses: readonly (readonly [LapseCode, Outcome, readonly Decide[], 'lapsed'?])[] = [
  ['ITEM_ENDED', adopt, [...wayTo.UnderReview, withdrawn('2017-01-04')]],
  ['ITEM_NOT_ENDED', { kind: 'reopen' }, wayTo.UnderReview],
  ['INVALID_TRANSITION', { kind: 'approve' }, wayTo.Proposed],
  ['ITEM_REMOVED', adopt, [...wayTo.UnderReview, removed]],
  ['NOT_FOUND', { kind: 'discuss' }, []],
  ['NOTHING_TO_UNDO', { kind: 'annul', decision: 'd-0' }, wayTo.Adopted],
  ['RELATION_CYCLE', { kind: 'supersede', by: ['sample/sample-002'] }, wayTo.UnderReview, 'lapsed'],
];

describe('the effect of a decision', () => {
  it.each(lapses)('lapses with %s where the item has moved on', (...lapse) => {
    const [code, outcome, history, relation] = lapse;
    expect(effect(outcome, record(history), {}, relation)).toMatchObject({
      type: 'DecisionEffectLapsed',
      data: { decision: id, code, kind: outcome.kind, reason },
    });
  });

  it('lapses for one of a closed list of reasons, each shown above', () => {
    expect(lapses.map(([code]) => code).sort()).toEqual([...lapseCodes].sort());
  });

  it('is the event that the outcome comes to, where the item has not', () => {
    expect(effect(adopt, record(wayTo.UnderReview))).toMatchObject({
      type: 'ReformItemAdopted',
      data: { manner: 'plain', decision: id, reason },
      effective: '2017-06-01',
    });
  });

  it('carries what only the recorder knew: recorded late, after the minutes, or by a status nobody gave', () => {
    const flags = ['LATE', 'AFTER_MINUTES'] as const;
    const event = effect(adopt, record(wayTo.UnderReview), { flags });
    expect(event!.data.irregularities).toEqual(expect.arrayContaining(['LATE', 'AFTER_MINUTES']));
    const stated = recordState(timelineOf(record(wayTo.Proposed)), {
      ...on('2017-06-01'),
      asRecorded: true,
      state: 'UnderReview',
      flags: ['UNKNOWN_STATUS'],
    });
    expect(stated.data.irregularities).toContain('UNKNOWN_STATUS');
    const regular = startReview(timelineOf(record(wayTo.Proposed)), on('2017-06-01'));
    expect(regular.data.irregularities).toBeUndefined();
  });
});
