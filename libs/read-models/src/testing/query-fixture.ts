import type { ExpectedRevision, RecordedEvent } from '@masar/event-store';
import { type PostgresBackend, openPostgres } from '@masar/event-store/postgres';
import type { TestPostgres } from '@masar/event-store/testing';
import type { QueryConfig, QueryResultRow } from 'pg';
import { ReadModels } from '../engine/read-models.js';
import { readModels } from '../models/all.js';
import { At } from '../queries/at.js';
import type { SeesRestricted } from '../queries/visible-rows.js';

/** Histories in a log of their own, projected into every read model, and what the queries ask of them. */
export class QueryFixture {
  /** The log, in order. */
  events: readonly RecordedEvent[] = [];
  /** The statements run, in order. */
  readonly statements: QueryConfig[] = [];

  private constructor(
    private readonly backend: PostgresBackend,
    private readonly models: ReadModels,
  ) {}

  static async open(postgres: TestPostgres, events: readonly RecordedEvent[]): Promise<QueryFixture> {
    const connectionString = await postgres.createDatabase();
    const backend = await openPostgres({ connectionString });
    const models = await ReadModels.open({ connectionString, log: backend.log, models: readModels });
    const fixture = new QueryFixture(backend, models);
    await fixture.append(events);
    models.start();
    await fixture.caughtUp();
    return fixture;
  }

  /** Appends events, each where it was recorded in its own stream, one after the other. */
  async append(events: readonly RecordedEvent[]): Promise<void> {
    for (const { stream, revision, ...event } of events) {
      const expected: ExpectedRevision = revision === 0 ? 'none' : revision - 1;
      await this.backend.store.append(stream, expected, [event]);
    }
    this.events = await this.backend.log.readAll(0, 100_000);
  }

  async caughtUp(): Promise<void> {
    if (!(await this.models.caughtUp(30_000))) throw new Error('the read models did not catch up in 30 s');
    // What the planner knows of the tables is what it comes to know of them in time.
    await this.backend.pool.query('ANALYZE');
  }

  /** Where queries read: at a position, or at the last one there is; all there is, or what somebody may see. */
  async at(position = this.events.length, sees: SeesRestricted = 'all'): Promise<At> {
    const on = {
      query: <R extends QueryResultRow>(config: QueryConfig) => {
        this.statements.push(config);
        return this.backend.pool.query<R>(config);
      },
    };
    return new At(on, await this.models.pin(), position, sees);
  }

  /** What a query answers, and how many rows of a table it looked at for that. */
  async examined<T>(table: string, query: () => Promise<T>): Promise<{ answer: T; rows: number }> {
    const before = this.statements.length;
    const answer = await query();
    let rows = 0;
    for (const { text, values } of this.statements.slice(before)) {
      const explained = await this.backend.pool.query<{ 'QUERY PLAN': readonly { Plan: PlanNode }[] }>(
        `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${text}`,
        values,
      );
      rows += rowsOf(explained.rows[0]!['QUERY PLAN'][0]!.Plan, table);
    }
    return { answer, rows };
  }

  async close(): Promise<void> {
    await this.models.stop();
    await this.backend.close();
  }
}

interface PlanNode {
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

function rowsOf(node: PlanNode, table: string): number {
  const own =
    node['Relation Name'] === table
      ? (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops']
      : 0;
  return (node.Plans ?? []).reduce((sum, child) => sum + rowsOf(child, table), own);
}
