import { describe, expect, it } from '@jest/globals';
import { type Decide, happened, on, record, registered, wayTo } from '../testing/item-histories.js';
import { recordState } from './decisions.js';
import type { ReformItemEvent } from './events.js';
import { standingSuccessions, successionsOf } from './succession.js';
import { type Entry, timelineOf } from './timeline.js';

const merged = (day: string | null, into = 'p/b', decision = 'merge'): Decide =>
  happened({ type: 'ReformItemMerged', data: { into: [into], decision } }, day, { asRecorded: true });
const split = (day: string, ...into: string[]): Decide =>
  happened({ type: 'ReformItemSplit', data: { into, decision: 'split' } }, day, { asRecorded: true });
const reopened = (day: string, decision = 'reopening'): Decide =>
  happened({ type: 'ReformItemReopened', data: { to: 'Proposed', decision } }, day, { asRecorded: true });
const undone = (how: 'revokes' | 'annuls', undoes: string, day: string, decision: string): Decide =>
  how === 'revokes'
    ? happened({ type: 'ReformItemDecisionRevoked', data: { revokes: undoes, decision } }, day)
    : happened({ type: 'ReformItemDecisionAnnulled', data: { annuls: undoes, decision } }, day);

const stretches = (...ways: readonly Decide[]) =>
  successionsOf(timelineOf(record([...wayTo.Proposed, ...ways]))).map(
    ({ kind, to, decision, from, until }) =>
      `${kind} ${to} by ${decision} ${from.earliest}..${until?.earliest ?? ''}`,
  );

describe('what an item goes on as', () => {
  it('is what it merged into, was split into or is superseded by, from that day on', () => {
    expect(stretches(merged('2018-01-01'))).toEqual(['mergedInto p/b by merge 2018-01-01..']);
    expect(stretches(split('2018-01-01', 'p/b', 'p/c'))).toEqual([
      'splitInto p/b by split 2018-01-01..',
      'splitInto p/c by split 2018-01-01..',
    ]);
    const superseded = happened({ type: 'ReformItemSuperseded', data: { by: ['p/b'] } }, '2018');
    expect(stretches(superseded)).toEqual(['supersededBy p/b by undefined 2018-01-01..']);
    expect(successionsOf(timelineOf(record([registered])))).toEqual([]);
  });

  it('ends where it is reopened, also by what was recorded before', () => {
    const expected = ['mergedInto p/b by merge 2018-01-01..2019-01-01'];
    expect(stretches(merged('2018-01-01'), reopened('2019-01-01'))).toEqual(expected);
    expect(stretches(reopened('2019-01-01'), merged('2018-01-01'))).toEqual(expected);
    expect(stretches(merged('2018-01-01'), reopened('2017-06-01'))).toEqual([
      'mergedInto p/b by merge 2018-01-01..',
    ]);
  });

  it('ends where another register shows it in a state again', () => {
    const shown: Decide = (history) => recordState(history, { ...on('2019-01-01'), state: 'Proposed' });
    expect(stretches(merged('2018-01-01'), shown)).toEqual([
      'mergedInto p/b by merge 2018-01-01..2019-01-01',
    ]);
  });

  it('is the latter where it is said to go on as another', () => {
    expect(stretches(merged('2018-01-01'), merged('2018-06-01', 'p/c', 'second'))).toEqual([
      'mergedInto p/b by merge 2018-01-01..2018-06-01',
      'mergedInto p/c by second 2018-06-01..',
    ]);
    expect(stretches(merged('2018-01-01'), split('2018-06-01', 'p/b', 'p/c'))).toEqual([
      'mergedInto p/b by merge 2018-01-01..2018-06-01',
      'splitInto p/b by split 2018-06-01..',
      'splitInto p/c by split 2018-06-01..',
    ]);
  });

  it('is nothing where what said so was annulled or struck', () => {
    expect(stretches(merged('2018-01-01'), undone('annuls', 'merge', '2018-02-01', 'annulment'))).toEqual([]);
    const history = record([...wayTo.Proposed, merged('2018-01-01')]);
    const struck: ReformItemEvent = {
      type: 'ReformItemEntryCorrected',
      data: { entry: history.at(-1)!.id, correction: 'c', change: { struck: true } },
    };
    const correction: Entry = { ...history.at(-1)!, position: 9, id: 'correction', event: struck };
    expect(successionsOf(timelineOf([...history, correction]))).toEqual([]);
  });

  it('ends where what said so is revoked, and goes on where what ended it is', () => {
    expect(stretches(merged('2018-01-01'), undone('revokes', 'merge', '2018-02-01', 'revocation'))).toEqual([
      'mergedInto p/b by merge 2018-01-01..2018-02-01',
    ]);
    expect(
      stretches(
        merged('2018-01-01'),
        reopened('2018-02-01'),
        undone('revokes', 'reopening', '2018-03-01', 'revocation'),
      ),
    ).toEqual(['mergedInto p/b by merge 2018-01-01..2018-02-01', 'mergedInto p/b by merge 2018-03-01..']);
    expect(
      stretches(
        merged('2018-01-01'),
        reopened('2018-02-01'),
        undone('annuls', 'reopening', '2018-03-01', 'annulment'),
      ),
    ).toEqual(['mergedInto p/b by merge 2018-01-01..']);
  });

  it('stands from the first day its date may mean, as states do', () => {
    const steps = timelineOf(record([...wayTo.Proposed, merged('2018'), reopened('2019-05')]));
    expect(standingSuccessions('p/a', steps)).toEqual([
      { kind: 'mergedInto', from: 'p/a', to: 'p/b', since: '2018-01-01', until: '2019-05-01' },
    ]);
  });
});
