import { type MasarEvent, decode } from './catalogue.js';
import { targetsOf } from './outcome.js';

/** An event as the log holds it, as far as it tells what it concerns. */
interface Stored {
  readonly stream: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: object;
}

/** What an event concerns: whoever may not see one of its items may not see the event. */
export interface Concern {
  /** Ids of the items it is about or names. */
  readonly items: readonly string[];
  /** Id of the decision it is about: it concerns that decision's items too. */
  readonly decision?: string;
  /** Id of the correction it is about: it concerns that correction's items too. */
  readonly correction?: string;
}

/**
 * Ids of the items an event is about or names itself, each once. It may concern more of them through a decision or a
 * correction: see {@link concernOf}.
 *
 * @throws UnknownEventError what a newer Masar wrote
 */
export function itemsOfEvent(stored: Stored): readonly string[] {
  return concernOf(stored).items;
}

/**
 * What an event concerns. A new type of event says so here, or does not compile.
 *
 * @throws UnknownEventError what a newer Masar wrote
 */
export function concernOf(stored: Stored): Concern {
  const id = stored.stream.slice(stored.stream.indexOf('-') + 1);
  const { items, ...through } = concern(decode(stored), id);
  return { items: [...new Set(items)], ...through };
}

const nothing: Concern = { items: [] };

/** @param id of its stream, after the category */
function concern(event: MasarEvent, id: string): Concern {
  switch (event.type) {
    case 'ReformItemSuperseded':
      return { items: [id, ...event.data.by] };
    case 'ReformItemMerged':
    case 'ReformItemSplit':
      return { items: [id, ...event.data.into] };
    case 'ReferenceReserved':
      return { items: [event.data.item] };
    case 'DecisionRecorded':
      return { items: event.data.items.flatMap(({ item, outcome }) => [item, ...targetsOf(outcome)]) };
    case 'DecisionCorrected':
      return { items: [], decision: id, correction: event.data.correction };
    case 'CorrectionProposed': {
      const { items, target } = event.data;
      return target.kind === 'decision'
        ? { items, decision: target.decision }
        : { items: [...items, target.item] };
    }
    case 'CorrectionConfirmed':
    case 'CorrectionDeclined':
    case 'CorrectionWithdrawn':
      return { items: [], correction: id };
    case 'RelationsDeclared': {
      const { added, released, decision } = event.data;
      return { items: [...added.flatMap(({ from, to }) => [from, to]), ...released], decision };
    }
    case 'RelationsLapsed':
      return { items: [], decision: event.data.decision };
    case 'ItemsRelated':
    case 'ItemsUnrelated':
      return { items: [event.data.from, event.data.to] };
    case 'WorkshopAgendaSet':
      return { items: event.data.points.flatMap(({ items = [] }) => items) };
    case 'ReformItemRegistered':
    case 'ReformItemProposed':
    case 'ReformItemReviewStarted':
    case 'ReformItemAdopted':
    case 'ReformItemApproved':
    case 'ReformItemPlanned':
    case 'ReformItemImplementationStarted':
    case 'ReformItemImplemented':
    case 'ReformItemDeferred':
    case 'ReformItemResumed':
    case 'ReformItemReferred':
    case 'ReformItemReturned':
    case 'ReformItemRejected':
    case 'ReformItemClosed':
    case 'ReformItemWithdrawn':
    case 'ReformItemReopened':
    case 'ReformItemDiscussed':
    case 'ReformItemTextAmended':
    case 'ReformItemStateRecorded':
    case 'ReformItemDetailsRecorded':
    case 'ReformItemRenumbered':
    case 'ReformItemAliased':
    case 'ReformItemRemoved':
    case 'ReformItemRestored':
    case 'ReformItemTextCorrected':
    case 'ReformItemTranslationAdded':
    case 'ReformItemPrevailingLanguageSet':
    case 'ReformItemTextDiscrepancyNoted':
    case 'ReformItemClassified':
    case 'ReformItemDueDateSet':
    case 'ReformItemAssigned':
    case 'ReformItemAddressed':
    case 'ReformItemResponseRecorded':
    case 'ReformItemProgressReported':
    case 'ReformItemActionAdded':
    case 'ReformItemActionRescheduled':
    case 'ReformItemActionCompleted':
    case 'ReformItemActionDropped':
    case 'ReformItemIndicatorDefined':
    case 'ReformItemMeasured':
    case 'ReformItemEvidenceAdded':
    case 'ReformItemEvidenceWithdrawn':
    case 'ReformItemVerified':
    case 'ReformItemEntryCorrected':
    case 'ReformItemDecisionRevoked':
    case 'ReformItemDecisionAnnulled':
    case 'ReformItemVisibilitySet':
    case 'DecisionEffectLapsed':
      return { items: [id] };
    case 'ProgrammeRegistered':
    case 'InstrumentRegistered':
    case 'OrganisationRegistered':
    case 'ThemeRegistered':
    case 'ScopeRegistered':
    case 'OrganisationRenamed':
    case 'OrganisationMoved':
    case 'OrganisationsMerged':
    case 'OrganisationDissolved':
    case 'OrganisationReestablished':
    case 'InstrumentVersionAdded':
    case 'InstrumentStatusChanged':
    case 'ScopeMembershipChanged':
    case 'VocabularyTermNamed':
    case 'RecordingDeadlineSet':
    case 'BodyEstablished':
    case 'BodyMandateChanged':
    case 'BodyDissolved':
    case 'WorkshopAnnounced':
    case 'WorkshopScheduled':
    case 'WorkshopOpened':
    case 'WorkshopRescheduled':
    case 'WorkshopSessionHeld':
    case 'WorkshopAttendanceRecorded':
    case 'DelegationSeated':
    case 'DelegationLeft':
    case 'WorkshopClosed':
    case 'WorkshopCancelled':
    case 'WorkshopOutcomeNotKnown':
    case 'MinutesDrafted':
    case 'MinutesVersionAdded':
    case 'MinutesCirculated':
    case 'MinutesApproved':
    case 'MinutesCorrigendumIssued':
    case 'MinutesDiscrepancyNoted':
    case 'PersonErased':
    case 'PersonalDataRead':
      return nothing;
  }
}
