import { type Concern, concernOf, programmeOfItem } from '@masar/domain';
import type { RecordedEvent } from '@masar/event-store';
import { forever } from '../engine/layout.js';
import { corrections } from '../models/corrections.js';
import { decisions } from '../models/decisions.js';
import { items } from '../models/items.js';
import { type At, select } from './at.js';

/**
 * The items each event concerns, by its position: those it names, and those of the decision or the correction it is about.
 * Whoever may not see one of them may not see the event.
 *
 * @param at where the read models have come at least as far as the events
 * @throws UnknownEventError what a newer Masar wrote
 */
export async function concernedItems(
  at: At,
  events: readonly RecordedEvent[],
): Promise<Map<number, readonly string[]>> {
  const concerns = new Map(events.map((event) => [event.position, concernOf(event)]));
  const named = (through: 'decision' | 'correction') => [
    ...new Set([...concerns.values()].flatMap((concern) => concern[through] ?? [])),
  ];
  const through = await itemsThrough(at, named('decision'), named('correction'));
  const all = ({ items: direct, decision, correction }: Concern): readonly string[] => {
    if (decision === undefined && correction === undefined) return direct;
    const further = [`decision ${decision}`, `correction ${correction}`].flatMap(
      (name) => through.get(name) ?? [],
    );
    return [...new Set([...direct, ...further])];
  };
  return new Map([...concerns].map(([position, concern]) => [position, all(concern)]));
}

/** What decisions and corrections were ever about, by `decision <id>` and `correction <id>`; one statement for all. */
async function itemsThrough(
  at: At,
  decisionIds: readonly string[],
  correctionIds: readonly string[],
): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  if (decisionIds.length === 0 && correctionIds.length === 0) return found;
  const all = at.unrestricted();
  const rows = await select<{ readonly name: string; readonly item: string }>(
    all,
    `with c as (
       select 'correction ' || c.key as name, c.items, c.target ->> 'item' as item, c.target ->> 'decision' as decision
       from ${all.from(corrections, 'correction')} c where c.key = any($2)
     ), d as (
       select i.key, i.item, i.targets from ${all.from(decisions, 'decided_item')} i
       where i.key = any($1::text[] || array(select c.decision from c where c.decision is not null))
     )
     select distinct name, item from (
       select 'decision ' || d.key as name, e.item from d cross join unnest(d.item || d.targets) e(item)
       union all
       select c.name, e.item from c cross join unnest(c.items || c.item) e(item)
       union all
       select c.name, e.item from c join d on d.key = c.decision cross join unnest(d.item || d.targets) e(item)
     ) each where item is not null`,
    [decisionIds, correctionIds],
  );
  for (const { name, item } of rows) {
    const own = found.get(name);
    if (own) own.push(item);
    else found.set(name, [item]);
  }
  return found;
}

/** Those of these items that are restricted now, whatever the position. */
export async function restrictedAmong(at: At, keys: readonly string[]): Promise<ReadonlySet<string>> {
  if (keys.length === 0) return new Set();
  const rows = await select<{ readonly key: string }>(
    at,
    `select r.key from ${at.unrestricted().from(items, 'restriction')} r
     where r.key = any($1) and r.valid_to = ${forever}`,
    [[...new Set(keys)]],
  );
  return new Set(rows.map(({ key }) => key));
}

/** Those of the events that may be seen here: none of the items they concern is hidden. */
export async function visibleEvents<E extends RecordedEvent>(at: At, events: readonly E[]): Promise<E[]> {
  const { sees } = at;
  if (sees === 'all') return [...events];
  const concerned = await concernedItems(at, events);
  const restricted = await restrictedAmong(at, [...concerned.values()].flat());
  const isHidden = (key: string) => restricted.has(key) && !sees.includes(programmeOfItem(key));
  return events.filter(({ position }) => !concerned.get(position)!.some(isHidden));
}
