import { itemId, itemStream, normaliseReference } from '@masar/domain';
import type { Before } from '../mapping/expression.js';
import type { MappedRow } from '../mapping/mapped-row.js';
import type { ItemStreams } from './item-streams.js';
import type { ImportContext } from './row-events.js';

/** What the rows read so far, and the store, say of the rows to come. */
export class RowsBefore implements Before {
  private readonly passedBy = new Set<string>();
  private readonly remembered: Map<string, string>[] = [];

  constructor(
    private readonly context: ImportContext,
    private readonly streams: ItemStreams,
  ) {}

  /** Reads what {@link isNew} will be asked of. */
  async prefetch(references: readonly string[]): Promise<void> {
    const names = references.filter((reference) => reference !== '' && !this.passedBy.has(reference));
    await this.streams.prefetch(names.map((reference) => this.streamOf(reference)));
  }

  /** An item the very row began, when it was imported before, is new to it. */
  isNew(reference: string, identity: string): boolean {
    if (reference === '') return true;
    const normal = normaliseReference(reference);
    if (this.passedBy.has(normal)) return false;
    const beginning = this.streams.inMemory(this.streamOf(normal))?.beginning;
    if (!beginning) return true;
    const { source } = beginning;
    if (source?.name !== this.context.source) return false;
    const begunBy = source.row.slice(0, source.row.lastIndexOf('#'));
    return begunBy === identity || normaliseReference(begunBy) === identity;
  }

  last(reference: string, what: number): string | undefined {
    return reference === '' ? undefined : this.remembered[what]?.get(normaliseReference(reference));
  }

  remember(reference: string, what: number, value: string): void {
    if (reference === '') return;
    this.remembered[what] ??= new Map();
    this.remembered[what].set(normaliseReference(reference), value);
  }

  /** Takes note of a row that was read. */
  passed({ reference }: MappedRow): void {
    if (reference !== '') this.passedBy.add(normaliseReference(reference));
  }

  private streamOf(reference: string): string {
    return itemStream(itemId(this.context.programme, reference));
  }
}
