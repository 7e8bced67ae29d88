import { dropLeftovers } from './cleanup.js';
import { isAboutTheRow } from './failure.js';
import { layoutOf } from './layout.js';
import type { BuildReason } from './notice.js';
import type { Ownership } from './owner.js';
import { connectWriter } from './owner.js';
import type { ProjectionOptions } from './projection.js';
import { Projection } from './projection.js';
import type { ReadModel } from './read-model.js';
import { goLive, insertBuilding, nextBuild } from './registry.js';
import { createIndexes, createTables, schemaName } from './schema.js';
import type { Surroundings } from './surroundings.js';
import { followTo } from './surroundings.js';
import { inTransaction } from './transaction.js';

/** Catching up while events keep coming: after this many rounds readers are sent to what there is. */
const mostRounds = 20;

/** A build that runs beside the live one. */
export interface Beside {
  /** The position the live one has come to by now. */
  checkpoint(): number;
  /** Ends the live one's following; answers with the position it came to. */
  handOver(): Promise<number>;
}

/**
 * Makes a new build of a model from the whole log and sends the readers to it. Undefined where it was stopped,
 * or would have sent readers back (it halted at an event the live build got past): then nothing has changed.
 *
 * A schema of its own is filled in bulk up to the head, indexed, and catches up; only then the live build, which
 * was followed all the while, stops, and one transaction switches.
 */
export async function build(
  model: ReadModel,
  around: Surroundings,
  ownership: Ownership,
  because: BuildReason,
  signal: AbortSignal,
  beside?: Beside,
): Promise<Projection | undefined> {
  const client = beside ? await connectWriter(around.connectionString) : ownership.client;
  try {
    let projection: Projection;
    try {
      projection = await begin('bulk');
      if (!(await fill(projection))) return undefined;
    } catch (error) {
      if (!isAboutTheRow(error)) throw error;
      // Bulk writes rows long after their event: with indexes the event at fault is found.
      projection = await begin('indexed');
      if (!(await fill(projection))) return undefined;
    }
    const { schema, checkpoint } = projection.build;
    around.observe({ model: model.name, kind: 'live', schema, checkpoint });
    projection.writeThrough(ownership.client);
    return projection;
  } finally {
    if (beside) await client.end().catch(() => undefined);
  }

  async function begin(mode: ProjectionOptions['mode']): Promise<Projection> {
    for (const schema of await dropLeftovers(around.pool, model)) {
      around.observe({ model: model.name, kind: 'dropped', schema });
    }
    const layout = layoutOf(model);
    const schema = schemaName(model, await nextBuild(client));
    around.observe({ model: model.name, kind: 'building', schema, because });
    const row = await inTransaction(client, async () => {
      await client.query(createTables(schema, layout));
      if (mode === 'indexed') await client.query(createIndexes(schema, layout));
      return insertBuilding(client, model, schema);
    });
    return new Projection(model, row, around.pool, client, { mode, ...around.tuning });
  }

  /** Where readers are by now; with none, where the log ends. */
  async function target(): Promise<number> {
    return beside?.checkpoint() ?? (await around.log.head()).position;
  }

  /** True once readers are sent to it. */
  async function fill(projection: Projection): Promise<boolean> {
    for (let round = 0; round < mostRounds; round++) {
      const followed = await followTo(projection, around, signal, await target());
      if (followed.end === 'halted') return switchTo(projection);
      if (followed.end !== 'reached') return false;
      await projection.index();
      // Close enough that the rest takes one batch.
      if ((await target()) - projection.checkpoint <= around.tuning.batch) break;
    }
    const followed = await followTo(
      projection,
      around,
      signal,
      (await beside?.handOver()) ?? (await target()),
    );
    if (followed.end === 'stopped' || followed.end === 'moved') return false;
    return switchTo(projection);
  }

  async function switchTo(projection: Projection): Promise<boolean> {
    const live = await inTransaction(client, () => goLive(client, model, projection.build.schema));
    if (live) projection.build = live;
    else await dropLeftovers(around.pool, model);
    return live !== undefined;
  }
}
