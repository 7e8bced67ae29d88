import type { AssignmentRow, ClassificationRow, DueDateRow } from '../models/item-sorting.js';
import { inOrder, rowsOf } from './item-axis-queries.js';

/** Every stretch of what these items are sorted by. */
export const classificationsOf = rowsOf<ClassificationRow>('classification', inOrder);
/** Every stretch of who carries these items. */
export const assignmentsOf = rowsOf<AssignmentRow>('assignment', inOrder);
/** The due dates of these items: the original one, then each slip. */
export const dueDatesOf = rowsOf<DueDateRow>('due_date', inOrder);
