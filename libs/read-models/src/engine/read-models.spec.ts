import type { JsonObject } from '@masar/event-store';
import type { TestPostgres } from '@masar/event-store/testing';
import { testPostgres } from '@masar/event-store/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { validAt } from './pinned.js';
import { ReadModelError } from './read-model-error.js';
import type { ReadModels } from './read-models.js';
import { EngineFixture, until } from './testing/engine-fixture.js';
import { foldPlainly, rowsAt } from './testing/read-rows.js';
import { toyModel } from './testing/toy-model.js';

let postgres: TestPostgres;
let fixture: EngineFixture;
const toy = toyModel();
const other = toyModel({ name: 'other' });

beforeAll(async () => {
  postgres = await testPostgres();
}, 60_000);
afterAll(async () => postgres?.stop());
beforeEach(async () => {
  fixture = await EngineFixture.open(postgres);
});
afterEach(async () => fixture?.close());

const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
let count = 0;
function change(own: JsonObject = {}): JsonObject {
  count += 1;
  const tags = [[`label ${count % 4}`, count % 3, count]];
  return { keys: [keys[count % 10]!, keys[(count * 7) % 10]!], title: `title ${count}`, tags, untag: `label ${count % 5}`, ...own };
}
const changes = (many: number): JsonObject[] => Array.from({ length: many }, () => change());

/** Compares what is stored with a plain fold, at every position from 0 to the model's checkpoint. */
async function expectRight(node: ReadModels, model = toy, step = 1): Promise<void> {
  const status = (await node.status()).find(({ name }) => name === model.name)!;
  const events = await fixture.backend.log.readAll(0, 10_000);
  for (let position = 0; position <= status.checkpoint; position += step) {
    const stored = await rowsAt(fixture.backend.pool, model, status.schema!, position);
    expect(stored).toEqual(foldPlainly(model, events.slice(0, position)));
  }
}

async function stateOf(node: ReadModels, name: string) {
  return (await node.status()).find((status) => status.name === name)!;
}

describe('read models', () => {
  it('catch up from an empty database, then follow live', async () => {
    await fixture.append(...changes(40));
    const node = await fixture.started([toy]);
    expect(await node.caughtUp(20_000)).toBe(true);
    const last = await fixture.append(...changes(10));
    expect(await node.waitFor(last, 20_000)).toBe(last);
    await expectRight(node);
  });

  it('answer a wait for a position that does not come with the one reached, in time', async () => {
    const last = await fixture.append(...changes(3));
    const node = await fixture.started([toy]);
    expect(await node.caughtUp(20_000)).toBe(true);
    expect(await node.waitFor(last + 5, 50)).toBe(last);
  });

  it('say that they are being built until they are', async () => {
    const node = await fixture.node([toy]);
    const pinned = await node.pin();
    expect(pinned.state(toy)).toBe('building');
    expect(() => pinned.from(toy, 'card')).toThrow(
      expect.objectContaining({ name: 'ReadModelError', code: 'READ_MODEL_BUILDING' }) as unknown as ReadModelError,
    );
    await expect(node.rebuild('toy')).rejects.toMatchObject({ code: 'READ_MODEL_BUILDING' });
    await expect(node.rebuild('none')).rejects.toMatchObject({ code: 'READ_MODEL_UNKNOWN' });
  });

  it('are read at one position, whatever their own checkpoints', async () => {
    await fixture.append(...changes(20));
    const node = await fixture.started([toy, other]);
    expect(await node.caughtUp(20_000)).toBe(true);
    await node.stop();
    await fixture.backend.pool.query(`UPDATE masar.read_model SET checkpoint = 15 WHERE name = 'other'`);
    const pinned = await (await fixture.node([toy, other])).pin();
    expect(pinned.position).toBe(15);
  });

  it('store what a model makes of U+0000 in a form PostgreSQL has', async () => {
    const last = await fixture.append(change({ keys: ['a'], title: 'nul \u0000 within' }));
    const node = await fixture.started([toy]);
    await until('projected', async () => (await node.pin()).position >= last);
    const { rows } = await fixture.backend.pool.query(
      `SELECT title, payload->>'title' IS NULL AS lost FROM ${(await node.pin()).from(toy, 'card')}`,
    ).catch(() => ({ rows: [] }));
    expect(rows.length === 0 || rows[0].title === 'nul \uFFFD within').toBe(true);
  });

  describe('with an event that cannot be applied', () => {
    it('halt that model alone, with everything before it applied', async () => {
      const node = await fixture.started([toy, other]);
      await fixture.append(...changes(9));
      const poison = await fixture.append(change({ fail: true }));
      await fixture.append(...changes(5));
      const lenient = toyModel({ name: 'other' });
      void lenient;
      await until('halted', async () => (await stateOf(node, 'toy')).state === 'halted');
      expect(await stateOf(node, 'toy')).toMatchObject({
        checkpoint: poison - 1,
        halted: { position: poison, eventType: 'ToyChanged' },
      });
      await expectRight(node);
    });
  });
});
void validAt;
