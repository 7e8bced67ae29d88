import { type DateNotes, type Dated, type DomainEvent, type GivenDates, withDates } from '../event.js';
import type { Irregularity } from '../item/lifecycle.js';
import { type LangText, requireText } from '../text.js';

/** What every event of a workshop may carry beside its own. */
export interface WorkshopCircumstances {
  readonly dates?: DateNotes;
  readonly illustrative?: boolean;
  readonly reason?: LangText;
  /** It was recorded as it was, against the rules of how a workshop goes. */
  readonly asRecorded?: boolean;
  /** What it breaks: `OUT_OF_ORDER`, where it came when the workshop was not in a state for it. */
  readonly irregularities?: readonly Irregularity[];
}

/** What every decision on a workshop takes beside its own. */
export interface WorkshopInput extends GivenDates {
  readonly illustrative?: boolean;
  readonly reason?: LangText;
  /** Record it as it was: what has to come before it is not asked for, and what it breaks is flagged. */
  readonly asRecorded?: boolean;
}

/** The event with its dates and circumstances. */
export function dated<E extends DomainEvent>(
  event: E,
  input: WorkshopInput,
  irregularities: readonly Irregularity[] = [],
): Dated<E> {
  const data = {
    ...event.data,
    ...(input.reason && { reason: requireText(input.reason, 'reason') }),
    ...(input.asRecorded && { asRecorded: true }),
    ...(irregularities.length > 0 && { irregularities }),
  };
  return withDates({ ...event, data }, input);
}
