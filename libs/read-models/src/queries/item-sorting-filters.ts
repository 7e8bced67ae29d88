import { validAt } from '../engine/pinned.js';
import { provisionKey } from '../models/item-sorting.js';
import { items } from '../models/items.js';
import type { At, Parameters } from './at.js';
import { stands } from './item-axis-filters.js';

/** What an item can have none of. */
export const sortings = ['HORIZON', 'PRIORITY', 'THEME', 'SCOPE', 'LEAD', 'DUE_DATE'] as const;
export type Sorting = (typeof sortings)[number];

/** A provision to look for: of an instrument, of one of its articles, in one of its versions. */
export interface ProvisionFilter {
  readonly instrument: string;
  readonly article?: string;
  readonly version?: string;
}

/** What items are chosen by: what they are sorted by, who carries them, when they are due. */
export interface SortingFilter {
  readonly themes?: readonly string[];
  readonly horizons?: readonly string[];
  readonly priorities?: readonly string[];
  readonly scopes?: readonly string[];
  /** Rests on or speaks of any of these. */
  readonly provisions?: readonly ProvisionFilter[];
  readonly requiresEnactmentOf?: readonly ProvisionFilter[];
  readonly leads?: readonly string[];
  readonly supporting?: readonly string[];
  readonly partners?: readonly string[];
  readonly funders?: readonly string[];
  /** Every day its due date may mean lies before this one. */
  readonly dueBefore?: string;
  /** On that day it had not ended, and every day its due date may mean was over. */
  readonly overdueOn?: string;
  /** Has none of each of these. */
  readonly without?: readonly Sorting[];
}

type Table = 'classification' | 'assignment' | 'due_date';

/** Columns by the field of the filter that looks for any of its values in them. */
const columns = {
  themes: ['classification', 'x.themes'],
  horizons: ['classification', 'array[x.horizon]'],
  priorities: ['classification', 'array[x.priority]'],
  scopes: ['classification', 'x.scopes'],
  leads: ['assignment', 'x.leads'],
  supporting: ['assignment', 'x.supporting'],
  partners: ['assignment', 'x.partners'],
  funders: ['assignment', 'x.funders'],
} as const;

const keyColumns = { provisions: 'x.provision_keys', requiresEnactmentOf: 'x.requirement_keys' } as const;

const none: { readonly [S in Sorting]: readonly [Table, string] } = {
  HORIZON: ['classification', 'x.horizon is not null'],
  PRIORITY: ['classification', 'x.priority is not null'],
  THEME: ['classification', 'cardinality(x.themes) > 0'],
  SCOPE: ['classification', 'cardinality(x.scopes) > 0'],
  LEAD: ['assignment', 'cardinality(x.leads) > 0'],
  DUE_DATE: ['due_date', 'true'],
};

/**
 * What must hold of the item of a register row `r`. The position is `$1`.
 *
 * @param effectiveOn as it was on that day; without, after everything known
 */
export function sortingConditions(
  at: At,
  filter: SortingFilter,
  effectiveOn: string | undefined,
  parameters: Parameters,
): string[] {
  let day: string | undefined;
  // A parameter no statement uses is one PostgreSQL cannot tell the type of.
  const onDay = () => (effectiveOn === undefined ? undefined : (day ??= parameters.add(effectiveOn)));
  const has = (table: Table | 'outlook', condition: string, on = onDay()) =>
    `exists (select from ${at.from(items, table)} x where x.key = r.key and ${validAt('$1', 'x')}
       and ${stands(on, 'x')} and ${condition})`;
  const found: string[] = [];
  for (const [field, [table, column]] of Object.entries(columns)) {
    const values = filter[field as keyof typeof columns];
    if (values) found.push(has(table, `${column} && ${parameters.add(values)}::text[]`));
  }
  for (const [field, column] of Object.entries(keyColumns)) {
    const provisions = filter[field as keyof typeof keyColumns];
    if (provisions) {
      const keys = provisions.map(provisionKey);
      found.push(has('classification', `${column} && ${parameters.add(keys)}::text[]`));
    }
  }
  for (const sorting of filter.without ?? []) found.push(`not ${has(...none[sorting])}`);
  if (filter.dueBefore !== undefined)
    found.push(has('due_date', `x.due_by < ${parameters.add(filter.dueBefore)}::date`));
  if (filter.overdueOn !== undefined) {
    const on = parameters.add(filter.overdueOn);
    found.push(has('outlook', `not x.ended and x.due_latest < ${on}::date`, on));
  }
  return found;
}

/** The last day the due date of a register row `r` may mean, as text that sorts; items that have none come last. */
export function dueBySort(at: At, effectiveOn: string | undefined, parameters: Parameters): string {
  const day = effectiveOn === undefined ? undefined : parameters.add(effectiveOn);
  return `coalesce((select to_char(x.due_by, 'YYYY-MM-DD') from ${at.from(items, 'due_date')} x
    where x.key = r.key and ${validAt('$1', 'x')} and ${stands(day, 'x')}), '9999-99-99') collate "C"`;
}
