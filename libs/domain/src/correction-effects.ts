import type { Correction, CorrectionEvent, CorrectionTarget } from './correction.js';
import type { DecisionCorrected } from './decision.js';
import { type Dated, withoutUndefined } from './event.js';
import { type DatedItemEvent, dated } from './item/decisions.js';
import type { ReformItem } from './item/reform-item.js';
import { type Step, stateOf } from './item/timeline.js';
import type { EntryChange } from './item/undoing.js';
import { Refusal } from './refusal.js';
import type { LangText } from './text.js';

/** Whether a correction of a decision changes what it did, and not only what was written down of it. */
export function changesEffects({ struck, decidedOn, effective, sessionOrder }: EntryChange): boolean {
  return struck === true || [decidedOn, effective, sessionOrder].some((given) => given !== undefined);
}

/** The entry of an item that a correction is about; undefined where there is none that counts. */
export function targetStep(target: CorrectionTarget, history: readonly Step[]): Step | undefined {
  if (target.kind === 'text') return undefined;
  const found = history.find(({ entry }) =>
    target.kind === 'entry'
      ? entry.id === target.entry
      : entry.event.data.decision === target.decision && entry.event.type !== 'DecisionEffectLapsed',
  );
  return found && !(found.undone && found.undone.how !== 'revoked') ? found : undefined;
}

/**
 * Refuses to confirm a correction of words that were changed since it was proposed: it would undo what changed them.
 *
 * @param history of the item
 */
export function requireStillReads({ target }: Correction, history: readonly Step[]): void {
  if (target?.kind !== 'text' || stillReads(target, history)) return;
  const message = 'corrects words that were changed since: decline it, and propose anew what is still wrong';
  throw new Refusal('REVISION_MISMATCH', `the correction ${message}`, [{ path: 'correction', message }]);
}

/** Whether the words a correction replaces are those that stood when it was proposed. */
function stillReads(
  { change, textVersion }: Extract<CorrectionTarget, { kind: 'text' }>,
  history: readonly Step[],
): boolean {
  if (textVersion === undefined) return true;
  const now = stateOf(history);
  if (now.textVersion === textVersion) return true;
  const then = history.findLast(({ after }) => after.textVersion === textVersion)?.after;
  if (!then) return false;
  const same = (a: LangText | undefined, b: LangText | undefined, to: LangText | undefined) =>
    Object.keys(to ?? {}).every((language) => a?.[language] === b?.[language]);
  const labels = ({ parts }: Pick<ReformItem, 'parts'>) => JSON.stringify(parts.map(({ label }) => label));
  const textOf = ({ parts }: Pick<ReformItem, 'parts'>, label: string) =>
    parts.find((part) => part.label === label)?.text;
  return (
    same(now.title, then.title, change.title) &&
    same(now.text, then.text, change.text) &&
    (!change.parts || labels(now) === labels(then)) &&
    (change.parts ?? []).every((part) => same(textOf(now, part.label), textOf(then, part.label), part.text))
  );
}

/** What a confirmed correction leaves on one of its items: the correction, or that nothing was left to correct. */
export function correctionOn(
  { id, target }: Correction,
  confirmed: Dated<CorrectionEvent>,
  history: readonly Step[],
): DatedItemEvent | undefined {
  if (!target) return undefined;
  const { reason, illustrative } = confirmed.data;
  const dates = {
    decidedOn: { edtf: confirmed.decidedOn, ...confirmed.data.dates?.decidedOn },
    effective: { edtf: confirmed.effective, ...confirmed.data.dates?.effective },
  };
  const input = { ...dates, reason, illustrative };
  const nothingLeft = (): DatedItemEvent => {
    const data = { decision: id, code: 'NOTHING_TO_UNDO' as const, kind: 'correct' };
    return dated(history, { type: 'DecisionEffectLapsed', data }, input);
  };
  if (target.kind === 'text') {
    if (!stillReads(target, history)) return nothingLeft();
    const data = { ...target.change, correction: id };
    return dated(history, { type: 'ReformItemTextCorrected', data }, input);
  }
  if (target.kind === 'decision' && !changesEffects(target.change)) return undefined;
  const step = targetStep(target, history);
  if (!step) return nothingLeft();
  const { struck, decidedOn, effective, sessionOrder } = target.change;
  // Particulars of a decision stand on its own stream.
  const change = withoutUndefined(
    target.kind === 'entry' ? target.change : { struck, decidedOn, effective, sessionOrder },
  );
  const data = withoutUndefined({
    entry: step.entry.id,
    correction: id,
    change,
    ofDecision: step.entry.event.data.decision,
  });
  return dated(history, { type: 'ReformItemEntryCorrected', data }, input);
}

/** What a confirmed correction leaves on the stream of the decision it is about; undefined for any other target. */
export function correctionOfDecision(
  { id, target, programme }: Correction,
  confirmed: Dated<CorrectionEvent>,
): Dated<DecisionCorrected> | undefined {
  if (target?.kind !== 'decision') return undefined;
  const { decidedOn, effective, data: circumstances } = confirmed;
  const { reason, dates, illustrative } = circumstances;
  const data = withoutUndefined({
    programme,
    correction: id,
    change: target.change,
    reason,
    dates,
    illustrative,
  });
  return { type: 'DecisionCorrected', data, decidedOn, effective };
}
