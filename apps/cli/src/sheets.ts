import { type ReformItemEvent, decode } from '@masar/domain';
import type { EventLog } from '@masar/event-store';
import { type SheetChange, type SheetItem, programmeEvents } from '@masar/exchange';
import {
  type At,
  type ItemPlace,
  addresseesOf,
  assessmentsOf,
  itemDates,
  itemOrders,
  journeyEntries,
  listItems,
  standingOf,
  visibleEvents,
} from '@masar/read-models';

const page = 500;

/** The items of a programme, by reference: those on its register, then those taken off it. */
export async function* sheetItems(at: At, programme: string): AsyncGenerator<readonly SheetItem[]> {
  for (const removed of [false, true]) {
    const listing = {
      programme,
      filter: { removed },
      order: 'REFERENCE' as const satisfies keyof typeof itemOrders,
    };
    let after: ItemPlace | undefined;
    for (;;) {
      const found = await listItems(at, listing, page, after);
      const shown = found.slice(0, page);
      const keys = shown.map(({ key }) => key);
      const [dates, addressees, assessments] = await Promise.all([
        itemDates(at, keys),
        addresseesOf(at, keys).then((rows) => byKey(standingOf(rows))),
        assessmentsOf(at, keys).then((rows) => byKey(standingOf(rows).filter(({ counted }) => counted))),
      ]);
      const datesOf = new Map(dates.map((one) => [one.key, one]));
      yield shown.map((item) => ({
        ...item,
        ...datesOf.get(item.key)!,
        addressees: addressees.get(item.key) ?? [],
        assessments: assessments.get(item.key) ?? [],
      }));
      if (found.length <= page) break;
      const { sort, key } = shown.at(-1)!;
      after = [sort, key];
    }
  }
}

/** The changes of a programme's items up to the view's position, as they were recorded, with how far the log was read. */
export async function* sheetChanges(
  log: Pick<EventLog, 'readAll'>,
  at: At,
  programme: string,
): AsyncGenerator<{ readonly changes: readonly SheetChange[]; readonly position: number }> {
  /** By item, the reference it goes by as far as the log has been read. */
  const references = new Map<string, string>();
  for await (const { events, position } of programmeEvents(log, programme, at.position)) {
    const ofItems = events.filter(
      ({ stream, type }) => stream.startsWith(itemPrefix) && type !== 'ReferenceReserved',
    );
    const places = ofItems.map(({ stream, position: own }) => ({ key: keyOf(stream), position: own }));
    const entries = await journeyEntries(at, places);
    const entryAt = new Map(entries.map((entry) => [entry.position, entry]));
    const whole = new Set(await visibleEvents(at, ofItems));
    const changes = ofItems.flatMap((event): SheetChange[] => {
      const key = keyOf(event.stream);
      const { type, data } = decode(event) as ReformItemEvent;
      // Of an item nothing has registered yet its id is all there is.
      const before = references.get(key) ?? key.slice(key.indexOf('/') + 1);
      if (type === 'ReformItemRegistered' || type === 'ReformItemRenumbered')
        references.set(key, data.reference);
      const reference = type === 'ReformItemRegistered' ? data.reference : before;
      const entry = entryAt.get(event.position);
      return entry ? [{ event, data: whole.has(event) ? data : alone(data), entry, reference }] : [];
    });
    yield { position, changes };
  }
}

/** What an event says of its own item where an item it became is not to be seen. */
function alone(data: ReformItemEvent['data']): ReformItemEvent['data'] {
  const { by: _by, into: _into, ...own } = data as { readonly by?: unknown; readonly into?: unknown };
  return own;
}

const itemPrefix = 'item-';

function keyOf(stream: string): string {
  return stream.slice(itemPrefix.length);
}

function byKey<R extends { readonly key: string }>(rows: readonly R[]): ReadonlyMap<string, readonly R[]> {
  const grouped = new Map<string, R[]>();
  for (const row of rows) {
    const own = grouped.get(row.key);
    if (own) own.push(row);
    else grouped.set(row.key, [row]);
  }
  return grouped;
}
