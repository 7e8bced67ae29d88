import { validAt } from '../engine/pinned.js';
import { items } from '../models/items.js';
import { type At, Parameters, select } from './at.js';
import { holdsOn, mayHoldOn } from './intervals.js';
import { stands } from './item-axis-filters.js';
import type { ItemCount } from './item-counts.js';
import { programmeKey } from './matched.js';

/** What items are counted by that they may have several of, or none: each counts once for each. */
const sortedBy = {
  HORIZON: ['classification', 'array[s.horizon]'],
  PRIORITY: ['classification', 'array[s.priority]'],
  THEME: ['classification', 's.themes'],
  SCOPE: ['classification', 's.scopes'],
  LEAD: ['assignment', 's.leads'],
} as const;
export type SortedBy = keyof typeof sortedBy;
export const sortedCountsBy = Object.keys(sortedBy) as readonly SortedBy[];

export interface SortedCounted {
  readonly programme: string;
  readonly by: SortedBy;
  readonly effectiveOn?: string | undefined;
}

/**
 * Items on the register by a value they are sorted by or led by, the most first; null for those that have none. Without a
 * day: after everything known at the position. On a day: as they stood then, as known at the position.
 */
export async function sortedCounts(
  at: At,
  { programme, by, effectiveOn }: SortedCounted,
): Promise<ItemCount[]> {
  const [table, column] = sortedBy[by];
  const parameters = new Parameters();
  const stretches = `${at.from(items, table)} s`;
  const known = `${validAt(parameters.add(at.position), 's')} and s.programme_key = ${parameters.add(programmeKey(programme))}`;
  const each = `cross join lateral (select distinct unnest(coalesce(nullif(${column}, '{}'), array[null::text]))) v(value)`;
  if (effectiveOn === undefined) {
    return select(
      at,
      `select v.value, count(*) as count, count(*) as certain, count(*) as possible
       from ${stretches} ${each}
       where ${known} and ${stands(undefined, 's')} and not s.removed
         and exists (select from ${at.from(items, 'register')} r
           where r.key = s.key and ${validAt('$1', 'r')} and r.registered)
       group by 1 order by 2 desc, 1`,
      parameters.values,
    );
  }
  const day = parameters.add(effectiveOn);
  // Certain where the item had surely begun and has the value in every stretch it may have been in.
  return select(
    at,
    `select value, count(*) filter (where holds) as count, count(*) filter (where certain) as certain,
       count(*) as possible
     from (
       select s.key, v.value, bool_or(${holdsOn(day, 's')}) as holds,
         count(*) = min(s.possible) and bool_or(s.begun) as certain
       from (
         select s.*, count(*) over (partition by s.key) as possible,
           bool_or(s.from_latest <= ${day}::date) over (partition by s.key) as begun
         from ${stretches} where ${known} and ${mayHoldOn(day, 's')}
       ) s ${each}
       where s.present and not s.removed
       group by s.key, v.value
     ) each
     group by value order by 2 desc, 1`,
    parameters.values,
  );
}
