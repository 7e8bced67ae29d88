import type { DiscrepancyRow, VersionRow, WordingRow } from '../models/item-words.js';
import { inOrder, rowsOf } from './item-axis-queries.js';

/** Every text version of these items, in the order they were recorded. */
export const versionsOf = rowsOf<VersionRow>('version', 'number');
/** Every stretch in which a version was in force, and a language prevailed. */
export const wordingsOf = rowsOf<WordingRow>('wording', inOrder);
/** The discrepancies noted between languages of these items, in the order of effect. */
export const discrepanciesOf = rowsOf<DiscrepancyRow>('discrepancy', 'ordinal');
