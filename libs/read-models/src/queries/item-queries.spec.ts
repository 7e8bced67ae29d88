import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { itemStream, matchingForm, recordState, registerItem, renumber } from '@masar/domain';
import { type TestPostgres, testPostgres } from '@masar/event-store/testing';
import type { ItemRow, RegisterRow } from '../models/item-tables.js';
import { foldItem } from '../models/items.js';
import { History } from '../testing/history.js';
import { irregularItems, otherProgramme, programme, seeded } from '../testing/irregular-items.js';
import { QueryFixture } from '../testing/query-fixture.js';
import type { At } from './at.js';
import { CursorError } from './cursor.js';
import {
  type ItemFilter,
  type ItemListing,
  type ItemOrder,
  type ItemPlace,
  countItems,
  findItem,
  itemOrders,
  itemsByKey,
  listItems,
} from './item-queries.js';
import type { SeesRestricted } from './visible-rows.js';

const random = seeded(20170207);
const orders = Object.keys(itemOrders) as ItemOrder[];
let postgres: TestPostgres;
let fixture: QueryFixture;
let history: History;

beforeAll(async () => {
  postgres = await testPostgres();
  history = irregularItems(random, 60, 540);
  fixture = await QueryFixture.open(postgres, history.events);
}, 60_000);

afterAll(async () => {
  await fixture?.close();
  await postgres?.stop();
});

type Known = ItemRow & RegisterRow & { readonly key: string };

/** Every item as a fold of the log up to a position has it. */
function known(position: number): Known[] {
  const keys = new Set(fixture.events.slice(0, position).map(({ stream }) => stream.slice('item-'.length)));
  return [...keys].map((key) => {
    const own = fixture.events.slice(0, position).filter(({ stream }) => stream === itemStream(key));
    const { item, register } = foldItem(own);
    return { ...register[0]!, ...item[0]!, key };
  });
}

const sortValues: { readonly [order in ItemOrder]: (row: Known) => string | number } = {
  REFERENCE: (row) => row.sort_reference,
  TITLE: (row) => row.sort_title,
  STATE: (row) => row.state ?? '',
  LAST_CHANGE: (row) => row.last_position,
  // None of these items has one: item-sorting.spec lists some that do.
  DUE_DATE: () => '9999-99-99',
};

/** The keys of a listing in order, worked out row by row. */
function expected(
  position: number,
  { order, descending, programme: whose }: ItemListing,
  holds: (row: Known) => boolean,
) {
  const value = sortValues[order];
  const ascending = known(position)
    .filter((row) => (whose === undefined || row.programme === whose) && holds(row))
    .sort((a, b) => compare(value(a), value(b)) || compare(a.key, b.key))
    .map(({ key }) => key);
  return descending ? ascending.reverse() : ascending;
}

const compare = <T extends string | number>(a: T, b: T) => (a < b ? -1 : a > b ? 1 : 0);
const onRegister = ({ removed }: Known) => !removed;
const somePosition = () => 60 + Math.floor(random() * (fixture.events.length - 59));

/** A listing read to its end, page by page. */
async function allPages(at: At, listing: ItemListing, first: number): Promise<string[]> {
  const keys: string[] = [];
  let after: ItemPlace | undefined;
  for (;;) {
    const rows = await listItems(at, listing, first, after);
    const page = rows.slice(0, first);
    keys.push(...page.map(({ key }) => key));
    const last = page.at(-1);
    if (rows.length <= first || !last) return keys;
    after = [last.sort, last.key];
  }
}

describe('items are listed', () => {
  it.each(orders.flatMap((order) => [false, true].map((descending) => ({ order, descending }))))(
    'by $order (descending: $descending), in pages of any size, as of any position',
    async (listing) => {
      for (const whose of [programme, undefined]) {
        const position = somePosition();
        const at = await fixture.at(position);
        const asked = { ...listing, ...(whose !== undefined && { programme: whose }) };
        const all = expected(position, asked, onRegister);
        expect(all.length).toBeGreaterThan(10);
        expect(await allPages(at, asked, 7)).toEqual(all);
        expect(await allPages(at, asked, 100)).toEqual(all);
        expect(await countItems(at, asked)).toBe(all.length);
      }
    },
  );

  const filters: readonly (readonly [string, ItemFilter, (row: Known) => boolean])[] = [
    [
      'states',
      { states: ['Draft', 'Rejected', 'Planned'] },
      (row) => onRegister(row) && ['Draft', 'Rejected', 'Planned'].includes(row.state!),
    ],
    [
      'statuses of the source',
      { sourceStatuses: ['open'] },
      (row) => onRegister(row) && row.source_status === 'open',
    ],
    ['what is removed', { removed: true }, (row) => row.removed],
    [
      'irregularities',
      { irregularities: ['OUT_OF_ORDER'] },
      (row) => onRegister(row) && row.irregularities.includes('OUT_OF_ORDER'),
    ],
    ['themes', { themes: ['BORDERS', 'NONE'] }, (row) => onRegister(row) && row.themes.includes('BORDERS')],
    [
      'several attributes at once',
      {
        attributes: [
          { name: 'type', values: ['law', 'plan'] },
          { name: 'recipient', values: ['A'] },
        ],
      },
      (row) =>
        onRegister(row) &&
        ['law', 'plan'].includes(row.attributes['type']!) &&
        row.attributes['recipient'] === 'A',
    ],
    [
      'text whatever its letter forms',
      { search: 'كتاب' },
      (row) => onRegister(row) && row.search.includes(matchingForm('کتاب')),
    ],
    ['text in any case', { search: 'BORDER' }, (row) => onRegister(row) && row.search.includes('border')],
    ['digits of any script', { search: '٣' }, (row) => onRegister(row) && row.search.includes('3')],
  ];
  it.each(filters)('by %s, and counted so', async (_what, filter, holds) => {
    const position = somePosition();
    const at = await fixture.at(position);
    const listing: ItemListing = { programme, order: 'REFERENCE', filter };
    const keys = expected(position, listing, holds);
    expect(keys.length).toBeGreaterThan(0);
    expect(await allPages(at, listing, 9)).toEqual(keys);
    expect(await countItems(at, listing)).toBe(keys.length);
  });

  it('only where the reader may see them', async () => {
    const at = await fixture.at();
    const keys = await allPages(at, { order: 'REFERENCE', readable: [otherProgramme] }, 50);
    expect(keys).toEqual(
      expected(at.position, { order: 'REFERENCE', programme: otherProgramme }, onRegister),
    );
    expect(await countItems(at, { order: 'REFERENCE', readable: [] })).toBe(0);
  });

  it('with nothing found for what nothing is called', async () => {
    const at = await fixture.at();
    for (const none of ['', '~', 'a/b', 'x\u0000']) {
      expect(await listItems(at, { order: 'REFERENCE', programme: none }, 5)).toEqual([]);
      expect(await findItem(at, none, 'REC-1')).toBeUndefined();
      expect(await findItem(at, programme, none)).toBeUndefined();
    }
    expect(await countItems(at, { order: 'REFERENCE', filter: { search: 'x\u0000y' } })).toBe(0);
  });

  it.each<readonly [ItemOrder, unknown]>([
    ['REFERENCE', [1, 'key']],
    ['REFERENCE', ['rec-1']],
    ['LAST_CHANGE', ['rec-1', 'key']],
    ['LAST_CHANGE', [Number.MAX_VALUE, 'key']],
    ['STATE', ['Draft', 'key', 'more']],
  ])('by %s not after %j, which is no place in it', async (order, place) => {
    const page = listItems(await fixture.at(), { order }, 5, place as ItemPlace);
    await expect(page).rejects.toBeInstanceOf(CursorError);
  });

  it.each<SeesRestricted>(['all', ['another'], []])(
    'by looking at each item of a page once, however often it changed, who sees %j',
    async (sees) => {
      const versions = fixture.events.length;
      for (const order of ['REFERENCE', 'TITLE', 'LAST_CHANGE'] as const) {
        for (const position of [versions, Math.floor(versions / 2)]) {
          const descending = order === 'LAST_CHANGE';
          const at = await fixture.at(position, sees);
          const page = () => listItems(at, { programme, order, descending }, 5);
          const { answer, rows } = await fixture.examined('item', page);
          expect(answer).toHaveLength(6);
          expect(rows).toBeLessThan(descending ? 40 : 7);
        }
      }
      const at = await fixture.at(undefined, sees);
      const { answer, rows } = await fixture.examined('item', () =>
        countItems(at, { programme, order: 'TITLE' }),
      );
      expect(answer).toBeGreaterThan(10);
      expect(rows).toBe(0);
    },
  );
});

describe('an item', () => {
  it('is found by the reference it goes by before another that went by it', async () => {
    const own = new History();
    own.events.push(...fixture.events);
    const register = (key: string, reference: string) =>
      own.onItem(key, (steps) =>
        registerItem(steps, { decidedOn: { edtf: '2017' }, programme, reference, title: { en: 'T' } }),
      );
    const before = own.events.length;
    register('sample/first', 'First');
    own.onItem('sample/first', (steps) =>
      renumber(steps, { decidedOn: { edtf: '2018' }, reference: 'Second' }),
    );
    register('sample/first~2', 'FIRST');
    await fixture.append(own.events.slice(before));
    await fixture.caughtUp();
    const now = await fixture.at();
    expect(await findItem(now, 'SAMPLE', ' first ')).toMatchObject({ key: 'sample/first~2' });
    expect(await findItem(now, 'sample', 'second')).toMatchObject({
      key: 'sample/first',
      aliases: ['First'],
    });
    const renumbered = await fixture.at(before + 2);
    expect(await findItem(renumbered, programme, 'First')).toMatchObject({
      key: 'sample/first',
      reference: 'Second',
    });
    const registered = await fixture.at(before + 1);
    expect(await findItem(registered, programme, 'First')).toMatchObject({ reference: 'First', revision: 0 });
    expect(await findItem(registered, programme, 'Second')).toBeUndefined();
    expect(await findItem(await fixture.at(before), programme, 'First')).toBeUndefined();
  });

  it('is read with others by their keys in one statement, each once', async () => {
    const at = await fixture.at();
    const before = fixture.statements.length;
    const rows = await itemsByKey(at, ['sample/rec-2', 'sample/none', 'sample/rec-1', 'sample/rec-2']);
    expect(rows.map(({ key }) => key).sort()).toEqual(['sample/rec-1', 'sample/rec-2']);
    expect(fixture.statements).toHaveLength(before + 1);
  });

  it('stays on its page of a listing whatever is recorded between two pages', async () => {
    const at = await fixture.at();
    const listing: ItemListing = { programme, order: 'STATE' };
    const whole = await allPages(at, listing, 100);
    const firstPage = await listItems(at, listing, 5);
    const own = new History();
    own.events.push(...fixture.events);
    for (const { key } of firstPage.slice(0, 3)) {
      own.onItem(key, (steps) => recordState(steps, { decidedOn: { edtf: '2019' }, state: 'Withdrawn' }));
    }
    await fixture.append(own.events.slice(at.position));
    await fixture.caughtUp();
    const { sort, key } = firstPage[4]!;
    const secondPage = await listItems(at, listing, 100, [sort, key]);
    expect([...firstPage.slice(0, 5), ...secondPage].map((row) => row.key)).toEqual(whole);
    expect(await allPages(await fixture.at(), listing, 100)).not.toEqual(whole);
  });
});
