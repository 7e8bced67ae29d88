import { type RelationEnd, type RelationKind, successionKinds } from '@masar/domain';
import { validAt } from '../engine/pinned.js';
import type { SuccessionRow } from '../models/item-succession.js';
import type { JourneyRow } from '../models/item-tables.js';
import { items } from '../models/items.js';
import { relations } from '../models/relations.js';
import { type At, select } from './at.js';
import type { Keyed } from './camel-case.js';
import { holdsOn } from './intervals.js';

/** A relation of an item, seen from it. */
export interface RelationOf
  extends
    Pick<
      Keyed<SuccessionRow>,
      'key' | 'position' | 'decision' | 'fromEarliest' | 'fromLatest' | 'toEarliest' | 'toLatest'
    >,
    Pick<Keyed<JourneyRow>, 'decidedOn' | 'effective' | 'reason' | 'irregularities' | 'asRecorded'> {
  /** The end the item of `key` stands at. */
  readonly end: RelationEnd;
  readonly kind: RelationKind;
  /** Id of the item at the other end. */
  readonly other: string;
}

/** Which relations are asked for: those of a day, those that stand after everything known, or all there ever were. */
export type RelationsAt = { readonly day: string } | 'standing' | 'ever';

/** The relations of each item, from either end, in the order they began. */
export async function relationsWith(
  at: At,
  keys: readonly string[],
  when: RelationsAt,
): Promise<RelationOf[]> {
  const stands = (alias: string) => condition(when, alias, '$3');
  const columns = (alias: string) =>
    ['from_earliest', 'from_latest', 'to_earliest', 'to_latest'].map((name) => `${alias}.${name}`).join(', ');
  return select(
    at,
    `with edge as (
       select s.key as from_item, s.target as to_item, s.kind, s.decision, s.position, j.decided_on, j.effective,
         ${columns('s')}, j.reason, j.irregularities, j.as_recorded
       from ${at.from(items, 'succession')} s
       join ${at.from(items, 'journey')} j
         on j.key = s.key and j.position = s.position and ${validAt('$1', 'j')}
       where (s.key = any($2) or s.target = any($2)) and ${validAt('$1', 's')} and ${stands('s')}
       union all
       select r.from_item, r.to_item, r.kind, null, r.position, r.decided_on, r.effective,
         ${columns('r')}, r.reason, r.irregularities, r.as_recorded
       from ${at.from(relations, 'relation')} r
       where (r.from_item = any($2) or r.to_item = any($2)) and ${validAt('$1', 'r')} and ${stands('r')}
     ), seen as (
       select from_item as key, 'from' as "end", to_item as other, edge.* from edge where from_item = any($2)
       union all
       select to_item, 'to', from_item, edge.* from edge where to_item = any($2)
     )
     select key, "end", other, kind, decision, position, decided_on as "decidedOn", effective,
       from_earliest as "fromEarliest", from_latest as "fromLatest", to_earliest as "toEarliest",
       to_latest as "toLatest", reason, irregularities, as_recorded as "asRecorded"
     from seen order by key, from_earliest, position, other`,
    [at.position, keys, ...(typeof when === 'object' ? [when.day] : [])],
  );
}

function condition(when: RelationsAt, alias: string, day: string): string {
  if (when === 'ever') return 'true';
  return when === 'standing' ? `${alias}.to_earliest is null` : holdsOn(day, alias);
}

/** An item that another follows from, or that follows from it, near or far. */
export interface Kin {
  readonly key: string;
  readonly item: string;
  /** True for what follows from the item of `key`. */
  readonly later: boolean;
}

/** Everything each item follows from, and everything that follows from it. Each item stands once, whatever leads there. */
export async function lineagesOf(at: At, keys: readonly string[], when: RelationsAt): Promise<Kin[]> {
  const succession = at.from(items, 'succession');
  const relation = at.from(relations, 'relation');
  const stands = (alias: string) => `${validAt('$1', alias)} and ${condition(when, alias, '$4')}`;
  return select(
    at,
    `with recursive walk (key, item, later) as (
       -- Keys of documents compare by code point, other columns as the database does: here all by code point.
       select k, k collate "C", l from unnest($2::text[]) k cross join (values (true), (false)) v (l)
       union
       select w.key, n.item collate "C", w.later from walk w cross join lateral (
         select s.target as item from ${succession} s where w.later and s.key = w.item and ${stands('s')}
         union all
         select s.key from ${succession} s where not w.later and s.target = w.item and ${stands('s')}
         union all
         select r.to_item from ${relation} r
         where w.later and r.from_item = w.item and r.kind = any($3) and ${stands('r')}
         union all
         select r.from_item from ${relation} r
         where not w.later and r.to_item = w.item and r.kind = any($3) and ${stands('r')}
       ) n
     )
     select key, item, later from walk where item <> key order by key, later, item`,
    [at.position, keys, successionKinds, ...(typeof when === 'object' ? [when.day] : [])],
  );
}
