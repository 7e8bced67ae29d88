import type { DecidedItem, DecisionRecorded } from './decision.js';
import type { EffectEvent } from './decision-kind.js';
import type { Dated } from './event.js';
import { type DatedItemEvent, dated, itemWhen, requireAllowed } from './item/decisions.js';
import { type LapseCode, lapseCodes } from './item/events.js';
import type { ReformItem } from './item/reform-item.js';
import { type Step, stateOf } from './item/timeline.js';
import { requireUndoable } from './item/undoing.js';
import { eventOf, targetsOf, undoneBy } from './outcome.js';
import { Refusal } from './refusal.js';

/**
 * The one event a recorded decision leaves on one of its items: the effect, or `DecisionEffectLapsed` where the item
 * has moved on. Undefined where the item has that event already.
 *
 * @param relation how the relations stream took the decision; undefined where the decision relates no items
 */
export function effectOn(
  decision: Dated<DecisionRecorded>,
  decided: DecidedItem,
  history: readonly Step[],
  relation: 'declared' | 'lapsed' | undefined,
): DatedItemEvent | undefined {
  const { id, body, asRecorded, illustrative, sessionOrder } = decision.data;
  const current = stateOf(history);
  if (Object.hasOwn(current.decisions, id)) return undefined;
  const dates = {
    decidedOn: { edtf: decision.decidedOn, ...decision.data.dates?.decidedOn },
    effective: { edtf: decision.effective, ...decision.data.dates?.effective },
  };
  const flags = [...(decision.data.flags ?? []), ...(decided.flags ?? [])];
  const input = { ...dates, illustrative, reason: decided.reason, asRecorded, flags };
  const lapsed = (code: LapseCode): DatedItemEvent =>
    dated(
      history,
      { type: 'DecisionEffectLapsed', data: { decision: id, code, kind: decided.outcome.kind } },
      input,
    );
  const item = itemWhen(history, decision.effective, sessionOrder);
  const event = eventOf(decided.outcome, item, body);
  const needsRelations = targetsOf(decided.outcome).length > 0 || undoneBy(decided.outcome) !== undefined;
  if (relation === 'lapsed' && needsRelations) return lapsed('RELATION_CYCLE');
  if (!asRecorded) {
    try {
      requireApplicable(history, item, event, decision.effective);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return lapsed(isLapseCode(error.code) ? error.code : 'INVALID_TRANSITION');
    }
  }
  const data = { ...event.data, decision: id, ...(sessionOrder !== undefined && { sessionOrder }) };
  return dated(history, { type: event.type, data } as EffectEvent, input);
}

/** Refuses an effect that the item's state, or its history, does not allow. */
export function requireApplicable(
  history: readonly Step[],
  item: ReformItem,
  event: EffectEvent,
  effective: string | null,
): void {
  requireAllowed(item, event);
  if (event.type === 'ReformItemDecisionRevoked' || event.type === 'ReformItemDecisionAnnulled') {
    requireUndoable(history, event, effective);
  }
}

function isLapseCode(code: string): code is LapseCode {
  return (lapseCodes as readonly string[]).includes(code);
}
