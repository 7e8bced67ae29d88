import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeOnItem, executeOnProgramme, executeRegistration } from '@masar/commands';
import {
  type ReformItem,
  assessmentsByAdvance,
  assessmentsOf as assessed,
  distributionOf,
  isOverdue,
  isReportedDoneNotVerified,
  progressByAdvance,
  progressOf,
  registerProgramme,
  responsesByAdvance,
  responsesOf,
} from '@masar/domain';
import type { OpenedEventStore } from '@masar/event-store/open';
import {
  At,
  type Axis,
  type ItemFilter,
  ReadModels,
  actionsOf,
  addresseesOf,
  assessmentsOf,
  axisCounts,
  axisCountsIn,
  evidenceOf,
  indicatorsOf,
  listItems,
  measurementsOf,
  outlooksOf,
  overdueOn,
  readModels,
  reportedDoneNotVerifiedOn,
  standingOf,
  verificationsOf,
  whoseValue,
} from '@masar/read-models';
import { ItemReplay } from '../support/item-replay.js';
import { seededRandom } from '../support/seeded-random.js';
import { TestStores } from '../support/stores.js';
import { AxisHistories } from './axis-histories.js';

const programme = 'axes';
const count = 30;
const random = seededRandom(20170207);
const histories = new AxisHistories(random);
const someKey = () => `${programme}/r-${1 + Math.floor(random() * count)}`;

let stores: TestStores;
let backend: OpenedEventStore;
let models: ReadModels;
let replay: ItemReplay;
let last: number;

beforeAll(async () => {
  stores = await TestStores.start();
  backend = await (await stores.create()).open();
  const { connectionString } = backend;
  let commands = 0;
  const context = () => {
    commands += 1;
    return {
      ...backend,
      actor: { subject: 'test-recorder' },
      commandId: `axes-${commands}`,
      now: () => new Date(),
    };
  };
  const decidedOn = { edtf: '2016-01-01' };
  await executeOnProgramme(context(), programme, {
    type: 'registerProgramme',
    request: {},
    decide: (state) => registerProgramme(state, { reference: programme, name: { en: 'P' }, decidedOn }),
  });
  for (let number = 1; number <= count; number += 1) {
    const title = { en: `Item ${number}` };
    await executeRegistration(context(), { programme, reference: `R-${number}`, title, decidedOn });
  }
  for (let index = 0; index < 450; index += 1) {
    await executeOnItem(
      context(),
      { programme, reference: someKey().slice(programme.length + 1) },
      { type: 'anything', request: { index }, decide: histories.entry(index) },
    );
  }
  models = await ReadModels.open({ connectionString, log: backend.log, models: readModels });
  models.start();
  await models.caughtUp(60_000);
  const events = await backend.log.readAll(0, 100_000);
  replay = new ItemReplay(events);
  last = events.length;
}, 300_000);

afterAll(async () => {
  await models?.stop();
  await backend?.close();
  await stores?.stop();
}, 60_000);

const at = async (position: number): Promise<At> => new At(backend.pool, await models.pin(), position, 'all');
const somePosition = () => count + 1 + Math.floor(random() * (last - count));
/** A day, or after everything known. */
const someDay = (round: number) => (round % 4 === 0 ? undefined : histories.day());

/** As rows have it: null where the state has nothing. */
const orNull = <T>(value: T | undefined): T | null => value ?? null;

/** What the queries say of an item beside its lifecycle. */
async function queried(view: At, key: string, day: string | undefined) {
  const keys = [key];
  const until = <R extends { fromEarliest: string }>(rows: readonly R[]) =>
    rows.filter(({ fromEarliest }) => day === undefined || fromEarliest <= day);
  const actions = await actionsOf(view, keys);
  return {
    addressees: byName(
      standingOf(await addresseesOf(view, keys), day).map((row) => ({
        name: row.organisation,
        response: row.response,
        parts: row.responseParts,
        progress: row.progress,
        percent: row.percent,
      })),
    ),
    actions: byName(
      standingOf(actions, day).map(({ action, status, originalDue, currentDue }) => ({
        name: action,
        status,
        originalDue,
        currentDue,
      })),
    ),
    indicators: byName(
      standingOf(await indicatorsOf(view, keys), day).map(({ indicator, unit }) => ({
        name: indicator,
        unit,
      })),
    ),
    measurements: until(await measurementsOf(view, keys)).map(({ indicator, value, measuredOn }) => [
      indicator,
      value,
      measuredOn,
    ]),
    evidence: byName(
      standingOf(await evidenceOf(view, keys), day).map(({ evidence, status, supersededBy }) => ({
        name: evidence,
        status,
        supersededBy,
      })),
    ),
    verifications: until(await verificationsOf(view, keys)).map(({ verification }) => verification),
    assessments: byName(
      standingOf(await assessmentsOf(view, keys), day).map(({ part, assessment, verification }) => ({
        name: part ?? '',
        assessment,
        verification,
      })),
    ),
  };
}

/** The same from the item as a replay has it. */
function replayed(item: ReformItem | undefined): Awaited<ReturnType<typeof queried>> {
  const parts = item?.standing ? [undefined, ...item.parts.map(({ label }) => label)] : [];
  return {
    addressees: byName(
      (item?.addressees ?? []).map((one) => ({
        name: one.organisation,
        response: one.response,
        parts: one.responseParts,
        progress: orNull(one.progress),
        percent: orNull(one.percent),
      })),
    ),
    actions: byName(
      (item?.actions ?? []).map(({ action, status, originalDue, currentDue }) => ({
        name: action,
        status,
        originalDue: orNull(originalDue),
        currentDue: orNull(currentDue),
      })),
    ),
    indicators: byName(
      (item?.indicators.defined ?? []).map(({ indicator, unit }) => ({ name: indicator, unit })),
    ),
    measurements: (item?.indicators.measurements ?? []).map((one) => [
      one.indicator,
      one.value,
      one.measuredOn,
    ]),
    evidence: byName(
      (item?.evidence ?? []).map(({ evidence, status, supersededBy }) => ({
        name: evidence,
        status,
        supersededBy: orNull(supersededBy),
      })),
    ),
    verifications: (item?.verifications ?? []).map(({ verification }) => verification),
    assessments: byName(
      parts.map((part) => {
        const standing = item?.assessments.find((one) => one.part === part);
        return {
          name: part ?? '',
          assessment: standing?.assessment ?? 'notAssessed',
          verification: orNull(standing?.verification),
        };
      }),
    ),
  };
}

function byName<R extends { readonly name: string }>(rows: readonly R[]): R[] {
  return rows.toSorted((a, b) => a.name.localeCompare(b.name));
}

/** The items on the register as a replay has them: on a day, or after everything known. */
function onRegister(position: number, day: string | undefined) {
  return replay.keys(position).flatMap((key) => {
    const item = replay.item(key, position, day);
    return item?.standing && !item.removed ? [{ key, item }] : [];
  });
}

const axes = {
  RESPONSE: (item: ReformItem) => responsesOf(item),
  PROGRESS: (item: ReformItem) => progressOf(item),
  ASSESSMENT: (item: ReformItem) => assessed(item),
} as const;
const byAdvance: Readonly<Record<Axis, readonly (string | null)[]>> = {
  RESPONSE: responsesByAdvance,
  PROGRESS: progressByAdvance,
  ASSESSMENT: assessmentsByAdvance,
};

describe('the queries of the axes beside the lifecycle', () => {
  it('have undone, late and imprecise entries of every kind to answer about', () => {
    const steps = replay.keys(last).flatMap((key) => replay.steps(key, last));
    expect(new Set(steps.map(({ entry }) => entry.event.type)).size).toBeGreaterThan(18);
    expect(steps.filter(({ undone }) => undone).length).toBeGreaterThan(15);
    expect(steps.filter(({ window }) => window.earliest < window.latest).length).toBeGreaterThan(50);
    expect(
      steps.filter(({ irregularities }) => irregularities.includes('OUT_OF_ORDER')).length,
    ).toBeGreaterThan(50);
  });

  it('say of 400 random items, positions and days what a replay of the log says', async () => {
    for (let round = 0; round < 400; round += 1) {
      const [key, position, day] = [someKey(), somePosition(), someDay(round)];
      const item = replay.item(key, position, day);
      expect(await queried(await at(position), key, day)).toEqual(replayed(item));
    }
  }, 120_000);

  it('keep every due date an action had', async () => {
    let slipped = 0;
    for (const key of replay.keys(last)) {
      const rows = await actionsOf(await at(last), [key]);
      for (const { action, slips } of replay.item(key, last)!.actions) {
        if (slips.length === 0) continue;
        // An action added again under its name began anew: its slips are the last ones.
        const moved = rows.filter((row) => row.action === action && row.slippedFrom !== null);
        expect(moved.map(({ currentDue }) => currentDue).slice(-slips.length)).toEqual(slips);
        slipped += 1;
      }
    }
    expect(slipped).toBeGreaterThan(3);
  });

  it('compute of 200 random items and days what is computed of a replay', async () => {
    let [overdue, done] = [0, 0];
    for (let round = 0; round < 200; round += 1) {
      const [key, position, day] = [someKey(), somePosition(), histories.day()];
      const item = replay.item(key, position, day);
      const rows = await outlooksOf(await at(position), [key]);
      expect(overdueOn(rows, day)).toBe(item !== undefined && isOverdue(item, day));
      expect(reportedDoneNotVerifiedOn(rows, day)).toBe(
        item !== undefined && isReportedDoneNotVerified(item),
      );
      overdue += overdueOn(rows, day) ? 1 : 0;
      done += reportedDoneNotVerifiedOn(rows, day) ? 1 : 0;
    }
    expect(overdue).toBeGreaterThan(10);
    expect(done).toBeGreaterThan(5);
  }, 60_000);

  it.each(['RESPONSE', 'PROGRESS', 'ASSESSMENT'] as const)(
    'count by %s over the items on the register, and name the least advanced, as a replay does',
    async (axis) => {
      for (let round = 0; round < 25; round += 1) {
        const [position, effectiveOn] = [somePosition(), someDay(round)];
        const view = await at(position);
        const counted = { programme, axis, effectiveOn };
        const standpoints = onRegister(position, effectiveOn).flatMap(({ key, item }) =>
          axes[axis](item).map(({ of, value }) => ({ of: `${key} ${of}`, value: value as string | null })),
        );
        const expected = distributionOf(standpoints, byAdvance[axis]);
        const counts = await axisCounts(view, counted);
        expect(
          counts.filter((one) => one.count > 0).map(({ value, count: n }) => ({ value, count: n })),
        ).toEqual(expected.counts);
        for (const { count: n, certain, possible } of counts) {
          expect(certain).toBeLessThanOrEqual(n);
          expect(n).toBeLessThanOrEqual(possible);
        }
        const least = expected.leastAdvanced;
        if (!least) continue;
        const whose = await whoseValue(view, counted, least.value, 1_000);
        expect(whose.map(({ key, of }) => `${key} ${of}`).sort()).toEqual(least.of.map(String).sort());
      }
    },
    60_000,
  );

  it('count in the items what they count over them, certain and possible included', async () => {
    for (let round = 0; round < 20; round += 1) {
      const [position, day] = [somePosition(), someDay(round)];
      const view = await at(position);
      const keys = onRegister(position, day).map(({ key }) => key);
      for (const [axis, rowsOf] of [
        ['RESPONSE', addresseesOf],
        ['PROGRESS', addresseesOf],
        ['ASSESSMENT', assessmentsOf],
      ] as const) {
        const sums = new Map<string | null, number[]>();
        for (const key of keys) {
          for (const one of axisCountsIn(axis, await rowsOf(view, [key]), day)) {
            const [n = 0, certain = 0, possible = 0] = sums.get(one.value) ?? [];
            sums.set(one.value, [n + one.count, certain + one.certain, possible + one.possible]);
          }
        }
        const counts = await axisCounts(view, { programme, axis, effectiveOn: day });
        expect(new Map(counts.map((one) => [one.value, [one.count, one.certain, one.possible]]))).toEqual(
          sums,
        );
      }
    }
  }, 60_000);

  const filters: readonly (readonly [ItemFilter, (item: ReformItem, day: string) => boolean])[] = [
    [{ responses: ['accepted', 'noted'] }, (item) => holds(responsesOf(item), ['accepted', 'noted'])],
    [{ progress: ['done'] }, (item) => holds(progressOf(item), ['done'])],
    [{ nothingReported: true }, (item) => holds(progressOf(item), [null])],
    [{ nothingReported: false }, (item) => !holds(progressOf(item), [null])],
    [{ assessments: ['notAssessed'] }, (item) => holds(assessed(item), ['notAssessed'])],
    [{ overdue: true }, isOverdue],
    [{ overdue: false }, (item, day) => !isOverdue(item, day)],
    [{ reportedDoneNotVerified: true }, isReportedDoneNotVerified],
  ];

  it.each(filters)('list by %j the items a replay finds so', async (filter, isSo) => {
    for (let round = 0; round < 15; round += 1) {
      const [position, day] = [somePosition(), histories.day()];
      const listing = { programme, filter, effectiveOn: day, computedOn: day, order: 'REFERENCE' as const };
      const listed = await listItems(await at(position), listing, 1_000);
      const found = onRegister(position, day).filter(({ item }) => isSo(item, day));
      expect(listed.map(({ key }) => key).sort()).toEqual(found.map(({ key }) => key).sort());
    }
  });
});

function holds<V>(standpoints: readonly { readonly value: V }[], values: readonly V[]): boolean {
  return standpoints.some(({ value }) => values.includes(value));
}
