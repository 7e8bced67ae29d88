import { describeEvent } from './catalogue.js';
import { parseEdtf } from './edtf.js';
import { type DateNotes, type Dated, type GivenDates, withDates, withoutUndefined } from './event.js';
import { type DecisionCorrected, decisionMethods, decisionModes } from './decision.js';
import { type Check, isCorrectable, oneOf, text, words } from './item/correctable-fields.js';
import { type DatedItemEvent, dated as datedOnItem } from './item/decisions.js';
import type { Entry, Step } from './item/timeline.js';
import type { ReformItem } from './item/reform-item.js';
import { stateOf } from './item/timeline.js';
import { type TextChange, bringsWords, corrected, requireTextChange } from './item/text-versions.js';
import type { EntryChange } from './item/undoing.js';
import { Refusal } from './refusal.js';
import { type LangText, requireText } from './text.js';

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

/** What was recorded wrongly, and what is right. */
export type CorrectionTarget =
  /** An entry of an item: struck, given other dates, or given other values in its fields. */
  | { readonly kind: 'entry'; readonly item: string; readonly entry: string; readonly change: EntryChange }
  /** A decision with all it did: struck, given other dates, or given other particulars. */
  | { readonly kind: 'decision'; readonly decision: string; readonly change: EntryChange }
  /** The words of an item: an editorial slip, and no decision. */
  | {
      readonly kind: 'text';
      readonly item: string;
      readonly change: TextChange;
      /** Number of the text version that was read when it was proposed. */
      readonly textVersion?: number;
    };

/*
 * The storage format of a correction's stream, `correction-<id>`. A correction takes two people: one proposes it, another
 * confirms it. Only then does it leave an event on what it corrects. Add fields, never rename.
 */
interface Common {
  readonly programme: string;
  readonly dates?: DateNotes;
  readonly illustrative?: boolean;
  readonly reason?: LangText;
}
export type CorrectionEvent =
  | {
      readonly type: 'CorrectionProposed';
      readonly data: Common & {
        readonly id: string;
        readonly target: CorrectionTarget;
        /** Ids of the items it reaches. */
        readonly items: readonly string[];
      };
    }
  | { readonly type: 'CorrectionConfirmed'; readonly data: Common }
  | { readonly type: 'CorrectionDeclined'; readonly data: Common }
  /** Taken back by who proposed it. */
  | { readonly type: 'CorrectionWithdrawn'; readonly data: Common };

export const correctionStates = ['proposed', 'confirmed', 'declined', 'withdrawn'] as const;
export type CorrectionState = (typeof correctionStates)[number];

export interface Correction {
  readonly id: string;
  readonly programme: string;
  readonly state: CorrectionState | undefined;
  readonly target: CorrectionTarget | undefined;
  readonly items: readonly string[];
  /** Opaque id of who proposed it. */
  readonly proposedBy: string;
}

export const noCorrection: Correction = {
  id: '',
  programme: '',
  state: undefined,
  target: undefined,
  items: [],
  proposedBy: '',
};

export function correctionStream(id: string): string {
  return `correction-${id}`;
}

/** @param by opaque id of who caused the event */
export function evolveCorrection(correction: Correction, event: CorrectionEvent, by: string): Correction {
  switch (event.type) {
    case 'CorrectionProposed': {
      const { id, programme, target, items } = event.data;
      return { id, programme, state: 'proposed', target, items, proposedBy: by };
    }
    case 'CorrectionConfirmed':
      return { ...correction, state: 'confirmed' };
    case 'CorrectionDeclined':
      return { ...correction, state: 'declined' };
    case 'CorrectionWithdrawn':
      return { ...correction, state: 'withdrawn' };
  }
}

type Input<T = object> = T &
  GivenDates & { readonly reason?: LangText | undefined; readonly illustrative?: boolean };

function dated<E extends CorrectionEvent>(event: E, input: Input): Dated<E> {
  const reason = input.reason && { reason: requireText(input.reason, 'reason') };
  return withDates({ ...event, data: { ...event.data, ...reason } }, input);
}

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
  input: Input<{ readonly id: string; readonly programme: string; readonly target: CorrectionTarget }>,
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
  return dated({ type: 'CorrectionProposed', data }, input);
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

/** Whether a correction of a decision changes what it did, and not only what was written down of it. */
function changesEffects({ struck, decidedOn, effective, sessionOrder }: EntryChange): boolean {
  return struck === true || [decidedOn, effective, sessionOrder].some((given) => given !== undefined);
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

/** The second person's word. @param by opaque id of who confirms */
export function confirmCorrection(correction: Correction, input: Input, by: string): Dated<CorrectionEvent> {
  requireProposed(correction);
  if (correction.proposedBy === by) {
    throw new Refusal('SAME_PERSON', 'a correction is confirmed by somebody else than who proposed it');
  }
  return dated({ type: 'CorrectionConfirmed', data: { programme: correction.programme } }, input);
}

export function declineCorrection(correction: Correction, input: Input): Dated<CorrectionEvent> {
  requireProposed(correction);
  if (!input.reason) {
    throw new Refusal('REASON_REQUIRED', 'who declines a correction says why', [
      { path: 'reason', message: 'is missing' },
    ]);
  }
  return dated({ type: 'CorrectionDeclined', data: { programme: correction.programme } }, input);
}

/** @param by opaque id of who takes it back: only who proposed it */
export function withdrawCorrection(correction: Correction, input: Input, by: string): Dated<CorrectionEvent> {
  requireProposed(correction);
  if (correction.proposedBy !== by) {
    throw new Refusal('NOT_FOUND', 'you proposed no such correction: who did not can decline it');
  }
  return dated({ type: 'CorrectionWithdrawn', data: { programme: correction.programme } }, input);
}

function requireProposed({ id, state }: Correction): void {
  if (state === undefined) {
    throw new Refusal('NOT_FOUND', 'there is no such correction', [
      { path: 'correction', message: 'is the id of none' },
    ]);
  }
  if (state !== 'proposed') throw new Refusal('INVALID_TRANSITION', `correction ${id} is ${state} already`);
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
    return datedOnItem(history, { type: 'DecisionEffectLapsed', data }, input);
  };
  if (target.kind === 'text') {
    if (!stillReads(target, history)) return nothingLeft();
    const data = { ...target.change, correction: id };
    return datedOnItem(history, { type: 'ReformItemTextCorrected', data }, input);
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
  return datedOnItem(history, { type: 'ReformItemEntryCorrected', data }, input);
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
