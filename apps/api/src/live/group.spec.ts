import { describe, expect, it } from '@jest/globals';
import type { Batch } from './batch.js';
import { type Feed, Follower } from './follower.js';
import { Group } from './group.js';
import { stepAt } from './message.js';
import { SharedText } from './shared-text.js';
import { SimulatedOutlet } from './testing/simulated-outlet.js';

const feed: Feed = {
  examined: 5,
  examinedAt: null,
  heard: 5,
  serving: false,
  classified: 0,
  served: () => Promise.resolve(),
};
const batch: Batch = { after: 5, upTo: 6, recordedAt: null, entries: [] };

/** Followers who were told these things before they joined a group, which is then told `next`. */
async function told(next: string, ...before: readonly string[]): Promise<number[]> {
  const step = {
    ...stepAt(6, [{ key: next, type: 'SummaryChanged', fields: { fixed: {} } }])!,
    digest: next,
  };
  const group = new Group(
    { live: async () => [step], next: async () => ({ steps: [], upTo: 5 }) },
    { word: async () => new SharedText({ data: { events: { __typename: 'SummaryChanged' } } }) },
    () => undefined,
  );
  const outlets = before.map((digest) => {
    const outlet = new SimulatedOutlet(() => Promise.resolve());
    const follower = new Follower(outlet, group, feed, 5, digest);
    group.add(follower);
    group.join(follower);
    return outlet;
  });
  await group.serve({ batch, restricted: new Set() });
  return outlets.map((outlet) => outlet.told.length);
}

describe('a group', () => {
  it('does not tell again what all were told', async () => {
    expect(await told('two', 'two', 'two')).toEqual([0, 0]);
    expect(await told('two', 'one', 'one')).toEqual([1, 1]);
  });

  it('tells all where not all were told the same before they joined', async () => {
    expect(await told('two', 'one', 'two')).toEqual([1, 1]);
  });
});
