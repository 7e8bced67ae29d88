import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { JsonObject, PostgresBackend } from '@masar/event-store';
import { openPostgres } from '@masar/event-store';
import type { TestPostgres } from '@masar/event-store/testing';
import type { Notice } from '../notice.js';
import type { ReadModel } from '../read-model.js';
import { ReadModels } from '../read-models.js';
import type { Tuning } from '../tuning.js';

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
  private readonly nodes: ReadModels[] = [];

  private constructor(
    readonly connectionString: string,
    readonly backend: PostgresBackend,
  ) {
  }

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
  async append(...changes: JsonObject[]): Promise<number> {
    const events = changes.map((data) => ({
      id: randomUUID(),
      type: 'ToyChanged',
      schemaVersion: 1,
      decidedOn: null,
      effective: null,
      actor: { subject: 'tester' },
      commandId: 'a test',
      causationId: null,
      correlationId: 'a test',
      data,
    }));
    return (await this.backend.store.append(`toy-${randomUUID()}`, 'none', events)).position;
  }

  said(kind: Notice['kind']): Notice[] {
    return this.notices.filter((notice) => notice.kind === kind);
  }

  async close(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
    await this.backend.close();
  }
}

/** Waits for a condition, at most 20 s. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`it never came to: ${what}`);
    await delay(10);
  }
}
