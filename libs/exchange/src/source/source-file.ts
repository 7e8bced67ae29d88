import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { Format, Unnest } from '../mapping/language.js';
import type { Columns } from './columns.js';
import { csvRow, csvRows } from './csv-rows.js';
import { decodedText } from './decoded-text.js';
import { jsonListRows } from './json-list-rows.js';
import { jsonRow } from './json-row.js';
import { jsonlRows } from './jsonl-rows.js';
import { type OrderBy, RowOrder } from './row-order.js';
import type { SourceRow, StoredRow } from './source-row.js';
import { unnestedRows, withEntries } from './unnested-rows.js';

/** How the rows of a file are to be had. */
export interface Layout {
  readonly format: Format;
  readonly unnest?: readonly Unnest[];
  /** Another order than the file's: by a key, or from its end. */
  readonly order?: OrderBy | 'reversed';
}

/** A file opened once and read twice, so that both passes read the same file whatever its name leads to later. */
export class SourceFile {
  private order: RowOrder | undefined;
  private columns: Columns | undefined;

  private constructor(
    private readonly handle: FileHandle,
    private readonly layout: Layout,
    readonly size: number,
  ) {}

  /** @throws the error of the file system */
  static async open(path: string, layout: Layout): Promise<SourceFile> {
    const handle = await open(path, 'r');
    const stats = await handle.stat();
    if (!stats.isFile()) {
      await handle.close();
      throw Object.assign(new Error('is not a file'), { code: 'ENOTFILE' });
    }
    return new SourceFile(handle, layout, stats.size);
  }

  /**
   * Its rows from the beginning, in the order of the layout.
   *
   * @throws SourceError where it cannot be read any further
   */
  async *rows(
    onBytes: (read: number) => void,
    onHeader: (columns: Columns) => void,
  ): AsyncGenerator<SourceRow> {
    const { unnest = [], order } = this.layout;
    const inFile = (): AsyncGenerator<SourceRow> => unnestedRows(this.records(onBytes, onHeader), unnest);
    if (!order) return yield* inFile();
    if (this.order && this.columns) onHeader(this.columns);
    const by = order === 'reversed' ? undefined : order;
    this.order ??= await RowOrder.of(inFile(), (stored) => withEntries(this.row(stored), unnest), by);
    yield* this.order.rows((share) => onBytes(Math.round(share * this.size)));
  }

  async close(): Promise<void> {
    await this.order?.close();
    await this.handle.close();
  }

  private records(
    onBytes: (read: number) => void,
    onHeader: (columns: Columns) => void,
  ): AsyncGenerator<SourceRow> {
    const { format } = this.layout;
    const text = decodedText(this.bytes(onBytes), format.encoding);
    if (format.kind === 'jsonl') return jsonlRows(text);
    if (format.kind === 'json') return jsonListRows(text, [format.at ?? []].flat().map(String));
    return csvRows(text, format, (columns) => {
      this.columns = columns;
      onHeader(columns);
    });
  }

  private row(stored: StoredRow): SourceRow {
    return this.columns ? csvRow(stored, this.columns) : jsonRow(stored);
  }

  private async *bytes(onBytes: (read: number) => void): AsyncGenerator<Uint8Array> {
    let position = 0;
    for (;;) {
      // A new buffer each time: what was handed on may still be in use.
      const { bytesRead, buffer } = await this.handle.read(Buffer.allocUnsafe(65_536), 0, 65_536, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      onBytes(position);
      yield buffer.subarray(0, bytesRead);
    }
  }
}

/** Digests of what was read so far, one for each batch of rows: tells a file that changed between two passes. */
export class RunningDigest {
  private readonly hash = createHash('sha256');

  add(rows: readonly SourceRow[]): string {
    for (const { line, raw } of rows) this.hash.update(`${line}:${JSON.stringify(raw)}\n`);
    return this.hash.copy().digest('base64');
  }
}

/** Rows in batches, so that what can be looked up together is. Where reading fails, what was read comes first. */
export async function* batches(rows: AsyncIterable<SourceRow>, size: number): AsyncGenerator<SourceRow[]> {
  let batch: SourceRow[] = [];
  let failure: { readonly error: unknown } | undefined;
  try {
    for await (const row of rows) {
      batch.push(row);
      if (batch.length < size) continue;
      const full = batch;
      batch = [];
      yield full;
    }
  } catch (error) {
    failure = { error };
  }
  if (batch.length > 0) yield batch;
  if (failure) throw failure.error;
}
