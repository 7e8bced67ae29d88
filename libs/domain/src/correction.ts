import { type DateNotes, type Dated, type GivenDates, withDates } from './event.js';
import type { TextChange } from './item/text-versions.js';
import type { EntryChange } from './item/undoing.js';
import { Refusal } from './refusal.js';
import { type LangText, requireText } from './text.js';

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

/** What whoever proposes or answers a correction gives with it. */
export type CorrectionInput<T = object> = T &
  GivenDates & { readonly reason?: LangText | undefined; readonly illustrative?: boolean };

/** The event with its dates and its reason. */
export function datedCorrection<E extends CorrectionEvent>(event: E, input: CorrectionInput): Dated<E> {
  const reason = input.reason && { reason: requireText(input.reason, 'reason') };
  return withDates({ ...event, data: { ...event.data, ...reason } }, input);
}

/** The second person's word. @param by opaque id of who confirms */
export function confirmCorrection(
  correction: Correction,
  input: CorrectionInput,
  by: string,
): Dated<CorrectionEvent> {
  requireProposed(correction);
  if (correction.proposedBy === by) {
    throw new Refusal('SAME_PERSON', 'a correction is confirmed by somebody else than who proposed it');
  }
  return datedCorrection({ type: 'CorrectionConfirmed', data: { programme: correction.programme } }, input);
}

export function declineCorrection(correction: Correction, input: CorrectionInput): Dated<CorrectionEvent> {
  requireProposed(correction);
  if (!input.reason) {
    throw new Refusal('REASON_REQUIRED', 'who declines a correction says why', [
      { path: 'reason', message: 'is missing' },
    ]);
  }
  return datedCorrection({ type: 'CorrectionDeclined', data: { programme: correction.programme } }, input);
}

/** @param by opaque id of who takes it back: only who proposed it */
export function withdrawCorrection(
  correction: Correction,
  input: CorrectionInput,
  by: string,
): Dated<CorrectionEvent> {
  requireProposed(correction);
  if (correction.proposedBy !== by) {
    throw new Refusal('NOT_FOUND', 'you proposed no such correction: who did not can decline it');
  }
  return datedCorrection({ type: 'CorrectionWithdrawn', data: { programme: correction.programme } }, input);
}

function requireProposed({ id, state }: Correction): void {
  if (state === undefined) {
    throw new Refusal('NOT_FOUND', 'there is no such correction', [
      { path: 'correction', message: 'is the id of none' },
    ]);
  }
  if (state !== 'proposed') throw new Refusal('INVALID_TRANSITION', `correction ${id} is ${state} already`);
}
