import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Format } from '../mapping/language.js';
import type { SourceRow } from '../source/source-row.js';
import { ImportError } from './import-error.js';

/** Name of the column, or key, that says why a row was rejected. */
export const reasonField = 'masar_reason';

/** `moves.csv` → `moves.rejects.csv`, beside it. */
export function rejectsPath(file: string): string {
  const extension = extname(file);
  return `${file.slice(0, file.length - extension.length)}.rejects${extension}`;
}

/**
 * The rows that were rejected, in the format of their file (as UTF-8) with the reason. They are mended in the file they
 * come from: there they keep their identity. It gets its name once it is whole; without a rejected row there is none.
 */
export class RejectsFile {
  private handle: FileHandle | undefined;
  private columns: readonly string[] | undefined;

  constructor(
    readonly path: string,
    private readonly format: Format,
  ) {}

  header(columns: readonly string[]): void {
    this.columns = columns;
  }

  /** @throws ImportError `UNWRITABLE_REJECTS` */
  async add(row: SourceRow, reasons: readonly string[]): Promise<void> {
    const reason = reasons.join('; ');
    await this.write(this.format.kind === 'csv' ? this.csvLine(row, reason) : jsonLine(row, reason));
  }

  /** Gives the file its name. True where there is one. */
  async finish(): Promise<boolean> {
    if (!this.handle) return false;
    await this.handle.close();
    await rename(this.part, this.path);
    return true;
  }

  /** Begins anew. */
  async restart(): Promise<void> {
    await this.discard();
    this.handle = undefined;
  }

  /** Leaves nothing behind. */
  async discard(): Promise<void> {
    await this.handle?.close().catch(() => undefined);
    if (this.handle) await rm(this.part, { force: true });
  }

  private get part(): string {
    return `${this.path}.part`;
  }

  private async write(text: string): Promise<void> {
    try {
      if (!this.handle) {
        // Rows of the source, with whomever they name: for the owner of the file only.
        this.handle = await open(this.part, 'w', 0o600);
        if (this.columns && this.format.kind === 'csv' && !this.format.columns) {
          await this.handle.write(this.cells([...this.columns, reasonField]));
        }
      }
      await this.handle.write(text);
    } catch (cause) {
      const code = String((cause as { code?: unknown }).code);
      throw new ImportError(
        'UNWRITABLE_REJECTS',
        `the rejects file ${this.path} cannot be written (${code})`,
        { cause },
      );
    }
  }

  private csvLine({ raw }: SourceRow, reason: string): string {
    return this.cells([...(raw as readonly string[]), reason]);
  }

  private cells(values: readonly string[]): string {
    const { delimiter = ',', quote = '"' } = this.format as Extract<Format, { kind: 'csv' }>;
    const cell = (value: string): string =>
      [delimiter, quote, '\n', '\r'].some((special) => value.includes(special))
        ? quote + value.replaceAll(quote, quote + quote) + quote
        : value;
    return `${values.map(cell).join(delimiter)}\n`;
  }
}

function jsonLine({ raw }: SourceRow, reason: string): string {
  const fields = typeof raw === 'string' ? { masar_line: raw } : (raw as { readonly [key: string]: unknown });
  return `${JSON.stringify({ ...fields, [reasonField]: reason })}\n`;
}
