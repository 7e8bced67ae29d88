import { validAt } from '../engine/pinned.js';
import { items } from '../models/items.js';
import { type At, Parameters, select } from './at.js';
import type { ItemCount } from './item-counts.js';
import { itemOf } from './item-queries.js';
import { programmeKey } from './matched.js';

/** An item at the position of an event: as the event left it, and the state it found it in. */
export interface ItemAtEvent {
  readonly position: number;
  /** Id of the item. */
  readonly key: string;
  readonly programme: string;
  /** The reference it goes by. */
  readonly reference: string;
  /** As matched: the one it goes by, then former and further ones. */
  readonly references: readonly string[];
  readonly themes: readonly string[];
  readonly leads: readonly string[];
  readonly workshop: string | null;
  readonly stateBefore: string | null;
  readonly stateAfter: string | null;
}

/**
 * Items at the positions of events, each at its own; those that were not there yet are left out.
 *
 * @param at its pin is at least at the last of the positions
 */
export async function itemsAtEvents(
  at: At,
  events: readonly { readonly position: number; readonly item: string }[],
): Promise<ItemAtEvent[]> {
  if (events.length === 0) return [];
  const item = at.from(items, 'item');
  const version = (position: string, columns: string) =>
    `select ${columns} from ${item} v where v.key = e.key and v.valid_from <= ${position}
     order by v.valid_from desc limit 1`;
  return select(
    at,
    `select e.position, e.key, i.programme, i.reference, array_prepend(r.reference_key, r.alias_keys) as references, i.themes, i.leads,
       i.workshop, b.state as "stateBefore", i.state as "stateAfter"
     from unnest($1::bigint[], $2::text[]) e (position, key)
     cross join lateral (${version('e.position', 'v.programme, v.reference, v.themes, v.leads, v.workshop, v.state')}) i
     cross join lateral (
       select v.reference_key, v.alias_keys from ${at.from(items, 'register')} v
       where v.key = e.key and v.valid_from <= e.position order by v.valid_from desc limit 1
     ) r
     left join lateral (${version('e.position - 1', 'v.state')}) b on true`,
    [events.map(({ position }) => position), events.map((event) => event.item)],
  );
}

/** Those of the items that there were at the position. */
export async function itemsThereAt(at: At, keys: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await select<{ readonly key: string }>(
    at,
    `select k.key from unnest($2::text[]) k (key)
     where exists (select from ${at.from(items, 'item')} i where i.key = k.key and i.valid_from <= $1)`,
    [at.position, keys],
  );
  return new Set(rows.map(({ key }) => key));
}

/** Which items of a programme are counted; what is left out is not looked at. */
export interface Summarised {
  readonly programme: string;
  readonly theme?: string | undefined;
  readonly lead?: string | undefined;
  readonly workshop?: string | undefined;
}

/** Items on the register by their state after everything known at the position, the most first. */
export async function stateCounts(
  at: At,
  { programme, theme, lead, workshop }: Summarised,
): Promise<ItemCount[]> {
  const parameters = new Parameters();
  const position = parameters.add(at.position);
  const where = [
    validAt(position, 'r'),
    `r.programme_key = ${parameters.add(programmeKey(programme))}`,
    'r.registered',
    'not r.removed',
  ];
  if (theme !== undefined) where.push(`${parameters.add(theme)} = any(i.themes)`);
  if (lead !== undefined) where.push(`${parameters.add(lead)} = any(i.leads)`);
  if (workshop !== undefined) where.push(`i.workshop = ${parameters.add(workshop)}`);
  return select(
    at,
    `select i.state as value, count(*) as count, count(*) as certain, count(*) as possible
     from ${at.from(items, 'register')} r ${itemOf(at, 'r.key')}
     where ${where.join(' and ')} group by 1 order by 2 desc, 1`,
    parameters.values,
  );
}
