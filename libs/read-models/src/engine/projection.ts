import type { RecordedEvent } from '@masar/event-store';
import type { Client } from 'pg';
import { arrayLiteral } from './column.js';
import { Documents } from './documents.js';
import type { Encoded } from './encode.js';
import { copyStep, encode } from './encode.js';
import { CheckpointMoved, isAboutTheRow, PoisonEvent, sqlState } from './failure.js';
import type { Addressed, Folded } from './fold.js';
import { address, fold } from './fold.js';
import type { TableLayout, Version } from './layout.js';
import { layoutOf } from './layout.js';
import type { ReadModel } from './read-model.js';
import type { Build } from './registry.js';
import { checkpointMoved, moveCheckpoint } from './registry.js';
import type { Queryable, TableStatements } from './schema.js';
import { createIndexes, statementsOf } from './schema.js';
import { inTransaction } from './transaction.js';
import { transmit } from './transmit.js';

/** A batch folded and ready to be sent. */
export type Prepared = Folded & Encoded;

export interface ProjectionOptions {
  /** Rows and documents kept in memory. */
  readonly memory: number;
  /** The same while in bulk. */
  readonly bulkMemory: number;
  /**
   * Indexed: as it goes on, and as it survives a crash. Bulk: the tables have no index yet; a version is written
   * when it has ended, and {@link Projection.index} writes the rest. A bulk build that breaks off starts again.
   */
  readonly mode: 'indexed' | 'bulk';
}

/**
 * The fold of one read model into one schema. {@link prepare} may run for the next batch while {@link write} is
 * busy with the one before; each of them for one batch at a time, in order. After any error: {@link reset}.
 */
export class Projection {
  private readonly layout: TableLayout[];
  private readonly statements: TableStatements[];
  private readonly documents: Documents;
  private batch = 0;
  private folded: number;
  private written: number;
  private mode: ProjectionOptions['mode'];

  constructor(
    readonly model: ReadModel,
    /** As last read: its role and halt may have changed since, its checkpoint has. */
    public build: Build,
    /** Where documents are read from. */
    private readonly reader: Queryable,
    /** The owner's connection: everything is written here. */
    private writer: Client,
    private readonly options: ProjectionOptions,
  ) {
    this.layout = layoutOf(model);
    this.statements = this.layout.map((table) => statementsOf(build.schema, table));
    this.documents = new Documents(
      this.layout,
      options.mode === 'bulk' ? options.bulkMemory : options.memory,
    );
    this.mode = options.mode;
    this.folded = this.written = build.checkpoint;
  }

  /** The last position whose rows are committed. */
  get checkpoint(): number {
    return this.written;
  }

  get isBulk(): boolean {
    return this.mode === 'bulk';
  }

  /** True where a bulk build outgrew its memory, and {@link index} should come now. */
  get isOverfull(): boolean {
    return this.documents.isOverfull;
  }

  writeThrough(client: Client): void {
    this.writer = client;
  }

  /** Forgets what is in memory, and what was folded and not written. */
  reset(checkpoint: number = this.written): void {
    if (this.isBulk) throw new Error('a bulk build cannot go on from a checkpoint');
    this.documents.clear();
    this.batch = 0;
    this.folded = this.written = checkpoint;
  }

  /**
   * Folds the next events, which follow those of the last call; loads the documents they need.
   *
   * @throws RowRefused a value cannot be written
   */
  async prepare(events: readonly RecordedEvent[]): Promise<Prepared> {
    if (events[0] && events[0].position !== this.folded + 1) {
      throw new Error(`${this.build.schema}: the log went from ${this.folded} to ${events[0].position}`);
    }
    const batch = ++this.batch;
    const addressed = address(this.model, events);
    if (!this.isBulk) await this.load(addressed.addressed, batch);
    const folded = fold(this.model, this.layout, this.documents, batch, this.folded, addressed);
    this.folded = folded.last?.position ?? this.folded;
    return { ...folded, ...encode(this.layout, this.statements, folded, this.isBulk) };
  }

  private async load(addressed: readonly Addressed[], batch: number): Promise<void> {
    const wanted = new Set<string>();
    for (const { keys } of addressed) {
      for (const key of keys) {
        // One in memory is in use from here on: it may not be evicted while others load.
        if (this.documents.has(key)) this.documents.touch(key, batch);
        else wanted.add(key);
      }
    }
    if (wanted.size === 0) return;
    const missing = [...wanted];
    const loaded = await Promise.all(
      this.statements.map(async ({ load, version }) =>
        load === undefined ? [] : (await this.reader.query(load, [arrayLiteral(missing)])).rows.map(version),
      ),
    );
    this.documents.put(missing, batch, loaded);
  }

  /**
   * Writes a batch and moves the checkpoint, or does nothing.
   *
   * @throws CheckpointMoved another process was faster
   * @throws DatabaseError also where PostgreSQL does not take one of the rows
   */
  async write({ last, after, batch, steps }: Prepared): Promise<void> {
    if (last === undefined) return;
    // First: the row lock makes a second owner wait, then give up before it has written anything.
    const move = { sql: moveCheckpoint(this.build, after, last) };
    try {
      await transmit(this.writer, [move, ...steps]);
    } catch (error) {
      if (sqlState(error) === checkpointMoved) throw new CheckpointMoved(this.build.schema);
      throw error;
    }
    this.written = last.position;
    if (!this.isBulk) this.documents.evict(batch);
  }

  /** Writes the versions that still hold, then the indexes: from here on the build goes on as any other. */
  async index(): Promise<void> {
    if (!this.isBulk) return;
    await inTransaction(this.writer, async () => {
      await this.writer.query('SET LOCAL statement_timeout = 0');
      const write = async (index: number, held: readonly Version[]): Promise<void> => {
        const steps = copyStep(this.layout[index]!, this.statements[index]!, held, []);
        if (steps.length > 0) await transmit(this.writer, steps);
      };
      for (let index = 0; index < this.layout.length; index++) {
        let held: Version[] = [];
        for (const document of this.documents.values()) {
          for (const version of document.versions[index]!) held.push(version);
          if (held.length < 10_000) continue;
          await write(index, held);
          held = [];
        }
        await write(index, held);
      }
      await this.writer.query(createIndexes(this.build.schema, this.layout));
    });
    this.mode = 'indexed';
    this.documents.bound = this.options.memory;
    this.documents.evict(this.batch);
  }

  /**
   * Applies events one batch at a time, halving what is refused, so that all before the event at fault are kept.
   *
   * @throws PoisonEvent
   */
  async applyHalving(events: readonly RecordedEvent[]): Promise<void> {
    try {
      const folded = await this.prepare(events);
      await this.write(folded);
      if (folded.failed) throw new PoisonEvent(folded.failed.event, folded.failed.error);
    } catch (error) {
      if (!isAboutTheRow(error)) throw error;
      this.reset();
      if (events.length === 1) throw new PoisonEvent(events[0]!, error);
      const half = events.length >> 1;
      await this.applyHalving(events.slice(0, half));
      await this.applyHalving(events.slice(half));
    }
  }
}
