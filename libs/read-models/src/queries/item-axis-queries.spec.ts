import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type DatedItemEvent,
  type ItemInput,
  type Step,
  addressItem,
  recordResponse,
  registerItem,
  remove,
} from '@masar/domain';
import { type TestPostgres, testPostgres } from '@masar/event-store/testing';
import { History } from '../testing/history.js';
import { QueryFixture } from '../testing/query-fixture.js';
import { axisCounts, whoseValue } from './distributions.js';
import {
  actionsOf,
  addresseesOf,
  assessmentsOf,
  evidenceOf,
  indicatorsOf,
  measurementsOf,
  outlooksOf,
  standingOf,
  verificationsOf,
} from './item-axis-queries.js';
import { listItems } from './item-queries.js';

const keys = ['sample/r-1', 'sample/r-2', 'sample/r-3'];
const on = (edtf: string): ItemInput => ({ decidedOn: { edtf } });
let postgres: TestPostgres;
let fixture: QueryFixture;

/** Three items addressed to two units; of the first, one answered some day in May, and the third was removed in June. */
function history(): History {
  const recorded = new History();
  keys.forEach((key, index) => {
    const decisions: readonly ((steps: readonly Step[]) => DatedItemEvent)[] = [
      (steps) =>
        registerItem(steps, {
          ...on('2017-01-01'),
          programme: 'Sample',
          reference: `R-${index + 1}`,
          title: { en: 'T' },
          themes: index === 0 ? ['BORDERS'] : [],
        }),
      (steps) => addressItem(steps, { ...on('2017-02-01'), addressees: ['UNIT-B', 'UNIT-A'] }),
    ];
    for (const decide of decisions) recorded.onItem(key, decide);
  });
  recorded.onItem(keys[0]!, (steps) =>
    recordResponse(steps, { ...on('2017-05'), addressee: 'UNIT-A', response: 'accepted' }),
  );
  recorded.onItem(keys[2]!, (steps) => remove(steps, on('2017-06-01')));
  return recorded;
}

beforeAll(async () => {
  postgres = await testPostgres();
  fixture = await QueryFixture.open(postgres, history().events);
}, 60_000);

afterAll(async () => {
  await fixture?.close();
  await postgres?.stop();
});

describe('of many items at once', () => {
  it('each axis is one statement', async () => {
    const at = await fixture.at();
    const before = fixture.statements.length;
    const queries = [
      addresseesOf,
      actionsOf,
      indicatorsOf,
      measurementsOf,
      evidenceOf,
      verificationsOf,
      assessmentsOf,
      outlooksOf,
    ];
    for (const query of queries) await query(at, keys);
    expect(fixture.statements).toHaveLength(before + queries.length);
  });

  it('the stretches come in the order things came up, and those that hold are picked by day', async () => {
    const rows = (await addresseesOf(await fixture.at(), keys)).filter(({ key }) => key === keys[0]);
    const shown = (day?: string) => standingOf(rows, day).map((row) => [row.organisation, row.response]);
    expect(shown()).toEqual([
      ['UNIT-B', 'awaited'],
      ['UNIT-A', 'accepted'],
    ]);
    expect(shown('2017-04-30')).toEqual([
      ['UNIT-B', 'awaited'],
      ['UNIT-A', 'awaited'],
    ]);
    expect(shown('2017-01-31')).toEqual([]);
  });
});

describe('counts over addressees', () => {
  it('are of items on the register, after everything known or then', async () => {
    const at = await fixture.at();
    const counted = { programme: 'SAMPLE', axis: 'RESPONSE' as const };
    expect(await axisCounts(at, counted)).toEqual([
      { value: 'awaited', count: 3, certain: 3, possible: 3 },
      { value: 'accepted', count: 1, certain: 1, possible: 1 },
    ]);
    expect(await axisCounts(at, { ...counted, effectiveOn: '2017-05-15' })).toEqual([
      { value: 'awaited', count: 5, certain: 5, possible: 6 },
      { value: 'accepted', count: 1, certain: 0, possible: 1 },
    ]);
    // Before the answer was recorded nobody knew of it, whatever day it is of.
    const known = await fixture.at(6);
    expect(await axisCounts(known, { ...counted, effectiveOn: '2017-05-15' })).toEqual([
      { value: 'awaited', count: 6, certain: 6, possible: 6 },
    ]);
  });

  it('are of a theme, and name whose they are as far as asked', async () => {
    const at = await fixture.at();
    const ofTheme = { programme: 'sample', axis: 'PROGRESS' as const, themes: ['BORDERS'] };
    expect(await axisCounts(at, ofTheme)).toEqual([{ value: null, count: 2, certain: 2, possible: 2 }]);
    expect(await whoseValue(at, ofTheme, null, 10)).toEqual([
      { key: keys[0], of: 'UNIT-B' },
      { key: keys[0], of: 'UNIT-A' },
    ]);
    expect(await whoseValue(at, ofTheme, null, 1)).toHaveLength(1);
    expect(await axisCounts(at, { ...ofTheme, leads: ['UNIT-A'] })).toEqual([]);
  });
});

describe('a filter by what is computed', () => {
  it('is of a day that has to be said', async () => {
    const listing = { programme: 'sample', filter: { overdue: false }, order: 'REFERENCE' as const };
    await expect(listItems(await fixture.at(), listing, 10)).rejects.toThrow(TypeError);
    const items = await listItems(await fixture.at(), { ...listing, computedOn: '2017-03-01' }, 10);
    expect(items.map(({ key }) => key)).toEqual(keys.slice(0, 2));
  });
});
