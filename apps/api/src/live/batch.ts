import type { Entry } from './filter.js';

/** A stretch of the log, and all that is known of its events at their positions. */
export interface Batch {
  /** It begins behind this position … */
  readonly after: number;
  /** … and ends with this one. */
  readonly upTo: number;
  /** When the last event was recorded. */
  readonly recordedAt: string | null;
  /** In order, a position each. */
  readonly entries: readonly Entry[];
}

/** The part of a batch in (after, upTo]. */
export function partOf(batch: Batch, after: number, upTo: number): Batch {
  if (after <= batch.after && upTo >= batch.upTo) return batch;
  const entries = batch.entries.filter(({ event }) => event.position > after && event.position <= upTo);
  return {
    after: Math.max(after, batch.after),
    upTo: Math.min(upTo, batch.upTo),
    recordedAt: entries.at(-1)?.event.recordedAt ?? batch.recordedAt,
    entries,
  };
}

/** About how much memory it takes, in characters. */
export function sizeOf({ entries }: Batch): number {
  return entries.reduce((sum, { event }) => sum + event.bytes.length + 1_000, 0);
}
