import type { DateNotes } from '../event.js';
import type { LangText } from '../text.js';
import type { Irregularity } from './lifecycle.js';

/** The row of an imported file an event comes from. */
export interface SourceRow {
  /** Name of the source, given by the mapping. */
  readonly name: string;
  /** Row identity: reference and occurrence, `PEP-0001#3`. */
  readonly row: string;
  /** SHA-256 (hex) of the row's fields: tells a row changed since. */
  readonly digest: string;
  /** The time the source claims it was recorded at, as spelled. Never our recordedAt. */
  readonly claimedAt?: string;
  /** Opaque id of the person the source names as the author of the row. */
  readonly claimedBy?: string;
}

/** What every event of an item may carry beside its own fields. */
export interface Circumstances {
  readonly dates?: DateNotes;
  /** Recorded as it was: the rules were not applied. */
  readonly asRecorded?: boolean;
  /** What it broke, as seen when it was recorded. The standing list is the fold's. */
  readonly irregularities?: readonly Irregularity[];
  /** The decision this is the effect of. */
  readonly decision?: string;
  /** Orders effects of one day: the number of the session, then of the agenda item. */
  readonly sessionOrder?: number;
  readonly source?: SourceRow;
  readonly reason?: LangText;
  readonly illustrative?: boolean;
}

/** An event of an item: its type, its own fields, its circumstances. */
export interface ItemEvent<T extends string, D extends object = object> {
  readonly type: T;
  readonly data: D & Circumstances;
}
