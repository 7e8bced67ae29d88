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

/** Of ids the log does not have. */
const claims = async (): Promise<number> => {
  const { rows } = await nodes[0]!.pool.query<{ n: number }>(
    `select count(*)::integer as n from masar.claimed_id c
     where not exists (select from masar.event e where e.id = c.id)`,
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
    // Nor where what else it holds is refused before it is sent, or by the server.
    const first = sampleEvent();
    const { store } = nodes[0]!;
    await store.append('three', 'none', [first]);
    await expect(store.append('three', 0, [first, refused])).rejects.toMatchObject({
      code: 'PARTIAL_DUPLICATE',
    });
    await expect(store.append('four', 'none', [first, refused])).rejects.toMatchObject({
      code: 'EVENT_ID_TAKEN',
    });
    expect(await claims()).toBe(0);
    expect(await nodes[1]!.store.append('two', 'none', [refused])).toMatchObject({ revision: 0 });
  });

  describe('that is sent again for another revision of its stream', () => {
    /** A claim of somebody who was never heard of again. */
    const claim = (id: string, revision: number, stream = 'one') =>
      nodes[0]!.pool.query('insert into masar.claimed_id (id, stream, revision) values ($1, $2, $3)', [
        id,
        stream,
        revision,
      ]);
    const behind = { code: 'NOT_YET_READABLE', message: expect.stringContaining('one up to revision 1') };
    const copies = (id: string) => fixture.double.contents().filter((event) => event.id === id).length;

    it('is on it once, however far the log is behind, and is answered as the first time', async () => {
      const { store } = nodes[0]!;
      await store.append('one', 'none', [sampleEvent()]);
      const lift = await silenced();
      const batch = [sampleEvent()];
      await expect(store.append('one', 0, batch)).rejects.toMatchObject(behind);
      for (const node of nodes) {
        await expect(node.store.append('one', 1, batch)).rejects.toMatchObject(behind);
        await expect(node.store.append('one', 1, [...batch, sampleEvent()])).rejects.toMatchObject({
          code: 'PARTIAL_DUPLICATE',
        });
      }
      expect(copies(batch[0]!.id)).toBe(1);
      lift();
      await until('the answer', () =>
        nodes[1]!.store.append('one', 1, batch).then(
          ({ position, duplicate }) => position === 2 && duplicate,
          () => false,
        ),
      );
      expect(await store.append('one', 7, batch)).toMatchObject({
        position: 2,
        revision: 1,
        duplicate: true,
      });
      expect(await store.append('one', 1, [sampleEvent()])).toMatchObject({ position: 3 });
      expect(await nodes[0]!.sequencing.state()).toMatchObject({ why: null });
    });

    it('is answered though the log has its first event alone, at another revision than it is meant for now', async () => {
      const [{ store }] = nodes as [KurrentBackend];
      const batch = [sampleEvent(), sampleEvent()] as const;
      const [first, second] = batch.map(({ id }) => id) as [string, string];
      await store.append('other', 'none', [sampleEvent()]);
      fixture.write('one', [{ id: first }]);
      await until('the first', async () => (await store.readStream('one')).length === 1);
      const lift = await silenced();
      fixture.write('one', [{ id: second }]);
      await claim(second, 1);
      await expect(store.append('one', 1, batch)).rejects.toMatchObject(behind);
      lift();
      await until('the answer', () =>
        store.append('one', 1, batch).then(
          ({ revision, duplicate }) => revision === 1 && duplicate,
          () => false,
        ),
      );
      expect(copies(first) + copies(second)).toBe(2);
    });

    it('goes there where another event stands for good at the revision it was meant for', async () => {
      const [{ store }, other] = nodes as [KurrentBackend, KurrentBackend];
      const [lost, first] = [sampleEvent(), sampleEvent()];
      await claim(lost.id, 0);
      await store.append('one', 'none', [first]);
      expect(await other.store.append('one', 0, [lost])).toMatchObject({ revision: 1, duplicate: false });
      expect(await claims()).toBe(0);
    });

    it('is not sent where that may still come to stand, and is where it is meant for the same', async () => {
      const { store } = nodes[1]!;
      await store.append('one', 'none', [sampleEvent()]);
      const late = sampleEvent();
      await claim(late.id, 2);
      await expect(store.append('one', 0, [late])).rejects.toMatchObject({
        code: 'OUTCOME_UNKNOWN',
        message: expect.stringContaining('revision 2 of stream one'),
      });
      expect(copies(late.id)).toBe(0);
      expect(await claims()).toBe(1);
      // What else it held was never sent, and is free.
      const beside = sampleEvent();
      await expect(store.append('one', 0, [late, beside])).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
      expect(await store.append('two', 'none', [beside])).toMatchObject({ revision: 0 });
      await store.append('one', 0, [sampleEvent()]);
      expect(await store.append('one', 1, [late])).toMatchObject({ revision: 2, duplicate: false });
      expect(await claims()).toBe(0);
    });

    it('by both nodes at once, each for another revision, beside other writers, is there once', async () => {
      const [one, two] = nodes as [KurrentBackend, KurrentBackend];
      for (let round = 0; round < 10; round += 1) {
        const stream = `item-${round}`;
        const event = sampleEvent();
        await one.store.append(stream, 'none', [sampleEvent()]);
        await claim(event.id, 0, stream);
        await Promise.allSettled([
          one.store.append(stream, 0, [event]),
          two.store.append(stream, 0, [sampleEvent()]),
          two.store.append(stream, 1, [event]),
          one.store.append(stream, 1, [sampleEvent()]),
        ]);
        expect(copies(event.id)).toBeLessThanOrEqual(1);
        const next = (await two.store.readStream(stream)).length;
        await two.store.append(stream, next - 1, [event]);
        expect(copies(event.id)).toBe(1);
      }
      expect(await one.sequencing.state()).toMatchObject({ state: 'following', why: null });
      expect(await claims()).toBe(0);
    });
  });

  it('is claimed for an hour where it never came, and where the log cannot say so for longer', async () => {
    const lost = sampleEvent();
    await nodes[0]!.pool.query(
      `insert into masar.claimed_id (id, stream, revision, claimed_at)
       values ($1, 'one', 0, now() - interval '59 minutes')`,
      [lost.id],
    );
    const { store } = nodes[1]!;
    await expect(store.append('two', 'none', [lost])).rejects.toMatchObject({ code: 'EVENT_ID_TAKEN' });
    await nodes[0]!.pool.query(`update masar.claimed_id set claimed_at = now() - interval '61 minutes'`);
    expect(await store.append('two', 'none', [lost])).toMatchObject({ revision: 0 });
    expect(await claims()).toBe(0);
  });
});
