import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type DatedItemEvent,
  type ItemInput,
  type ReformItem,
  type Step,
  classify,
  decideOnItem,
  horizons,
  isEnd,
  itemStream,
  parseEdtf,
  priorities,
  recordOnItem,
  registerItem,
  remove,
  stateOf,
  stateOn,
} from '@masar/domain';
import { type TestPostgres, testPostgres } from '@masar/event-store/testing';
import { History, stepsOf } from '../testing/history.js';
import { irregularItems, programme, seeded } from '../testing/irregular-items.js';
import { QueryFixture } from '../testing/query-fixture.js';
import { type ItemFilter, countItems, listItems } from './item-queries.js';
import { assignmentsOf, classificationsOf, dueDatesOf } from './item-sorting-queries.js';
import type { Sorting } from './item-sorting-filters.js';
import { type SortedBy, sortedCounts } from './sorted-counts.js';

const random = seeded(20170407);
const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
const some = <T>(values: readonly T[]): T[] => values.filter(() => random() < 0.5);
const day = () => `${2016 + Math.floor(random() * 3)}-0${1 + Math.floor(random() * 9)}-15`;
const input = (): ItemInput => ({
  decidedOn: { edtf: pick([day(), day(), day().slice(0, 7), day().slice(0, 4), null]) },
  asRecorded: true,
});
const units = ['UNIT-A', 'UNIT-B', 'UNIT-C'];
const law = { instrument: 'LAW-20', article: '7', version: '2016' };
const plan = { instrument: 'PLAN' };
let postgres: TestPostgres;
let fixture: QueryFixture;

/** Something that sorts an item, gives it to somebody or dates it. */
function sorting(): (steps: readonly Step[]) => DatedItemEvent {
  const given = {
    ...input(),
    ...(random() < 0.4 && { horizon: pick(horizons) }),
    ...(random() < 0.4 && { themes: some(['BORDERS', 'TRAINING']) }),
    ...(random() < 0.4 && { scopes: some(['NORTH', 'SOUTH']).map((scope) => ({ scope })) }),
    ...(random() < 0.4 && { provisions: some([law, plan]) }),
    requiresEnactmentOf: some([plan]),
    priority: pick(priorities),
  };
  const event = pick([
    {
      type: 'ReformItemAssigned',
      data: { leads: some(units), supporting: some(units), funders: some(units) },
    },
    { type: 'ReformItemDueDateSet', data: { dueDate: pick([day(), day().slice(0, 7), '2019']) } },
  ] as const);
  return random() < 0.5
    ? (steps) => decideOnItem(steps, given, (item) => classify(item, given))
    : (steps) => recordOnItem(steps, event, given);
}

beforeAll(async () => {
  postgres = await testPostgres();
  const history = irregularItems(random, 40, 160);
  const keys = [...new Set(history.events.map(({ stream }) => stream.slice('item-'.length)))];
  for (let index = 0; index < 240; index += 1) history.onItem(pick(keys), sorting());
  fixture = await QueryFixture.open(postgres, history.events);
}, 60_000);

afterAll(async () => {
  await fixture?.close();
  await postgres?.stop();
});

/** The items of the programme on the register, as a replay of the log up to a position has them, on a day or after all of it. */
function replayed(position: number, effectiveOn?: string): (ReformItem & { readonly key: string })[] {
  const events = fixture.events.slice(0, position);
  const keys = [...new Set(events.map(({ stream }) => stream.slice('item-'.length)))];
  return keys
    .filter((key) => key.startsWith('sample/'))
    .flatMap((key) => {
      const steps = stepsOf(events.filter(({ stream }) => stream === itemStream(key)));
      const item = effectiveOn === undefined ? stateOf(steps) : stateOn(steps, effectiveOn);
      return item?.standing && !item.removed ? [{ ...item, key }] : [];
    });
}

const somewhere = () => 200 + Math.floor(random() * (fixture.events.length - 199));
const views = (): { position: number; effectiveOn?: string }[] => [
  { position: somewhere() },
  { position: fixture.events.length },
  { position: somewhere(), effectiveOn: day() },
  { position: fixture.events.length, effectiveOn: day() },
];
const dueBy = ({ dueDates }: ReformItem) => parseEdtf(dueDates.at(-1) ?? '')?.latest;

describe('items are listed', () => {
  const filters: readonly (readonly [string, ItemFilter, (item: ReformItem) => boolean])[] = [
    ['horizon', { horizons: ['immediate'] }, ({ classification }) => classification.horizon === 'immediate'],
    [
      'priority',
      { priorities: ['urgent', 'low'] },
      ({ classification }) => ['urgent', 'low'].includes(classification.priority ?? ''),
    ],
    ['theme', { themes: ['BORDERS'] }, ({ classification }) => classification.themes.includes('BORDERS')],
    [
      'scope',
      { scopes: ['NORTH', 'MARS'] },
      ({ classification }) => classification.scopes.some(({ scope }) => scope === 'NORTH'),
    ],
    ['lead', { leads: ['UNIT-A'] }, ({ assignment }) => assignment.leads.includes('UNIT-A')],
    ['supporter', { supporting: ['UNIT-B'] }, ({ assignment }) => assignment.supporting.includes('UNIT-B')],
    [
      'funder',
      { funders: ['UNIT-C', 'UNIT-B'] },
      ({ assignment }) => assignment.funders.some((unit) => unit !== 'UNIT-A'),
    ],
    [
      'instrument',
      { provisions: [{ instrument: 'law-20' }] },
      ({ classification }) => classification.provisions.some(({ instrument }) => instrument === 'LAW-20'),
    ],
    [
      'article',
      { provisions: [{ instrument: 'LAW-20', article: '٧' }] },
      ({ classification }) => classification.provisions.some(({ article }) => article === '7'),
    ],
    [
      'what has to be enacted',
      { requiresEnactmentOf: [plan] },
      ({ classification }) => classification.requiresEnactmentOf.length > 0,
    ],
    ['due date', { dueBefore: '2018-03-01' }, (item) => (dueBy(item) ?? '9') < '2018-03-01'],
    [
      'the lack of a horizon and a theme',
      { without: ['HORIZON', 'THEME'] },
      ({ classification }) => !classification.horizon && classification.themes.length === 0,
    ],
    [
      'two of these at once',
      { leads: ['UNIT-A'], priorities: ['high'] },
      ({ assignment, classification }) =>
        assignment.leads.includes('UNIT-A') && classification.priority === 'high',
    ],
  ];

  it.each(filters)('by %s, as of any position, now and on a day', async (_what, filter, holds) => {
    let found = 0;
    for (const { position, effectiveOn } of views()) {
      const at = await fixture.at(position);
      const listing = { programme, order: 'REFERENCE' as const, filter, ...(effectiveOn && { effectiveOn }) };
      const rows = await listItems(at, listing, 100);
      const expected = replayed(position, effectiveOn)
        .filter(holds)
        .map(({ key }) => key);
      expect(rows.map(({ key }) => key).sort()).toEqual(expected.sort());
      expect(await countItems(at, listing)).toBe(expected.length);
      found += expected.length;
    }
    expect(found).toBeGreaterThan(0);
  });

  it('as overdue on a day: not ended by then, and every day its due date may mean was over', async () => {
    const position = fixture.events.length;
    const at = await fixture.at(position);
    let found = 0;
    for (const overdueOn of [day(), '2018-12-31', '2030-01-01']) {
      const rows = await listItems(at, { programme, order: 'REFERENCE', filter: { overdueOn } }, 100);
      const registered = new Set(replayed(position).map(({ key }) => key));
      const expected = [...registered].filter((key) => {
        const steps = stepsOf(fixture.events.filter(({ stream }) => stream === itemStream(key)));
        const item = stateOn(steps, overdueOn);
        return item?.standing && !isEnd(item.standing.state) && (dueBy(item) ?? '9') < overdueOn;
      });
      expect(rows.map(({ key }) => key).sort()).toEqual(expected.sort());
      found += expected.length;
    }
    expect(found).toBeGreaterThan(0);
  });

  it('by due date, those that have none last, page after page, now and on a day', async () => {
    for (const { position, effectiveOn } of views()) {
      const at = await fixture.at(position);
      const value = (item: ReformItem) => dueBy(item) ?? '9999-99-99';
      const expected = replayed(position, effectiveOn)
        .map((item) => [value(item), item.key] as const)
        .sort(([a, key], [b, other]) => (a === b ? (key < other ? -1 : 1) : a < b ? -1 : 1))
        .map(([, key]) => key);
      const listing = { programme, order: 'DUE_DATE' as const, ...(effectiveOn && { effectiveOn }) };
      const first = await listItems(at, listing, 5);
      const last = first[4]!;
      const rest = await listItems(at, listing, 100, [last.sort, last.key]);
      expect([...first.slice(0, 5), ...rest].map(({ key }) => key)).toEqual(expected);
      const descending = await listItems(at, { ...listing, descending: true }, 100);
      expect(descending.map(({ key }) => key)).toEqual(expected.toReversed());
    }
  });
});

describe('items are counted', () => {
  const kinds: readonly (readonly [
    SortedBy,
    (item: ReformItem) => readonly (string | undefined)[],
    (value: string) => ItemFilter,
    Sorting,
  ])[] = [
    [
      'HORIZON',
      ({ classification }) => [classification.horizon],
      (value) => ({ horizons: [value] }),
      'HORIZON',
    ],
    [
      'PRIORITY',
      ({ classification }) => [classification.priority],
      (value) => ({ priorities: [value] }),
      'PRIORITY',
    ],
    ['THEME', ({ classification }) => classification.themes, (value) => ({ themes: [value] }), 'THEME'],
    [
      'SCOPE',
      ({ classification }) => classification.scopes.map(({ scope }) => scope),
      (value) => ({ scopes: [value] }),
      'SCOPE',
    ],
    ['LEAD', ({ assignment }) => assignment.leads, (value) => ({ leads: [value] }), 'LEAD'],
  ];

  it.each(kinds)(
    'by %s as a replay counts them, and lead to their items by the same filter',
    async (by, valuesOf, filterBy, without) => {
      for (const { position, effectiveOn } of views()) {
        const at = await fixture.at(position);
        const then = effectiveOn === undefined ? {} : { effectiveOn };
        const counts = await sortedCounts(at, { programme, by, ...then });
        const expected = new Map<string | null, number>();
        for (const item of replayed(position, effectiveOn)) {
          const values = valuesOf(item).map((value) => value ?? null);
          for (const value of values.length === 0 ? [null] : values)
            expected.set(value, (expected.get(value) ?? 0) + 1);
        }
        const counted = counts
          .filter(({ count }) => count > 0)
          .map(({ value, count }) => [value, count] as const);
        expect(new Map(counted)).toEqual(expected);
        for (const { value, count, certain, possible } of counts) {
          expect(certain).toBeLessThanOrEqual(count);
          expect(count).toBeLessThanOrEqual(possible);
          const filter = value === null ? { without: [without] } : filterBy(value);
          expect(await countItems(at, { programme, order: 'REFERENCE', filter, ...then })).toBe(count);
        }
      }
    },
  );

  it('as certain or possible where dates are imprecise, or the item may be off its register', async () => {
    const history = new History();
    const key = 'sample/r-1';
    const on = (edtf: string) => ({ decidedOn: { edtf }, asRecorded: true });
    const item = { programme, reference: 'R-1', title: { en: 'T' }, themes: ['BORDERS'] };
    history.onItem(key, (steps) => registerItem(steps, { ...on('2017-01-01'), ...item }));
    const themes = { ...on('2018-06'), themes: ['BORDERS', 'TRAINING'] };
    history.onItem(key, (steps) => decideOnItem(steps, themes, (before) => classify(before, themes)));
    history.onItem(key, (steps) => remove(steps, on('2018-08')));
    const one = await QueryFixture.open(postgres, history.events);
    try {
      const at = await one.at();
      const on2018 = (effectiveOn: string) => sortedCounts(at, { programme, by: 'THEME', effectiveOn });
      const count = (value: string, ...numbers: [number, number, number]) => {
        const [sure, certain, possible] = numbers;
        return { value, count: sure, certain, possible };
      };
      expect(await on2018('2018-01-01')).toEqual([count('BORDERS', 1, 1, 1)]);
      expect(await on2018('2018-06-15')).toEqual([count('BORDERS', 1, 1, 1), count('TRAINING', 1, 0, 1)]);
      expect(await on2018('2018-07-15')).toEqual([count('BORDERS', 1, 1, 1), count('TRAINING', 1, 1, 1)]);
      expect(await on2018('2018-08-15')).toEqual([count('BORDERS', 0, 0, 1), count('TRAINING', 0, 0, 1)]);
      expect(await on2018('2018-10-01')).toEqual([]);
      expect(await on2018('2016-10-01')).toEqual([]);
    } finally {
      await one.close();
    }
  });
});

it('the stretches of several items come in one statement each, in the order of effect', async () => {
  const at = await fixture.at();
  const keys = ['sample/rec-1', 'sample/rec-2', 'sample/none'];
  for (const query of [classificationsOf, assignmentsOf, dueDatesOf]) {
    const before = fixture.statements.length;
    const rows = await query(at, keys);
    expect(fixture.statements).toHaveLength(before + 1);
    const places = rows.map(({ key, ordinal }) => `${key} ${String(ordinal).padStart(3, '0')}`);
    expect(places).toEqual(places.toSorted());
  }
});
