import type { ItemEvent } from './circumstances.js';

/** What a correction makes of an entry. Fields that are left out stay as they were. */
export interface EntryChange {
  /** Never happened: recorded by mistake. It stays in the history and is not counted. */
  readonly struck?: boolean;
  /** EDTF, null for unknown. */
  readonly decidedOn?: string | null;
  readonly effective?: string | null;
  readonly sessionOrder?: number;
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
      }
    >
  /** From its effective date on, what the decision did to the item counts no more. */
  | ItemEvent<'ReformItemDecisionRevoked', { readonly revokes: string }>
  /** What the decision did to the item never counted. */
  | ItemEvent<'ReformItemDecisionAnnulled', { readonly annuls: string }>;
