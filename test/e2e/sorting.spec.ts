import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphqlClient } from '../support/graphql-client.js';
import { type InProcessService, startInProcess } from '../support/in-process-service.js';
import { Scribe } from '../support/scribe.js';
import { TestStores } from '../support/stores.js';

const programme = 'sorting';
const scribe = new Scribe(programme);
let stores: TestStores;
let service: InProcessService;
let admin: GraphqlClient;
let recorder: GraphqlClient;
let analyst: GraphqlClient;
let known = 0;

beforeAll(async () => {
  stores = await TestStores.start();
  service = await startInProcess(stores, false);
  admin = await service.client('admin');
  recorder = await service.client('recorder');
  analyst = await service.client('analyst');
  const name = { en: 'A name' };
  scribe.day = '2016-01-01';
  await scribe.accepted(admin, 'registerProgramme', { reference: programme, name });
  const setUp = (mutation: string, input: object) => scribe.accepted(admin, mutation, { name, ...input });
  for (const reference of ['UNIT-A', 'UNIT-B', 'FUND']) await setUp('registerOrganisation', { reference });
  for (const reference of ['BORDERS', 'TRAINING']) await setUp('registerTheme', { reference });
  for (const reference of ['NORTH', 'LIBERATED']) await setUp('registerScope', { reference });
  await setUp('registerInstrument', { reference: 'LAW-20', kind: 'law', status: 'inForce' });
  // Registered, but not before 2018.
  await setUp('registerOrganisation', { reference: 'LATER', decidedOn: { edtf: '2018-01-01' } });
  scribe.day = '2017-03-01';
}, 120_000);

afterAll(async () => {
  await service?.stop();
  await stores?.stop();
}, 60_000);

async function write(mutation: string, input: object, day: string) {
  const done = await scribe.accepted(recorder, mutation, { decidedOn: { edtf: day }, ...input });
  known = done.position;
  return done;
}
const register = (reference: string, more: object = {}) =>
  write('registerItem', { reference, title: { en: `Item ${reference}` }, ...more }, '2017-01-01');
const decision = (item: object, day: string) => ({ items: [item], decidedOn: { edtf: day } });
const decide = async (item: object, day: string) =>
  (await write('recordDecision', decision(item, day), day)).changed.key as string;
const refusedDecision = async (item: object, day = '2017-03-01') =>
  scribe.refused(recorder, 'recordDecision', decision(item, day));

async function read(reference: string, selection: string, effectiveOn?: string) {
  const query = `query ($reference: String!, $atLeast: Position, $effectiveOn: Day) {
    reformItem(programme: "${programme}", reference: $reference, atLeast: $atLeast, effectiveOn: $effectiveOn) { ${selection} }
  }`;
  return (await analyst.data(query, { reference, atLeast: known, effectiveOn })).reformItem;
}

async function list(filter: object, more = ''): Promise<string[]> {
  const query = `query ($filter: ItemFilterInput, $atLeast: Position) {
    reformItems(programme: "${programme}", filter: $filter, atLeast: $atLeast ${more}) { totalCount nodes { reference } }
  }`;
  const { reformItems } = await analyst.data(query, { filter, atLeast: known });
  expect(reformItems.totalCount).toBe(reformItems.nodes.length);
  return reformItems.nodes.map((node: { reference: string }) => node.reference);
}

describe('what an item is sorted by', () => {
  it('is set at once or by decisions, and read now, on a day and as a history', async () => {
    await register('SORTED', { themes: ['BORDERS'] });
    const provisions = [{ instrument: 'LAW-20', article: '7' }];
    const scopes = [{ scope: 'NORTH' }, { scope: 'LIBERATED', frozenOn: '2017-02-01' }];
    await write(
      'classifyItem',
      { reference: 'SORTED', scopes, provisions, requiresEnactmentOf: provisions },
      '2017-02-01',
    );
    const priority = await decide(
      { reference: 'SORTED', kind: 'setPriority', priority: 'urgent' },
      '2017-03-01',
    );
    const horizon = await decide(
      { reference: 'SORTED', kind: 'setHorizon', horizon: 'immediate' },
      '2017-04-01',
    );
    const scope = await decide(
      { reference: 'SORTED', kind: 'setScope', scopes: [{ scope: 'NORTH' }] },
      '2017-05-01',
    );
    const selection = `themes horizon priority scopes { scope frozenOn }
      provisions { instrument article version } requiresEnactmentOf { instrument article }`;
    expect(await read('SORTED', selection)).toEqual({
      themes: ['BORDERS'],
      horizon: 'immediate',
      priority: 'urgent',
      scopes: [{ scope: 'NORTH', frozenOn: null }],
      provisions: [{ instrument: 'LAW-20', article: '7', version: null }],
      requiresEnactmentOf: provisions,
    });
    expect(await read('SORTED', selection, '2017-02-15')).toMatchObject({
      themes: ['BORDERS'],
      horizon: null,
      priority: null,
      scopes: [
        { scope: 'NORTH', frozenOn: null },
        { scope: 'LIBERATED', frozenOn: '2017-02-01' },
      ],
    });
    const { classifications } = await read(
      'SORTED',
      'classifications { decision priority horizon fromEarliest toEarliest }',
    );
    expect(classifications).toMatchObject([
      { decision: null, fromEarliest: '2017-01-01' },
      { decision: null, fromEarliest: '2017-02-01' },
      { decision: priority, priority: 'urgent', horizon: null },
      { decision: horizon, horizon: 'immediate' },
      { decision: scope, fromEarliest: '2017-05-01', toEarliest: null },
    ]);
  });

  it('has to be in the programme when it takes effect, unless recorded as it was', async () => {
    await register('THERE');
    const classify = (input: object) =>
      scribe.refused(recorder, 'classifyItem', { reference: 'THERE', ...input });
    expect(await classify({ themes: ['BORDERS', 'NONE'], scopes: [{ scope: 'MARS' }] })).toMatchObject({
      code: 'NOT_FOUND',
      fields: [{ path: 'themes.1' }, { path: 'scopes.0.scope' }],
    });
    expect(await classify({ provisions: [{ instrument: 'LAW-21' }] })).toMatchObject({
      code: 'NOT_FOUND',
      fields: [{ path: 'provisions.0.instrument' }],
    });
    expect(await classify({})).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: 'themes' }] });
    const setScope = { reference: 'THERE', kind: 'setScope', scopes: [{ scope: 'MARS' }] };
    expect(await refusedDecision(setScope)).toMatchObject({
      code: 'NOT_FOUND',
      fields: [{ path: 'items.0.scopes.0.scope' }],
    });
    await write(
      'classifyItem',
      { reference: 'THERE', themes: ['AN OLD ONE'], asRecorded: true },
      '2017-02-01',
    );
    expect(
      await scribe.refused(recorder, 'classifyItem', {
        reference: 'THERE',
        themes: ['AN OLD ONE'],
        decidedOn: { edtf: '2017-03-01' },
      }),
    ).toMatchObject({ code: 'NOTHING_TO_CHANGE' });
    expect(
      await scribe.refused(recorder, 'registerItem', {
        reference: 'THERE-2',
        title: { en: 'T' },
        themes: ['NONE'],
      }),
    ).toMatchObject({
      code: 'NOT_FOUND',
      fields: [{ path: 'themes.0' }],
    });
  });
});

describe('who carries an item', () => {
  it('is decided, and read now, on a day and as a history', async () => {
    await register('CARRIED');
    const assign = (assignment: object, day: string) =>
      decide({ reference: 'CARRIED', kind: 'assign', assignment }, day);
    const first = await assign({ leads: ['UNIT-A', 'UNIT-B'], funders: ['FUND'] }, '2017-02-01');
    const second = await assign(
      { leads: ['UNIT-B'], supporting: ['UNIT-A'], partners: ['FUND'] },
      '2017-04-01',
    );
    const selection = 'leads supporting partners funders';
    expect(await read('CARRIED', selection)).toEqual({
      leads: ['UNIT-B'],
      supporting: ['UNIT-A'],
      partners: ['FUND'],
      funders: [],
    });
    expect(await read('CARRIED', selection, '2017-03-01')).toMatchObject({
      leads: ['UNIT-A', 'UNIT-B'],
      funders: ['FUND'],
    });
    const { assignments } = await read('CARRIED', 'assignments { leads decision fromEarliest toEarliest }');
    expect(assignments).toEqual([
      { leads: [], decision: null, fromEarliest: '2017-01-01', toEarliest: '2017-02-01' },
      { leads: ['UNIT-A', 'UNIT-B'], decision: first, fromEarliest: '2017-02-01', toEarliest: '2017-04-01' },
      { leads: ['UNIT-B'], decision: second, fromEarliest: '2017-04-01', toEarliest: null },
    ]);
  });

  it('has to stand on that day, and to be named as it is registered', async () => {
    await register('STANDS');
    const assign = (assignment?: object) => ({
      reference: 'STANDS',
      kind: 'assign',
      ...(assignment && { assignment }),
    });
    expect(await refusedDecision(assign({ leads: ['UNIT-A', 'LATER'] }))).toMatchObject({
      code: 'NOT_FOUND',
      fields: [{ path: 'items.0.assignment.leads.1' }],
    });
    expect(await refusedDecision(assign({ leads: ['unit-a'] }))).toMatchObject({
      code: 'NOT_FOUND',
      fields: [
        { path: 'items.0.assignment.leads.0', message: 'unit-a is registered as UNIT-A: spell it so' },
      ],
    });
    expect(await refusedDecision(assign({ leads: [] }))).toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ path: 'items.0.assignment.leads' }],
    });
    expect(await refusedDecision(assign())).toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ path: 'items.0.assignment' }],
    });
  });
});

describe('the due dates of an item', () => {
  it('are the original one and each slip, with the decision and its reason', async () => {
    await register('DUE');
    const reason = { en: 'The law came late' };
    await decide({ reference: 'DUE', kind: 'setDueDate', dueDate: '2017-12' }, '2017-02-01');
    const slip = await decide(
      { reference: 'DUE', kind: 'setDueDate', dueDate: '2018-06', reason },
      '2017-11-01',
    );
    const selection = 'dueDate dueDates { dueDate original current decision reason fromEarliest }';
    const { dueDate, dueDates } = await read('DUE', selection);
    expect(dueDate).toBe('2018-06');
    expect(dueDates).toMatchObject([
      { dueDate: '2017-12', original: true, current: false, fromEarliest: '2017-02-01' },
      {
        dueDate: '2018-06',
        original: false,
        current: true,
        decision: slip,
        reason,
        fromEarliest: '2017-11-01',
      },
    ]);
    const earlier = await read('DUE', selection, '2017-06-01');
    expect(earlier.dueDate).toBe('2017-12');
    expect(earlier.dueDates.map((each: { current: boolean }) => each.current)).toEqual([true, false]);
  });
});

describe('items of a programme', () => {
  it('are found by what they are sorted by, and counts lead to them', async () => {
    expect(await list({ leads: ['UNIT-B'] })).toEqual(['CARRIED']);
    expect(await list({ leads: ['UNIT-A'] }, 'effectiveOn: "2017-03-01"')).toEqual(['CARRIED']);
    expect(await list({ supporting: ['UNIT-A'], partners: ['FUND'] })).toEqual(['CARRIED']);
    expect(await list({ horizons: ['immediate'], priorities: ['urgent', 'low'] })).toEqual(['SORTED']);
    expect(await list({ scopes: ['NORTH'], provisions: [{ instrument: 'law-20', article: '7' }] })).toEqual([
      'SORTED',
    ]);
    expect(await list({ requiresEnactmentOf: [{ instrument: 'LAW-20', article: '8' }] })).toEqual([]);
    expect(await list({ dueBefore: '2018-07-01' })).toEqual(['DUE']);
    expect(await list({ overdueOn: '2018-06-30' })).toEqual([]);
    expect(await list({ overdueOn: '2018-07-01' })).toEqual(['DUE']);
    const byDue = await list({}, 'orderBy: DUE_DATE');
    expect(byDue[0]).toBe('DUE');
    const counts = async (by: string, more = '') =>
      (
        await analyst.data(
          `{ itemCounts(programme: "${programme}", by: ${by} ${more}) { value count certain possible } }`,
        )
      ).itemCounts as { value: string | null; count: number }[];
    const filters = {
      HORIZON: (value: string) => ({ horizons: [value] }),
      PRIORITY: (value: string) => ({ priorities: [value] }),
      THEME: (value: string) => ({ themes: [value] }),
      SCOPE: (value: string) => ({ scopes: [value] }),
      LEAD: (value: string) => ({ leads: [value] }),
    };
    for (const [by, filterOf] of Object.entries(filters)) {
      for (const day of ['', 'effectiveOn: "2017-03-15"']) {
        const counted = await counts(by, day);
        expect(counted.length).toBeGreaterThan(day === '' ? 1 : 0);
        for (const { value, count } of counted) {
          const filter = value === null ? { without: [by] } : filterOf(value);
          expect(await list(filter, day)).toHaveLength(count);
        }
      }
    }
    expect(await counts('LEAD')).toContainEqual({ value: 'UNIT-B', count: 1, certain: 1, possible: 1 });
  });
});
