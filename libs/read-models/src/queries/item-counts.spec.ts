import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type ItemInput,
  type LifecycleState,
  recordDetails,
  recordState,
  registerItem,
  remove,
  restore,
} from '@masar/domain';
import { type TestPostgres, testPostgres } from '@masar/event-store/testing';
import { History } from '../testing/history.js';
import { irregularItems, programme, seeded } from '../testing/irregular-items.js';
import { QueryFixture } from '../testing/query-fixture.js';
import { type CountBy, countsBy } from './item-counts.js';
import { statesOn } from './item-history-queries.js';
import { type ItemFilter, countItems } from './item-queries.js';

let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await testPostgres();
}, 30_000);

afterAll(async () => {
  await postgres?.stop();
});

const key = 'sample/r-1';

/** One item, registered as a draft in 2017. */
class OneItem extends History {
  static registered(attributes: Record<string, string> = {}): OneItem {
    const history = new OneItem();
    history.onItem(key, (steps) =>
      registerItem(steps, {
        ...on('2017-01-01'),
        programme,
        reference: 'R-1',
        title: { en: 'T' },
        attributes,
      }),
    );
    return history;
  }

  state(edtf: string | null, state: LifecycleState, sourceStatus?: string): this {
    const status = sourceStatus === undefined ? {} : { sourceStatus };
    this.onItem(key, (steps) => recordState(steps, { ...on(edtf), state, ...status }));
    return this;
  }

  removed(edtf: string): this {
    this.onItem(key, (steps) => remove(steps, on(edtf)));
    return this;
  }
}

function on(edtf: string | null): ItemInput {
  return { decidedOn: { edtf }, asRecorded: true };
}

/** What a history answers on a day, by state and by the source's status. */
async function onDay(history: History, effectiveOn: string) {
  const fixture = await QueryFixture.open(postgres, history.events);
  try {
    const at = await fixture.at();
    const [stateOn] = await statesOn(at, [key], effectiveOn);
    const byState = await countsBy(at, { programme, by: 'STATE', effectiveOn });
    const byStatus = await countsBy(at, { programme, by: 'SOURCE_STATUS', effectiveOn });
    const byType = await countsBy(at, { programme, by: { attribute: 'type' }, effectiveOn });
    return { stateOn, byState, byStatus, byType };
  } finally {
    await fixture.close();
  }
}

describe('on a day that an imprecise date may lie before or after', () => {
  it('a state is one of two that are possible, and neither is certain', async () => {
    const { stateOn, byState } = await onDay(OneItem.registered().state('2018-06', 'Proposed'), '2018-06-10');
    expect(stateOn).toMatchObject({ state: 'Proposed', certain: false, possible: ['Draft', 'Proposed'] });
    expect(byState).toEqual([
      { value: 'Proposed', count: 1, certain: 0, possible: 1 },
      { value: 'Draft', count: 0, certain: 0, possible: 1 },
    ]);
  });

  it('a state is certain where only the status of the source is not', async () => {
    const history = OneItem.registered()
      .state('2018-01-01', 'Proposed', 'open')
      .state('2018-06', 'Proposed', 'shut');
    const { stateOn, byState, byStatus } = await onDay(history, '2018-06-10');
    expect(stateOn).toMatchObject({
      state: 'Proposed',
      sourceStatus: 'shut',
      certain: true,
      possible: ['Proposed'],
    });
    expect(byState).toEqual([{ value: 'Proposed', count: 1, certain: 1, possible: 1 }]);
    expect(byStatus).toEqual([
      { value: 'shut', count: 1, certain: 0, possible: 1 },
      { value: 'open', count: 0, certain: 0, possible: 1 },
    ]);
  });

  it('an attribute is certain whatever the state, but not whether the item is on the register', async () => {
    const history = OneItem.registered({ type: 'law' }).state('2018-06', 'Proposed');
    expect((await onDay(history, '2018-06-10')).byType).toEqual([
      { value: 'law', count: 1, certain: 1, possible: 1 },
    ]);
    expect((await onDay(history.removed('2018-06'), '2018-06-10')).byType).toEqual([
      { value: 'law', count: 0, certain: 0, possible: 1 },
    ]);
  });

  it('an item that may not have begun yet is not certain to be in its only state', async () => {
    const history = new OneItem();
    history.onItem(key, (steps) =>
      registerItem(steps, { ...on('2018'), programme, reference: 'R-1', title: { en: 'T' } }),
    );
    const { stateOn, byState } = await onDay(history, '2018-03-01');
    expect(stateOn).toMatchObject({ state: 'Draft', certain: false, possible: ['Draft'] });
    expect(byState).toEqual([{ value: 'Draft', count: 1, certain: 0, possible: 1 }]);
    expect(await onDay(history, '2017-12-31')).toEqual({
      stateOn: undefined,
      byState: [],
      byStatus: [],
      byType: [],
    });
  });
});

describe('counts of many items', () => {
  const random = seeded(20170418);
  let fixture: QueryFixture;

  beforeAll(async () => {
    const history = irregularItems(random, 40, 260);
    // What a broken export leaves in one item must not hide the others.
    const attributes = { type: 'law\u0000', 'b\u0000d': '\u0000' };
    history.onItem('sample/rec-1', (steps) => recordDetails(steps, { ...on('2018'), attributes }));
    history.onItem('sample/rec-1', (steps) => restore(steps, on('2019')));
    fixture = await QueryFixture.open(postgres, history.events);
  }, 60_000);

  afterAll(async () => {
    await fixture?.close();
  });

  const day = () => `${2016 + Math.floor(random() * 3)}-0${1 + Math.floor(random() * 9)}-15`;
  const kinds: readonly (readonly [string, CountBy, (value: string) => ItemFilter])[] = [
    ['state', 'STATE', (value) => ({ states: [value] })],
    ['status of the source', 'SOURCE_STATUS', (value) => ({ sourceStatuses: [value] })],
    ['attribute', { attribute: 'type' }, (value) => ({ attributes: [{ name: 'type', values: [value] }] })],
  ];

  it.each(kinds)('lead to their items by the same filter, by %s', async (_what, by, filterBy) => {
    for (const effectiveOn of [undefined, day(), day(), day()]) {
      const at = await fixture.at(100 + Math.floor(random() * (fixture.events.length - 100)));
      const then = effectiveOn === undefined ? {} : { effectiveOn };
      const counts = await countsBy(at, { programme, by, ...then });
      expect(counts.length).toBeGreaterThan(0);
      for (const { value, count, certain, possible } of counts) {
        expect(certain).toBeLessThanOrEqual(count);
        expect(count).toBeLessThanOrEqual(possible);
        if (value === null) continue;
        expect(
          await countItems(at, { programme, order: 'REFERENCE', filter: filterBy(value), ...then }),
        ).toBe(count);
      }
      const all = await countItems(at, { programme, order: 'REFERENCE', ...then });
      expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(all);
    }
  });

  it('are of one programme, in one statement, the most first', async () => {
    const at = await fixture.at();
    const before = fixture.statements.length;
    const counts = await countsBy(at, { programme: 'OTHER', by: 'STATE' });
    expect(fixture.statements).toHaveLength(before + 1);
    expect(counts.map(({ count }) => count)).toEqual(counts.map(({ count }) => count).sort((a, b) => b - a));
    expect(await countsBy(at, { programme: 'none', by: 'STATE' })).toEqual([]);
  });

  it('find U+0000 where it was recorded, and every other value beside it', async () => {
    const at = await fixture.at();
    const counts = await countsBy(at, { programme, by: { attribute: 'type' } });
    expect(counts.find(({ value }) => value === 'law\uFFFD')?.count).toBe(1);
    expect(counts.find(({ value }) => value === 'law')!.count).toBeGreaterThan(1);
    expect(await countsBy(at, { programme, by: { attribute: 'b\u0000d' } })).toContainEqual(
      expect.objectContaining({ value: '\uFFFD', count: 1 }),
    );
  });
});
