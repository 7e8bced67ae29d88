import { describeEvent } from './catalogue.js';
import {
  type CorrectionEvent,
  type CorrectionInput,
  type CorrectionTarget,
  datedCorrection,
} from './correction.js';
import { changesEffects, targetStep } from './correction-effects.js';
import { decisionMethods, decisionModes } from './decision.js';
import { parseEdtf } from './edtf.js';
import { type Dated, withoutUndefined } from './event.js';
import { type Check, isCorrectable, oneOf, text, words } from './item/correctable-fields.js';
import { bringsWords, corrected, requireTextChange } from './item/text-versions.js';
import { type Entry, type Step, stateOf } from './item/timeline.js';
import type { EntryChange } from './item/undoing.js';
import { Refusal } from './refusal.js';

/** What of a decision can be corrected besides its dates: what was written down of it, never what it did. */
const particulars: { readonly [field: string]: Check } = {
  body: text,
  workshop: text,
  session: text,
  minutes: text,
  mode: oneOf(decisionModes),
  method: oneOf(decisionMethods),
  note: words,
};

function refuse(
  path: string,
  message: string,
  code: 'INVALID_INPUT' | 'NOTHING_TO_CHANGE' = 'INVALID_INPUT',
): never {
  throw new Refusal(code, `${path} ${message}`, [{ path, message }]);
}

/**
 * Proposes a correction of what stands. It takes effect when somebody else confirms it.
 *
 * @param histories of the items it reaches, by id
 * @throws Refusal `REASON_REQUIRED`, `NOT_FOUND`, `NOTHING_TO_UNDO`, `NOTHING_TO_CHANGE`, `INVALID_DATE`, `INVALID_INPUT`
 */
export function proposeCorrection(
  input: CorrectionInput<{
    readonly id: string;
    readonly programme: string;
    readonly target: CorrectionTarget;
  }>,
  histories: ReadonlyMap<string, readonly Step[]>,
): Dated<CorrectionEvent> {
  const { id, programme, target } = input;
  if (!input.reason) {
    throw new Refusal('REASON_REQUIRED', 'a correction says what was wrong', [
      { path: 'reason', message: 'is missing' },
    ]);
  }
  for (const [item, history] of histories) {
    if (history.length === 0) throw new Refusal('NOT_FOUND', `there is no item ${item}`);
    if (target.kind !== 'decision') requireTarget(target, history, item);
  }
  if (target.kind === 'decision') requireDecisionChange(target.change);
  const items = target.kind === 'decision' ? reachedBy(target, histories) : [...histories.keys()];
  const data = { id, programme, target: withoutUndefined(versioned(target, histories)), items };
  return datedCorrection({ type: 'CorrectionProposed', data }, input);
}

/**
 * The items a correction of a decision reaches: those on which what the decision did still counts. Where its effect lapsed,
 * or was undone by itself, there is nothing left to correct, and the rest is corrected all the same.
 */
function reachedBy(
  { decision, change }: Extract<CorrectionTarget, { kind: 'decision' }>,
  histories: ReadonlyMap<string, readonly Step[]>,
): string[] {
  if (!changesEffects(change)) return [...histories.keys()];
  const target = { kind: 'decision', decision, change } as const;
  const nothing = (item: string, message: string) =>
    new Refusal('NOTHING_TO_UNDO', `${item} ${message}`, [
      { path: 'decision', message: 'names nothing that still counts' },
    ]);
  const reached: string[] = [];
  let allLapsed = true;
  for (const [item, history] of histories) {
    const left = history.filter(({ entry }) => entry.event.data.decision === decision);
    if (left.length === 0) throw nothing(item, 'has no such entry that still counts');
    if (targetStep(target, history)) reached.push(item);
    allLapsed &&= left.every(({ entry }) => entry.event.type === 'DecisionEffectLapsed');
  }
  if (reached.length === 0 && !allLapsed) {
    throw nothing([...histories.keys()].join(', '), 'has no such entry that still counts');
  }
  return reached;
}

/** The target, saying of which version it speaks: of the entry's type that of today, of the words those that stand. */
function versioned(
  target: CorrectionTarget,
  histories: ReadonlyMap<string, readonly Step[]>,
): CorrectionTarget {
  if (target.kind === 'text') {
    const { textVersion } = stateOf(histories.get(target.item)!);
    return { ...target, textVersion };
  }
  if (target.kind !== 'entry' || !target.change.data) return target;
  const { event } = targetStep(target, histories.get(target.item)!)!.entry;
  const { schemaVersion } = describeEvent(event.type);
  return schemaVersion === 1 ? target : { ...target, change: { ...target.change, schemaVersion } };
}

/** Refuses a correction that the item gives no reason for, or that leaves it in a shape no event could have. */
function requireTarget(
  target: Exclude<CorrectionTarget, { kind: 'decision' }>,
  history: readonly Step[],
  item: string,
): void {
  if (target.kind === 'text') {
    const { title, text: body, parts } = stateOf(history);
    const { change } = target;
    requireTextChange(change, 'text');
    if (!bringsWords(change)) refuse('text', 'corrects neither title, text nor parts');
    const now = { title, text: body, parts };
    const same = JSON.stringify({ ...now, ...corrected(now, change) }) === JSON.stringify(now);
    if (same) refuse('text', 'is what stands already', 'NOTHING_TO_CHANGE');
    return;
  }
  const step = targetStep(target, history);
  if (!step) {
    throw new Refusal('NOTHING_TO_UNDO', `${item} has no such entry that still counts`, [
      { path: target.kind, message: 'names nothing that still counts' },
    ]);
  }
  requireEntryChange(target.change, step.entry);
}

function requireEntryChange(change: EntryChange, { event, decidedOn, effective }: Entry): void {
  if (event.type === 'ReformItemRegistered' && change.struck) {
    refuse('entry.struck', 'would leave an item that never was: remove it from the register instead');
  }
  if (event.type === 'ReformItemVisibilitySet' && change.struck) {
    refuse('entry.struck', 'would not change who may see the item: set its visibility again instead');
  }
  requireDates(change);
  const { data = {}, struck } = change;
  const fields = event.data as { readonly [field: string]: unknown };
  for (const [field, value] of Object.entries(data)) {
    const path = `entry.data.${field}`;
    if (!(field in event.data))
      refuse(path, `is no field of this ${event.type}: strike it and record what happened`);
    // What is called `action` is a text in a plan and a name elsewhere: a field keeps its kind.
    const keepsKind = value === null || fields[field] === null || typeof value === typeof fields[field];
    if (!keepsKind || !isCorrectable(field, value))
      refuse(path, 'cannot be corrected to this: strike the entry and record what happened');
  }
  const changed =
    struck === true ||
    (change.decidedOn !== undefined && change.decidedOn !== decidedOn) ||
    (change.effective !== undefined && change.effective !== effective) ||
    (change.sessionOrder !== undefined && change.sessionOrder !== event.data.sessionOrder) ||
    Object.entries(data).some(([field, value]) => JSON.stringify(value) !== JSON.stringify(fields[field]));
  if (!changed) refuse('entry', 'is recorded just so already', 'NOTHING_TO_CHANGE');
}

function requireDecisionChange(change: EntryChange): void {
  requireDates(change);
  const { data = {} } = change;
  for (const [field, value] of Object.entries(data)) {
    const path = `decision.data.${field}`;
    if (!Object.hasOwn(particulars, field) || !particulars[field]!(value)) {
      refuse(
        path,
        `cannot be corrected: strike the decision and record it anew, or correct ${Object.keys(particulars).join(', ')}`,
      );
    }
  }
  if (!changesEffects(change) && Object.keys(data).length === 0)
    refuse('decision', 'says nothing to correct', 'NOTHING_TO_CHANGE');
}

function requireDates({ decidedOn, effective }: EntryChange): void {
  for (const [path, date] of Object.entries({ decidedOn, effective })) {
    if (date !== undefined && date !== null && !parseEdtf(date)) {
      throw new Refusal('INVALID_DATE', `${path}: "${date}" is no date Masar reads`, [
        { path, message: 'is no date such as 2017, 2017-04 or 2017-04-18' },
      ]);
    }
  }
}
