import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type KurrentBackend, openKurrent } from '@masar/event-store/kurrentdb';
import { sampleEvent } from '../../libs/event-store/src/contract/sample-events.js';
import { until } from '../support/until.js';
import { OrderedLogFixture } from './support/ordered-log-fixture.js';

let fixture: OrderedLogFixture;
let nodes: KurrentBackend[] = [];
beforeAll(async () => {
  fixture = await OrderedLogFixture.start();
}, 120_000);
beforeEach(async () => {
  await fixture.anew();
  const connectionString = await fixture.postgres.createDatabase();
  const open = () =>
    openKurrent({
      url: fixture.double.url,
      connectionString,
      applicationName: 'masar test',
      silenceMs: 300,
      limits: { logMs: 300 },
    });
  nodes = [await open(), await open()];
});
afterEach(async () => {
  for (const node of nodes.splice(0)) await node.close();
});
afterAll(() => fixture?.stop(), 60_000);

/** Makes the log stand still: what is written stays on the server. */
async function silenced(): Promise<() => void> {
  const lift = fixture.double.faults.silence();
  fixture.double.cutAll();
  const { subscribe } = fixture.double.counts;
  await until('a subscription that is told nothing', () => fixture.double.counts.subscribe > subscribe);
  return lift;
}

const claims = async (): Promise<number> => {
  const { rows } = await nodes[0]!.pool.query<{ n: number }>(
    'select count(*)::integer as n from masar.claimed_id',
  );
  return rows[0]!.n;
};

describe('an id on its way to the server', () => {
  it('is refused to another stream, by another node too, though the log does not have it yet', async () => {
    const lift = await silenced();
    const event = sampleEvent();
    await expect(nodes[0]!.store.append('one', 'none', [event])).rejects.toMatchObject({
      code: 'NOT_YET_READABLE',
    });
    for (const { store } of nodes) {
      await expect(store.append('other', 'none', [event])).rejects.toMatchObject({ code: 'EVENT_ID_TAKEN' });
    }
    lift();
    // The same again, through the other node, is the retry it is.
    await until('the answer', () =>
      nodes[1]!.store.append('one', 'none', [event]).then(
        ({ position, duplicate }) => position === 1 && duplicate,
        () => false,
      ),
    );
    expect(await nodes[0]!.store.readStream('other')).toEqual([]);
    expect(fixture.double.contents().filter(({ id }) => id === event.id)).toHaveLength(1);
  });

  it('goes to one of the streams it was sent to at the same moment by both nodes, and the log goes on', async () => {
    for (let round = 0; round < 20; round += 1) {
      const event = sampleEvent();
      const outcomes = await Promise.allSettled(
        nodes.map(({ store }, index) => store.append(`item-${round}-${index}`, 'none', [event])),
      );
      const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(refused).toMatchObject([{ reason: { code: 'EVENT_ID_TAKEN' } }]);
    }
    expect(await nodes[0]!.log.head()).toMatchObject({ position: 20 });
    expect(await nodes[0]!.sequencing.state()).toMatchObject({ why: null });
  });

  it('is claimed no longer than until the log has it, or until its append was refused', async () => {
    await nodes[0]!.store.append('one', 'none', [sampleEvent()]);
    expect(await claims()).toBe(0);
    const refused = sampleEvent();
    await expect(nodes[0]!.store.append('one', 5, [refused])).rejects.toMatchObject({
      name: 'ConcurrencyError',
    });
    expect(await claims()).toBe(0);
    expect(await nodes[1]!.store.append('two', 'none', [refused])).toMatchObject({ revision: 0 });
  });

  it('is claimed for an hour where it never came, and where the log cannot say so for longer', async () => {
    const lost = sampleEvent();
    await nodes[0]!.pool.query(
      `insert into masar.claimed_id (id, stream, claimed_at) values ($1, 'one', now() - interval '59 minutes')`,
      [lost.id],
    );
    const { store } = nodes[1]!;
    await expect(store.append('two', 'none', [lost])).rejects.toMatchObject({ code: 'EVENT_ID_TAKEN' });
    await nodes[0]!.pool.query(`update masar.claimed_id set claimed_at = now() - interval '61 minutes'`);
    expect(await store.append('two', 'none', [lost])).toMatchObject({ revision: 0 });
    expect(await claims()).toBe(0);
  });
});
