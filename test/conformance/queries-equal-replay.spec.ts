import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeOnItem } from '@masar/commands';
import {
  type DatedItemEvent,
  type Entry,
  type ItemInput,
  type ReformItemEvent,
  type Step,
  addAlias,
  decode,
  lifecycleStates,
  normaliseReference,
  parseEdtf,
  recordDetails,
  recordState,
  remove,
  restore,
  stateOf,
  stateOn,
  statusIntervals,
  timelineOf,
} from '@masar/domain';
import type { RecordedEvent } from '@masar/event-store';
import type { OpenedEventStore } from '@masar/event-store/open';
import {
  At,
  ReadModels,
  countsBy,
  findItem,
  journeysOf,
  readModels,
  statesOn,
  statusIntervalsOf,
} from '@masar/read-models';
import { type InProcessService, startInProcess } from '../support/in-process-service.js';
import { seededRandom } from '../support/seeded-random.js';
import { TestStores } from '../support/stores.js';
import { until } from '../support/until.js';

const programme = 'moi-2017';
const random = seededRandom(20170418);
const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;

let stores: TestStores;
let service: InProcessService;
let backend: OpenedEventStore;
let models: ReadModels;
let events: readonly RecordedEvent[];

beforeAll(async () => {
  stores = await TestStores.start();
  service = await startInProcess(stores, true);
  backend = await service.store.open();
  models = await ReadModels.open({
    connectionString: service.connectionString,
    log: backend.log,
    models: readModels,
  });
  await recordIrregularHistories(250);
  await models.caughtUp(60_000);
  events = await backend.log.readAll(0, 100_000);
}, 300_000);

afterAll(async () => {
  await models?.stop();
  await backend?.close();
  await service?.stop();
  await stores?.stop();
}, 60_000);

/** A day of the years the histories are in, or somewhat outside them. */
function someDay(): string {
  const year = 2016 + Math.floor(random() * 5);
  const month = String(1 + Math.floor(random() * 12)).padStart(2, '0');
  const day = String(1 + Math.floor(random() * 28)).padStart(2, '0');
  return `${year}-${month}-${day}`;
}

/** A date as people give it: a day, a month, a year, an interval, or unknown. */
function someDate(): string | null {
  const day = someDay();
  return pick([day, day, day.slice(0, 7), day.slice(0, 4), `${day.slice(0, 7)}/${day.slice(0, 4)}-12`, null]);
}

/** Late entries, unknown and imprecise dates, states out of order, details and aliases: anything can be recorded as it was. */
async function recordIrregularHistories(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const reference = `SAMPLE-${String(1 + Math.floor(random() * 60)).padStart(3, '0')}`;
    const input: ItemInput = {
      decidedOn: { edtf: someDate() },
      ...(random() < 0.7 && { effective: { edtf: someDate() } }),
      asRecorded: true,
    };
    const state = pick(lifecycleStates);
    const status = pick(['open', 'done', undefined]);
    const kinds: ((history: readonly Step[]) => DatedItemEvent)[] = [
      (history) => recordState(history, { ...input, state, ...(status && { sourceStatus: status }) }),
      (history) => recordState(history, { ...input, state }),
      (history) => recordState(history, { ...input, state }),
      (history) => recordDetails(history, { ...input, attributes: { area: pick(['north', 'south']) } }),
      (history) => addAlias(history, { ...input, alias: `OTHER-${index}` }),
      (history) => remove(history, input),
      (history) => restore(history, input),
    ];
    await executeOnItem(
      {
        store: backend.store,
        log: backend.log,
        actor: { subject: 'test-recorder' },
        commandId: `irregular-${index}`,
        now: () => new Date(),
      },
      { programme, reference },
      { type: 'irregular', request: { index }, decide: pick(kinds) },
    );
  }
}

/** The history of an item as a plain replay of the log up to a position has it. */
function replayed(key: string, position: number): Step[] {
  const entries: Entry[] = events
    .filter((event) => event.position <= position && event.stream === `item-${key}`)
    .filter(({ type }) => type !== 'ReferenceReserved')
    .map((event) => ({
      position: event.position,
      id: event.id,
      event: decode(event) as ReformItemEvent,
      decidedOn: event.decidedOn,
      effective: event.effective,
      recordedAt: event.recordedAt,
    }));
  return timelineOf(entries);
}

interface Stretch {
  readonly state: string;
  readonly sourceStatus: string | null;
  readonly removed: boolean;
  readonly from: { readonly earliest: string; readonly latest: string };
  readonly until: { readonly earliest: string; readonly latest: string };
}

const forEver = { earliest: '9999-99', latest: '9999-99' };

/** The stretches in each state, straight from the steps. */
function stretches(steps: readonly Step[]): Stretch[] {
  return statusIntervals(steps).map(({ state, sourceStatus, removed, from, to }) => ({
    state,
    sourceStatus: sourceStatus ?? null,
    removed,
    from,
    until: to ?? forEver,
  }));
}

function stateOnDay(steps: readonly Step[], day: string) {
  const all = stretches(steps);
  const holds = all.find(({ from, until: end }) => from.earliest <= day && day < end.earliest);
  if (!holds) return undefined;
  const may = all.filter(({ from, until: end }) => from.earliest <= day && day < end.latest);
  const possible = [...new Set(may.map(({ state }) => state))].sort();
  return {
    state: holds.state,
    sourceStatus: holds.sourceStatus,
    removed: holds.removed,
    certain: hasBegun(may, day) && possible.length === 1,
    possible,
  };
}

/** Whether one of the stretches an item may be in on a day has begun for certain: then one of them it is in. */
function hasBegun(may: readonly Stretch[], day: string): boolean {
  return may.some(({ from }) => from.latest <= day);
}

function itemKeys(position: number): string[] {
  const own = events.filter(({ stream, type }) => stream.startsWith('item-') && type !== 'ReferenceReserved');
  return [...new Set(own.filter((event) => event.position <= position).map(({ stream }) => stream.slice(5)))];
}

function countsOnDay(position: number, day: string | undefined) {
  const counts = new Map<string, { count: number; certain: number; possible: number }>();
  const add = (state: string, field: 'count' | 'certain' | 'possible') => {
    const row = counts.get(state) ?? { count: 0, certain: 0, possible: 0 };
    counts.set(state, { ...row, [field]: row[field] + 1 });
  };
  for (const key of itemKeys(position)) {
    const steps = replayed(key, position);
    if (day === undefined) {
      const { standing, removed, registered } = stateOf(steps);
      if (!registered || removed) continue;
      for (const field of ['count', 'certain', 'possible'] as const) add(standing!.state, field);
      continue;
    }
    const all = stretches(steps);
    const may = all.filter(({ from, until: end }) => from.earliest <= day && day < end.latest);
    const onRegister = may.filter(({ removed }) => !removed);
    for (const state of new Set(onRegister.map((stretch) => stretch.state))) {
      const own = onRegister.filter((stretch) => stretch.state === state);
      add(state, 'possible');
      if (own.some(({ until: end }) => day < end.earliest)) add(state, 'count');
      if (own.length === may.length && hasBegun(may, day)) add(state, 'certain');
    }
  }
  return [...counts].map(([value, row]) => ({ value, ...row })).sort(byValue);
}

const byValue = (a: { value: string | null }, b: { value: string | null }) =>
  String(a.value).localeCompare(String(b.value));

/** What the queries say of one item at one position on one day, against a replay. */
async function expectAsReplayed(view: At, reference: string, day: string): Promise<void> {
  const key = `${programme}/${normaliseReference(reference)}`;
  const steps = replayed(key, view.position);
  const found = await findItem(view, programme, reference);
  if (steps.length === 0) {
    expect(found).toBeUndefined();
    return;
  }
  const item = stateOf(steps);
  expect(found).toMatchObject({
    key,
    reference: item.reference,
    aliases: item.aliases,
    state: item.standing?.state ?? null,
    sourceStatus: item.sourceStatus ?? null,
    title: item.title,
    textVersion: item.textVersion,
    removed: item.removed,
    attributes: item.attributes,
    irregularities: [...new Set(steps.flatMap(({ irregularities }) => irregularities))].sort(),
  });
  const journey = await journeysOf(view, [key], null);
  expect(
    journey.map(({ position, stateBefore, stateAfter, irregularities, earliest, latest }) => ({
      position,
      stateBefore,
      stateAfter,
      irregularities,
      earliest,
      latest,
    })),
  ).toEqual(
    steps.map(({ entry, before, after, irregularities, window }) => ({
      position: entry.position,
      stateBefore: before.standing?.state ?? null,
      stateAfter: after.standing?.state ?? null,
      irregularities,
      ...window,
    })),
  );
  const intervals = await statusIntervalsOf(view, [key]);
  expect(
    intervals.map(({ state, removed, fromEarliest, fromLatest, toEarliest, toLatest }) => ({
      state,
      removed,
      from: { earliest: fromEarliest, latest: fromLatest },
      until: toEarliest === null ? forEver : { earliest: toEarliest, latest: toLatest },
    })),
  ).toEqual(
    stretches(steps).map(({ state, removed, from, until: end }) => ({ state, removed, from, until: end })),
  );
  const on = await statesOn(view, [key], day);
  const expected = stateOnDay(steps, day);
  expect(on).toEqual(expected ? [{ key, ...expected }] : []);
  expect(on[0]?.state).toBe(stateOn(steps, day)?.standing?.state);
}

async function at(position: number): Promise<At> {
  return new At(backend.pool, await models.pin(), position, 'all');
}

const someReference = () => `SAMPLE-${String(1 + Math.floor(random() * 62)).padStart(3, '0')}`;
const somePosition = () => Math.ceil(random() * events.length);

describe('the queries', () => {
  it('have late entries, unknown dates and imprecise dates to answer about', () => {
    const own = events.filter(({ stream }) => stream.startsWith('item-'));
    expect(own.filter(({ effective }) => effective === null).length).toBeGreaterThan(20);
    const imprecise = own.filter(({ effective }) => {
      const window = effective === null ? undefined : parseEdtf(effective);
      return window && window.earliest < window.latest;
    });
    expect(imprecise.length).toBeGreaterThan(20);
    const steps = itemKeys(events.length).flatMap((key) => replayed(key, events.length));
    expect(
      steps.filter(({ irregularities }) => irregularities.includes('OUT_OF_ORDER')).length,
    ).toBeGreaterThan(20);
  });

  it('say of 300 random items, positions and days what a replay of the log says', async () => {
    for (let round = 0; round < 300; round += 1) {
      await expectAsReplayed(await at(somePosition()), someReference(), someDay());
    }
  }, 120_000);

  it('count by state at 40 random positions and days what a replay counts', async () => {
    for (let round = 0; round < 40; round += 1) {
      const position = somePosition();
      const day = round % 4 === 0 ? undefined : someDay();
      const counted = await countsBy(await at(position), {
        programme,
        by: 'STATE',
        ...(day !== undefined && { effectiveOn: day }),
      });
      expect([...counted].sort(byValue)).toEqual(countsOnDay(position, day));
    }
  }, 120_000);

  it('answer the same and never fail while their read model is rebuilt twice', async () => {
    const schemas = new Set<string | undefined>();
    for (let turn = 0; turn < 2; turn += 1) {
      const before = await schemaOf('items');
      schemas.add(before);
      await models.rebuild('items');
      let rounds = 0;
      const deadline = performance.now() + 60_000;
      while (rounds < 20 || (await schemaOf('items')) === before) {
        if (performance.now() > deadline) throw new Error('the rebuild never ended');
        await expectAsReplayed(await at(somePosition()), someReference(), someDay());
        rounds += 1;
      }
    }
    schemas.add(await schemaOf('items'));
    expect(schemas.size).toBe(3);
  }, 150_000);

  it('answer at a position what they answered there, whatever is recorded later', async () => {
    const position = events.length;
    const reference = someReference();
    const day = someDay();
    const { data: before } = await ask(position, reference, day);
    await executeOnItem(
      {
        store: backend.store,
        log: backend.log,
        actor: { subject: 'test-recorder' },
        commandId: 'later',
        now: () => new Date(),
      },
      { programme, reference: 'SAMPLE-001' },
      {
        type: 'irregular',
        request: {},
        decide: (history) =>
          recordState(history, { decidedOn: { edtf: '2016-01-01' }, state: 'Rejected', asRecorded: true }),
      },
    );
    await until('the later entry in the rows', async () => (await models.pin()).position > position);
    expect((await ask(position, reference, day)).data).toEqual(before);
    expect((await ask(position, 'SAMPLE-001', day)).errors).toBeUndefined();
  });
});

async function schemaOf(name: string): Promise<string | undefined> {
  return (await models.status()).find((status) => status.name === name)?.schema;
}

/** The same through GraphQL. */
async function ask(position: number, reference: string, day: string) {
  const analyst = await service.client('analyst');
  return analyst.ask(
    `query ($programme: String!, $reference: String!, $day: Day!, $at: Position!) {
      reformItem(programme: $programme, reference: $reference, asOf: { position: $at }, effectiveOn: $day) {
        state revision stateOn(day: $day) { state certain possible }
        journey { position type stateBefore stateAfter irregularities }
      }
      itemCounts(programme: $programme, by: STATE, asOf: { position: $at }, effectiveOn: $day) { value count certain possible }
    }`,
    { programme, reference, day, at: position },
  );
}
