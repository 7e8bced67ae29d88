import type { LangText } from '../text.js';
import type { ActionEvent } from './actions.js';
import type { AddresseeEvent } from './addressees.js';
import type { AssessmentEvent } from './assessment.js';
import type { AssignmentEvent } from './assignment.js';
import type { Upcaster } from '../event.js';
import type { ItemEvent } from './circumstances.js';
import type { ClassificationEvent } from './classification.js';
import type { EvidenceEvent } from './evidence.js';
import type { IndicatorEvent } from './indicators.js';
import type { LifecycleState } from './lifecycle.js';
import type { Part, TextChange, TextEvent } from './text-versions.js';
import type { UndoingEvent } from './undoing.js';
import type { VisibilityEvent } from './visibility.js';

/** Why an effect of a decision was not applied to an item. */
export const lapseCodes = [
  'ITEM_ENDED',
  'ITEM_NOT_ENDED',
  'INVALID_TRANSITION',
  'ITEM_REMOVED',
  'RELATION_CYCLE',
  'NOT_FOUND',
  /** A decision that undoes another found nothing of it on the item that still stood. */
  'NOTHING_TO_UNDO',
] as const;
export type LapseCode = (typeof lapseCodes)[number];

/*
 * The storage format of a reform item's stream, `item-<programme>/<reference>`. Fields are added, never renamed and
 * never given another meaning; a change of shape is a new schemaVersion and an upcaster.
 */
export type ReformItemEvent =
  | ItemEvent<
      'ReformItemRegistered',
      {
        readonly programme: string;
        /** As spelled; the stream's id carries its normalised form. */
        readonly reference: string;
        readonly title: LangText;
        readonly text?: LangText;
        readonly parts?: readonly Part[];
        readonly state: LifecycleState;
        readonly sourceStatus?: string;
        readonly attributes?: Attributes;
        readonly people?: People;
        readonly workshop?: string;
        readonly themes?: readonly string[];
      }
    >
  | ItemEvent<'ReformItemProposed', { readonly workshop?: string }>
  | ItemEvent<'ReformItemReviewStarted'>
  | ItemEvent<'ReformItemAdopted', TextChange & { readonly manner: AdoptionManner }>
  | ItemEvent<'ReformItemApproved', { readonly body?: string }>
  | ItemEvent<'ReformItemPlanned', Plan>
  | ItemEvent<'ReformItemImplementationStarted'>
  | ItemEvent<'ReformItemImplemented', Verification>
  | ItemEvent<'ReformItemDeferred', { readonly until?: string }>
  | ItemEvent<'ReformItemResumed'>
  | ItemEvent<'ReformItemReferred', { readonly to: ReferredTo }>
  | ItemEvent<'ReformItemReturned'>
  | ItemEvent<'ReformItemRejected'>
  | ItemEvent<'ReformItemClosed', { readonly as: ClosedAs; readonly cause?: ClosureCause }>
  | ItemEvent<'ReformItemWithdrawn'>
  | ItemEvent<'ReformItemSuperseded', { readonly by: readonly string[] }>
  | ItemEvent<'ReformItemMerged', { readonly into: readonly string[] }>
  | ItemEvent<'ReformItemSplit', { readonly into: readonly string[] }>
  | ItemEvent<'ReformItemReopened', { readonly to: LifecycleState }>
  | ItemEvent<'ReformItemDiscussed'>
  | ItemEvent<'ReformItemTextAmended', TextChange>
  /** A status somebody else's register showed, kept verbatim beside the state it was mapped to. */
  | ItemEvent<'ReformItemStateRecorded', { readonly state: LifecycleState; readonly sourceStatus?: string }>
  /** Attributes as somebody else's register showed them; null removes one. */
  | ItemEvent<
      'ReformItemDetailsRecorded',
      TextChange & {
        readonly attributes?: Attributes;
        readonly people?: People;
      }
    >
  /** The item goes by another reference from now on; the former one stays an alias. */
  | ItemEvent<'ReformItemRenumbered', { readonly reference: string }>
  | ItemEvent<'ReformItemAliased', { readonly alias: string }>
  /** Taken off the register: no state of the lifecycle, and undone by a restoration. */
  | ItemEvent<'ReformItemRemoved'>
  | ItemEvent<'ReformItemRestored'>
  /** The one event a decision leaves on an item it could not be applied to. */
  | ItemEvent<
      'DecisionEffectLapsed',
      { readonly decision: string; readonly code: LapseCode; readonly kind: string }
    >
  | TextEvent
  | ClassificationEvent
  | AssignmentEvent
  | AddresseeEvent
  | ActionEvent
  | IndicatorEvent
  | EvidenceEvent
  | AssessmentEvent
  | UndoingEvent
  | VisibilityEvent;

export type ReformItemEventType = ReformItemEvent['type'];

export const adoptionManners = ['plain', 'withAmendment', 'inPrinciple'] as const;
export type AdoptionManner = (typeof adoptionManners)[number];

/** Whom an item was handed to: in words, and by reference where it is an organisation of the programme. */
export interface ReferredTo {
  readonly name: LangText;
  readonly organisation?: string;
}

/** Version 1 of `ReformItemReferred` had the words alone: `to: {en: 'Legal committee'}`. A correction may bring no `to`. */
export const referredToInWords: Upcaster = ({ to, ...rest }) => ({
  ...rest,
  ...(to !== undefined && { to: { name: to } }),
});

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
  /** The verification of the item this rests on, where one was recorded by itself. */
  readonly verification?: string;
}

export interface Evidence {
  readonly description: LangText;
  /** SHA-256 of the document, hex, where one is held. */
  readonly sha256?: string;
  readonly uri?: string;
}
