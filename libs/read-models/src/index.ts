export * from './engine/column.js';
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
