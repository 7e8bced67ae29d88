import type { DateNotes } from '../event.js';
import type { SourceRow } from './circumstances.js';
import type { Irregularity } from './lifecycle.js';

/*
 * A reference is taken by creating the stream `item-<programme>/<reference>`. An item's own first reference is the
 * stream of its history; any further one holds this one event, and so can never become another item's by accident.
 */
export interface ReferenceReserved {
  readonly type: 'ReferenceReserved';
  readonly data: {
    /** Id of the item the reference leads to. */
    readonly item: string;
    /** As spelled. */
    readonly reference: string;
    /** Whether the item goes by it from now on, or keeps it as a further reference. */
    readonly as: 'reference' | 'alias';
    readonly dates?: DateNotes;
    readonly source?: SourceRow;
    readonly asRecorded?: boolean;
    /** What only the recorder could know: `LATE`. It is said of the item's own event. */
    readonly flags?: readonly Irregularity[];
    readonly illustrative?: boolean;
  };
}
