import {
  actionStatuses,
  adoptionManners,
  assessments,
  bodyKinds,
  calendars,
  capacities,
  closedAs,
  closureCauses,
  competences,
  correctionStates,
  custodies,
  dateBases,
  decisionKinds,
  decisionMethods,
  decisionModes,
  evidenceStatuses,
  hashers,
  horizons,
  instrumentKinds,
  instrumentStatuses,
  irregularities,
  itemVisibilities,
  lapseCodes,
  lifecycleStates,
  minutesStates,
  positionKinds,
  priorities,
  progressLevels,
  refusalCodes,
  relationKinds,
  relationReadings,
  responses,
  waysToUndo,
  vocabularyNames,
  workshopStates,
} from '@masar/domain';
import { registerEnumType } from '@nestjs/graphql';

/**
 * A GraphQL enum whose names are the domain's own words: what a query shows is what the log holds.
 * The object is what Nest wants an enum to be.
 */
export function words<T extends string>(
  name: string,
  description: string,
  values: readonly T[],
): { [K in T]: K } {
  const object = Object.fromEntries(values.map((value) => [value, value])) as { [K in T]: K };
  registerEnumType(object, { name, description });
  return object;
}

export const LifecycleStateEnum = words(
  'LifecycleState',
  'Where an item stands on its way from proposal to implementation.',
  lifecycleStates,
);
export const ItemVisibilityEnum = words(
  'ItemVisibility',
  'Who may see an item: whoever may read its programme, or only those who may read what is restricted there.',
  itemVisibilities,
);
export const IrregularityEnum = words('Irregularity', 'What an entry of a history breaks.', irregularities);
export const LapseCodeEnum = words(
  'LapseCode',
  'Why a decision could not be applied to an item.',
  lapseCodes,
);
export const WayToUndoEnum = words('WayToUndo', 'How an entry of a history was undone.', waysToUndo);
export const CorrectionStateEnum = words(
  'CorrectionState',
  'Whether a correction has its second person.',
  correctionStates,
);
export const WorkshopStateEnum = words(
  'WorkshopState',
  'Whether a workshop took place, as far as known.',
  workshopStates,
);
export const DecisionKindEnum = words('DecisionKind', 'What was decided about an item.', decisionKinds);
export const DecisionModeEnum = words('DecisionMode', 'How the body came together to decide.', decisionModes);
export const DecisionMethodEnum = words('DecisionMethod', 'How the body decided.', decisionMethods);
export const CapacityEnum = words('Capacity', 'What a delegation may do at a workshop.', capacities);
export const MinutesStateEnum = words('MinutesState', 'How far minutes have come.', minutesStates);
export const VocabularyEnum = words('Vocabulary', 'The closed lists of words in answers.', vocabularyNames);
export const PositionKindEnum = words('DelegationStand', 'Where a delegation stood.', positionKinds);
export const RelationKindEnum = words('RelationKind', 'How one item stands to another.', relationKinds);
export const RelationReadingEnum = words(
  'RelationReading',
  'What a relation is called, seen from one of its two items.',
  relationReadings,
);
export const CompetenceEnum = words('Competence', 'What a body may do with a recommendation.', competences);
export const BodyKindEnum = words('BodyKind', 'What kind of body decides.', bodyKinds);
export const InstrumentKindEnum = words('InstrumentKind', 'What kind of instrument it is.', instrumentKinds);
export const InstrumentStatusEnum = words(
  'InstrumentStatus',
  'The standing of an instrument.',
  instrumentStatuses,
);
export const AdoptionMannerEnum = words('AdoptionManner', 'How an item was adopted.', adoptionManners);
export const ClosedAsEnum = words('ClosedAs', 'The ends a decision can close an item with.', closedAs);
export const ClosureCauseEnum = words('ClosureCause', 'Why an item was closed.', closureCauses);
export const HorizonEnum = words('Horizon', 'When an item is needed by.', horizons);
export const PriorityEnum = words('Priority', 'How urgent an item is.', priorities);
export const CalendarEnum = words('Calendar', 'The calendar a date was written in.', calendars);
export const DateBasisEnum = words('DateBasis', 'Whether a date was stated or worked out.', dateBases);
export const ResponseEnum = words('Response', 'What an addressee answers to an item.', responses);
export const ProgressLevelEnum = words(
  'ProgressLevel',
  'How far an addressee says it has come, from the least advanced on.',
  progressLevels,
);
export const AssessmentEnum = words(
  'Assessment',
  'What an independent organisation finds, from the least advanced on.',
  assessments,
);
export const ActionStatusEnum = words(
  'ActionStatus',
  'Whether an action is still to be taken.',
  actionStatuses,
);
export const CustodyEnum = words('Custody', 'Where a piece of evidence is.', custodies);
export const HasherEnum = words('Hasher', 'Who worked out the digest of a document.', hashers);
export const EvidenceStatusEnum = words(
  'EvidenceStatus',
  'Whether a piece of evidence is relied on.',
  evidenceStatuses,
);
export const RefusalCodeEnum = words('RefusalCode', 'Why a command was refused.', refusalCodes);
