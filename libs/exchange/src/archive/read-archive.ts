import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { isTooDeep, type RestorableEvent, tooDeepToRead } from '@masar/event-store';
import { ArchiveError } from './archive-error.js';
import {
  type ArchiveHeader,
  type ArchiveTrailer,
  archiveFormat,
  archiveVersion,
  maxLineBytes,
  parsed,
  readEvent,
  readHeader,
  readTrailer,
  trailerBeginning,
} from './archive-format.js';

/** Events handed on at a time. */
const batchEvents = 500;
const batchBytes = 4 * 1024 * 1024;
const lineFeed = 0x0a;

/** An archive being read, from its beginning to its end, once. */
export class ArchiveReader {
  private readonly hash = createHash('sha256');
  private readonly lines: AsyncGenerator<Buffer>;
  /** Number of the last line read, from 1. */
  private line = 0;
  private read: { header: ArchiveHeader; trailer?: ArchiveTrailer } | undefined;

  private constructor(private readonly file: string) {
    this.lines = this.linesOf();
  }

  /** @throws ArchiveError `UNREADABLE`, `NOT_AN_ARCHIVE`, `UNKNOWN_VERSION`, `CUT_OFF`, `DAMAGED` */
  static async open(file: string): Promise<ArchiveReader> {
    const reader = new ArchiveReader(file);
    reader.read = { header: await reader.readFirst() };
    return reader;
  }

  get header(): ArchiveHeader {
    return this.read!.header;
  }

  /** Known once every event was read. */
  get trailer(): ArchiveTrailer {
    return this.read!.trailer!;
  }

  /**
   * Every event in its order, in batches. Whoever has come to the end knows that the archive is whole: positions and the
   * revisions of each stream dense, time never going back, as many events as it says, and the bytes that were written.
   * What is kept of each stream is its last revision.
   *
   * @throws ArchiveError `CUT_OFF`, `DAMAGED`, `UNSUPPORTED`
   */
  async *events(): AsyncGenerator<readonly RestorableEvent[]> {
    const order = new Order(this.header);
    let batch: RestorableEvent[] = [];
    let bytes = 0;
    for await (const raw of this.lines) {
      const text = this.text(raw);
      if (text.startsWith(trailerBeginning)) {
        if (batch.length > 0) yield batch;
        batch = [];
        await this.finish(text, order);
        return;
      }
      this.hash.update(raw);
      const event = readEvent(text);
      if ('fault' in event) throw this.damaged(event.fault);
      if (isTooDeep(event.value.bytes)) throw this.unsupported(`has data that ${tooDeepToRead}`);
      const misplaced = order.next(event.value);
      if (misplaced !== undefined) throw this.damaged(misplaced);
      batch.push(event.value);
      bytes += raw.length;
      if (batch.length >= batchEvents || bytes >= batchBytes) {
        yield batch;
        batch = [];
        bytes = 0;
      }
    }
    throw this.cutOff();
  }

  /** Lets go of the file. */
  async close(): Promise<void> {
    await this.lines.return(undefined);
  }

  private async readFirst(): Promise<ArchiveHeader> {
    const first = await this.lines.next();
    if (first.done) throw this.cutOff();
    this.hash.update(first.value);
    const text = this.text(first.value);
    const { format, version } = (parsed(text) ?? {}) as { format?: unknown; version?: unknown };
    if (format !== archiveFormat) {
      throw new ArchiveError(
        'NOT_AN_ARCHIVE',
        `${this.file} is no archive of a log: it does not begin as one`,
      );
    }
    if (version !== archiveVersion) {
      throw new ArchiveError(
        'UNKNOWN_VERSION',
        `${this.file} is an archive of version ${JSON.stringify(version)}; this Masar reads version ${archiveVersion}: use a newer one`,
      );
    }
    const header = readHeader(text);
    if ('fault' in header) throw this.damaged(header.fault);
    return header.value;
  }

  private async finish(text: string, order: Order): Promise<void> {
    const trailer = readTrailer(text);
    if ('fault' in trailer) throw this.damaged(trailer.fault);
    const { events, digest } = trailer.value;
    const { position, recordedAt } = this.header;
    if (order.position !== position || events !== position) {
      throw this.damaged(
        `ends after ${order.position} events; its first line says ${position}, its last ${events}`,
      );
    }
    if (order.recordedAt !== recordedAt) throw this.damaged('ends at another time than its first line says');
    const found = this.hash.digest('hex');
    if (found !== digest) throw this.damaged(`says that the digest is ${digest}; it is ${found}`);
    if (!(await this.lines.next()).done) throw this.damaged('stands behind the last line');
    this.read = { header: this.header, trailer: trailer.value };
  }

  /** Lines with their line feeds; what follows the last line feed is no line. */
  private async *linesOf(): AsyncGenerator<Buffer> {
    const unzipped = createGunzip();
    // The reading side meets every error as it iterates.
    pipeline(createReadStream(this.file), unzipped, () => undefined);
    let rest: Buffer = Buffer.alloc(0);
    try {
      for await (const chunk of unzipped as AsyncIterable<Buffer>) {
        let from = 0;
        for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, from)) {
          const piece = chunk.subarray(from, end + 1);
          this.line += 1;
          yield rest.length > 0 ? Buffer.concat([rest, piece]) : piece;
          rest = Buffer.alloc(0);
          from = end + 1;
        }
        rest = Buffer.concat([rest, chunk.subarray(from)]);
        if (rest.length > maxLineBytes) {
          this.line += 1;
          throw this.damaged(`is longer than ${maxLineBytes} bytes`);
        }
      }
    } catch (error) {
      throw this.readError(error);
    }
    if (rest.length > 0) throw this.cutOff();
  }

  private text(line: Buffer): string {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line.subarray(0, -1));
    } catch {
      throw this.damaged('is not UTF-8');
    }
  }

  private damaged(what: string): ArchiveError {
    return new ArchiveError('DAMAGED', `${this.file}: line ${this.line} ${what}: the archive is damaged`);
  }

  private unsupported(what: string): ArchiveError {
    return new ArchiveError('UNSUPPORTED', `${this.file}: line ${this.line} ${what}`);
  }

  private cutOff(): ArchiveError {
    return new ArchiveError(
      'CUT_OFF',
      `${this.file} is cut off after line ${this.line}: it has no last line`,
    );
  }

  private readError(error: unknown): unknown {
    if (error instanceof ArchiveError) return error;
    const { code, message } = error as { code?: unknown; message: string };
    if (code === 'Z_BUF_ERROR') return this.cutOff();
    if (code === 'Z_DATA_ERROR' && this.line === 0 && message.includes('header')) {
      return new ArchiveError('NOT_AN_ARCHIVE', `${this.file} is no archive of a log: it is not gzip`);
    }
    if (typeof code === 'string' && code.startsWith('Z_')) {
      return new ArchiveError(
        'DAMAGED',
        `${this.file}: what follows line ${this.line} cannot be unzipped: the archive is damaged`,
      );
    }
    const why =
      code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : String(code);
    return new ArchiveError('UNREADABLE', `${this.file} cannot be read: ${why}`, { cause: error });
  }
}

/** What has to follow from one event to the next. */
class Order {
  position = 0;
  recordedAt: string | null = null;
  private readonly revisions = new Map<string, number>();

  constructor(private readonly header: ArchiveHeader) {}

  /** Takes the next event, or says what is wrong with its place. */
  next({ position, revision, stream, recordedAt }: RestorableEvent): string | undefined {
    const expected = (this.revisions.get(stream) ?? -1) + 1;
    if (position !== this.position + 1)
      return `has position ${position} where ${this.position + 1} should stand`;
    if (position > this.header.position)
      return `goes on behind position ${this.header.position}, where it should end`;
    if (revision !== expected) return `has revision ${revision} of its stream where ${expected} should stand`;
    if (this.recordedAt !== null && recordedAt < this.recordedAt)
      return 'was recorded before the event before it';
    this.position = position;
    this.recordedAt = recordedAt;
    this.revisions.set(stream, revision);
    return undefined;
  }
}
