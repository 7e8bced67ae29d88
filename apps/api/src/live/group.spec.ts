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
  idleMs: 60_000,
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
  await group.serve({ batch, restricted: new Set() }, 60_000);
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

  it('is told how far it is where batch after batch holds nothing for it', async () => {
    const group = new Group(
      { live: async () => [], next: async () => ({ steps: [], upTo: 5 }) },
      { word: async () => new SharedText({ data: { events: { __typename: 'CaughtUp' } } }) },
      () => undefined,
    );
    const outlet = new SimulatedOutlet(() => Promise.resolve());
    const follower = new Follower(outlet, group, feed, 5);
    group.add(follower);
    group.join(follower);
    await group.serve({ batch, restricted: new Set() }, 60_000);
    expect(outlet.told).toEqual([]);
    await group.serve({ batch, restricted: new Set() }, 0);
    expect(outlet.told).toEqual([{ __typename: 'CaughtUp' }]);
  });

  it('that cannot be told how far it is ends alone', async () => {
    const group = new Group(
      { live: async () => [], next: async () => ({ steps: [], upTo: 5 }) },
      { word: () => Promise.reject(new Error('no words')) },
      () => undefined,
    );
    const outlet = new SimulatedOutlet(() => Promise.resolve());
    const follower = new Follower(outlet, group, feed, 5);
    group.add(follower);
    group.join(follower);
    await group.beat({ ...feed, idleMs: 0 });
    expect(outlet.ended).toEqual(new Error('no words'));
  });
});
