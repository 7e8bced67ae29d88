export {
  bigint,
  boolean,
  date,
  double,
  integer,
  json,
  nullable,
  text,
  textArray,
  timestamp,
  type Column,
} from './engine/column.js';
export {
  appendTable,
  currentTable,
  defineReadModel,
  type Change,
  type Columns,
  type IndexDefinition,
  type ReadModel,
  type RowOf,
  type Rows,
  type TableDefinition,
  type Tables,
} from './engine/read-model.js';
export { ReadModelError, type ReadModelErrorCode } from './engine/read-model-error.js';
export { ReadModels, type ReadModelsOptions, type ReadModelStatus } from './engine/read-models.js';
export { validAt, type Pinned, type ReadModelState } from './engine/pinned.js';
export type { Halt } from './engine/registry.js';
export type { BuildReason, Notice } from './engine/notice.js';
export type { Queryable } from './engine/schema.js';
export { defaultTuning, type Tuning } from './engine/tuning.js';
export { foldItem, items } from './models/items.js';
export type { ItemRow, JourneyRow, StatusIntervalRow } from './models/item-tables.js';
export type { DiscrepancyRow, VersionRow, WordingRow } from './models/item-words.js';
export type { AssignmentRow, ClassificationRow, DueDateRow } from './models/item-sorting.js';
export type * from './models/item-axis-tables.js';
export { programmes } from './models/programmes.js';
export type {
  BodyRow,
  BodyStretchRow,
  DeadlineRow,
  InstrumentVersionRow,
  PartKind,
  PartRow,
  PartStretchRow,
  ProgrammeRow,
  ScopeMemberRow,
  TermRow,
} from './models/programme-tables.js';
export { workshops } from './models/workshops.js';
export type {
  AgendaPointRow,
  AppointmentRow,
  CirculationRow,
  CorrigendumRow,
  DelegationRow,
  MinutesDiscrepancyRow,
  MinutesRow,
  MinutesVersionRow,
  SessionRow,
  WorkshopRow,
} from './models/workshop-tables.js';
export { corrections, type CorrectionRow } from './models/corrections.js';
export { decisions, type DecidedItemRow, type DecisionRow, type PositionRow } from './models/decisions.js';
export { foldModel } from './models/fold-model.js';
export { readModels } from './models/all.js';
export { At } from './queries/at.js';
export type { SeesRestricted } from './queries/visible-rows.js';
export { concernedItems, restrictedAmong, visibleEvents } from './queries/concerned-items.js';
export { CursorError, decodeCursor, encodeCursor, type Cursor } from './queries/cursor.js';
export { camelRow, type Camel, type Keyed } from './queries/camel-case.js';
export {
  countItems,
  findItem,
  itemOrders,
  itemsByKey,
  listItems,
  type ItemFilter,
  type ItemListing,
  type ItemOrder,
  type ItemPlace,
} from './queries/item-queries.js';
export {
  itemDates,
  journeyEntries,
  journeysOf,
  statesOn,
  statusIntervalsOf,
  type ItemDates,
  type StateOn,
} from './queries/item-history-queries.js';
export { countsBy, type CountBy, type Counted, type ItemCount } from './queries/item-counts.js';
export * from './queries/programme-queries.js';
export { decisionsAtWorkshops } from './queries/workshop-record.js';
export { instrumentEntriesOf, notInForce } from './queries/blocked.js';
export { documentRows } from './queries/document-rows.js';
export * from './queries/decision-queries.js';
export * from './queries/relation-queries.js';
export { relations, type RelationRow } from './models/relations.js';
export type { SuccessionRow } from './models/item-succession.js';
export * from './queries/correction-queries.js';
export * from './queries/item-word-queries.js';
export * from './queries/item-sorting-queries.js';
export * from './queries/text-diff.js';
export {
  sortings,
  type ProvisionFilter,
  type Sorting,
  type SortingFilter,
} from './queries/item-sorting-filters.js';
export * from './queries/sorted-counts.js';
export * from './queries/item-axis-queries.js';
export type { AxisFilter } from './queries/item-axis-filters.js';
export * from './queries/distributions.js';
export * from './queries/live-facts.js';
