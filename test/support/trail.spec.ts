import { describe, expect, it } from '@jest/globals';
import { type LiveMessage, Trail } from './trail.js';

const log = { logId: 'a', epoch: 1 };
const caughtUp = (after: number, upTo: number): LiveMessage => ({
  __typename: 'CaughtUp',
  position: upTo,
  covers: { after, upTo, ...log },
});
const recorded = (after: number, position: number): LiveMessage => ({
  __typename: 'EventRecorded',
  position,
  covers: { after, upTo: position, ...log },
  event: { position, stream: 's', type: 'T' },
});
const changed = (after: number, position: number, key: string, upTo: number): LiveMessage => ({
  ...recorded(after, position),
  __typename: 'ReformItemChanged',
  covers: { after, upTo, ...log },
  item: { key },
});

function trail(after: number | undefined, ...messages: readonly LiveMessage[]): Trail {
  const made = new Trail(after);
  for (const message of messages) made.take(message);
  return made;
}

describe('the trail of a follower', () => {
  it('finds nothing wrong with ranges that continue each other, however rarely something is told', () => {
    const { seen, faults, upTo } = trail(
      3,
      caughtUp(3, 3),
      recorded(3, 9),
      caughtUp(9, 20),
      recorded(20, 21),
    );
    expect({ seen, faults, upTo }).toEqual({ seen: ['9', '21'], faults: [], upTo: 21 });
  });

  it.each([
    ['a gap', [recorded(3, 4), recorded(5, 6)]],
    ['a gap at the beginning', [recorded(4, 5)]],
    ['what was covered, again', [recorded(3, 4), recorded(3, 4)]],
    ['an event outside of its range', [{ ...recorded(3, 4), covers: { after: 3, upTo: 7, ...log } }]],
    ['an event before its range', [recorded(3, 9), recorded(9, 8)]],
    ['another log', [recorded(3, 4), { ...recorded(4, 5), covers: { after: 4, upTo: 5, ...log, epoch: 2 } }]],
    ['a range skipped with FellBehind', [{ ...caughtUp(3, 9), __typename: 'FellBehind' }]],
  ])('finds %s', (_, messages) => {
    expect(trail(3, ...messages).faults).not.toEqual([]);
  });

  it('counts an event told of in several messages once, when it broke off between them', () => {
    const broken = trail(3, changed(3, 7, 'x', 6));
    expect(broken.seen).toEqual([]);
    broken.resumed();
    for (const message of [changed(6, 7, 'x', 6), changed(6, 7, 'y', 7)]) broken.take(message);
    expect(broken).toMatchObject({ seen: ['7 x', '7 y'], faults: [], upTo: 7 });
  });
});
