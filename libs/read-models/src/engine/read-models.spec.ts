import type { TestPostgres } from '@masar/event-store/testing';
import { testPostgres } from '@masar/event-store/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { validAt } from './pinned.js';
import { change, changes, EngineFixture, until } from './testing/engine-fixture.js';
import { toyModel } from './testing/toy-model.js';

jest.setTimeout(60_000);

let postgres: TestPostgres;
let fixture: EngineFixture;
const toy = toyModel();
const other = toyModel({ name: 'other' });

beforeAll(async () => {
  postgres = await testPostgres();
});
afterAll(async () => postgres?.stop());
beforeEach(async () => {
  fixture = await EngineFixture.open(postgres);
});
afterEach(async () => fixture?.close());

describe('read models', () => {
  it('catch up from an empty database, then follow live', async () => {
    await fixture.append(...changes(40));
    const node = await fixture.started([toy]);
    expect(await node.caughtUp(20_000)).toBe(true);
    const last = await fixture.append(...changes(10));
    expect(await node.waitFor(last, 20_000)).toBe(last);
    await fixture.expectRight(node, toy);
  });

  it('go on where they stopped, in another process', async () => {
    const first = await fixture.started([toy]);
    await first.waitFor(await fixture.append(...changes(20)), 20_000);
    await first.stop();
    await fixture.append(...changes(20));
    const second = await fixture.started([toy]);
    expect(await second.caughtUp(20_000)).toBe(true);
    expect(fixture.said('building')).toHaveLength(1);
    await fixture.expectRight(second, toy);
  });

  it('answer a wait for a position that does not come with the one reached, in time', async () => {
    const last = await fixture.append(...changes(3));
    const node = await fixture.started([toy]);
    expect(await node.caughtUp(20_000)).toBe(true);
    expect(await node.waitFor(last + 5, 50)).toBe(last);
  });

  it('let a node that projects nothing wait too', async () => {
    await fixture.started([toy]);
    const reader = await fixture.node([toy]);
    expect(await reader.caughtUp(20_000)).toBe(true);
    const waited = reader.waitFor(3, 20_000);
    await fixture.append(...changes(3));
    expect(await waited).toBe(3);
    expect((await fixture.statusOf(reader, toy)).ownedHere).toBe(false);
  });

  it('say that they are being built until they are', async () => {
    const node = await fixture.node([toy]);
    const pinned = await node.pin();
    expect(pinned.state(toy)).toBe('building');
    expect(() => pinned.from(toy, 'card')).toThrow(expect.objectContaining({ code: 'READ_MODEL_BUILDING' }));
    expect(() => pinned.from(other, 'card')).toThrow(expect.objectContaining({ code: 'READ_MODEL_UNKNOWN' }));
    await expect(node.rebuild('toy')).rejects.toMatchObject({ code: 'READ_MODEL_BUILDING' });
    await expect(node.rebuild('none')).rejects.toMatchObject({ code: 'READ_MODEL_UNKNOWN' });
  });

  it('are read at the least of their checkpoints', async () => {
    await fixture.append(...changes(20));
    const node = await fixture.started([toy, other]);
    expect(await node.caughtUp(20_000)).toBe(true);
    await node.stop();
    await fixture.backend.pool.query(
      `UPDATE masar.read_model SET checkpoint = 15, event_id = (SELECT id FROM masar.event WHERE position = 15)
       WHERE name = 'other'`,
    );
    expect((await (await fixture.node([toy, other])).pin()).position).toBe(15);
  });

  it('answer as of any position pinned or before', async () => {
    const node = await fixture.started([toy]);
    const titles = ['first', 'second', 'third'];
    const last = await fixture.append(...titles.map((title) => ({ keys: ['a'], title })));
    await node.waitFor(last, 20_000);
    const pinned = await node.pin();
    const answers = await Promise.all(
      titles.map(async (_, index) => {
        const sql = `SELECT t.title FROM ${pinned.from(toy, 'card')} t WHERE ${validAt('$1', 't')}`;
        return (await fixture.backend.pool.query(sql, [index + 1])).rows;
      }),
    );
    expect(answers).toEqual(titles.map((title) => [{ title }]));
  });

  it('store U+0000 as the replacement character in text, and as it is in json', async () => {
    const last = await fixture.append({ keys: ['a'], title: 'nul \u0000 within' });
    const node = await fixture.started([toy]);
    await until('projected', async () => (await node.pin()).position >= last);
    const { rows } = await fixture.backend.pool.query(
      `SELECT title, words, payload::text FROM ${(await node.pin()).from(toy, 'card')}`,
    );
    expect(rows[0]).toMatchObject({ title: 'nul \uFFFD within', words: ['nul', '\uFFFD', 'within'] });
    expect(JSON.parse(rows[0].payload)).toMatchObject({ title: 'nul \u0000 within' });
  });

  it('stop while events keep coming, and leave no connection behind', async () => {
    const node = await fixture.started([toy, other]);
    let appending = true;
    const load = (async () => {
      while (appending) await fixture.append(change());
    })();
    await node.waitFor(20, 20_000);
    await node.stop();
    appending = false;
    await load;
    await until('all connections are closed', async () => {
      const { rowCount } = await fixture.backend.pool.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database()
         AND application_name IN ('masar projection', 'masar read models')`,
      );
      return rowCount === 0;
    });
  });
});
