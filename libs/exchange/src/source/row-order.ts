import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SourceRow, StoredRow } from './source-row.js';

/** What rows are ordered by. */
export interface OrderBy {
  /** Undefined for a row that has none: it comes first, or behind the row before it of the same group. */
  keyOf(row: SourceRow): string | number | undefined;
  groupOf(row: SourceRow): string;
}

/** Where a row is kept. */
interface Kept {
  readonly offset: number;
  readonly length: number;
  /** Of the entries made of it, which. */
  readonly part: number;
  readonly key: string | number | undefined;
}

/**
 * Rows in another order than the file's. They are kept in a temporary file that only its owner can read, and of each
 * row no more than its place and its key in memory: about a hundred bytes.
 */
export class RowOrder {
  private readonly kept: Kept[] = [];

  private constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
    private readonly partsOf: (stored: StoredRow) => readonly SourceRow[],
  ) {}

  /**
   * Reads all rows.
   *
   * @param partsOf the rows made of what was kept of a record
   * @param by undefined for the file's order from its end
   */
  static async of(
    rows: AsyncIterable<SourceRow>,
    partsOf: (stored: StoredRow) => readonly SourceRow[],
    by: OrderBy | undefined,
  ): Promise<RowOrder> {
    const path = join(tmpdir(), `masar-import-${randomUUID()}`);
    const order = new RowOrder(path, await open(path, 'wx+', 0o600), partsOf);
    try {
      await order.keep(rows, by);
      return order;
    } catch (error) {
      await order.close();
      throw error;
    }
  }

  async *rows(onOffset: (share: number) => void): AsyncGenerator<SourceRow> {
    let done = 0;
    for (const { offset, length, part } of this.kept) {
      const { buffer } = await this.handle.read(Buffer.alloc(length), 0, length, offset);
      const row = this.partsOf(JSON.parse(buffer.toString('utf8')) as StoredRow)[part];
      done += 1;
      onOffset(done / this.kept.length);
      if (row) yield row;
    }
  }

  async close(): Promise<void> {
    await this.handle.close().catch(() => undefined);
    await rm(this.path, { force: true });
  }

  private async keep(rows: AsyncIterable<SourceRow>, by: OrderBy | undefined): Promise<void> {
    let written = 0;
    let last: StoredRow | undefined;
    let place = { offset: 0, length: 0 };
    let part = 0;
    const keys = new Map<string, string | number>();
    let pending: Buffer[] = [];
    let pendingBytes = 0;
    const flush = async (): Promise<void> => {
      if (pending.length > 0) await this.handle.write(Buffer.concat(pending));
      pending = [];
      pendingBytes = 0;
    };
    for await (const row of rows) {
      if (row.stored === last) {
        part += 1;
      } else {
        const bytes = Buffer.from(JSON.stringify(row.stored));
        place = { offset: written, length: bytes.length };
        written += bytes.length;
        pending.push(bytes);
        pendingBytes += bytes.length;
        last = row.stored;
        part = 0;
        if (pendingBytes > 262_144) await flush();
      }
      this.kept.push({ ...place, part, key: by && keyFor(row, by, keys) });
    }
    await flush();
    if (!by) this.kept.reverse();
    // Sorting keeps the order of equal keys.
    else this.kept.sort((a, b) => compare(a.key, b.key));
  }
}

function keyFor(
  row: SourceRow,
  by: OrderBy,
  keys: Map<string, string | number>,
): string | number | undefined {
  if (row.problem) return undefined;
  const key = by.keyOf(row);
  const group = by.groupOf(row);
  if (key === undefined) return keys.get(group);
  keys.set(group, key);
  return key;
}

function compare(a: string | number | undefined, b: string | number | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  return a < b ? -1 : 1;
}
