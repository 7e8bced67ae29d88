import { readDates } from '../event.js';
import { type DatedItemEvent, type ItemInput, itemWhen, recordOnItem } from './decisions.js';
import type { ActionEvent } from './actions.js';
import type { AddresseeEvent } from './addressees.js';
import type { AssessmentEvent } from './assessment.js';
import type { EvidenceEvent } from './evidence.js';
import type { IndicatorEvent } from './indicators.js';
import type { ReformItem } from './reform-item.js';
import type { Step } from './timeline.js';

/** What is recorded of an item beside its lifecycle: none of it moves the item. */
type AxisEvent = AddresseeEvent | ActionEvent | IndicatorEvent | EvidenceEvent | AssessmentEvent;

/** The item a new entry of an axis meets: as it was at the date the entry takes effect. */
export function itemAt(history: readonly Step[], input: ItemInput): ReformItem {
  return itemWhen(history, readDates(input).effective);
}

/**
 * Records an event beside the lifecycle: first what the item's state allows, then the rules of the axis. Recorded as it
 * was, neither holds.
 *
 * @param rules refuse by the item as it was at the date of effect
 */
export function recordOnAxis(
  history: readonly Step[],
  event: AxisEvent,
  input: ItemInput,
  rules: (item: ReformItem) => void,
): DatedItemEvent {
  const recorded = recordOnItem(history, event, input);
  if (!input.asRecorded) rules(itemAt(history, input));
  return recorded;
}
