import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type EventLog, canonicalise, eventLine } from '@masar/event-store';
import { ArchiveError } from './archive-error.js';
import { type ArchiveHeader, type ArchiveTrailer, archiveFormat, archiveVersion } from './archive-format.js';
import { WholeFile } from '../whole-file.js';

export interface BackupOptions {
  readonly log: Pick<EventLog, 'identity' | 'head' | 'readAll'>;
  /** Where the archive goes; refused where there is a file already. */
  readonly file: string;
  /** For the header. */
  readonly now: Date;
  readonly onProgress?: (events: number, total: number) => void;
  /** Ends it; nothing is left then. */
  readonly signal?: AbortSignal;
}

export interface Backup extends ArchiveHeader, ArchiveTrailer {
  readonly file: string;
}

/** Events read at a time: what bounds the memory, since an event is bounded too. */
const page = 500;

/**
 * Writes everything recorded up to this moment into one file. Reads the log page by page, like any other reader, so that
 * whoever appends meanwhile is not disturbed; what they append is not in it.
 *
 * @throws ArchiveError `EXISTS`, `CANNOT_WRITE`, `LOG_BROKEN`, `STOPPED`; StoreError
 */
export async function backUpLog(options: BackupOptions): Promise<Backup> {
  const { log, file, now, signal } = options;
  const [identity, head] = await Promise.all([log.identity(), log.head()]);
  const header: ArchiveHeader = {
    format: archiveFormat,
    version: archiveVersion,
    ...identity,
    ...head,
    created: now.toISOString(),
  };
  const writing = new Writing(header, options);
  const whole = await WholeFile.secret(file).catch((error: unknown) => {
    throw writeError(file, error);
  });
  try {
    await pipeline(Readable.from(writing.chunks(), { objectMode: false }), createGzip(), whole.stream, {
      signal,
    });
    await whole.finish();
    return { ...header, ...writing.trailer, file };
  } catch (error) {
    await whole.discard();
    if (signal?.aborted) throw new ArchiveError('STOPPED', 'the backup was stopped; nothing was written');
    throw writeError(file, error);
  }
}

/** The lines of one archive as they come. */
class Writing {
  private readonly hash = createHash('sha256');
  private events = 0;
  private sealed: ArchiveTrailer | undefined;

  constructor(
    private readonly header: ArchiveHeader,
    private readonly options: BackupOptions,
  ) {}

  /** Known once every chunk was taken. */
  get trailer(): ArchiveTrailer {
    return this.sealed!;
  }

  async *chunks(): AsyncGenerator<Buffer> {
    const { header, options, hash } = this;
    const { log, onProgress } = options;
    const hashed = (text: string): Buffer => {
      const bytes = Buffer.from(text);
      hash.update(bytes);
      return bytes;
    };
    yield hashed(`${canonicalise({ ...header })}\n`);
    while (this.events < header.position) {
      const events = await log.readAll(this.events, Math.min(page, header.position - this.events));
      for (const [index, { position }] of events.entries()) {
        if (position !== this.events + index + 1) throw broken(this.events + index + 1, position);
      }
      if (events.length === 0) throw broken(this.events + 1, header.position);
      yield hashed(events.map((event) => `${eventLine(event)}\n`).join(''));
      this.events += events.length;
      onProgress?.(this.events, header.position);
    }
    this.sealed = { digest: hash.digest('hex'), events: this.events };
    yield Buffer.from(`${canonicalise({ ...this.sealed })}\n`);
  }
}

function broken(expected: number, found: number): ArchiveError {
  return new ArchiveError(
    'LOG_BROKEN',
    `the log has no event at position ${expected}, and goes on to ${found}: run masar doctor`,
  );
}

function writeError(file: string, error: unknown): unknown {
  const { code } = error as { code?: unknown };
  if (error instanceof ArchiveError) return error;
  if (code === 'EEXIST') {
    return new ArchiveError('EXISTS', `${file} is there already: name another file, or move it away`);
  }
  const why = typeof code === 'string' ? whys[code] : undefined;
  return why
    ? new ArchiveError('CANNOT_WRITE', `${file} cannot be written: ${why}`, { cause: error })
    : error;
}

const whys: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  ENOTDIR: 'what it names as a folder is none',
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EFBIG: 'it would be larger than files may be',
  EIO: 'the disk fails',
};
