import type { TestPostgres } from '@masar/event-store/testing';
import { testPostgres } from '@masar/event-store/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { ReadModels } from './read-models.js';
import { change, changes, EngineFixture, until } from './testing/engine-fixture.js';
import { foldPlainly, rowsAt } from './testing/read-rows.js';
import { toyModel } from './testing/toy-model.js';

jest.setTimeout(60_000);

let postgres: TestPostgres;
let fixture: EngineFixture;
const toy = toyModel();

beforeAll(async () => {
  postgres = await testPostgres();
});
afterAll(async () => postgres?.stop());
beforeEach(async () => {
  fixture = await EngineFixture.open(postgres);
});
afterEach(async () => fixture?.close());

/** One query of a request: all rows at the position pinned. */
async function ask(
  node: ReadModels,
): Promise<{ position: number; rows: Awaited<ReturnType<typeof rowsAt>> }> {
  const pinned = await node.pin();
  const schema = pinned.from(toy, 'card').split('"')[1]!;
  return {
    position: pinned.position,
    rows: await rowsAt(fixture.backend.pool, toy, schema, pinned.position),
  };
}

describe('a rebuild', () => {
  it('under appends and queries fails no query and changes no answer', async () => {
    const node = await fixture.started([toy], { batch: 40 });
    await node.waitFor(await fixture.append(...changes(60)), 20_000);
    const before = (await fixture.statusOf(node, toy)).schema;
    let busy = true;
    const answers: Awaited<ReturnType<typeof ask>>[] = [];
    const clients = [1, 2].map(async () => {
      while (busy) {
        await fixture.append(change(), change());
        answers.push(await ask(node));
      }
    });
    try {
      for (let times = 1; times <= 3; times++) {
        await node.rebuild('toy');
        await until('switched', () => fixture.said('live').length === 1 + times);
      }
    } finally {
      busy = false;
      await Promise.all(clients);
    }
    const { position } = await fixture.backend.log.head();
    expect(await node.waitFor(position, 20_000)).toBe(position);
    expect((await fixture.statusOf(node, toy)).schema).not.toBe(before);
    const events = await fixture.backend.log.readAll(0, 10_000);
    for (const answer of answers) {
      expect(answer.rows).toEqual(foldPlainly(toy, events.slice(0, answer.position)));
    }
    await fixture.expectRight(node, toy);
    await until('old schemas dropped', async () => (await fixture.schemas()).length === 1);
  });

  it('makes the same rows as following did', async () => {
    const node = await fixture.started([toy]);
    for (let times = 0; times < 12; times++) await node.waitFor(await fixture.append(...changes(4)), 20_000);
    const followed = (await fixture.statusOf(node, toy)).schema!;
    await node.rebuild('toy');
    await until('switched', () => fixture.said('live').length === 2);
    const { schema, checkpoint } = await fixture.statusOf(node, toy);
    expect(schema).not.toBe(followed);
    for (const table of Object.keys(toy.tables)) {
      const { rows } = await fixture.backend.pool.query(
        `SELECT count(*)::int AS differing FROM (
           (SELECT t::text FROM ${followed}.${table} t EXCEPT ALL SELECT t::text FROM ${schema}.${table} t)
           UNION ALL
           (SELECT t::text FROM ${schema}.${table} t EXCEPT ALL SELECT t::text FROM ${followed}.${table} t)) d`,
      );
      expect(rows).toEqual([{ differing: 0 }]);
    }
    expect(checkpoint).toBe(48);
  });

  it('that is broken off starts again, and leaves nothing behind', async () => {
    await fixture.append(...changes(30));
    const node = await fixture.started([toy]);
    expect(await node.caughtUp(20_000)).toBe(true);
    await node.stop();
    const { pool } = fixture.backend;
    await pool.query(`
      CREATE SCHEMA rm_toy_v1_9001; CREATE TABLE rm_toy_v1_9001.card (key text);
      INSERT INTO masar.read_model (schema, name, version, role) VALUES ('rm_toy_v1_9001', 'toy', 1, 'building');
      CREATE SCHEMA rm_toy_v1_9002;
      CREATE SCHEMA rm_toy_v2_9003;
      UPDATE masar.read_model SET requested = 'rebuild' WHERE name = 'toy' AND role = 'live'`);
    const next = await fixture.started([toy]);
    await until('rebuilt', () => fixture.said('live').length === 2);
    await until('cleaned', async () => (await fixture.schemas()).length === 2);
    expect(await fixture.schemas()).toContain('rm_toy_v2_9003');
    await fixture.expectRight(next, toy);
  });

  it('that would send readers back is given up', async () => {
    let breaks = false;
    const fickle = toyModel({
      keyOf: (event) => {
        if (breaks && event.position === 5) throw new Error('not the first time');
        return toy.keyOf(event);
      },
    });
    const node = await fixture.started([fickle]);
    await node.waitFor(await fixture.append(...changes(20)), 20_000);
    const { schema } = await fixture.statusOf(node, toy);
    breaks = true;
    await node.rebuild('toy');
    await until('given up', () => fixture.said('halted').length === 1);
    const last = await fixture.append(...changes(5));
    expect(await node.waitFor(last, 20_000)).toBe(last);
    expect(await fixture.statusOf(node, toy)).toMatchObject({ schema, state: 'running' });
    await until('its schema is gone', async () => (await fixture.schemas()).length === 1);
  });

  it('is made when the tables were dropped by hand', async () => {
    const node = await fixture.started([toy]);
    await node.waitFor(await fixture.append(...changes(20)), 20_000);
    const { schema } = await fixture.statusOf(node, toy);
    fixture.breaks = true;
    await fixture.backend.pool.query(`DROP SCHEMA ${schema} CASCADE`);
    const last = await fixture.append(...changes(5));
    await until('built again', async () => (await fixture.statusOf(node, toy)).schema !== schema);
    await until('caught up', async () => (await node.pin()).position >= last);
    expect(fixture.said('building').at(-1)).toMatchObject({ because: 'lost' });
    await fixture.expectRight(node, toy);
  });

  it.each([
    ['another event stands at the checkpoint', `event_id = gen_random_uuid()`],
    ['the log ends before the checkpoint', `checkpoint = 1000`],
  ])('is made when the log was rewound: %s', async (_, rewound) => {
    const node = await fixture.started([toy]);
    await node.waitFor(await fixture.append(...changes(20)), 20_000);
    await node.stop();
    await fixture.backend.pool.query(`UPDATE masar.read_model SET ${rewound}`);
    const next = await fixture.started([toy]);
    await until('rebuilt', () => fixture.said('live').length === 2);
    expect(fixture.said('building').at(-1)).toMatchObject({ because: 'rewound' });
    expect(await next.caughtUp(20_000)).toBe(true);
    await fixture.expectRight(next, toy);
  });

  it('of a new version leaves the old one to nodes that still run it, and drops it after them', async () => {
    const old = await fixture.started([toy]);
    await old.waitFor(await fixture.append(...changes(20)), 20_000);
    const newer = toyModel({ version: 2 });
    const node = await fixture.started([newer]);
    expect(await node.caughtUp(20_000)).toBe(true);
    const last = await fixture.append(...changes(5));
    expect(await old.waitFor(last, 20_000)).toBe(last);
    expect(await node.waitFor(last, 20_000)).toBe(last);
    expect((await old.pin()).from(toy, 'card')).toMatch(/rm_toy_v1_/);
    expect((await node.pin()).from(newer, 'card')).toMatch(/rm_toy_v2_/);
    await old.stop();
    await until('dropped', async () =>
      (await fixture.schemas()).every((name) => name.startsWith('rm_toy_v2_')),
    );
    await fixture.expectRight(node, newer);
  });

  it('waits with dropping what a reader still holds', async () => {
    const node = await fixture.started([toy], { graceMs: 0 });
    await node.waitFor(await fixture.append(...changes(20)), 20_000);
    const { schema } = await fixture.statusOf(node, toy);
    const reader = await fixture.backend.pool.connect();
    await reader.query('BEGIN');
    await reader.query(`SELECT count(*) FROM ${schema}.card`);
    await node.rebuild('toy');
    await until('switched', async () => (await fixture.statusOf(node, toy)).schema !== schema);
    const { rows } = await reader.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${schema}.card`);
    expect(rows[0]!.n).toBeGreaterThan(0);
    await reader.query('COMMIT');
    reader.release();
    await until('dropped', async () => !(await fixture.schemas()).includes(schema!));
  });
});
