import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anything, asItWas, attempted, dates, edtf } from '../testing/arbitrary-histories.js';
import { decode, eventCatalogue } from '../catalogue.js';
import { parseEdtf } from '../edtf.js';
import { registerItem } from './decisions.js';
import type { ReformItemEvent } from './events.js';
import { irregularities, lifecycleStates } from './lifecycle.js';
import { evolve, noItem } from './reform-item.js';
import { type Entry, type Step, stateOf, stateOn, statusIntervals, timelineOf } from './timeline.js';

const registration = fc.tuple(dates, fc.constantFrom(...lifecycleStates)).map(([given, state]) =>
  registerItem([], {
    ...given,
    programme: 'p',
    reference: 'R-0',
    title: { en: 'T' },
    state,
    asRecorded: true,
  }),
);
const nothing = () => undefined;

/** Histories of everything that was accepted. */
const accepted: fc.Arbitrary<Entry[]> = fc
  .tuple(registration, fc.array(anything, { maxLength: 25 }))
  .map(([first, attempts]) => attempted(first, attempts, nothing));

function check<T>(arbitrary: fc.Arbitrary<T>, holds: (value: T) => void, numRuns = 250): void {
  fc.assert(fc.property(arbitrary, holds), { numRuns });
}

describe('whatever is tried', () => {
  it('is refused by a rule, or yields an event the fold can take and the catalogue can read', () => {
    check(accepted, (entries) => {
      const item = stateOf(timelineOf(entries));
      expect(lifecycleStates).toContain(item.standing!.state);
      expect(item.registered).toBe(true);
      for (const { event } of entries) {
        const { schemaVersion } = eventCatalogue[event.type];
        const stored = JSON.parse(JSON.stringify(event)) as ReformItemEvent;
        expect(decode({ ...stored, schemaVersion })).toEqual(event);
      }
    });
  });

  it('carries the flags the fold gives it at the time, from the closed list and in order', () => {
    check(accepted, (entries) => {
      entries.forEach((entry, index) => {
        const step = timelineOf(entries.slice(0, index + 1)).find(
          ({ entry: { position } }) => position === entry.position,
        )!;
        expect(step.irregularities).toEqual(entry.event.data.irregularities ?? []);
        expect(step.irregularities.every((code) => irregularities.includes(code))).toBe(true);
      });
    });
  });

  it('breaks nothing at its place where the rules allowed it: they refuse what the fold would flag', () => {
    const harmless = ['OUT_OF_ORDER', 'BACKDATED', 'UNKNOWN_DATE'];
    check(accepted, (entries) => {
      for (const { event } of entries.filter(({ event: { data } }) => !data.asRecorded)) {
        expect((event.data.irregularities ?? []).filter((code) => !harmless.includes(code))).toEqual([]);
      }
    });
  });

  it('leaves a decision exactly one event, and names it once among the references', () => {
    check(accepted, (entries) => {
      const decisions = entries.flatMap(({ event }) => event.data.decision ?? []);
      expect(new Set(decisions).size).toBe(decisions.length);
      const { reference, aliases, decisions: noted } = stateOf(timelineOf(entries));
      expect(Object.keys(noted).sort()).toEqual(decisions.sort());
      expect(new Set([reference, ...aliases]).size).toBe(aliases.length + 1);
    });
  });

  it('keeps every reference it was given', () => {
    check(accepted, (entries) => {
      const { reference, aliases } = stateOf(timelineOf(entries));
      const given = entries.flatMap(({ event }) =>
        event.type === 'ReformItemRenumbered' || event.type === 'ReformItemRegistered'
          ? event.data.reference
          : event.type === 'ReformItemAliased'
            ? event.data.alias
            : [],
      );
      expect([...new Set(given)].sort()).toEqual([reference, ...aliases].sort());
    });
  });
});

describe('a history', () => {
  it('replays to the same, from its stored form, in any order and whenever it was recorded', () => {
    check(fc.tuple(accepted, fc.infiniteStream(fc.nat())), ([entries, numbers]) => {
      const steps = timelineOf(entries);
      const stored = JSON.parse(JSON.stringify(entries)) as Entry[];
      expect(timelineOf(stored)).toEqual(steps);
      const shuffled = entries
        .map((entry) => ({ entry, key: numbers.next().value }))
        .sort((a, b) => a.key - b.key);
      expect(timelineOf(shuffled.map(({ entry }) => entry))).toEqual(steps);
      const later = timelineOf(
        entries.map((entry) => ({ ...entry, recordedAt: '2099-01-01T00:00:00.000000Z' })),
      );
      expect(later.map(({ entry, irregularities: found }) => [entry.position, found])).toEqual(
        steps.map(({ entry, irregularities: found }) => [entry.position, found]),
      );
    });
  });

  it('folds in chunks to what it folds to at once', () => {
    check(fc.tuple(accepted, fc.nat()), ([entries, cut]) => {
      const steps = timelineOf(entries);
      const events = steps.map(({ entry }) => entry.event);
      const middle = events.slice(0, cut % (events.length + 1)).reduce(evolve, noItem);
      expect(events.slice(cut % (events.length + 1)).reduce(evolve, middle)).toEqual(stateOf(steps));
      steps.slice(1).forEach((step, index) => expect(step.before).toBe(steps[index]!.after));
    });
  });

  it('is in the order of effective date, then session, then position', () => {
    check(accepted, (entries) => {
      const steps = timelineOf(entries);
      expect(steps.map(({ entry }) => entry.position).sort((a, b) => a - b)).toEqual(
        entries.map(({ position }) => position),
      );
      for (const [index, later] of steps.slice(1).entries()) {
        const { entry, window } = steps[index]!;
        expect(window.earliest <= later.window.earliest).toBe(true);
        if (window.earliest < later.window.earliest) continue;
        const [one, other] = [sessionIn(entry), sessionIn(later.entry)];
        if (one !== undefined && other !== undefined) expect(one).toBeLessThanOrEqual(other);
        if (one === other) expect(entry.position).toBeLessThan(later.entry.position);
      }
    });
  });

  it('keeps its past when more is recorded: earlier entries stay in their order', () => {
    check(accepted, (entries) => {
      const before = timelineOf(entries.slice(0, -1)).map(({ entry }) => entry.position);
      const now = timelineOf(entries).map(({ entry }) => entry.position);
      expect(now.filter((position) => position !== entries.length)).toEqual(before);
    });
  });
});

function sessionIn({ effective, event }: Entry): number | undefined {
  return effective === null ? undefined : event.data.sessionOrder;
}

describe('what is recorded as it was', () => {
  it('is never refused, whatever it says, of whatever dates, in whatever order', () => {
    check(
      fc.tuple(registration, fc.array(asItWas, { maxLength: 30 })),
      ([first, attempts]) => {
        attempted(first, attempts, (refusal) => {
          throw new Error(`refused: ${refusal.code} ${refusal.message}`);
        });
      },
      600,
    );
  });
});

describe('the stretches of a history', () => {
  const day = fc
    .date({ min: new Date('2014-06-01'), max: new Date('2020-06-01'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10));
  const windowed = fc.tuple(
    accepted,
    fc.array(
      fc.oneof(
        day,
        edtf.map((given) => (given && parseEdtf(given)?.latest) || '2017-01-01'),
      ),
      { minLength: 5, maxLength: 20 },
    ),
  );

  it('cover each day at most once, in order, and agree with the state on that day', () => {
    check(windowed, ([entries, days]) => {
      const steps = timelineOf(entries);
      const intervals = statusIntervals(steps);
      intervals.slice(1).forEach((interval, index) => expect(interval.from).toEqual(intervals[index]!.to));
      expect(intervals.at(-1)?.to).toBeUndefined();
      for (const each of days) {
        const current = intervals.filter(
          ({ from, to }) => from.earliest <= each && (!to || each < to.earliest),
        );
        expect(current.length).toBeLessThanOrEqual(1);
        const on = stateOn(steps, each);
        expect(
          current[0] && {
            state: current[0].state,
            sourceStatus: current[0].sourceStatus,
            removed: current[0].removed,
          },
        ).toEqual(
          on?.standing && { state: on.standing.state, sourceStatus: on.sourceStatus, removed: on.removed },
        );
      }
    });
  });

  it('are possible where they are certain, and certain where nothing else is possible', () => {
    check(windowed, ([entries, days]) => {
      const intervals = statusIntervals(timelineOf(entries));
      for (const each of days) {
        const certain = intervals.filter(
          ({ from, to }) => from.latest <= each && (!to || each < to.earliest),
        );
        const possible = intervals.filter(
          ({ from, to }) => from.earliest <= each && (!to || each < to.latest),
        );
        expect(possible).toEqual(expect.arrayContaining(certain));
        if (certain.length > 0) expect(possible).toEqual(certain);
        if (possible.length === 1 && intervals[0]!.from.latest <= each) expect(certain).toEqual(possible);
      }
    });
  });

  it('say what is possible as trying every day of every date would', () => {
    check(
      fc.tuple(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 4 })), {
          minLength: 1,
          maxLength: 4,
        }),
        fc.integer({ min: 1, max: 9 }),
      ),
      ([windows, today]) => {
        const dayOf = (n: number) => `2017-01-0${Math.min(n, 9)}`;
        const entries = windows.map(([start, length], index): Entry => ({
          position: index + 1,
          id: `event-${index + 1}`,
          event: { type: 'ReformItemStateRecorded', data: { state: lifecycleStates[index]! } },
          decidedOn: null,
          effective: `${dayOf(start)}/${dayOf(start + length)}`,
          recordedAt: '2026-01-01T00:00:00.000000Z',
        }));
        const steps = timelineOf(entries);
        const intervals = statusIntervals(steps);
        const possible = intervals.filter(
          ({ from, to }) => from.earliest <= dayOf(today) && (!to || dayOf(today) < to.latest),
        );
        expect(new Set(possible.map(({ state }) => state))).toEqual(possibleByTrying(steps, dayOf(today)));
      },
      1_000,
    );
  });
});

/** States on a day over all ways to give each step a day of its window that keep the steps in order. */
function possibleByTrying(steps: readonly Step[], today: string): Set<string> {
  const found = new Set<string>();
  const choose = (index: number, after: number, state: string | undefined) => {
    const step = steps[index];
    if (!step) {
      if (state !== undefined) found.add(state);
      return;
    }
    for (
      let day = Math.max(after, Number(step.window.earliest.slice(8)));
      day <= Number(step.window.latest.slice(8));
      day += 1
    ) {
      choose(index + 1, day, `2017-01-0${day}` <= today ? step.after.standing!.state : state);
    }
  };
  choose(0, 1, undefined);
  return found;
}
