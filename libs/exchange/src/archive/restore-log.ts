import type { FillingOptions, LogRestore, RestorableEvent } from '@masar/event-store';
import { ArchiveError } from './archive-error.js';
import type { ArchiveHeader, ArchiveTrailer } from './archive-format.js';
import { ArchiveReader } from './read-archive.js';

export interface RestoreOptions {
  readonly file: string;
  readonly restoring: LogRestore;
  /**
   * Epoch of the restored log; one more than the archive's where not given. Whoever restores an archive a second time
   * gives a larger one: two logs of one epoch would take each other's cursors.
   */
  readonly epoch?: number | undefined;
  /** Sees each event as it is read. */
  readonly examine?: (event: RestorableEvent) => void;
  /** Called once the archive was read and is whole, before anything stands: what it throws leaves the store empty. */
  readonly approve?: () => void;
  readonly onProgress?: (events: number, total: number) => void;
  /** As events that are all written are brought to a server, where the store is one. */
  readonly onPublish?: (events: number, total: number) => void;
  /** Ends it; the store stays empty then, or, where publishing has begun, waits for the same restore to go on. */
  readonly signal?: AbortSignal;
}

/** An archive that was read from end to end and is whole. */
export interface CheckedArchive extends ArchiveHeader, ArchiveTrailer {}

export interface Restored extends CheckedArchive {
  /** The epoch of the log from now on. */
  readonly newEpoch: number;
}

/**
 * Puts the log of an archive back into an empty store, as it was, in another epoch. The archive is checked as it is
 * written, in one transaction: where anything is wrong with it, the store stays empty.
 *
 * @throws ArchiveError, StoreError `NOT_EMPTY`, `IN_USE`, `INVALID_LOG`, `UNAVAILABLE`
 */
export async function restoreLog(options: RestoreOptions): Promise<Restored> {
  const { file, restoring } = options;
  const reader = await ArchiveReader.open(file);
  try {
    const { header } = reader;
    const newEpoch = options.epoch ?? header.epoch + 1;
    if (newEpoch <= header.epoch) {
      throw new ArchiveError(
        'EPOCH_TOO_SMALL',
        `the log was in epoch ${header.epoch} when it was backed up: the epoch of the restored one is ${header.epoch + 1} or more`,
      );
    }
    const identity = { logId: header.logId, epoch: newEpoch };
    await restoring.restore(identity, followed(reader, options), publishing(options));
    return { ...header, ...reader.trailer, newEpoch };
  } finally {
    await reader.close();
  }
}

function publishing({ onPublish, signal }: RestoreOptions): FillingOptions {
  return {
    onProgress: (events, total) => {
      if (signal?.aborted)
        throw new ArchiveError('STOPPED', 'it was stopped; the same restore again goes on from there');
      onPublish?.(events, total);
    },
    ...(signal && { signal }),
  };
}

/**
 * Reads an archive from end to end and needs no store for it.
 *
 * @throws ArchiveError
 */
export async function checkArchive(options: Omit<RestoreOptions, 'restoring'>): Promise<CheckedArchive> {
  const reader = await ArchiveReader.open(options.file);
  try {
    for await (const _ of followed(reader, options));
    return { ...reader.header, ...reader.trailer };
  } finally {
    await reader.close();
  }
}

async function* followed(
  reader: ArchiveReader,
  { examine, approve, onProgress, signal }: Omit<RestoreOptions, 'restoring'>,
): ReturnType<ArchiveReader['events']> {
  let events = 0;
  for await (const batch of reader.events()) {
    if (signal?.aborted) throw new ArchiveError('STOPPED', 'it was stopped; nothing was restored');
    if (examine) batch.forEach(examine);
    yield batch;
    events += batch.length;
    onProgress?.(events, reader.header.position);
  }
  approve?.();
}
