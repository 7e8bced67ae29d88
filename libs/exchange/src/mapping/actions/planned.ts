import type { Vocabulary } from '../expression.js';
import type { PlannedAction, Recording } from '../mapped-row.js';
import type { Reader } from '../value-readers.js';

/** What an action says beside its item, its dates and its reason. */
export type Said = Omit<PlannedAction, 'index' | 'reference' | 'dates' | 'reason'>;

/** Reads it from a row; undefined where the row says nothing of it. */
export type Compiled<A> = (words: Vocabulary, action: A) => Reader<Said | undefined>;

/** Something recorded on the item, with no flag of its own. */
export function recorded(record: Recording): Said {
  return { kind: 'record', flags: [], record } as Said;
}
