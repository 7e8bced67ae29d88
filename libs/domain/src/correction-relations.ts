import type { Correction, CorrectionEvent } from './correction.js';
import { correctionOn } from './correction-effects.js';
import type { Dated } from './event.js';
import { historyWith } from './item/decisions.js';
import { standingSuccessions } from './item/succession.js';
import type { Step } from './item/timeline.js';
import type { StandingRelation } from './relation-cycles.js';

/**
 * What the items of a correction go on as, on all days, once it is confirmed: where a reopening is struck, or given
 * another date, what it had ended stands again. None where the correction changes nothing of that.
 *
 * @param confirmed the confirmation, or what it will be
 * @param histories of the items it reaches, by id
 */
export function relationsCorrected(
  correction: Correction,
  confirmed: Dated<CorrectionEvent>,
  histories: ReadonlyMap<string, readonly Step[]>,
): StandingRelation[] {
  const before: StandingRelation[] = [];
  const after: StandingRelation[] = [];
  for (const [item, history] of histories) {
    const event = correctionOn(correction, confirmed, history);
    const corrected = event ? historyWith(history, event, event.effective) : history;
    before.push(...standingSuccessions(item, history));
    after.push(...standingSuccessions(item, corrected));
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : after;
}
