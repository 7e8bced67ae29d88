import type { DateNotes } from '../event.js';
import type { LangText } from '../text.js';
import type { Irregularity, LifecycleState } from './lifecycle.js';

/** Why an effect of a decision was not applied to an item. */
export const lapseCodes = [
  'ITEM_ENDED',
  'ITEM_NOT_ENDED',
  'INVALID_TRANSITION',
  'ITEM_REMOVED',
  'RELATION_CYCLE',
  'NOT_FOUND',
] as const;
export type LapseCode = (typeof lapseCodes)[number];

/** The row of an imported file an event comes from. */
export interface SourceRow {
  /** Name of the source, given by the mapping. */
  readonly name: string;
  /** Row identity: reference and occurrence, `PEP-0001#3`. */
  readonly row: string;
  /** SHA-256 (hex) of the row's fields: tells a row changed since. */
  readonly digest: string;
  /** The time the source claims it was recorded at, as spelled. Never our recordedAt. */
  readonly claimedAt?: string;
  /** Opaque id of the person the source names as the author of the row. */
  readonly claimedBy?: string;
}

/** What every event of an item may carry beside its own fields. */
export interface Circumstances {
  readonly dates?: DateNotes;
  /** Recorded as it was: the rules were not applied. */
  readonly asRecorded?: boolean;
  /** What it broke, as seen when it was recorded. The standing list is the fold's. */
  readonly irregularities?: readonly Irregularity[];
  /** The decision this is the effect of. */
  readonly decision?: string;
  /** Orders effects of one day: the number of the session, then of the agenda item. */
  readonly sessionOrder?: number;
  readonly source?: SourceRow;
  readonly reason?: LangText;
  readonly illustrative?: boolean;
}

interface Event<T extends string, D extends object = object> {
  readonly type: T;
  readonly data: D & Circumstances;
}

/*
 * The storage format of a reform item's stream, `item-<programme>/<reference>`. Fields are added, never renamed and
 * never given another meaning; a change of shape is a new schemaVersion and an upcaster.
 */
export type ReformItemEvent =
  | Event<
      'ReformItemRegistered',
      {
        readonly programme: string;
        /** As spelled; the stream's id carries its normalised form. */
        readonly reference: string;
        readonly title: LangText;
        readonly text?: LangText;
        readonly state: LifecycleState;
        readonly sourceStatus?: string;
        readonly attributes?: Attributes;
        readonly people?: People;
        readonly workshop?: string;
        readonly themes?: readonly string[];
      }
    >
  | Event<'ReformItemProposed', { readonly workshop?: string }>
  | Event<'ReformItemReviewStarted'>
  | Event<
      'ReformItemAdopted',
      { readonly manner: AdoptionManner; readonly text?: LangText; readonly title?: LangText }
    >
  | Event<'ReformItemApproved', { readonly body?: string }>
  | Event<'ReformItemPlanned', Plan>
  | Event<'ReformItemImplementationStarted'>
  | Event<'ReformItemImplemented', Verification>
  | Event<'ReformItemDeferred', { readonly until?: string }>
  | Event<'ReformItemResumed'>
  | Event<'ReformItemReferred', { readonly to: LangText }>
  | Event<'ReformItemReturned'>
  | Event<'ReformItemRejected'>
  | Event<'ReformItemClosed', { readonly as: ClosedAs; readonly cause?: ClosureCause }>
  | Event<'ReformItemWithdrawn'>
  | Event<'ReformItemSuperseded', { readonly by: readonly string[] }>
  | Event<'ReformItemMerged', { readonly into: readonly string[] }>
  | Event<'ReformItemSplit', { readonly into: readonly string[] }>
  | Event<'ReformItemReopened', { readonly to: LifecycleState }>
  | Event<'ReformItemDiscussed'>
  | Event<'ReformItemTextAmended', { readonly title?: LangText; readonly text?: LangText }>
  /** A status somebody else's register showed, kept verbatim beside the state it was mapped to. */
  | Event<'ReformItemStateRecorded', { readonly state: LifecycleState; readonly sourceStatus?: string }>
  /** Attributes as somebody else's register showed them; null removes one. */
  | Event<
      'ReformItemDetailsRecorded',
      {
        readonly title?: LangText;
        readonly text?: LangText;
        readonly attributes?: Attributes;
        readonly people?: People;
      }
    >
  /** The item goes by another reference from now on; the former one stays an alias. */
  | Event<'ReformItemRenumbered', { readonly reference: string }>
  | Event<'ReformItemAliased', { readonly alias: string }>
  /** Taken off the register: no state of the lifecycle, and undone by a restoration. */
  | Event<'ReformItemRemoved'>
  | Event<'ReformItemRestored'>
  /** The one event a decision leaves on an item it could not be applied to. */
  | Event<
      'DecisionEffectLapsed',
      { readonly decision: string; readonly code: LapseCode; readonly kind: string }
    >;

export type ReformItemEventType = ReformItemEvent['type'];

export const adoptionManners = ['plain', 'withAmendment', 'inPrinciple'] as const;
export type AdoptionManner = (typeof adoptionManners)[number];

export const closedAs = ['ClosedPartial', 'ClosedNotImplemented', 'NoLongerApplicable'] as const;
export type ClosedAs = (typeof closedAs)[number];

export const closureCauses = ['riskAccepted', 'lapsed', 'overtaken', 'notFeasible', 'other'] as const;
export type ClosureCause = (typeof closureCauses)[number];

/** Open facts of an item by name, as its source has them: recipient, type. Null removes one. */
export type Attributes = { readonly [name: string]: string | null };
/** Opaque subject ids by the part they play: author, sponsor. Never a name. */
export type People = { readonly [part: string]: readonly string[] };

export const horizons = ['immediate', 'mediumLongTerm'] as const;
export type Horizon = (typeof horizons)[number];

export interface Plan {
  /** Organisations that lead, by reference. */
  readonly leads: readonly string[];
  readonly horizon: Horizon;
  /** EDTF. */
  readonly dueDate: string;
  /** The first action, in words. */
  readonly action: LangText;
}

export interface Verification {
  /** Organisation that verified. */
  readonly verifiedBy?: string;
  readonly method?: LangText;
  readonly evidence?: readonly Evidence[];
}

export interface Evidence {
  readonly description: LangText;
  /** SHA-256 of the document, hex, where one is held. */
  readonly sha256?: string;
  readonly uri?: string;
}
