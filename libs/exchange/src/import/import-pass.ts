import { Refusal, itemId, itemStream, normaliseReference } from '@masar/domain';
import type { EventLog, EventStore } from '@masar/event-store';
import type { MappedRow } from '../mapping/mapped-row.js';
import type { RowReader } from '../mapping/row-reader.js';
import type { SourceRow } from '../source/source-row.js';
import { ItemStreams, type OwnEvents } from './item-streams.js';
import type { OrderedAppends } from './ordered-appends.js';
import type { RejectsFile } from './rejects-file.js';
import type { Tally } from './report.js';
import { RowsBefore } from './rows-before.js';
import { type ImportContext, RowChanged, RowEvents, RowRefused } from './row-events.js';
import { RowImport, refusalMessage } from './row-import.js';

export interface PassOptions {
  readonly file: string;
  readonly reader: RowReader;
  readonly context: ImportContext;
  readonly store: Pick<EventStore, 'readStream'>;
  readonly log: Pick<EventLog, 'find'>;
  readonly tally: Tally;
  /** Where events go; nowhere in a check. */
  readonly appends?: OrderedAppends;
  /** What earlier attempts of this import wrote; undefined in a check. */
  readonly own?: OwnEvents;
  readonly rejects?: RejectsFile;
  /** The ids of names; only asked when writing. */
  readonly subjectsOf?: (names: readonly string[]) => Promise<ReadonlyMap<string, string>>;
}

/** As long as a real one: a check weighs events too. */
const anyone = '00000000-0000-0000-0000-000000000000';

/**
 * One reading of the file. The check and the writing do the same with every row, the one without appending, so that
 * what the check lets through is what is written.
 */
export class ImportPass {
  private readonly streams: ItemStreams;
  private readonly rows: RowImport;
  private readonly before: RowsBefore;

  constructor(private readonly options: PassOptions) {
    const { context, store, log, own } = options;
    this.streams = new ItemStreams(store, own);
    this.rows = new RowImport(context, this.streams, store, log);
    this.before = new RowsBefore(context, this.streams);
  }

  /** False where the file is so large that what its events break could not be judged throughout. */
  get complete(): boolean {
    return this.streams.complete;
  }

  async take(batch: readonly SourceRow[]): Promise<void> {
    const { reader, tally, appends } = this.options;
    const mapped: MappedRow[] = [];
    if (reader.asksWhatIsNew) await this.before.prefetch(batch.map((row) => reader.referenceOf(row)));
    for (const row of batch) {
      tally.rows += 1;
      const read = reader.read(row, this.before);
      if (read) {
        mapped.push(read);
        this.before.passed(read);
        for (const each of read.missing) tally.unmapped.add(each, row.line);
      } else tally.skipped += 1;
    }
    await this.prefetch(mapped);
    const subjects = await this.subjects(mapped);
    for (const row of mapped) await this.row(row, subjects);
    if (!this.streams.full) return;
    await appends?.drain();
    this.streams.trim();
  }

  private async row(mapped: MappedRow, subjects: ReadonlyMap<string, string>): Promise<void> {
    const { tally, appends, context } = this.options;
    // Rejected rows are counted too: mended, they keep their identity.
    const occurrence = mapped.identity === '' ? 0 : this.rows.references.count(mapped.identity);
    const events = new RowEvents(context, this.streams, { ...mapped, occurrence });
    try {
      if (mapped.faults.length > 0) return await this.reject(mapped, mapped.faults);
      await this.rows.stage(mapped, occurrence, events, (name) => subjects.get(name) ?? anyone);
    } catch (error) {
      events.drop();
      if (error instanceof RowChanged) {
        const message = 'says something else than when it was imported';
        tally.change({ ...this.place(mapped), message });
        return;
      }
      if (!(error instanceof RowRefused) && !(error instanceof Refusal)) throw error;
      return await this.reject(mapped, [{ message: refusalMessage(error) }]);
    }
    if (events.writes.length + events.rewritten === 0) {
      if (events.known > 0) tally.unchanged += 1;
      else tally.skipped += 1;
      return;
    }
    tally.registered += events.registered;
    tally.events += events.writes.length + events.rewritten;
    tally.flag(events.irregularities);
    for (const { write, bytes } of events.writes) await appends?.add(write, bytes);
  }

  private async reject(mapped: MappedRow, faults: MappedRow['faults']): Promise<void> {
    const { tally, rejects } = this.options;
    tally.rejected += 1;
    for (const fault of faults) tally.problem({ ...this.place(mapped), ...fault });
    const reasons = faults.map(({ field, message }) =>
      field === undefined ? message : `${field}: ${message}`,
    );
    await rejects?.add(mapped.row, reasons);
  }

  private place({ row, reference }: MappedRow): { file: string; line: number; reference?: string } {
    return { file: this.options.file, line: row.line, ...(reference !== '' && { reference }) };
  }

  /** Reads what the rows are likely to need, many streams at a time. */
  private async prefetch(rows: readonly MappedRow[]): Promise<void> {
    const names = new Set<string>();
    const add = (reference: string): void => {
      if (reference === '') return;
      const item = this.rows.references.itemOf(normaliseReference(reference));
      names.add(itemStream(item ?? itemId(this.options.context.programme, reference)));
    };
    for (const mapped of rows) {
      for (const action of mapped.faults.length > 0 ? [] : mapped.actions) {
        add(action.reference);
        if ('to' in action) add(action.to);
        if (action.kind === 'decision') action.items.forEach(add);
      }
    }
    await this.streams.prefetch(names);
  }

  /** The ids of everybody named in rows that are not known yet. */
  private async subjects(rows: readonly MappedRow[]): Promise<ReadonlyMap<string, string>> {
    const { subjectsOf, context } = this.options;
    if (!subjectsOf) return new Map();
    const names = new Set<string>();
    const counted = new Map<string, number>();
    for (const mapped of rows) {
      const { identity } = mapped;
      const occurrence = (counted.get(identity) ?? this.rows.references.counted(identity)) + 1;
      counted.set(identity, occurrence);
      if (mapped.faults.length > 0) continue;
      const events = new RowEvents(context, this.streams, { ...mapped, occurrence });
      if (mapped.actions.every(({ index }) => this.streams.knows(events.idOf(index)))) continue;
      if (mapped.claimedBy !== undefined) names.add(mapped.claimedBy);
      for (const action of mapped.actions) {
        if ('people' in action)
          Object.values(action.people ?? {}).forEach((part) => part.forEach((name) => names.add(name)));
      }
    }
    return names.size === 0 ? new Map() : subjectsOf([...names]);
  }
}
