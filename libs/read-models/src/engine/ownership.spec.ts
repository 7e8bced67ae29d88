import type { TestPostgres } from '@masar/event-store/testing';
import { testPostgres } from '@masar/event-store/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CheckpointMoved } from './failure.js';
import { connectWriter } from './owner.js';
import { Projection } from './projection.js';
import { readLive } from './registry.js';
import { change, changes, EngineFixture, until } from './testing/engine-fixture.js';
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

describe('the ownership of a read model', () => {
  it('is one node’s, and passes to another when that one stops', async () => {
    const first = await fixture.started([toy]);
    await until('owned', async () => (await fixture.statusOf(first, toy)).ownedHere);
    const second = await fixture.started([toy]);
    await second.waitFor(await fixture.append(...changes(10)), 20_000);
    expect((await fixture.statusOf(second, toy)).ownedHere).toBe(false);
    await first.stop();
    const last = await fixture.append(...changes(10));
    expect(await second.waitFor(last, 20_000)).toBe(last);
    expect((await fixture.statusOf(second, toy)).ownedHere).toBe(true);
    expect(fixture.said('building')).toHaveLength(1);
    await fixture.expectRight(second, toy);
  });

  it('survives connections that break at any moment, with no row lost or doubled', async () => {
    const nodes = [await fixture.started([toy]), await fixture.started([toy])];
    await nodes[0]!.caughtUp(20_000);
    let appending = true;
    const load = (async () => {
      while (appending) await fixture.append(change(), change());
    })();
    for (let times = 0; times < 6; times++) {
      const { checkpoint } = await fixture.statusOf(nodes[0]!, toy);
      await until(
        'it moved',
        async () => (await fixture.statusOf(nodes[0]!, toy)).checkpoint > checkpoint + 3,
      );
      await fixture.breakWriters();
    }
    appending = false;
    await load;
    const { position } = await fixture.backend.log.head();
    expect(await nodes[0]!.waitFor(position, 20_000)).toBe(position);
    expect(fixture.said('failed').length).toBeGreaterThan(0);
    await fixture.expectRight(nodes[0]!, toy);
  });

  it('leaves nothing of a batch whose connection breaks between writing and commit', async () => {
    const node = await fixture.started([toy]);
    await node.waitFor(await fixture.append(...changes(10)), 20_000);
    await node.stop();
    await fixture.append(...changes(5));
    const client = await connectWriter(fixture.connectionString);
    const live = (await readLive(fixture.backend.pool, toy))!;
    const memory = { memory: 100, bulkMemory: 100 };
    const projection = new Projection(toy, live, fixture.backend.pool, client, {
      mode: 'indexed',
      ...memory,
    });
    // The last table of the batch has to wait, so everything before it is written and not committed.
    const holder = await fixture.backend.pool.connect();
    await holder.query(`BEGIN; LOCK TABLE ${live.schema}.step IN SHARE MODE`);
    const folded = await projection.prepare(await fixture.backend.log.readAll(live.checkpoint, 100));
    const written = projection.write(folded);
    written.catch(() => undefined);
    await until('it waits', async () => {
      const { rowCount } = await fixture.backend.pool.query(`SELECT FROM pg_locks WHERE NOT granted`);
      return rowCount === 1;
    });
    expect(await fixture.breakWriters()).toBe(1);
    await expect(written).rejects.toThrow();
    await holder.query('COMMIT');
    holder.release();
    await client.end().catch(() => undefined);
    expect((await readLive(fixture.backend.pool, toy))!.checkpoint).toBe(10);
    const next = await fixture.started([toy]);
    expect(await next.caughtUp(20_000)).toBe(true);
    await fixture.expectRight(next, toy);
  });

  it('does no harm where two have it: the slower one writes nothing and reads again', async () => {
    const node = await fixture.started([toy]);
    await node.waitFor(await fixture.append(...changes(10)), 20_000);
    await node.stop();
    await fixture.append(...changes(10));
    const { pool, log } = fixture.backend;
    const live = (await readLive(pool, toy))!;
    const clients = await Promise.all([1, 2].map(() => connectWriter(fixture.connectionString)));
    const two = clients.map(
      (client) => new Projection(toy, live, pool, client, { mode: 'indexed', memory: 100, bulkMemory: 100 }),
    );
    const batches = [await log.readAll(10, 4), await log.readAll(10, 6)];
    const folded = await Promise.all(two.map((projection, index) => projection.prepare(batches[index]!)));
    const written = await Promise.allSettled(
      two.map((projection, index) => projection.write(folded[index]!)),
    );
    const lost = written
      .filter((result) => result.status === 'rejected')
      .map(({ reason }) => reason as unknown);
    expect(lost).toHaveLength(1);
    expect(lost[0]).toBeInstanceOf(CheckpointMoved);
    await Promise.all(clients.map((client) => client.end()));
    const next = await fixture.started([toy]);
    expect(await next.caughtUp(20_000)).toBe(true);
    await fixture.expectRight(next, toy);
  });

  it('is kept through a checkpoint moved by another: what is in memory is read again', async () => {
    const node = await fixture.started([toy]);
    await node.waitFor(await fixture.append(...changes(10)), 20_000);
    const { pool, log } = fixture.backend;
    // Another owner, which the lock rules out, projects two events while the first one waits for the row.
    const live = (await readLive(pool, toy))!;
    const client = await connectWriter(fixture.connectionString);
    const intruder = new Projection(toy, live, pool, client, {
      mode: 'indexed',
      memory: 100,
      bulkMemory: 100,
    });
    await client.query('BEGIN');
    await client.query('SELECT FROM masar.read_model FOR UPDATE');
    await fixture.append(...changes(5));
    const folded = await intruder.prepare(await log.readAll(live.checkpoint, 2));
    await intruder.write(folded);
    await client.query('COMMIT');
    await client.end();
    expect(await node.waitFor(15, 20_000)).toBe(15);
    expect(fixture.said('moved')).toHaveLength(1);
    await fixture.expectRight(node, toy);
  });
});
