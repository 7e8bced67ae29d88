import type { EventLog, LogFilling, StoredLog } from '@masar/event-store';
import { type LogDigests, compareLogs } from './compare-logs.js';
import { CopyError } from './copy-error.js';

/** A log nobody else works on. */
export interface CopySource extends StoredLog {
  readonly log: Pick<EventLog, 'identity' | 'head' | 'readAll'>;
  /** @throws StoreError `IN_USE` where other processes of Masar are connected to it */
  requireUnused(): Promise<void>;
}

/** What is being done: events written to the target's database, brought to its server where it has one, compared. */
export type CopyStep = 'copy' | 'publish' | 'compare';

export interface CopyOptions {
  readonly source: CopySource;
  readonly target: LogFilling;
  /**
   * Epoch of the copy; that of the source where not given, since the events at every position are the same and what a
   * client holds stays true. Whoever goes on recording in both gives the copy a larger one: two logs of one epoch would
   * take each other's cursors.
   */
  readonly epoch?: number | undefined;
  readonly onProgress?: (step: CopyStep, events: number, total: number) => void;
  /** Ends it where it is; the same again goes on from there. */
  readonly signal?: AbortSignal;
}

export interface Copied {
  readonly logId: string;
  /** Of the source, and of the copy. */
  readonly epoch: number;
  readonly newEpoch: number;
  /** How many there are, which is also the position of the last one. */
  readonly events: number;
  /** Recorded time of the last event; null for an empty log. */
  readonly recordedAt: string | null;
  /** How many an earlier try, which broke off, had written already. */
  readonly resumedAfter: number;
  readonly digest: LogDigests;
}

/** Events read and written at a time: what bounds the memory, since an event is bounded too. */
const page = 500;

/**
 * Copies a log into an empty store with everything there is to an event, then reads both again and compares them. Until
 * then nobody else opens the target; whenever it is broken off, the same again goes on where it was.
 *
 * @throws CopyError; StoreError `NOT_EMPTY`, `IN_USE`, `OTHER_LOG`, `INVALID_LOG`, `UNSAFE_STORE`, `UNAVAILABLE`
 */
export async function copyLog(options: CopyOptions): Promise<Copied> {
  const { source, target, signal } = options;
  await source.requireUnused();
  const [{ logId, epoch }, head] = await Promise.all([source.log.identity(), source.log.head()]);
  const newEpoch = options.epoch ?? epoch;
  if (newEpoch < epoch) {
    throw new CopyError(
      'EPOCH_TOO_SMALL',
      `the log is in epoch ${epoch}: that of its copy is ${epoch}, or more`,
    );
  }
  const total = head.position;
  const resumedAfter = await target.begin({ logId, epoch: newEpoch });
  if (resumedAfter > total) {
    throw new CopyError(
      'DIFFERENT',
      `the target has ${resumedAfter} events of this log already, the source ${total}: the source lost some, or was restored; copy into another, new one`,
    );
  }
  const showing = (step: CopyStep) => (events: number) => {
    if (signal?.aborted) throw new CopyError('STOPPED', 'it was stopped; the same again goes on from there');
    options.onProgress?.(step, events, total);
  };
  await copyPages(options, resumedAfter, total, showing('copy'));
  await target.complete({ onProgress: showing('publish'), ...(signal && { signal }) });
  const digest = await compareLogs(source, target, total, showing('compare'));
  await requireSame(source, total);
  await target.finish();
  return { logId, epoch, newEpoch, events: total, recordedAt: head.recordedAt, resumedAfter, digest };
}

async function copyPages(
  { source, target }: CopyOptions,
  after: number,
  total: number,
  show: (events: number) => void,
): Promise<void> {
  for (let last = after; last < total;) {
    show(last);
    const events = await source.log.readAll(last, Math.min(page, total - last));
    const misplaced = events.findIndex(({ position }, index) => position !== last + index + 1);
    if (misplaced >= 0 || events.length === 0) {
      throw new CopyError(
        'LOG_BROKEN',
        `the source has no event at position ${last + 1 + Math.max(misplaced, 0)}: run masar doctor on it`,
      );
    }
    await target.write(events);
    last += events.length;
    show(last);
  }
}

/** What was recorded meanwhile would be lost to whoever goes on with the copy. */
async function requireSame(source: CopySource, total: number): Promise<void> {
  await source.requireUnused();
  const { position } = await source.log.head();
  if (position === total) return;
  throw new CopyError(
    'SOURCE_GREW',
    `the source has ${position} events now and had ${total} when the copy began: stop what records there, then run the same again, which goes on from there`,
  );
}
