import { Refusal } from '../refusal.js';
import type { LangText } from '../text.js';
import type { ItemEvent } from './circumstances.js';
import { type DatedItemEvent, type ItemInput, dated, requireAllowed } from './decisions.js';
import { type Step, stateOf } from './timeline.js';

/**
 * Who may see an item: `open`, whoever may read its programme; `restricted`, only those who may read restricted items
 * there. An item begins open.
 */
export const itemVisibilities = ['open', 'restricted'] as const;
export type ItemVisibility = (typeof itemVisibilities)[number];

/*
 * The storage format of who may see an item. The latest one recorded holds, for the whole history of the item and
 * whatever moment is asked for: it has no place in the order of effect, breaks nothing there, and no entry undoes it.
 */
export type VisibilityEvent = ItemEvent<
  'ReformItemVisibilitySet',
  { readonly visibility: ItemVisibility; readonly reason: LangText }
>;

/**
 * Says who may see an item from now on, its past included. The dates are for the record.
 *
 * @throws Refusal `NOT_FOUND`, `REASON_REQUIRED`, `NOTHING_TO_CHANGE`
 */
export function setVisibility(
  history: readonly Step[],
  input: ItemInput & { readonly visibility: ItemVisibility },
): DatedItemEvent {
  const { visibility, reason } = input;
  if (!reason) {
    throw new Refusal('REASON_REQUIRED', 'who may see an item is changed for a reason', [
      { path: 'reason', message: 'is missing' },
    ]);
  }
  const item = stateOf(history);
  const event = { type: 'ReformItemVisibilitySet', data: { visibility, reason } } as const;
  requireAllowed(item, event);
  if (item.visibility === visibility) {
    const message = `is what the item is already: ${visibility}`;
    throw new Refusal('NOTHING_TO_CHANGE', `visibility ${message}`, [{ path: 'visibility', message }]);
  }
  return dated(history, event, input);
}
