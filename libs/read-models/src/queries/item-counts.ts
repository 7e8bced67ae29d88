import { validAt } from '../engine/pinned.js';
import { items } from '../models/items.js';
import { type At, Parameters, select } from './at.js';
import { holdsOn, mayHoldOn } from './intervals.js';
import { itemOf } from './item-queries.js';
import { programmeKey } from './matched.js';

/** What is counted: the state, the source's own status, or an attribute by name. */
export type CountBy = 'STATE' | 'SOURCE_STATUS' | { readonly attribute: string };

export interface ItemCount {
  /** Null: the item has no such value. */
  readonly value: string | null;
  readonly count: number;
  /** On a day: items that were so whatever an imprecise date means, and items that may have been. */
  readonly certain: number;
  readonly possible: number;
}

export interface Counted {
  readonly programme: string;
  readonly by: CountBy;
  readonly effectiveOn?: string;
}

/**
 * Items on the register by what is asked, the most first. Without a day: after everything known at the position. On a
 * day: as they stood then, as known at the position; attributes are those known at the position.
 */
export async function countsBy(at: At, { programme, by, effectiveOn }: Counted): Promise<ItemCount[]> {
  const parameters = new Parameters();
  const position = parameters.add(at.position);
  const ofProgramme = `programme_key = ${parameters.add(programmeKey(programme))}`;
  const value = (alias: string) =>
    typeof by === 'object'
      ? `i.attributes ->> ${parameters.add(by.attribute)}`
      : `${alias}.${by === 'STATE' ? 'state' : 'source_status'}`;
  if (effectiveOn === undefined) {
    return select(
      at,
      `select ${value('i')} as value, count(*) as count, count(*) as certain, count(*) as possible
       from ${at.from(items, 'register')} r ${itemOf(at, 'r.key')}
       where ${validAt(position, 'r')} and r.${ofProgramme} and r.registered and not r.removed
       group by 1 order by 2 desc, 1`,
      parameters.values,
    );
  }
  const day = parameters.add(effectiveOn);
  // An item counts as certain where it had surely begun and all it may have been on that day is the same.
  return select(
    at,
    `select value, count(*) filter (where holds) as count, count(*) filter (where certain) as certain,
       count(*) as possible
     from (
       select ${value('s')} as value, s.removed, bool_or(${holdsOn(day, 's')}) as holds,
         count(*) over (partition by s.key) = 1
           and bool_or(bool_or(s.from_latest <= ${day}::date)) over (partition by s.key) as certain
       from ${at.from(items, 'status_interval')} s ${typeof by === 'object' ? itemOf(at, 's.key') : ''}
       where ${validAt(position, 's')} and s.${ofProgramme} and ${mayHoldOn(day, 's')}
       group by s.key, value, s.removed
     ) each
     where not removed group by value order by 2 desc, 1`,
    parameters.values,
  );
}
