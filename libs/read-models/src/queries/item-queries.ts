import { matchingForm, normaliseProgramme, normaliseReference } from '@masar/domain';
import { validAt } from '../engine/pinned.js';
import {
  type ItemRow,
  type JourneyRow,
  type StatusIntervalRow,
  type VersionRow,
  items,
} from '../models/items.js';
import { type At, Parameters, select } from './at.js';
import { type Keyed, selectList } from './camel-case.js';

const itemColumns = selectList(items.tables.item.columns, 'i');
/** Everything but the event's data, which few ask for and which is most of a row. */
const journeyColumns = selectList(items.tables.journey.columns, 'j', ['data']);

/** The item that goes by the reference, or else went by it; undefined where there is none. */
export async function findItem(
  at: At,
  programme: string,
  reference: string,
): Promise<Keyed<ItemRow> | undefined> {
  const found = await select<Keyed<ItemRow>>(
    at,
    `select i.key, ${itemColumns} from ${at.pinned.from(items, 'item')} i
     where ${validAt('$1')} and programme_key = $2 and (reference_key = $3 or alias_keys @> array[$3])
     order by (reference_key = $3) desc, key limit 1`,
    [at.position, normaliseProgramme(programme), normaliseReference(reference)],
  );
  return found[0];
}

export async function itemsByKey(at: At, keys: readonly string[]): Promise<Keyed<ItemRow>[]> {
  return select(
    at,
    `select i.key, ${itemColumns} from ${at.pinned.from(items, 'item')} i where ${validAt('$1')} and key = any($2)`,
    [at.position, keys],
  );
}

export interface ItemFilter {
  readonly states?: readonly string[];
  readonly sourceStatuses?: readonly string[];
  /** Found in a reference, the title or the text, letter forms and digits unified. */
  readonly search?: string;
  /** One of the values of each attribute. */
  readonly attributes?: readonly { readonly name: string; readonly values: readonly string[] }[];
  /** Any of these. */
  readonly irregularities?: readonly string[];
  readonly themes?: readonly string[];
  readonly leads?: readonly string[];
  readonly workshop?: string;
  /** Default false: what is on the register. */
  readonly removed?: boolean;
}

export const itemOrders = {
  REFERENCE: 'sort_reference',
  TITLE: 'sort_title',
  STATE: "coalesce(state, '')",
  LAST_CHANGE: 'last_position',
} as const;
export type ItemOrder = keyof typeof itemOrders;

export interface ItemListing {
  readonly programme?: string;
  /** Programmes the reader may see; undefined for all. */
  readonly readable?: readonly string[];
  readonly filter?: ItemFilter;
  /** The state filters then mean the state on that day. */
  readonly effectiveOn?: string;
  readonly order: ItemOrder;
  readonly descending?: boolean;
}

/** Where the last page ended: the sort value and the key of its last item. */
export type ItemPlace = readonly [sort: string | number, key: string];

/** The items of a listing after a place, one more than `first` where there are more; each with its place. */
export async function listItems(
  at: At,
  listing: ItemListing,
  first: number,
  after?: ItemPlace,
): Promise<(Keyed<ItemRow> & { readonly sort: string | number })[]> {
  const parameters = new Parameters();
  const where = conditions(at, listing, parameters);
  const sort = itemOrders[listing.order];
  if (after) {
    const [value, key] = after;
    const type = listing.order === 'LAST_CHANGE' ? 'bigint' : 'text';
    where.push(
      `(${sort}, key) ${listing.descending ? '<' : '>'} (${parameters.add(value)}::${type}, ${parameters.add(key)})`,
    );
  }
  const direction = listing.descending ? 'desc' : 'asc';
  return select(
    at,
    `select i.key, ${sort} as sort, ${itemColumns} from ${at.pinned.from(items, 'item')} i
     where ${where.join(' and ')} order by ${sort} ${direction}, key ${direction} limit ${parameters.add(first + 1)}`,
    parameters.values,
  );
}

/** How many items the whole listing has. */
export async function countItems(at: At, listing: ItemListing): Promise<number> {
  const parameters = new Parameters();
  const where = conditions(at, listing, parameters);
  const [row] = await select<{ count: number }>(
    at,
    `select count(*) as count from ${at.pinned.from(items, 'item')} i where ${where.join(' and ')}`,
    parameters.values,
  );
  return row!.count;
}

function conditions(
  at: At,
  { programme, readable, filter = {}, effectiveOn }: ItemListing,
  parameters: Parameters,
): string[] {
  const where = [validAt(parameters.add(at.position)), 'registered'];
  if (programme !== undefined) where.push(`programme_key = ${parameters.add(normaliseProgramme(programme))}`);
  if (readable)
    where.push(`programme_key = any(${parameters.add(readable.map((one) => normaliseProgramme(one)))})`);
  if (filter.search !== undefined)
    where.push(`strpos(search, ${parameters.add(matchingForm(filter.search))}) > 0`);
  for (const { name, values } of filter.attributes ?? []) {
    where.push(`attributes ->> ${parameters.add(name)} = any(${parameters.add(values)})`);
  }
  if (filter.irregularities) where.push(`irregularities && ${parameters.add(filter.irregularities)}`);
  if (filter.themes) where.push(`themes && ${parameters.add(filter.themes)}`);
  if (filter.leads) where.push(`leads && ${parameters.add(filter.leads)}`);
  if (filter.workshop !== undefined) where.push(`workshop = ${parameters.add(filter.workshop)}`);
  const standing: string[] = [`removed = ${parameters.add(filter.removed ?? false)}`];
  if (filter.states) standing.push(`state = any(${parameters.add(filter.states)})`);
  if (filter.sourceStatuses) standing.push(`source_status = any(${parameters.add(filter.sourceStatuses)})`);
  if (effectiveOn === undefined) return [...where, ...standing];
  const day = parameters.add(effectiveOn);
  return [
    ...where,
    `exists (select from ${at.pinned.from(items, 'status_interval')} s
       where s.key = i.key and ${validAt('$1', 's')} and ${holdsOn(day, 's')}
         and ${standing.map((condition) => `s.${condition}`).join(' and ')})`,
  ];
}

/** The condition for the stretch an item is in on a day. */
function holdsOn(day: string, alias: string): string {
  return `${alias}.from_earliest <= ${day}::date and (${alias}.to_earliest is null or ${day}::date < ${alias}.to_earliest)`;
}

/** The way of each item in the order of effect, at most `first` entries each. */
export async function journeysOf(
  at: At,
  keys: readonly string[],
  first: number | null,
): Promise<Keyed<Omit<JourneyRow, 'data'>>[]> {
  return select(
    at,
    `select k.key, j.* from unnest($2::text[]) as k(key) cross join lateral (
       select ${journeyColumns} from ${at.pinned.from(items, 'journey')} j
       where j.key = k.key and ${validAt('$1', 'j')}
       order by earliest, session_order, position limit $3
     ) j`,
    [at.position, keys, first],
  );
}

/** The texts of each item, oldest first. */
export async function versionsOf(at: At, keys: readonly string[]): Promise<Keyed<VersionRow>[]> {
  return select(
    at,
    `select v.key, ${selectList(items.tables.version.columns, 'v')} from ${at.pinned.from(items, 'version')} v
     where key = any($2) and ${validAt('$1')} order by key, number`,
    [at.position, keys],
  );
}

/** The stretches of each item in each state, in the order of effect. */
export async function statusIntervalsOf(
  at: At,
  keys: readonly string[],
): Promise<Keyed<StatusIntervalRow>[]> {
  return select(
    at,
    `select s.key, ${selectList(items.tables.status_interval.columns, 's')}
     from ${at.pinned.from(items, 'status_interval')} s where key = any($2) and ${validAt('$1')} order by key, ordinal`,
    [at.position, keys],
  );
}

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

/**
 * Items on the register by what is asked, the most first. Without a day: after everything known at the position. On a
 * day: as they stood then, as known at the position; attributes are those known at the position.
 */
export async function countsBy(
  at: At,
  {
    programme,
    by,
    effectiveOn,
  }: { readonly programme: string; readonly by: CountBy; readonly effectiveOn?: string },
): Promise<ItemCount[]> {
  const parameters = new Parameters();
  const valid = (alias: string) =>
    validAt(parameters.values.length > 0 ? '$1' : parameters.add(at.position), alias);
  const column = (alias: string) =>
    typeof by === 'object'
      ? `i.attributes ->> ${parameters.add(by.attribute)}`
      : `${alias}.${by === 'STATE' ? 'state' : 'source_status'}`;
  if (effectiveOn === undefined) {
    const where = `${valid('i')} and i.programme_key = ${parameters.add(normaliseProgramme(programme))}`;
    return select(
      at,
      `select ${column('i')} as value, count(*) as count, count(*) as certain, count(*) as possible
       from ${at.pinned.from(items, 'item')} i where ${where} and i.registered and not i.removed
       group by 1 order by 2 desc, 1`,
      parameters.values,
    );
  }
  const where = `${valid('s')} and s.programme_key = ${parameters.add(normaliseProgramme(programme))} and not s.removed`;
  const day = parameters.add(effectiveOn);
  const join =
    typeof by === 'object'
      ? `join ${at.pinned.from(items, 'item')} i on i.key = s.key and ${validAt('$1', 'i')}`
      : '';
  return select(
    at,
    `select * from (
       select ${column('s')} as value, count(distinct s.key) filter (where ${holdsOn(day, 's')}) as count,
         count(distinct s.key) filter (where s.from_latest <= ${day}::date and (s.to_earliest is null or ${day}::date < s.to_earliest)) as certain,
         count(distinct s.key) as possible
       from ${at.pinned.from(items, 'status_interval')} s ${join}
       where ${where} and s.from_earliest <= ${day}::date and (s.to_latest is null or ${day}::date < s.to_latest)
       group by 1
     ) c order by 2 desc, 1`,
    parameters.values,
  );
}

export interface StateOn {
  readonly key: string;
  readonly state: string;
  readonly sourceStatus: string | null;
  readonly removed: boolean;
  /** True where no imprecise date leaves room for another state. */
  readonly certain: boolean;
  /** Every state the item may have been in, this one included. */
  readonly possible: readonly string[];
}

/** The state of each item on a day; items that had not begun are left out. */
export async function statesOn(at: At, keys: readonly string[], day: string): Promise<StateOn[]> {
  return select(
    at,
    `select s.key, s.state, s.source_status as "sourceStatus", s.removed, s.from_latest <= $3::date as certain,
       array(select distinct p.state from ${at.pinned.from(items, 'status_interval')} p
         where p.key = s.key and ${validAt('$1', 'p')} and p.from_earliest <= $3::date
           and (p.to_latest is null or $3::date < p.to_latest) order by 1) as possible
     from ${at.pinned.from(items, 'status_interval')} s
     where s.key = any($2) and ${validAt('$1', 's')} and ${holdsOn('$3', 's')}`,
    [at.position, keys, day],
  );
}
