import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { Format } from '../mapping/language.js';
import { type CsvHeader, csvRows } from './csv-rows.js';
import { decodedText } from './decoded-text.js';
import { jsonlRows } from './jsonl-rows.js';
import type { SourceRow } from './source-row.js';

/** A file opened once and read twice, so that both passes read the same file whatever its name leads to later. */
export class SourceFile {
  private constructor(
    private readonly handle: FileHandle,
    private readonly format: Format,
    readonly size: number,
  ) {}

  /** @throws the error of the file system */
  static async open(path: string, format: Format): Promise<SourceFile> {
    const handle = await open(path, 'r');
    const stats = await handle.stat();
    if (!stats.isFile()) {
      await handle.close();
      throw Object.assign(new Error('is not a file'), { code: 'ENOTFILE' });
    }
    return new SourceFile(handle, format, stats.size);
  }

  /**
   * Its rows from the beginning.
   *
   * @throws SourceError where it cannot be read any further
   */
  rows(onBytes: (read: number) => void, onHeader: (header: CsvHeader) => void): AsyncGenerator<SourceRow> {
    const text = decodedText(this.bytes(onBytes), this.format.encoding);
    return this.format.kind === 'csv' ? csvRows(text, this.format, onHeader) : jsonlRows(text);
  }

  close(): Promise<void> {
    return this.handle.close();
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
