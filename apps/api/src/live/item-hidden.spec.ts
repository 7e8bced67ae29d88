import { describe, expect, it } from '@jest/globals';
import type { Batch } from './batch.js';
import { Follower, type Feed, type Stretch } from './follower.js';
import { Group, type Subject } from './group.js';
import { ItemHidden } from './item-hidden.js';
import { type Message, type Step, stepAt } from './message.js';
import { cursor, SharedText } from './shared-text.js';
import { SimulatedOutlet } from './testing/simulated-outlet.js';
import { turnsUntil } from './testing/simulated-session.js';

const batch: Batch = { after: 1, upTo: 3, recordedAt: null, entries: [] };

/** The read models know that the item of the event at 2 is hidden now; nobody here has heard of it. */
const hiddenAt = 2;

const step = (position: number): Step =>
  stepAt(position, [
    { key: `EventRecorded@${position}`, type: 'EventRecorded', fields: { fixed: { event: { position } } } },
  ])!;

async function word({ type, position, upTo }: Message, of: number): Promise<SharedText> {
  if (type === 'EventRecorded' && position === hiddenAt) throw new ItemHidden('p/a');
  const told = {
    __typename: type,
    position: position ?? of,
    covers: { after: cursor, upTo: upTo ?? cursor },
  };
  return new SharedText({ data: { events: told } });
}

/** A follower of a log whose events from 1 to 3 were examined. */
function following(stretch: Stretch) {
  const subject: Subject = { live: async () => [2, 3].map(step), next: async () => stretch };
  const group = new Group(subject, { word }, () => undefined);
  const feed: Feed = {
    examined: stretch.upTo,
    examinedAt: null,
    heard: stretch.upTo,
    serving: false,
    classified: 0,
    idleMs: 60_000,
    served: () => new Promise(() => undefined),
  };
  const outlet = new SimulatedOutlet(() => Promise.resolve());
  const follower = new Follower(outlet, group, feed, 0);
  group.add(follower);
  follower.start();
  return { group, outlet };
}

describe('an item that is hidden before anybody here heard of it', () => {
  it('is not told of to those who are live, who go on', async () => {
    const { group, outlet } = following({ steps: [step(1)], upTo: 1 });
    await turnsUntil('it is live', () => group.liveSize === 1);
    await group.serve({ batch, restricted: new Set() }, 60_000);
    expect(outlet.ended).toBeUndefined();
    expect(outlet.positions).toEqual([1, 3]);
    expect(outlet.faults(0)).toEqual([]);
  });

  it('is not told of to those who catch up, who go on', async () => {
    const { group, outlet } = following({ steps: [1, 2, 3].map(step), upTo: 3 });
    await turnsUntil('it is over or live', () => group.liveSize === 1 || outlet.ended !== undefined);
    expect(outlet.ended).toBeUndefined();
    expect(outlet.positions).toEqual([1, 3]);
    expect(outlet.faults(0)).toEqual([]);
  });
});
