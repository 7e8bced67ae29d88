import { type Action, evolveActions, withPlannedAction } from './actions.js';
import { type Addressee, evolveAddressees } from './addressees.js';
import {
  type PartAssessment,
  type VerificationRecord,
  evolveAssessments,
  finalVerification,
  ofWholeAndParts,
} from './assessment.js';
import { type Assignment, evolveAssignment, noAssignment } from './assignment.js';
import { type Classified, evolveClassification, unclassified, withDueDate } from './classification.js';
import type { Attributes, LapseCode, People, ReferredTo, ReformItemEvent, Verification } from './events.js';
import { type EvidencePiece, evolveEvidence } from './evidence.js';
import { type Indicators, evolveIndicators, noIndicators } from './indicators.js';
import { type LifecycleState, type Standing, isEnd, isPaused, moveTo } from './lifecycle.js';
import { type LangText, normaliseReference, normaliseProgramme } from '../text.js';
import { type Part, type TextChange, bringsWords, corrected, translated } from './text-versions.js';
import type { ItemVisibility } from './visibility.js';

/** What an item is at one point of its history: the fold of the events up to there. */
export interface ReformItem {
  readonly programme: string;
  /** The reference it goes by now. */
  readonly reference: string;
  /** Former and further references, oldest first. */
  readonly aliases: readonly string[];
  readonly title: LangText;
  readonly text: LangText | undefined;
  readonly parts: readonly Part[];
  /** The language that prevails; null where none does, undefined where that is not known. */
  readonly prevailingLanguage: string | null | undefined;
  /** Number of the text version in force, from 1. */
  readonly textVersion: number;
  /** The number the next text version gets; the timeline numbers them as they were recorded. */
  readonly nextTextVersion: number;
  /** Undefined until the fold has met an event that gives a state. */
  readonly standing: Standing | undefined;
  /** Verbatim status of the source, where the last state came from one. */
  readonly sourceStatus: string | undefined;
  readonly referredTo: ReferredTo | undefined;
  readonly deferredUntil: string | undefined;
  readonly registered: boolean;
  readonly removed: boolean;
  /** Who may see it, by the latest word recorded. */
  readonly visibility: ItemVisibility;
  readonly approved: boolean;
  readonly assignment: Required<Assignment>;
  /** Every due date it was given, EDTF, oldest first: the original, then its slips. */
  readonly dueDates: readonly string[];
  readonly classification: Classified;
  readonly addressees: readonly Addressee[];
  readonly actions: readonly Action[];
  readonly indicators: Indicators;
  readonly evidence: readonly EvidencePiece[];
  /** Of the whole and of each part, by the verification latest in effect. */
  readonly assessments: readonly PartAssessment[];
  /** Every verification that was recorded by itself, in the order of effect. */
  readonly verifications: readonly VerificationRecord[];
  readonly attributes: Attributes;
  readonly people: People;
  readonly illustrative: boolean;
  readonly workshop: string | undefined;
  /** Ids of the items it became: superseded by, merged or split into. */
  readonly successors: readonly string[];
  /** Decisions that came to their one event here, with the code where the effect lapsed. */
  readonly decisions: { readonly [decision: string]: 'applied' | LapseCode };
}

export const noItem: ReformItem = {
  programme: '',
  reference: '',
  aliases: [],
  title: {},
  text: undefined,
  parts: [],
  prevailingLanguage: undefined,
  textVersion: 0,
  nextTextVersion: 1,
  standing: undefined,
  sourceStatus: undefined,
  referredTo: undefined,
  deferredUntil: undefined,
  registered: false,
  removed: false,
  visibility: 'open',
  approved: false,
  assignment: noAssignment,
  dueDates: [],
  classification: unclassified,
  addressees: [],
  actions: [],
  indicators: noIndicators,
  evidence: [],
  assessments: [],
  verifications: [],
  attributes: {},
  people: {},
  illustrative: false,
  workshop: undefined,
  successors: [],
  decisions: {},
};

/** The id of an item: `<programme>/<reference>`, both normalised. Its stream is `item-<id>`. */
export function itemId(programme: string, reference: string): string {
  return `${normaliseProgramme(programme)}/${normaliseReference(reference)}`;
}

/** The normalised programme of an item, by its id. */
export function programmeOfItem(id: string): string {
  return id.slice(0, id.indexOf('/'));
}

export function itemStream(id: string): string {
  return `item-${id}`;
}

function into(item: ReformItem, state: LifecycleState, change: Partial<ReformItem> = {}): ReformItem {
  return {
    ...item,
    standing: moveTo(state, item.standing),
    sourceStatus: undefined,
    referredTo: undefined,
    deferredUntil: undefined,
    successors: isEnd(state) ? item.successors : [],
    ...change,
  };
}

/** An event with the number of the text version it brings, where the timeline gave it one. */
export type NumberedEvent = ReformItemEvent & { readonly textVersion?: number };

/** The item with another text version: of the number given, or else of the next one. */
function numbered(item: ReformItem, { textVersion = item.nextTextVersion }: NumberedEvent): ReformItem {
  return { ...item, textVersion, nextTextVersion: Math.max(item.nextTextVersion, textVersion + 1) };
}

function withText(item: ReformItem, change: TextChange, event: NumberedEvent): ReformItem {
  if (!bringsWords(change)) return item;
  return {
    ...numbered(item, event),
    title: change.title ?? item.title,
    text: change.text ?? item.text,
    parts: change.parts ?? item.parts,
  };
}

/** Going by another reference; the one it went by, if any, becomes an alias. */
function renamed(item: ReformItem, reference: string): Pick<ReformItem, 'reference' | 'aliases'> {
  if (item.reference === reference) return { reference, aliases: item.aliases };
  const aliases = item.aliases.filter((alias) => alias !== reference);
  return { reference, aliases: item.reference === '' ? aliases : [...aliases, item.reference] };
}

/** The item after one more event. Total: it takes every event, in any order, also one no decision would allow. */
export function evolve(before: ReformItem, event: NumberedEvent): ReformItem {
  const item =
    event.data.decision !== undefined && event.type !== 'DecisionEffectLapsed'
      ? { ...before, decisions: { ...before.decisions, [event.data.decision]: 'applied' as const } }
      : before;
  switch (event.type) {
    case 'ReformItemRegistered': {
      const { programme, reference, title, text, parts, state, sourceStatus, attributes, people } =
        event.data;
      const { workshop, themes } = event.data;
      return {
        ...into(numbered(item, event), state, { sourceStatus }),
        ...renamed(item, reference),
        programme,
        title,
        text,
        parts: parts ?? [],
        registered: true,
        attributes: withoutNulls({ ...item.attributes, ...attributes }),
        people: { ...item.people, ...people },
        illustrative: event.data.illustrative ?? false,
        workshop,
        classification: { ...item.classification, themes: themes ?? [] },
      };
    }
    case 'ReformItemProposed':
      return into(item, 'Proposed', { workshop: event.data.workshop ?? item.workshop });
    case 'ReformItemReviewStarted':
      return into(item, 'UnderReview');
    case 'ReformItemAdopted':
      return withText(into(item, 'Adopted'), event.data, event);
    case 'ReformItemApproved':
      return into(item, 'Approved', { approved: true });
    case 'ReformItemPlanned': {
      const { leads, horizon, dueDate, action } = event.data;
      return into(item, 'Planned', {
        assignment: { ...item.assignment, leads },
        classification: { ...item.classification, horizon },
        dueDates: withDueDate(item.dueDates, dueDate),
        actions: withPlannedAction(item.actions, action, dueDate),
      });
    }
    case 'ReformItemImplementationStarted':
      return into(item, 'InImplementation');
    case 'ReformItemImplemented':
      return into(item, 'Implemented', { assessments: foundImplemented(item, event.data) });
    case 'ReformItemDeferred':
      return into(item, 'Deferred', { deferredUntil: event.data.until });
    case 'ReformItemResumed':
      return into(item, resumedState(item));
    case 'ReformItemReferred':
      return into(item, 'Referred', { referredTo: event.data.to });
    case 'ReformItemReturned':
      return into(item, 'Proposed', { approved: false });
    case 'ReformItemRejected':
      return into(item, 'Rejected');
    case 'ReformItemClosed':
      return into(item, event.data.as);
    case 'ReformItemWithdrawn':
      return into(item, 'Withdrawn');
    case 'ReformItemSuperseded':
      return into(item, 'Superseded', { successors: event.data.by });
    case 'ReformItemMerged':
      return into(item, 'Merged', { successors: event.data.into });
    case 'ReformItemSplit':
      return into(item, 'Split', { successors: event.data.into });
    case 'ReformItemReopened':
      return into(item, event.data.to);
    case 'ReformItemDiscussed':
      return item;
    case 'ReformItemTextAmended':
      return withText(item, event.data, event);
    case 'ReformItemStateRecorded':
      return into(item, event.data.state, { sourceStatus: event.data.sourceStatus });
    case 'ReformItemDetailsRecorded':
      return {
        ...withText(item, event.data, event),
        attributes: withoutNulls({ ...item.attributes, ...event.data.attributes }),
        people: { ...item.people, ...event.data.people },
      };
    case 'ReformItemRenumbered':
      return { ...item, ...renamed(item, event.data.reference) };
    case 'ReformItemAliased':
      if (event.data.alias === item.reference) return item;
      return {
        ...item,
        aliases: [...item.aliases.filter((alias) => alias !== event.data.alias), event.data.alias],
      };
    case 'ReformItemRemoved':
      return { ...item, removed: true };
    case 'ReformItemRestored':
      return { ...item, removed: false };
    case 'ReformItemTextCorrected':
      return withText(item, corrected(item, event.data), event);
    case 'ReformItemTranslationAdded':
      return withText(item, translated(item, event.data), event);
    case 'ReformItemPrevailingLanguageSet':
      return { ...item, prevailingLanguage: event.data.language };
    case 'ReformItemTextDiscrepancyNoted':
      return item;
    case 'ReformItemClassified':
      return { ...item, classification: evolveClassification(item.classification, event) };
    case 'ReformItemDueDateSet':
      return { ...item, dueDates: withDueDate(item.dueDates, event.data.dueDate) };
    case 'ReformItemAssigned':
      return { ...item, assignment: evolveAssignment(event) };
    case 'ReformItemAddressed':
    case 'ReformItemResponseRecorded':
    case 'ReformItemProgressReported':
      return { ...item, addressees: evolveAddressees(item.addressees, event) };
    case 'ReformItemActionAdded':
    case 'ReformItemActionRescheduled':
    case 'ReformItemActionCompleted':
    case 'ReformItemActionDropped':
      return { ...item, actions: evolveActions(item.actions, event) };
    case 'ReformItemIndicatorDefined':
    case 'ReformItemMeasured':
      return { ...item, indicators: evolveIndicators(item.indicators, event) };
    case 'ReformItemEvidenceAdded':
    case 'ReformItemEvidenceWithdrawn':
      return { ...item, evidence: evolveEvidence(item.evidence, event) };
    case 'ReformItemVerified':
      return {
        ...item,
        assessments: evolveAssessments(item.assessments, event, labelsOf(item)),
        verifications: [
          ...item.verifications.filter(({ verification }) => verification !== event.data.verification),
          event.data,
        ],
      };
    case 'ReformItemVisibilitySet':
      return { ...item, visibility: event.data.visibility };
    // What undoes other entries changes which of them stand; the timeline folds those.
    case 'ReformItemEntryCorrected':
    case 'ReformItemDecisionRevoked':
    case 'ReformItemDecisionAnnulled':
      return item;
    case 'DecisionEffectLapsed':
      return { ...item, decisions: { ...item.decisions, [event.data.decision]: event.data.code } };
  }
}

/** A verification that ends the item finds all of it implemented, its parts included. */
function foundImplemented(item: ReformItem, data: Verification): readonly PartAssessment[] {
  const { verifiedBy, verification = finalVerification } = data;
  if (verifiedBy === undefined) return item.assessments;
  const { textVersion } = item;
  const found = { assessment: 'implemented', textVersion, verification, verifiedBy } as const;
  return ofWholeAndParts(labelsOf(item), found);
}

function labelsOf({ parts }: ReformItem): string[] {
  return parts.map(({ label }) => label);
}

/** Where it left, for a paused item; where it is, for any other. */
function resumedState({ standing }: ReformItem): LifecycleState {
  if (!standing) return 'Draft';
  return isPaused(standing.state) ? (standing.resumesTo ?? 'Draft') : standing.state;
}

function withoutNulls(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== null));
}
