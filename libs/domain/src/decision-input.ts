import type { Basis, DecidedItem, DecisionMethod, DecisionMode, DecisionRecorded } from './decision.js';
import { requireCircumstances } from './decision-circumstances.js';
import type { GivenDates } from './event.js';
import type { ItemInput } from './item/decisions.js';
import { itemId } from './item/reform-item.js';
import { requireOutcome, targetsOf } from './outcome.js';
import { Refusal } from './refusal.js';
import { type LangText, requireText } from './text.js';

export interface DecisionInput
  extends
    GivenDates,
    Pick<ItemInput, 'asRecorded' | 'illustrative' | 'flags'>,
    Pick<DecisionRecorded['data'], 'votes' | 'quorum' | 'positions'> {
  readonly id: string;
  readonly programme: string;
  readonly items: readonly (DecidedItem & { readonly expectedRevision?: number })[];
  readonly body?: string;
  readonly workshop?: string;
  readonly session?: string;
  readonly sessionOrder?: number;
  readonly mode?: DecisionMode;
  readonly method?: DecisionMethod;
  readonly basis?: readonly Basis[];
  readonly minutes?: string;
  readonly note?: LangText;
}

/** At most this many items in one decision. */
export const maxItemsInDecision = 500;

/** Refuses what is wrong with a decision whatever there is to know beside it. */
export function requireDecisionShape(input: DecisionInput): void {
  const { items, note, programme, sessionOrder } = input;
  if (items.length === 0 || items.length > maxItemsInDecision) {
    const message = `names ${items.length} items; a decision is about 1 to ${maxItemsInDecision}`;
    throw new Refusal('INVALID_INPUT', `items ${message}`, [{ path: 'items', message }]);
  }
  if (note) requireText(note, 'note');
  requireCircumstances(input);
  if (sessionOrder !== undefined && !(Number.isInteger(sessionOrder) && sessionOrder >= 0)) {
    const message = 'is no number of a session: 0, 1, 2, …';
    throw new Refusal('INVALID_INPUT', `sessionOrder ${message}`, [{ path: 'sessionOrder', message }]);
  }
  const own = itemId(programme, '-').slice(0, -1);
  const seen = new Set<string>();
  items.forEach(({ item, outcome, reason }, index) => {
    const path = `items.${index}`;
    const fail = (field: string, message: string) => {
      throw new Refusal('INVALID_INPUT', `${path}.${field} ${message}`, [
        { path: `${path}.${field}`, message },
      ]);
    };
    if (seen.has(item)) fail('item', 'stands twice in the decision: give it one outcome');
    seen.add(item);
    if (reason) requireText(reason, `${path}.reason`);
    requireOutcome(outcome, (field, message) => fail(`outcome.${field}`, message), `${path}.outcome`);
    const targets = [...new Set(targetsOf(outcome))];
    // Relations hold within a programme: no stream sees a cycle across two.
    const stranger = [item, ...targets].find((id) => !id.startsWith(own));
    if (stranger !== undefined) fail('item', `is about ${stranger}, which is not an item of ${programme}`);
    if (targets.includes(item)) fail('outcome', 'names the item itself');
  });
}
