import { validAt } from '../engine/pinned.js';
import type {
  ActionRow,
  AddresseeRow,
  AssessmentRow,
  EvidenceRow,
  IndicatorRow,
  MeasurementRow,
  OutlookRow,
  StretchRow,
  VerificationRow,
} from '../models/item-axis-tables.js';
import { itemTables } from '../models/item-tables.js';
import { items } from '../models/items.js';
import { type At, select } from './at.js';
import { type Camel, type Keyed, selectList } from './camel-case.js';

/** The rows of a table of these items, in one statement, in an order of its columns. */
export function rowsOf<R>(table: keyof typeof itemTables, order: string) {
  const columns = selectList(itemTables[table].columns, 't');
  return async (at: At, keys: readonly string[]): Promise<Keyed<R>[]> =>
    select(
      at,
      `select t.key, ${columns} from ${at.from(items, table)} t
       where key = any($2) and ${validAt('$1')} order by key, ${order}`,
      [at.position, keys],
    );
}

/** Stretches, name by name. */
export const inOrder = 'number, ordinal';

/** Every stretch of each addressee of these items. */
export const addresseesOf = rowsOf<AddresseeRow>('addressee', inOrder);
/** Every stretch of each action of these items. */
export const actionsOf = rowsOf<ActionRow>('action', inOrder);
/** Every stretch of each indicator of these items. */
export const indicatorsOf = rowsOf<IndicatorRow>('indicator', inOrder);
/** The measurements of these items, in the order of effect. */
export const measurementsOf = rowsOf<MeasurementRow>('measurement', 'ordinal');
/** Every stretch of each piece of evidence of these items. */
export const evidenceOf = rowsOf<EvidenceRow>('evidence', inOrder);
/** The verifications of these items, in the order of effect. */
export const verificationsOf = rowsOf<VerificationRow>('verification', 'ordinal');
/** Every stretch of the assessment of the whole and of each part of these items. */
export const assessmentsOf = rowsOf<AssessmentRow>('assessment', inOrder);
/** Every stretch of what the computed facts of these items are worked out from. */
export const outlooksOf = rowsOf<OutlookRow>('outlook', inOrder);

/**
 * Of the stretches of one item, those that hold on a day, or without one after everything known; in the order in which
 * what they are of came up.
 */
export function standingOf<R extends Pick<Camel<StretchRow>, 'present' | 'fromEarliest' | 'toEarliest'>>(
  rows: readonly R[],
  day?: string,
): R[] {
  return rows.filter(({ present, fromEarliest, toEarliest }) => {
    if (!present) return false;
    if (day === undefined) return toEarliest === null;
    return fromEarliest <= day && (toEarliest === null || day < toEarliest);
  });
}

/** True where the item was overdue on a day: it had not ended, and all days its due date may mean were over. */
export function overdueOn(rows: readonly Camel<OutlookRow>[], day: string): boolean {
  return standingOf(rows, day).some(
    ({ ended, dueLatest }) => !ended && dueLatest !== null && dueLatest < day,
  );
}

/** True where on a day all addressees had said that they were done, and the item was not verified. */
export function reportedDoneNotVerifiedOn(rows: readonly Camel<OutlookRow>[], day: string): boolean {
  return standingOf(rows, day).some((row) => row.reportedDoneNotVerified);
}
