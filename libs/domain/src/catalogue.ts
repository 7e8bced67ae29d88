import type { BodyEvent } from './body.js';
import type { CorrectionEvent } from './correction.js';
import type { DecisionEvent } from './decision.js';
import type { Upcaster } from './event.js';
import { type ReformItemEvent, referredToInWords } from './item/events.js';
import type { ReferenceReserved } from './item/references.js';
import type { MinutesEvent } from './minutes.js';
import type { DisclosureEvent, PersonEvent } from './person.js';
import type { ProgrammeEvent } from './programme/programme.js';
import type { RelationEvent } from './relations.js';
import { normaliseProgramme } from './text.js';
import type { WorkshopEvent } from './workshop/workshop.js';

/** Every event Masar stores. */
export type MasarEvent =
  | ProgrammeEvent
  | BodyEvent
  | WorkshopEvent
  | MinutesEvent
  | ReformItemEvent
  | ReferenceReserved
  | DecisionEvent
  | CorrectionEvent
  | RelationEvent
  | PersonEvent
  | DisclosureEvent;
export type MasarEventType = MasarEvent['type'];

/** What stands in the data of a command's events beside what the domain decided. */
export interface CommandMark {
  /** SHA-256 (hex) of the command's type and request: tells a retry from another request under the same id. */
  readonly requestDigest?: string;
}

export type Category =
  | 'programme'
  | 'body'
  | 'workshop'
  | 'minutes'
  | 'item'
  | 'decision'
  | 'relations'
  | 'correction'
  | 'subject'
  | 'disclosure';

/** The streams of a category: what they are called, and what tells which programme one belongs to. */
export interface StreamsOfCategory {
  readonly title: string;
  /** After `<category>-`. */
  readonly id: string;
  /** The id itself, its part before the first "/", or the field `programme`, which every event of the category then has. */
  readonly programme: 'id' | 'beforeSlash' | 'data';
}

/** Every category of streams. Who may read an event follows from its programme: a new category says where that stands. */
export const categories: Readonly<Record<Category, StreamsOfCategory>> = {
  programme: { title: 'Programme', id: '<programme>', programme: 'id' },
  body: { title: 'Body', id: '<programme>/<reference>', programme: 'beforeSlash' },
  workshop: { title: 'Workshop', id: '<programme>/<reference>', programme: 'beforeSlash' },
  minutes: { title: 'Minutes', id: '<programme>/<workshop>', programme: 'beforeSlash' },
  item: { title: 'Reform item', id: '<programme>/<reference>', programme: 'beforeSlash' },
  decision: { title: 'Decision', id: '<id>', programme: 'data' },
  relations: { title: 'Relations', id: '<programme>', programme: 'id' },
  correction: { title: 'Correction', id: '<id>', programme: 'data' },
  subject: { title: 'Person', id: '<id>', programme: 'data' },
  disclosure: { title: 'Reading of names', id: '<id>', programme: 'data' },
};

/**
 * The normalised reference of the programme a stored event belongs to.
 *
 * @returns undefined where nothing tells: such an event is for those who may read every programme
 */
export function programmeOfEvent({
  stream,
  data,
}: {
  readonly stream: string;
  readonly data: object;
}): string | undefined {
  const [category = ''] = stream.split('-', 1);
  const id = stream.slice(category.length + 1);
  if (!Object.hasOwn(categories, category)) return undefined;
  switch (categories[category as Category].programme) {
    case 'id':
      return id;
    case 'beforeSlash':
      return id.includes('/') ? id.slice(0, id.indexOf('/')) : undefined;
    case 'data': {
      const { programme } = data as { programme?: unknown };
      return typeof programme === 'string' ? normaliseProgramme(programme) : undefined;
    }
  }
}

/** What there is to know of an event type. */
export interface EventDescription {
  readonly category: Category;
  /** The version written today. */
  readonly schemaVersion: number;
  /** `upcasters[n]` reads version n + 1 and yields version n + 2. */
  readonly upcasters: readonly Upcaster[];
  /** Paths of fields that hold a person's opaque id. */
  readonly personal: readonly string[];
  /** One sentence for the event catalogue in docs. */
  readonly summary: string;
}

/** Whom a file names as the author of a row. */
const claimedBy = 'source.claimedBy';

function described(category: Category, summary: string, personal: readonly string[] = []): EventDescription {
  // Whatever a file can say of an item, it can say who said so.
  const claimed = category === 'item' ? [claimedBy] : [];
  return { category, schemaVersion: 1, upcasters: [], personal: [...personal, ...claimed], summary };
}

/** All event types. A new one is added here, or does not compile; an old one is never taken out. */
export const eventCatalogue: Readonly<Record<MasarEventType, EventDescription>> = {
  ProgrammeRegistered: described('programme', 'A reform programme begins to be recorded.'),
  InstrumentRegistered: described('programme', 'A law, strategy or plan the programme rests on.'),
  OrganisationRegistered: described(
    'programme',
    'An organisation that leads, supports, verifies or is addressed.',
  ),
  ThemeRegistered: described('programme', 'A theme items are sorted by.'),
  ScopeRegistered: described('programme', 'A place or a governed list of places.'),
  OrganisationRenamed: described('programme', 'An organisation has another name from a day on.'),
  OrganisationMoved: described('programme', 'An organisation became part of another, or of none.'),
  OrganisationsMerged: described('programme', 'Organisations became part of another and ended.'),
  OrganisationDissolved: described('programme', 'An organisation ended.'),
  OrganisationReestablished: described('programme', 'An organisation stands again.'),
  InstrumentVersionAdded: described('programme', 'A version of an instrument, with its articles.'),
  InstrumentStatusChanged: described('programme', 'An instrument, or a version, has another status.'),
  ScopeMembershipChanged: described('programme', 'Places joined a governed list or left it, by a source.'),
  VocabularyTermNamed: described('programme', 'A term of a closed list was named in languages.'),
  RecordingDeadlineSet: described('programme', 'How many days after a decision it has to be recorded.'),
  BodyEstablished: described('body', 'A body that decides, with its competence.'),
  BodyMandateChanged: described('body', 'What a body may do changed.'),
  BodyDissolved: described('body', 'A body decides no more.'),
  WorkshopAnnounced: described('workshop', 'A workshop was announced; nothing says yet that it took place.'),
  WorkshopScheduled: described('workshop', 'A workshop was given a date.'),
  WorkshopOpened: described('workshop', 'A workshop began.'),
  WorkshopRescheduled: described('workshop', 'A workshop was given another date.'),
  WorkshopSessionHeld: described('workshop', 'A session of a workshop was held.'),
  WorkshopAttendanceRecorded: described('workshop', 'Which delegations were at a session.'),
  WorkshopAgendaSet: described('workshop', 'A workshop was given its agenda, or another one.'),
  DelegationSeated: described('workshop', 'An organisation’s delegation has a seat, in a capacity.', [
    'people.*',
  ]),
  DelegationLeft: described('workshop', 'A delegation gave its seat up.'),
  WorkshopClosed: described('workshop', 'A workshop ended.'),
  WorkshopCancelled: described('workshop', 'A workshop will not take place.'),
  WorkshopOutcomeNotKnown: described('workshop', 'Whether a workshop took place is not known.'),
  MinutesDrafted: described('minutes', 'Minutes of a workshop were begun.'),
  MinutesVersionAdded: described('minutes', 'The words of the minutes in a language.'),
  MinutesCirculated: described('minutes', 'The draft was sent round.'),
  MinutesApproved: described('minutes', 'The minutes were approved, by a body or in a session.'),
  MinutesCorrigendumIssued: described('minutes', 'An error in approved minutes was put right.'),
  MinutesDiscrepancyNoted: described('minutes', 'Two languages of the minutes say different things.'),
  ReformItemRegistered: described('item', 'A recommendation begins to be tracked.', ['people.*']),
  ReformItemProposed: described('item', 'Put before a workshop.'),
  ReformItemReviewStarted: described('item', 'A workshop took it up.'),
  ReformItemAdopted: described('item', 'A workshop agreed.'),
  ReformItemApproved: described('item', 'A competent body approved.'),
  ReformItemPlanned: described('item', 'Given a lead, a horizon, a due date and a first action.'),
  ReformItemImplementationStarted: described('item', 'Work on it began.'),
  ReformItemImplemented: described('item', 'Verified as implemented.'),
  ReformItemDeferred: described('item', 'Put off; resumes where it left.'),
  ReformItemResumed: described('item', 'Taken up again where it left.'),
  ReformItemReferred: {
    ...described('item', 'Handed to somebody else to consider.'),
    schemaVersion: 2,
    upcasters: [referredToInWords],
  },
  ReformItemReturned: described('item', 'Sent back to be proposed again.'),
  ReformItemRejected: described('item', 'Rejected: an end.'),
  ReformItemClosed: described('item', 'Closed partly or not implemented, or no longer applicable: an end.'),
  ReformItemWithdrawn: described('item', 'Taken back by who proposed it: an end.'),
  ReformItemSuperseded: described('item', 'Replaced by others: an end.'),
  ReformItemMerged: described('item', 'Became part of another: an end.'),
  ReformItemSplit: described('item', 'Became several: an end.'),
  ReformItemReopened: described('item', 'Taken out of an end, for a reason.'),
  ReformItemDiscussed: described('item', 'Discussed without decision.'),
  ReformItemTextAmended: described('item', 'Title or text changed by a decision.'),
  ReformItemStateRecorded: described('item', 'A status another register showed.'),
  ReformItemDetailsRecorded: described('item', 'Title, text or attributes another register showed.', [
    'people.*',
  ]),
  ReformItemRenumbered: described('item', 'Goes by another reference from now on.'),
  ReformItemAliased: described('item', 'Has a further reference.'),
  ReformItemRemoved: described('item', 'Taken off the register; its history stays.'),
  ReformItemRestored: described('item', 'Back on the register.'),
  ReformItemTextCorrected: described(
    'item',
    'An error in its words was corrected, with a second person’s word.',
  ),
  ReformItemTranslationAdded: described('item', 'Its words were added in a further language.'),
  ReformItemPrevailingLanguageSet: described('item', 'Which of its languages prevails was learned.'),
  ReformItemTextDiscrepancyNoted: described('item', 'Two of its languages say different things.'),
  ReformItemClassified: described(
    'item',
    'Sorted by theme, horizon, scope, priority or provision of an instrument.',
  ),
  ReformItemDueDateSet: described('item', 'Given another due date; the former ones stay visible.'),
  ReformItemAssigned: described('item', 'Given its leads and who supports, takes part and funds.'),
  ReformItemAddressed: described('item', 'Addressed to one or more organisations.'),
  ReformItemResponseRecorded: described('item', 'An addressee responded.'),
  ReformItemProgressReported: described('item', 'An addressee reported how far it has come.'),
  ReformItemActionAdded: described('item', 'A step towards it, with its due date.'),
  ReformItemActionRescheduled: described('item', 'A step was put off or brought forward.'),
  ReformItemActionCompleted: described('item', 'A step was taken.'),
  ReformItemActionDropped: described('item', 'A step will not be taken.'),
  ReformItemIndicatorDefined: described('item', 'What it is measured by, with baseline and target.'),
  ReformItemMeasured: described('item', 'A value of an indicator.'),
  ReformItemEvidenceAdded: described('item', 'A piece of evidence: held, linked or inspected.'),
  ReformItemEvidenceWithdrawn: described('item', 'A piece of evidence is relied on no more.'),
  ReformItemVerified: described('item', 'An organisation verified it, or a part of it, and concluded.'),
  ReformItemEntryCorrected: described(
    'item',
    'An entry had been recorded wrongly; two people agreed on what is right.',
  ),
  ReformItemDecisionRevoked: described('item', 'What a decision did to it counts no more, from a date on.'),
  ReformItemDecisionAnnulled: described('item', 'What a decision did to it never counted.'),
  ReformItemVisibilitySet: described('item', 'Who may see it, its past included, changed.'),
  DecisionEffectLapsed: described('item', 'A decision could not be applied: the item had moved on.'),
  ReferenceReserved: described('item', 'A further reference was taken for an item.'),
  DecisionRecorded: described('decision', 'A body decided on one or more items.', [claimedBy]),
  DecisionCorrected: described('decision', 'What was written down of a decision had been wrong.'),
  CorrectionProposed: described('correction', 'Somebody found that something was recorded wrongly.'),
  CorrectionConfirmed: described('correction', 'A second person agreed; what was wrong is corrected.'),
  CorrectionDeclined: described('correction', 'A second person did not agree.'),
  CorrectionWithdrawn: described('correction', 'Taken back by who proposed it.'),
  RelationsDeclared: described('relations', 'Items became others, or ceased to be related.'),
  PersonErased: described('subject', 'A person was erased: nothing says any more who they were.', [
    'subject',
  ]),
  PersonalDataRead: described('disclosure', 'Names of people were shown to somebody, for a purpose.', [
    'subjects.*',
  ]),
  RelationsLapsed: described('relations', 'Relations would have closed a cycle and were left out.'),
  ItemsRelated: described('relations', 'How one item stands to another was said, by itself.'),
  ItemsUnrelated: described('relations', 'What was said of two items stands no more, from a date on.'),
};

/** The log holds an event this version cannot read. `code` says whether its type or its version is unknown. */
export class UnknownEventError extends Error {
  override readonly name = 'UnknownEventError';
  constructor(
    readonly code: 'UNKNOWN_EVENT_TYPE' | 'UNKNOWN_SCHEMA_VERSION',
    message: string,
  ) {
    super(message);
  }
}

/**
 * Reads a stored event as today's type, through the upcasters of its type.
 *
 * @throws UnknownEventError a type or a version that a newer Masar wrote
 */
export function decode(stored: {
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: object;
}): MasarEvent {
  const description = Object.hasOwn(eventCatalogue, stored.type)
    ? eventCatalogue[stored.type as MasarEventType]
    : undefined;
  if (!description)
    throw new UnknownEventError(
      'UNKNOWN_EVENT_TYPE',
      `the log holds an event of type ${stored.type}, which this version of Masar does not know: use a newer one`,
    );
  return { type: stored.type, data: upcast(stored, description) } as unknown as MasarEvent;
}

/**
 * The data of a stored event, brought from its version to the one written today.
 *
 * @throws UnknownEventError `UNKNOWN_SCHEMA_VERSION`
 */
export function upcast(
  stored: { readonly type: string; readonly schemaVersion: number; readonly data: object },
  { schemaVersion, upcasters }: Pick<EventDescription, 'schemaVersion' | 'upcasters'>,
): Record<string, unknown> {
  const version = stored.schemaVersion;
  if (!Number.isInteger(version) || version > schemaVersion || version < 1) {
    throw new UnknownEventError(
      'UNKNOWN_SCHEMA_VERSION',
      `the log holds version ${version} of ${stored.type}; this version of Masar reads up to ${schemaVersion}: use a newer one`,
    );
  }
  return upcasters
    .slice(version - 1)
    .reduce((older, next) => next(older), stored.data as Record<string, unknown>);
}

/** What there is to know of a type this version writes. */
export function describeEvent(type: MasarEventType): EventDescription {
  return eventCatalogue[type];
}
