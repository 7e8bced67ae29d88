import { parseEdtf } from '../edtf.js';
import { Refusal } from '../refusal.js';
import type { ItemEvent } from './circumstances.js';
import type { Step } from './timeline.js';

/** What a correction makes of an entry. Fields that are left out stay as they were. */
export interface EntryChange {
  /** Never happened: recorded by mistake. It stays in the history and is not counted. */
  readonly struck?: boolean;
  /** EDTF, null for unknown. */
  readonly decidedOn?: string | null;
  readonly effective?: string | null;
  readonly sessionOrder?: number;
  /** The version of the entry's type that `data` speaks of; 1 where left out. */
  readonly schemaVersion?: number;
  /** Fields of the entry's data, by name, as they should have been recorded. */
  readonly data?: { readonly [field: string]: unknown };
}

/*
 * The storage format of undoing. Three ways, never an edit: the recorder's error is corrected, by two people and without a
 * decision; a decision is revoked by a competent body from a date on; or it is annulled, void from its effective date.
 * Each leaves what was recorded where it is, and names it.
 */
export type UndoingEvent =
  | ItemEvent<
      'ReformItemEntryCorrected',
      {
        /** Id of the event that was recorded wrongly. */
        readonly entry: string;
        /** The correction two people agreed on: stream `correction-<id>`. */
        readonly correction: string;
        readonly change: EntryChange;
        /** The decision the entry was an effect of. */
        readonly ofDecision?: string;
      }
    >
  /** From its effective date on, what the decision did to the item counts no more. */
  | ItemEvent<'ReformItemDecisionRevoked', { readonly revokes: string }>
  /** What the decision did to the item never counted. */
  | ItemEvent<'ReformItemDecisionAnnulled', { readonly annuls: string }>;

/** The entries a decision left on an item that still count, in the order of effect. */
export function standingEffects(history: readonly Step[], decision: string): Step[] {
  return history.filter((step) => !step.undone && isEffectOf(step, decision));
}

function isEffectOf({ entry: { event } }: Step, decision: string): boolean {
  return event.type !== 'DecisionEffectLapsed' && event.data.decision === decision;
}

/**
 * Refuses to undo what does not stand, and to revoke what had not taken effect by then: that is an annulment.
 *
 * @param effective EDTF, null for unknown: from when on a revocation holds
 */
export function requireUndoable(
  history: readonly Step[],
  event: Extract<UndoingEvent, { type: 'ReformItemDecisionRevoked' | 'ReformItemDecisionAnnulled' }>,
  effective: string | null,
): void {
  const decision = event.type === 'ReformItemDecisionRevoked' ? event.data.revokes : event.data.annuls;
  // A decision that was revoked counted until then: it can still be void from the beginning.
  const effects =
    event.type === 'ReformItemDecisionAnnulled'
      ? history.filter(
          (step) => isEffectOf(step, decision) && (!step.undone || step.undone.how === 'revoked'),
        )
      : standingEffects(history, decision);
  if (effects.length === 0) {
    throw new Refusal('NOTHING_TO_UNDO', `nothing that decision ${decision} did to the item still stands`);
  }
  const from = effective === null ? undefined : parseEdtf(effective);
  if (
    event.type === 'ReformItemDecisionRevoked' &&
    from &&
    effects.every(({ window }) => window.earliest > from.latest)
  ) {
    throw new Refusal(
      'INVALID_DATE',
      `decision ${decision} had not taken effect by ${effective}: annul it, or revoke it from a later day on`,
      [{ path: 'effective', message: 'lies before the decision took effect' }],
    );
  }
}
