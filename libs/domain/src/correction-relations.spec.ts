import { describe, expect, it } from '@jest/globals';
import type { Correction, CorrectionEvent } from './correction.js';
import { relationsCorrected } from './correction-relations.js';
import type { Dated } from './event.js';
import type { EntryChange } from './item/undoing.js';
import { timelineOf } from './item/timeline.js';
import { findCycle } from './relation-cycles.js';
import { requireNoCycle } from './relations.js';
import { type Decide, happened, record, wayTo } from './testing/item-histories.js';
import { refusalOf } from './testing/given.js';

const [a, b] = ['sample/a', 'sample/b'];
const confirmed: Dated<CorrectionEvent> = {
  type: 'CorrectionConfirmed',
  data: { programme: 'sample' },
  decidedOn: '2019-01-01',
  effective: '2019-01-01',
};
const correctionOf = (decision: string, change: EntryChange): Correction => ({
  id: 'c-1',
  programme: 'sample',
  state: 'proposed',
  target: { kind: 'decision', decision, change },
  items: [a],
  proposedBy: 'recorder-1',
});

/** Went on as another from 2018 on, and was reopened in its summer. */
const history: readonly Decide[] = [
  ...wayTo.Proposed,
  happened({ type: 'ReformItemMerged', data: { into: [b], decision: 'd-1' } }, '2018-01-01'),
  happened({ type: 'ReformItemReopened', data: { to: 'Proposed', decision: 'd-2' } }, '2018-06-01'),
];
const after = (decision: string, change: EntryChange) =>
  relationsCorrected(correctionOf(decision, change), confirmed, new Map([[a, timelineOf(record(history))]]));
const merged = { kind: 'mergedInto', from: a, to: b, since: '2018-01-01' };

describe('what an item goes on as after a correction', () => {
  it('stands again where a reopening is struck, and longer or shorter where it has another date', () => {
    expect(after('d-2', { struck: true })).toEqual([{ ...merged, until: undefined }]);
    expect(after('d-2', { effective: '2018-09-01' })).toEqual([{ ...merged, until: '2018-09-01' }]);
    expect(after('d-1', { effective: '2017-12-01' })).toEqual([
      { ...merged, since: '2017-12-01', until: '2018-06-01' },
    ]);
  });

  it('is nothing to look at where the correction leaves it as it was, or takes it away', () => {
    expect(after('d-2', { sessionOrder: 3 })).toEqual([]);
    expect(after('d-2', { data: { minutes: 'p. 12' } })).toEqual([]);
    expect(after('d-1', { struck: true })).toEqual([]);
  });

  it('closes a circle where something leads back by then', () => {
    const back = { kind: 'mergedInto', from: b, to: a, since: '2018-07-01' } as const;
    const cycle = findCycle([back], after('d-2', { struck: true }));
    const refusal = refusalOf(() => requireNoCycle(cycle, 'correction'));
    expect(refusal).toMatchObject({ code: 'RELATION_CYCLE', fields: [{ path: 'correction' }] });
    expect(findCycle([back], after('d-2', { effective: '2018-05-01' }))).toBeUndefined();
  });
});
