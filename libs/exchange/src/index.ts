export type { Mapping } from './mapping/language.js';
export { MappingError } from './mapping/mapping-error.js';
export type { MappingProblem } from './mapping/mapping-error.js';
export { parseMapping, readMappingFile } from './mapping/read-mapping.js';
export { mappingSchemaUrl } from './mapping/schema-problems.js';
export { ImportError } from './import/import-error.js';
export type { ImportErrorCode } from './import/import-error.js';
export { importFile } from './import/import-file.js';
export type { ImportOptions } from './import/import-options.js';
export type { ImportProblem, ImportProgress, ImportReport, ImportSummary } from './import/report.js';
export { ArchiveError } from './archive/archive-error.js';
export type { ArchiveErrorCode } from './archive/archive-error.js';
export { type Backup, type BackupOptions, backUpLog } from './archive/back-up-log.js';
export {
  type CheckedArchive,
  type Restored,
  type RestoreOptions,
  checkArchive,
  restoreLog,
} from './archive/restore-log.js';
export { CopyError } from './copy/copy-error.js';
export type { CopyErrorCode } from './copy/copy-error.js';
export { copyLog } from './copy/copy-log.js';
export type { Copied, CopyOptions, CopySource, CopyStep } from './copy/copy-log.js';
export { linesToAdd } from './import/lines-to-add.js';
export type { LinesToAdd } from './import/lines-to-add.js';
export type { UnmappedValue } from './import/unmapped.js';
export { byteOrderMark, csvLine } from './export/csv-lines.js';
export { type Column, cellsOf } from './export/columns.js';
export { ItemSheet, type SheetItem } from './export/item-sheet.js';
export { ChangeSheet, type SheetChange, type SheetEntry } from './export/change-sheet.js';
export { exportedLine, programmeEvents } from './export/programme-events.js';
export { WholeFile } from './whole-file.js';
export { suggestMapping } from './suggest/suggest-mapping.js';
export type { SuggestedMapping } from './suggest/suggest-mapping.js';
export { SuggestError } from './suggest/suggest-error.js';
