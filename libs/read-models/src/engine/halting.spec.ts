import type { RecordedEvent } from '@masar/event-store';
import type { TestPostgres } from '@masar/event-store/testing';
import { testPostgres } from '@masar/event-store/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { change, changes, EngineFixture, until } from './testing/engine-fixture.js';
import { toyModel } from './testing/toy-model.js';

jest.setTimeout(60_000);

let postgres: TestPostgres;
let fixture: EngineFixture;
const toy = toyModel();
const keysOf = (event: RecordedEvent): string[] => event.data['keys'] as string[];
/** Passes over the events the toy model cannot apply. */
const sturdy = toyModel({
  name: 'sturdy',
  keyOf: (event) => (event.data['fail'] ? undefined : keysOf(event)),
});

beforeAll(async () => {
  postgres = await testPostgres();
});
afterAll(async () => postgres?.stop());
beforeEach(async () => {
  fixture = await EngineFixture.open(postgres);
});
afterEach(async () => fixture?.close());

/** A weight PostgreSQL's integer does not hold. */
const tooBig = { tags: [['label', 1, 2 ** 40]] as [string, number, number][] };

describe('a read model that meets an event it cannot apply', () => {
  it('halts alone, with everything before the event applied, and says which event it was', async () => {
    const node = await fixture.started([toy, sturdy]);
    await node.waitFor(await fixture.append(...changes(9)), 20_000);
    const poison = await fixture.append(...changes(3), change({ fail: true, title: 'Confidential' }));
    const last = await fixture.append(...changes(20));
    await until('halted', async () => (await fixture.statusOf(node, toy)).state === 'halted');
    expect(await node.waitFor(last, 20_000)).toBe(last);
    const { checkpoint, halted } = await fixture.statusOf(node, toy);
    expect(checkpoint).toBe(poison - 1);
    expect(halted).toMatchObject({ position: poison, eventType: 'ToyChanged' });
    expect(halted!.error).toMatch(/^TypeError: this event cannot be applied \(toy-model\.ts:\d+\)$/);
    await fixture.expectRight(node, toy);
    await fixture.expectRight(node, sturdy);
    const pinned = await node.pin();
    expect(() => pinned.from(toy, 'card')).toThrow(expect.objectContaining({ code: 'READ_MODEL_HALTED' }));
    expect(pinned.from(sturdy, 'card')).toMatch(/^"rm_sturdy_v1_\d+"\."card"$/);
  });

  it.each([
    ['while it is built, in bulk', { batch: 7 }],
    ['while it is built, past its memory', { batch: 7, bulkMemory: 3 }],
    ['while it is built, in one batch', { batch: 1_000 }],
  ])('halts before the very event whose row PostgreSQL refuses, %s', async (_, tuning) => {
    await fixture.append(...changes(20));
    const poison = await fixture.append(change({ ...tooBig, title: 'Confidential' }));
    await fixture.append(...changes(20));
    const node = await fixture.started([toy], tuning);
    expect(await node.caughtUp(20_000)).toBe(true);
    const { checkpoint, halted, state } = await fixture.statusOf(node, toy);
    expect({ state, checkpoint }).toEqual({ state: 'halted', checkpoint: poison - 1 });
    expect(halted).toMatchObject({
      position: poison,
      error: 'PostgreSQL refused a row: 22003 at tag.weight',
    });
    await fixture.expectRight(node, toy);
    await until('nothing is left of the first try', async () => (await fixture.schemas()).length === 1);
  });

  it('halts before the very event whose row PostgreSQL refuses, live', async () => {
    const node = await fixture.started([toy], { batch: 1_000 });
    await node.waitFor(await fixture.append(...changes(5)), 20_000);
    const poison = (await fixture.append(...changes(30), change(tooBig), ...changes(9))) - 9;
    await until('halted', async () => (await fixture.statusOf(node, toy)).state === 'halted');
    expect((await fixture.statusOf(node, toy)).halted).toMatchObject({ position: poison });
    await fixture.expectRight(node, toy);
  });

  it('goes on when asked to try again and the cause is gone, and counts as halted until it has caught up', async () => {
    let isBroken = true;
    const positions: number[] = [];
    const healing = toyModel({
      name: 'healing',
      keyOf: (event) => {
        if (event.data['fail'] && isBroken) throw new RangeError('quotes what it should not');
        return keysOf(event);
      },
      evolve: (rows, event, key) => (event.data['fail'] ? undefined : toy.evolve(rows, event, key)),
    });
    const node = await fixture.started([healing, sturdy]);
    await fixture.append(...changes(4), change({ fail: true }));
    const last = await fixture.append(...changes(50));
    await until('halted', async () => (await fixture.statusOf(node, healing)).state === 'halted');
    expect((await fixture.statusOf(node, healing)).halted!.error).toMatch(
      /^RangeError \(halting\.spec\.ts:\d+\)$/,
    );
    await node.waitFor(last, 20_000);
    await node.retry('healing');
    await until('tried again', () => fixture.said('halted', 'healing').length >= 2);
    isBroken = false;
    await node.retry('healing');
    await until('running', async () => {
      const pinned = await node.pin();
      positions.push(pinned.position);
      return pinned.state(healing) === 'running';
    });
    expect(Math.min(...positions)).toBe(last);
    // It is read from the database, and said after.
    await until('said so', () => fixture.said('resumed', 'healing').length > 0);
    expect(fixture.said('resumed', 'healing')).toHaveLength(1);
    await fixture.expectRight(node, sturdy);
    expect((await fixture.statusOf(node, healing)).checkpoint).toBe(last);
  });

  it('tries once more at every start', async () => {
    const first = await fixture.started([toy]);
    await fixture.append(...changes(4), change({ fail: true }));
    await until('halted', async () => (await fixture.statusOf(first, toy)).state === 'halted');
    await first.stop();
    const mended = toyModel({ keyOf: sturdy.keyOf });
    const second = await fixture.started([mended]);
    await until('running', async () => (await fixture.statusOf(second, mended)).state === 'running');
    await fixture.expectRight(second, mended);
  });

  it('halts when a row lacks a column or two rows share an identity', async () => {
    const twice = toyModel({
      name: 'twice',
      evolve: () => ({ tag: [1, 2].map((weight) => ({ label: 'same', side: 1, weight })) }),
    });
    const lacking = toyModel({ name: 'lacking', evolve: () => ({ card: [{ title: 'only' }] }) as never });
    const node = await fixture.started([twice, lacking]);
    await fixture.append(change());
    await until('both halted', async () => (await node.status()).every(({ state }) => state === 'halted'));
    expect((await fixture.statusOf(node, twice)).halted!.error).toMatch(/same identity/);
    expect((await fixture.statusOf(node, lacking)).halted!.error).toMatch(/card\.changes is missing/);
  });
});
