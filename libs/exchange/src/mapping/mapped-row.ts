import type {
  Attributes,
  DatedItemEvent,
  GivenDates,
  Irregularity,
  ItemInput,
  LangText,
  LifecycleState,
  Outcome,
  Step,
} from '@masar/domain';
import type { Basis, DecisionMethod, DecisionMode, DelegationPosition, Quorum, Votes } from '@masar/domain';
import type { SourceRow } from '../source/source-row.js';

/** Names by the part people play, as the file has them. They leave this package only for the vault. */
export type NamesByPart = { readonly [part: string]: readonly string[] };

interface Planned {
  /** Number of the action in its rule: part of the ids of what it writes. */
  readonly index: number;
  /** Reference of the item it happens to, as spelled. */
  readonly reference: string;
  readonly dates: GivenDates;
  readonly reason?: LangText;
  readonly flags: readonly Irregularity[];
}

export interface PlannedState {
  readonly state: LifecycleState;
  readonly sourceStatus?: string;
}

interface PlannedContents {
  readonly title?: LangText;
  readonly text?: LangText;
  readonly attributes?: Attributes;
  readonly people?: NamesByPart;
}

/** What an action records on its item beside the lifecycle, once the item is known. */
export type Recording = (history: readonly Step[], input: ItemInput) => DatedItemEvent;

/** An outcome whose targets are references, not item ids yet. */
export interface PlannedDecision {
  readonly items: readonly string[];
  readonly outcome: Outcome;
  readonly body?: string;
  readonly workshop?: string;
  readonly session?: string;
  readonly minutes?: string;
  readonly mode?: DecisionMode;
  readonly method?: DecisionMethod;
  readonly note?: LangText;
  readonly votes?: Votes;
  readonly quorum?: Quorum;
  readonly positions?: readonly DelegationPosition[];
  readonly basis?: readonly Basis[];
}

/** One thing a row says, as the mapping reads it. */
export type PlannedAction =
  | (Planned &
      PlannedState &
      PlannedContents & { readonly kind: 'register'; readonly title: LangText; readonly workshop?: string })
  | (Planned & PlannedState & { readonly kind: 'state' })
  | (Planned & PlannedContents & { readonly kind: 'details' })
  | (Planned & { readonly kind: 'renumber'; readonly to: string })
  | (Planned & { readonly kind: 'alias'; readonly to: string })
  | (Planned & { readonly kind: 'remove' })
  | (Planned & { readonly kind: 'restore' })
  | (Planned & { readonly kind: 'record'; readonly record: Recording })
  | (Planned & PlannedDecision & { readonly kind: 'decision' });

/** Something wrong with a row, in the words of the file: which field, and what to do. */
export interface RowFault {
  readonly field?: string;
  /** Where it is not the line the row begins on. */
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
}

/** A value the mapping has nothing for, by the table that lacks it. */
export interface MissingField {
  readonly table: string | undefined;
  readonly field?: string;
  readonly value: string;
}

/** A row as the mapping reads it. Nothing is known yet of what other rows or the store say. */
export interface MappedRow {
  readonly row: SourceRow;
  /** As spelled; empty where the row gives none, which is a fault. */
  readonly reference: string;
  /** What rows are counted by: the mapping's identity, or the reference in its normal form. */
  readonly identity: string;
  /** SHA-256 (hex) of the fields the mapping reads, names of people apart. */
  readonly digest: string;
  readonly claimedAt?: string;
  readonly claimedBy?: string;
  readonly actions: readonly PlannedAction[];
  readonly faults: readonly RowFault[];
  /** Values the mapping has nothing for, whether that is a fault or not. */
  readonly missing: readonly MissingField[];
}
