import type { RecordedEvent } from '@masar/event-store';
import type { Client } from 'pg';
import { arrayLiteral } from './column.js';
import { copyIn } from './copy.js';
import { Documents } from './documents.js';
import { CheckpointMoved, isAboutTheRow, PoisonEvent, RowRefused } from './failure.js';
import type { Ended, Folded } from './fold.js';
import { address, fold } from './fold.js';
import type { TableLayout, Version } from './layout.js';
import { layoutOf } from './layout.js';
import type { ReadModel } from './read-model.js';
import type { Build } from './registry.js';
import { moveCheckpoint } from './registry.js';
import type { Queryable, TableStatements } from './schema.js';
import { createIndexes, statementsOf } from './schema.js';
import { inTransaction } from './transaction.js';

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

  /** Folds the next events, which follow those of the last call; loads the documents they need. */
  async prepare(events: readonly RecordedEvent[]): Promise<Folded> {
    if (events[0] && events[0].position !== this.folded + 1) {
      throw new Error(`${this.build.schema}: the log went from ${this.folded} to ${events[0].position}`);
    }
    const batch = ++this.batch;
    const addressed = address(this.model, events);
    if (!this.isBulk)
      await this.load(
        addressed.addressed.flatMap(({ keys }) => keys),
        batch,
      );
    const after = this.folded;
    const folded = fold(this.model, this.layout, this.documents, batch, after, addressed);
    this.folded = folded.last?.position ?? after;
    return folded;
  }

  private async load(keys: readonly string[], batch: number): Promise<void> {
    const missing = [...new Set(keys)].filter((key) => !this.documents.has(key));
    // Those in memory are in use from here on: none may be evicted while the others load.
    for (const key of keys) if (this.documents.has(key)) this.documents.touch(key, batch);
    if (missing.length === 0) return;
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
   * @throws RowRefused PostgreSQL does not take one of the rows
   */
  async write(folded: Folded): Promise<number> {
    const { last, after, batch } = folded;
    if (last === undefined) return 0;
    let rows = 0;
    await inTransaction(this.writer, async () => {
      // First: the row lock makes a second owner wait, then give up before it has written anything.
      const to = { position: last.position, id: last.id };
      if (!(await moveCheckpoint(this.writer, this.build, after, to)))
        throw new CheckpointMoved(this.build.schema);
      for (let index = 0; index < this.layout.length; index++) {
        const { made, ended } = folded.changes[index]!;
        const table = this.layout[index]!;
        if (this.isBulk && !table.appends) {
          const over = made.filter((version) => version.to !== undefined);
          rows += await this.copy(index, over, ended);
        } else {
          rows += await this.copy(index, made, []);
          rows += await this.end(index, ended);
        }
      }
    });
    this.written = last.position;
    if (!this.isBulk) this.documents.evict(batch);
    return rows;
  }

  /** Writes the versions that still hold, then the indexes: from here on the build goes on as any other. */
  async index(): Promise<void> {
    if (!this.isBulk) return;
    await inTransaction(this.writer, async () => {
      await this.writer.query('SET LOCAL statement_timeout = 0');
      for (let index = 0; index < this.layout.length; index++) {
        let held: Version[] = [];
        for (const document of this.documents.values()) {
          for (const version of document.versions[index]!) held.push(version);
          if (held.length < 10_000) continue;
          await this.copy(index, held, []);
          held = [];
        }
        await this.copy(index, held, []);
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

  private async copy(index: number, versions: readonly Version[], ended: readonly Ended[]): Promise<number> {
    if (versions.length + ended.length === 0) return 0;
    const { line } = this.layout[index]!;
    let lines = '';
    try {
      for (const version of versions) lines += line(version, version.to);
      for (const { version, to } of ended) lines += line(version, to);
    } catch (cause) {
      throw new RowRefused('a value cannot be written', { cause });
    }
    await copyIn(this.writer, this.statements[index]!.copy, lines);
    return versions.length + ended.length;
  }

  private async end(index: number, ended: readonly Ended[]): Promise<number> {
    if (ended.length === 0) return 0;
    const { identity } = this.layout[index]!;
    const { rowCount } = await this.writer.query(this.statements[index]!.end, [
      arrayLiteral(ended.map(({ version }) => version.key)),
      `{${ended.map(({ version }) => version.from).join(',')}}`,
      `{${ended.map(({ to }) => to).join(',')}}`,
      ...identity.map((column) => arrayLiteral(ended.map(({ version }) => String(version.row[column])))),
    ]);
    if (rowCount !== ended.length) {
      throw new Error(`${this.build.schema}: ended ${rowCount} of ${ended.length} versions`);
    }
    return ended.length;
  }
}
