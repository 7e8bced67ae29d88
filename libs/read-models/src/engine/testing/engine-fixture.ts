import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { JsonObject } from '@masar/event-store';
import { type PostgresBackend, openPostgres } from '@masar/event-store/postgres';
import type { TestPostgres } from '@masar/event-store/testing';
import type { Notice } from '../notice.js';
import type { ReadModel } from '../read-model.js';
import type { ReadModelStatus } from '../read-models.js';
import { ReadModels } from '../read-models.js';
import type { Tuning } from '../tuning.js';
import { foldPlainly, rowsAt } from './read-rows.js';

/** Short times and small sizes, so that every path is taken with few events. */
export const quick: Partial<Tuning> = {
  batch: 7,
  memory: 5,
  bulkMemory: 25,
  tickMs: 25,
  cleanupMs: 0,
  graceMs: 200,
  backoffMs: 10,
};

/** A log in a database of its own, and the nodes that project it. */
export class EngineFixture {
  readonly notices: Notice[] = [];
  /** Set by a test that breaks connections or drops tables. */
  breaks = false;
  private readonly nodes: ReadModels[] = [];

  private constructor(
    readonly connectionString: string,
    readonly backend: PostgresBackend,
  ) {}

  static async open(postgres: TestPostgres): Promise<EngineFixture> {
    const connectionString = await postgres.createDatabase();
    return new EngineFixture(connectionString, await openPostgres({ connectionString }));
  }

  /** A node: another process would open the same. Not started. */
  async node(models: readonly ReadModel[], tuning: Partial<Tuning> = {}): Promise<ReadModels> {
    const node = await ReadModels.open({
      connectionString: this.connectionString,
      log: this.backend.log,
      models,
      tuning: { ...quick, ...tuning },
      observe: (notice) => this.notices.push(notice),
    });
    this.nodes.push(node);
    return node;
  }

  async started(models: readonly ReadModel[], tuning: Partial<Tuning> = {}): Promise<ReadModels> {
    const node = await this.node(models, tuning);
    node.start();
    return node;
  }

  /** Appends events to a stream of their own; answers with the position of the last. */
  async append(...data: JsonObject[]): Promise<number> {
    const events = data.map((one) => ({
      id: randomUUID(),
      type: 'ToyChanged',
      schemaVersion: 1,
      decidedOn: null,
      effective: null,
      actor: { subject: 'tester' },
      commandId: 'a test',
      causationId: null,
      correlationId: 'a test',
      data: one,
    }));
    return (await this.backend.store.append(`toy-${randomUUID()}`, 'none', events)).position;
  }

  said<K extends Notice['kind']>(kind: K, model?: string): Extract<Notice, { kind: K }>[] {
    const isSuch = (notice: Notice): notice is Extract<Notice, { kind: K }> => notice.kind === kind;
    return this.notices.filter(isSuch).filter((notice) => model === undefined || notice.model === model);
  }

  async statusOf(node: ReadModels, model: ReadModel): Promise<ReadModelStatus> {
    return (await node.status()).find(({ name }) => name === model.name)!;
  }

  /** Compares what is stored with a plain fold, at every position from 0 to the model's checkpoint. */
  async expectRight(node: ReadModels, model: ReadModel): Promise<void> {
    const { checkpoint, schema } = await this.statusOf(node, model);
    const events = await this.backend.log.readAll(0, 10_000);
    for (let position = 0; position <= checkpoint; position++) {
      const stored = await rowsAt(this.backend.pool, model, schema!, position);
      expect(stored).toEqual(foldPlainly(model, events.slice(0, position)));
    }
  }

  /** Breaks the connections that write rows, as a network or a server would. */
  async breakWriters(): Promise<number> {
    this.breaks = true;
    const { rowCount } = await this.backend.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'masar projection' AND datname = current_database()`,
    );
    return rowCount ?? 0;
  }

  /** The schemas of read models there are. */
  async schemas(): Promise<string[]> {
    const { rows } = await this.backend.pool.query<{ name: string }>(
      `SELECT nspname AS name FROM pg_namespace WHERE nspname LIKE 'rm\\_%' ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  }

  /** Nothing may have failed on the way and been tried again in silence, unless the test breaks things. */
  async close(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
    await this.backend.close();
    if (!this.breaks) expect(this.said('failed')).toEqual([]);
  }
}

const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
let count = 0;

/** Data of an event that changes two documents of the toy model. */
export function change(own: JsonObject = {}): JsonObject {
  count += 1;
  return {
    keys: [keys[count % 10]!, keys[(count * 7) % 10]!],
    title: `title ${count}`,
    tags: [[`label ${count % 4}`, count % 3, count]],
    untag: `label ${count % 5}`,
    ...own,
  };
}

export function changes(many: number): JsonObject[] {
  return Array.from({ length: many }, () => change());
}

/** Waits for a condition, at most 20 s. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`it never came to: ${what}`);
    await delay(10);
  }
}
