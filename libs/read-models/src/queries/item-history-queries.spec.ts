import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stateOn } from '@masar/domain';
import { type TestPostgres, testPostgres } from '@masar/event-store/testing';
import { stepsOf } from '../testing/history.js';
import { irregularItems, seeded } from '../testing/irregular-items.js';
import { QueryFixture } from '../testing/query-fixture.js';
import {
  itemDates,
  journeyEntries,
  journeysOf,
  statesOn,
  statusIntervalsOf,
} from './item-history-queries.js';
import { versionsOf } from './item-word-queries.js';

const random = seeded(7);
const keys = ['sample/rec-1', 'other/rec-5', 'sample/rec-9', 'sample/none'];
let postgres: TestPostgres;
let fixture: QueryFixture;

beforeAll(async () => {
  postgres = await testPostgres();
  fixture = await QueryFixture.open(postgres, irregularItems(random, 12, 228).events);
}, 60_000);

afterAll(async () => {
  await fixture?.close();
  await postgres?.stop();
});

const steps = (key: string, position: number) =>
  stepsOf(fixture.events.slice(0, position).filter(({ stream }) => stream === `item-${key}`));

const positions = () => [240, 12 + Math.floor(random() * 228), 12 + Math.floor(random() * 228)];

/** The rows of one key, in the order they came. */
function own<R extends { readonly key: string }>(rows: readonly R[], key: string): R[] {
  return rows.filter((row) => row.key === key);
}

describe('of many items at once', () => {
  it('the journeys come in the order of effect, as known at the position', async () => {
    for (const position of positions()) {
      const rows = await journeysOf(await fixture.at(position), keys, null);
      for (const key of keys) {
        expect(
          own(rows, key).map(({ eventId, position: at, stateBefore, stateAfter, irregularities }) => [
            eventId,
            at,
            stateBefore,
            stateAfter,
            irregularities,
          ]),
        ).toEqual(
          steps(key, position).map(({ entry, before, after, irregularities }) => [
            fixture.events[entry.position - 1]!.id,
            entry.position,
            before.standing?.state ?? null,
            after.standing?.state ?? null,
            irregularities,
          ]),
        );
      }
    }
  });

  it('the journeys end after as many entries of each as are asked for', async () => {
    const at = await fixture.at();
    const whole = await journeysOf(at, keys, null);
    const start = await journeysOf(at, keys, 3);
    for (const key of keys) expect(own(start, key)).toEqual(own(whole, key).slice(0, 3));
    expect(start.length).toBe(9);
  });

  it('the entries come without their data, which few ask for', async () => {
    const [entry] = await journeysOf(await fixture.at(), keys, 1);
    expect(entry).not.toHaveProperty('data');
    expect(entry!.recordedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  });

  it('of the entries no more is read than there is use for', async () => {
    const at = await fixture.at();
    const whole = await journeysOf(at, keys, 3);
    const part = await journeysOf(at, keys, 3, new Set(['type', 'stateAfter', 'somethingElse']));
    expect(part).toEqual(whole.map(({ key, type, stateAfter }) => ({ key, type, stateAfter })));
    const none = await journeysOf(at, keys, 3, new Set());
    expect(none).toEqual(whole.map(({ key }) => ({ key })));
  });

  it('entries are found by where they were recorded, each as the journey has it at the position', async () => {
    for (const position of positions()) {
      const at = await fixture.at(position);
      const journeys = await journeysOf(at, keys, null);
      const wanted = journeys.filter((_, index) => index % 3 === 0);
      const absent = [
        { key: keys[0]!, position: position + 1 },
        { key: 'sample/none', position: 1 },
      ];
      const found = await journeyEntries(at, [...wanted, ...absent]);
      const inOrder = (rows: typeof found) => rows.toSorted((a, b) => a.position - b.position);
      expect(inOrder(found)).toEqual(inOrder(wanted));
    }
  });

  it('the days of registration and of the last change are those of their entries', async () => {
    for (const position of positions()) {
      const at = await fixture.at(position);
      const dates = await itemDates(at, keys);
      expect(dates.map(({ key }) => key).toSorted()).toEqual(keys.toSorted());
      for (const { key, ...days } of dates) {
        const recorded = steps(key, position)
          .map(({ entry }) => entry)
          .toSorted((a, b) => a.position - b.position);
        const registration = recorded.find(({ event }) => event.type === 'ReformItemRegistered');
        expect(days).toEqual({
          registeredOn: registration?.effective ?? null,
          registeredAt: registration?.recordedAt ?? null,
          changedOn: recorded.at(-1)?.effective ?? null,
        });
      }
    }
  });

  it('the versions of a text come oldest first', async () => {
    const versions = await versionsOf(await fixture.at(), keys);
    for (const key of keys) {
      const numbers = own(versions, key).map(({ number }) => number);
      expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    }
    expect(own(versions, keys[0]!)[0]).toMatchObject({ type: 'ReformItemRegistered', text: null });
  });

  it('the stretches follow one another, the last without an end', async () => {
    for (const position of positions()) {
      const intervals = await statusIntervalsOf(await fixture.at(position), keys);
      for (const key of keys.slice(0, 3)) {
        const stretches = own(intervals, key);
        expect(stretches.length).toBeGreaterThan(0);
        stretches.forEach(({ toEarliest, toLatest }, index) => {
          const next = stretches[index + 1];
          expect([toEarliest, toLatest]).toEqual([next?.fromEarliest ?? null, next?.fromLatest ?? null]);
        });
      }
    }
  });

  it('the states on a day are those a replay has, and none where an item had not begun', async () => {
    for (const position of positions()) {
      for (const day of ['2015-12-31', '2016-05-15', '2017-03-14', '2018-01-01', '2018-12-31']) {
        const states = await statesOn(await fixture.at(position), keys, day);
        const replayed = keys.flatMap((key) => {
          const state = stateOn(steps(key, position), day)?.standing?.state;
          return state === undefined ? [] : [[key, state] as const];
        });
        expect(new Map(states.map(({ key, state }) => [key, state]))).toEqual(new Map(replayed));
        expect(states).toHaveLength(replayed.length);
        for (const { state, possible, certain } of states) {
          expect(possible).toContain(state);
          if (certain) expect(possible).toEqual([state]);
        }
      }
    }
  });

  it('each of these is one statement', async () => {
    const at = await fixture.at();
    const before = fixture.statements.length;
    await journeysOf(at, keys, 5);
    await versionsOf(at, keys);
    await statusIntervalsOf(at, keys);
    await statesOn(at, keys, '2017-01-01');
    await itemDates(at, keys);
    await journeyEntries(at, [{ key: keys[0]!, position: 1 }]);
    expect(fixture.statements).toHaveLength(before + 6);
  });
});
