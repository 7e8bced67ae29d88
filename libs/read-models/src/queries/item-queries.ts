import { matchingForm } from '@masar/domain';
import { validAt } from '../engine/pinned.js';
import { type ItemRow, itemTables } from '../models/item-tables.js';
import { items } from '../models/items.js';
import { blockedCondition, blockingProvisions } from './blocked.js';
import { type At, Parameters, select } from './at.js';
import { type Keyed, selectList } from './camel-case.js';
import { requirePlace } from './cursor.js';
import { holdsOn } from './intervals.js';
import { type AxisFilter, axisConditions } from './item-axis-filters.js';
import { type SortingFilter, dueBySort, sortingConditions } from './item-sorting-filters.js';
import { programmeKey, referenceKey } from './matched.js';

const itemColumns = selectList(itemTables.item.columns, 'i');

/** The item of a key at the position in `$1`: one look-up, however many versions there are of it. */
export function itemOf(at: At, key: string): string {
  return `cross join lateral (
       select * from ${at.from(items, 'item')} v
       where v.key = ${key} and v.valid_from <= $1 order by v.valid_from desc limit 1
     ) i`;
}

/** The item that goes by the reference, or else went by it; undefined where there is none. */
export async function findItem(
  at: At,
  programme: string,
  reference: string,
): Promise<Keyed<ItemRow> | undefined> {
  const found = await select<Keyed<ItemRow>>(
    at,
    `select r.key, ${itemColumns} from ${at.from(items, 'register')} r ${itemOf(at, 'r.key')}
     where ${validAt('$1', 'r')} and r.programme_key = $2 and (r.reference_key = $3 or r.alias_keys @> array[$3])
     order by (r.reference_key = $3) desc, r.key limit 1`,
    [at.position, programmeKey(programme), referenceKey(reference)],
  );
  return found[0];
}

/** The items there are of these keys, in any order. */
export async function itemsByKey(at: At, keys: readonly string[]): Promise<Keyed<ItemRow>[]> {
  return select(
    at,
    `select k.key, ${itemColumns} from (select distinct unnest($2::text[]) as key) k ${itemOf(at, 'k.key')}
     where ${validAt('$1', 'i')}`,
    [at.position, keys],
  );
}

export interface ItemFilter extends AxisFilter, SortingFilter {
  readonly states?: readonly string[];
  readonly sourceStatuses?: readonly string[];
  /** Found in a reference, the title or the text, letter forms and digits unified. */
  readonly search?: string;
  /** One of the values of each attribute. */
  readonly attributes?: readonly { readonly name: string; readonly values: readonly string[] }[];
  /** Any of these. */
  readonly irregularities?: readonly string[];
  readonly workshop?: string;
  /** Default false: what is on the register. */
  /** Some provision it requires was not in force, on the day of what is computed. */
  readonly blocked?: boolean;
  readonly removed?: boolean;
}

/** What items are listed by. The position of an item's last change is where the version of its row begins. */
export const itemOrders = {
  REFERENCE: () => 'r.sort_reference collate "C"',
  TITLE: () => 'r.sort_title collate "C"',
  STATE: () => `coalesce(i.state, '') collate "C"`,
  LAST_CHANGE: () => 'i.valid_from',
  DUE_DATE: dueBySort,
} as const;
export type ItemOrder = keyof typeof itemOrders;

export interface ItemListing {
  readonly programme?: string;
  /** Programmes the reader may see; undefined for all. */
  readonly readable?: readonly string[];
  readonly filter?: ItemFilter;
  /** The state filters then mean the state on that day. */
  readonly effectiveOn?: string;
  /** The day that filters by what is computed are of; needed where there is one. */
  readonly computedOn?: string;
  readonly order: ItemOrder;
  readonly descending?: boolean;
}

/** Where the last page ended: the sort value and the key of its last item. */
export type ItemPlace = readonly [sort: string | number, key: string];

/**
 * The items of a listing after a place, one more than `first` where there are more; each with its place.
 *
 * @throws CursorError `BAD_CURSOR` where `after` is no place of this order
 */
export async function listItems(
  at: At,
  listing: ItemListing,
  first: number,
  after?: ItemPlace,
): Promise<(Keyed<ItemRow> & { readonly sort: string | number })[]> {
  const parameters = new Parameters();
  const { ofRegister, ofItem } = await conditions(at, listing, parameters);
  const where = [...ofRegister, ...ofItem];
  const { order, descending } = listing;
  const sort = itemOrders[order](at, listing.effectiveOn, parameters);
  if (after) {
    const type = order === 'LAST_CHANGE' ? 'number' : 'string';
    requirePlace(after, [type, 'string']);
    const value = `${parameters.add(after[0])}::${type === 'number' ? 'bigint' : 'text'}`;
    where.push(`(${sort}, r.key) ${descending ? '<' : '>'} (${value}, ${parameters.add(after[1])})`);
  }
  const direction = descending ? 'desc' : 'asc';
  const register = at.from(items, 'register');
  // The last changes stand together at the end of one index; in any other order the register leads to the items.
  const from =
    order === 'LAST_CHANGE' && descending
      ? `${at.from(items, 'item')} i join ${register} r on r.key = i.key`
      : `${register} r ${itemOf(at, 'r.key')}`;
  return select(
    at,
    `select r.key, ${sort} as sort, ${itemColumns} from ${from}
     where ${[validAt('$1', 'i'), ...where].join(' and ')}
     order by ${sort} ${direction}, r.key ${direction} limit ${parameters.add(first + 1)}`,
    parameters.values,
  );
}

/** How many items the whole listing has. */
export async function countItems(at: At, listing: ItemListing): Promise<number> {
  const parameters = new Parameters();
  const { ofRegister, ofItem } = await conditions(at, listing, parameters);
  const [row] = await select<{ count: number }>(
    at,
    `select count(*) as count from ${at.from(items, 'register')} r
     ${ofItem.length > 0 ? itemOf(at, 'r.key') : ''} where ${[...ofRegister, ...ofItem].join(' and ')}`,
    parameters.values,
  );
  return row!.count;
}

/** What must hold, apart by what it looks at: the register `r`, or also the item `i`. The position is `$1`. */
async function conditions(
  at: At,
  { programme, readable, filter = {}, effectiveOn, computedOn }: ItemListing,
  parameters: Parameters,
): Promise<{ ofRegister: string[]; ofItem: string[] }> {
  const ofRegister = [validAt(parameters.add(at.position), 'r'), 'r.registered'];
  const ofItem: string[] = [];
  if (programme !== undefined)
    ofRegister.push(`r.programme_key = ${parameters.add(programmeKey(programme))}`);
  if (readable) ofRegister.push(`r.programme_key = any(${parameters.add(readable.map(programmeKey))})`);
  if (filter.search !== undefined)
    ofRegister.push(`strpos(r.search, ${parameters.add(matchingForm(filter.search))}) > 0`);
  for (const { name, values } of filter.attributes ?? []) {
    ofItem.push(`i.attributes ->> ${parameters.add(name)} = any(${parameters.add(values)})`);
  }
  if (filter.irregularities) ofItem.push(`i.irregularities && ${parameters.add(filter.irregularities)}`);
  if (filter.workshop !== undefined) ofItem.push(`i.workshop = ${parameters.add(filter.workshop)}`);
  const removed = `removed = ${parameters.add(filter.removed ?? false)}`;
  const standing: string[] = [];
  if (filter.states) standing.push(`state = any(${parameters.add(filter.states)})`);
  if (filter.sourceStatuses) standing.push(`source_status = any(${parameters.add(filter.sourceStatuses)})`);
  if (effectiveOn === undefined) {
    ofRegister.push(`r.${removed}`);
    ofItem.push(...standing.map((condition) => `i.${condition}`));
  } else {
    const then = [removed, ...standing].map((condition) => `s.${condition}`).join(' and ');
    ofRegister.push(
      `exists (select from ${at.from(items, 'status_interval')} s
       where s.key = r.key and ${validAt('$1', 's')} and ${holdsOn(parameters.add(effectiveOn), 's')} and ${then})`,
    );
  }
  ofRegister.push(...sortingConditions(at, filter, effectiveOn, parameters));
  ofRegister.push(...axisConditions(at, filter, { effectiveOn, computedOn }, parameters));
  if (filter.blocked !== undefined) {
    if (computedOn === undefined) throw new TypeError('what is computed has to be asked of a day');
    const blocking = await blockingProvisions(at, computedOn);
    ofRegister.push(blockedCondition(at, filter.blocked, blocking, computedOn, parameters));
  }
  return { ofRegister, ofItem };
}
