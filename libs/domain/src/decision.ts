import type { DateNotes } from './event.js';
import type { SourceRow } from './item/circumstances.js';
import type { Irregularity } from './item/lifecycle.js';
import type { EntryChange } from './item/undoing.js';
import type { Outcome } from './outcome.js';
import type { LangText } from './text.js';

export const decisionModes = ['session', 'correspondence', 'silenceProcedure', 'order', 'notKnown'] as const;
export type DecisionMode = (typeof decisionModes)[number];
export const decisionMethods = ['consensus', 'vote', 'chair', 'notKnown'] as const;
export type DecisionMethod = (typeof decisionMethods)[number];

export interface DecidedItem {
  /** Item id, `<programme>/<reference>`. */
  readonly item: string;
  readonly outcome: Outcome;
  readonly reason?: LangText;
  /** Where delegations stood differently on this item than on the decision as a whole. */
  readonly positions?: readonly DelegationPosition[];
  /** What is irregular about deciding on this item alone: `NOT_COMPETENT`, `NOT_A_MEMBER`. */
  readonly flags?: readonly Irregularity[];
}

/** Where a delegation stood. */
export const positionKinds = ['for', 'against', 'abstained', 'absent', 'reservation', 'dissent'] as const;
export type PositionKind = (typeof positionKinds)[number];

/** How one delegation stood to a decision. A reservation or a dissent has its words, in their language. */
export interface DelegationPosition {
  /** Reference of the organisation whose delegation it is. */
  readonly delegation: string;
  readonly position: PositionKind;
  readonly text?: LangText;
}

/** Votes counted, where they were. They need not add up to the delegations known. */
export interface Votes {
  readonly for: number;
  readonly against: number;
  readonly abstained: number;
}

/** How many were present, and how many the rules ask for. */
export interface Quorum {
  readonly required?: number;
  readonly present: number;
}

/** The legal basis of a decision: an article of an instrument, in a version. */
export interface Basis {
  readonly instrument: string;
  readonly article?: string;
  readonly version?: string;
}

/*
 * The storage format of a decision's stream, `decision-<id>`. Its effects stand on the items' streams, one event for
 * each (decision, item). Add fields, never rename.
 */
export interface DecisionRecorded {
  readonly type: 'DecisionRecorded';
  readonly data: {
    readonly id: string;
    readonly programme: string;
    readonly items: readonly DecidedItem[];
    readonly body?: string;
    readonly workshop?: string;
    readonly session?: string;
    readonly sessionOrder?: number;
    readonly mode: DecisionMode;
    readonly method: DecisionMethod;
    readonly basis?: readonly Basis[];
    readonly minutes?: string;
    readonly note?: LangText;
    readonly votes?: Votes;
    readonly quorum?: Quorum;
    readonly positions?: readonly DelegationPosition[];
    /** What holds for each of its effects: `LATE`, `AFTER_MINUTES`, `NO_QUORUM`, `NOT_A_MEMBER`. */
    readonly flags?: readonly Irregularity[];
    readonly asRecorded?: boolean;
    readonly illustrative?: boolean;
    readonly dates?: DateNotes;
    /** The row of an imported file it comes from. */
    readonly source?: SourceRow;
  };
}
/** What was written down of the decision was wrong; two people agreed on what is right. */
export interface DecisionCorrected {
  readonly type: 'DecisionCorrected';
  readonly data: {
    readonly programme: string;
    readonly correction: string;
    readonly change: EntryChange;
    readonly reason?: LangText;
    readonly dates?: DateNotes;
    readonly illustrative?: boolean;
  };
}
export type DecisionEvent = DecisionRecorded | DecisionCorrected;

export function decisionStream(id: string): string {
  return `decision-${id}`;
}
