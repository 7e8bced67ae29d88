import { validAt } from '../engine/pinned.js';
import { type JourneyRow, type StatusIntervalRow, itemTables } from '../models/item-tables.js';
import { items } from '../models/items.js';
import { type At, select } from './at.js';
import { type Keyed, selectList } from './camel-case.js';
import { holdsOn, mayHoldOn } from './intervals.js';

/** Everything but the event's data, which few ask for and which is most of a row. */
const journeyColumns = (fields?: ReadonlySet<string>): string =>
  selectList(itemTables.journey.columns, 'j', ['data'], fields);
const allJourneyColumns = journeyColumns();

/**
 * The way of each item in the order of effect, at most `first` entries each.
 *
 * @param fields the only ones there is use for; left out, all are read: a row is wide, and a page has many
 */
export async function journeysOf(
  at: At,
  keys: readonly string[],
  first: number | null,
  fields?: ReadonlySet<string>,
): Promise<Keyed<Omit<JourneyRow, 'data'>>[]> {
  return select(
    at,
    `select k.key, j.* from unnest($2::text[]) as k(key) cross join lateral (
       select ${fields ? journeyColumns(fields) : allJourneyColumns} from ${at.from(items, 'journey')} j
       where j.key = k.key and ${validAt('$1', 'j')}
       order by earliest, session_order, position limit $3
     ) j`,
    [at.position, keys, first],
  );
}

/** Entries of journeys by their item and the position they were recorded at; those there are, in any order. */
export async function journeyEntries(
  at: At,
  places: readonly { readonly key: string; readonly position: number }[],
): Promise<Keyed<Omit<JourneyRow, 'data'>>[]> {
  return select(
    at,
    `select j.key, ${allJourneyColumns} from unnest($2::text[], $3::bigint[]) as p(key, position)
     join ${at.from(items, 'journey')} j on j.key = p.key and j.position = p.position
     where ${validAt('$1', 'j')}`,
    [at.position, places.map(({ key }) => key), places.map(({ position }) => position)],
  );
}

export interface ItemDates {
  readonly key: string;
  /** When its registration took effect (EDTF, null for unknown) and when it was recorded; null where it has none. */
  readonly registeredOn: string | null;
  readonly registeredAt: string | null;
  /** When what was recorded last took effect. */
  readonly changedOn: string | null;
}

/** The days each item was registered and last changed on. */
export async function itemDates(at: At, keys: readonly string[]): Promise<ItemDates[]> {
  const entry = (condition: string, direction: 'asc' | 'desc'): string =>
    `left join lateral (
       select counted_effective as effective, recorded_at from ${at.from(items, 'journey')} j
       where j.key = k.key and ${validAt('$1', 'j')} and ${condition} order by position ${direction} limit 1
     )`;
  return select(
    at,
    `select k.key, r.effective as "registeredOn", r.recorded_at as "registeredAt", c.effective as "changedOn"
     from unnest($2::text[]) as k(key)
     ${entry(`type = 'ReformItemRegistered'`, 'asc')} r on true
     ${entry('true', 'desc')} c on true`,
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
    `select s.key, ${selectList(itemTables.status_interval.columns, 's')}
     from ${at.from(items, 'status_interval')} s where key = any($2) and ${validAt('$1')} order by key, ordinal`,
    [at.position, keys],
  );
}

export interface StateOn {
  readonly key: string;
  readonly state: string;
  readonly sourceStatus: string | null;
  readonly removed: boolean;
  /** True where no imprecise date leaves room for another state, or for the item not to have begun. */
  readonly certain: boolean;
  /** Every state the item may have been in, this one included. */
  readonly possible: readonly string[];
}

/** The state of each item on a day; items that had not begun are left out. */
export async function statesOn(at: At, keys: readonly string[], day: string): Promise<StateOn[]> {
  const intervals = at.from(items, 'status_interval');
  return select(
    at,
    `select s.key, s.state, s.source_status as "sourceStatus", s.removed,
       p.begun and cardinality(p.states) = 1 as certain, p.states as possible
     from ${intervals} s cross join lateral (
       select array_agg(distinct p.state order by p.state) as states, bool_or(p.from_latest <= $3::date) as begun
       from ${intervals} p where p.key = s.key and ${validAt('$1', 'p')} and ${mayHoldOn('$3', 'p')}
     ) p
     where s.key = any($2) and ${validAt('$1', 's')} and ${holdsOn('$3', 's')}`,
    [at.position, keys, day],
  );
}
