import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isRestricted } from './testing/simulated-facts.js';
import { SimulatedOutlet } from './testing/simulated-outlet.js';
import { last, requestOf, simulatedSession, turnsUntil } from './testing/simulated-session.js';

const items = ['p/a', 'p/b'];

/** What happens, one after the other, with a chance of anything else in between. */
type Happening =
  | { readonly what: 'append'; readonly events: readonly { readonly type: string; readonly item: string }[] }
  | { readonly what: 'classify'; readonly item: string; readonly visibility: 'open' | 'restricted' }
  | {
      readonly what: 'join';
      readonly from: number;
      readonly types: readonly string[];
      readonly seesAll: boolean;
    }
  | { readonly what: 'leave' | 'stall'; readonly which: number }
  | { readonly what: 'fail'; readonly times: number };

const type = fc.constantFrom('A', 'B', 'C');
const item = fc.constantFrom(...items);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constant('append' as const),
      events: fc.array(fc.record({ type, item }), { minLength: 1, maxLength: 5 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('classify' as const),
      item,
      visibility: fc.constantFrom('open' as const, 'restricted' as const),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      what: fc.constant('join' as const),
      from: fc.double({ min: 0, max: 1, noNaN: true }),
      types: fc.uniqueArray(type, { minLength: 1 }),
      seesAll: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('leave' as const), which: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('stall' as const), which: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant('fail' as const), times: fc.integer({ min: 1, max: 2 }) }),
  },
);

/** Long ones: what is rare is what is looked for. */
const happenings = fc.array(happening, { maxLength: 60, size: 'max' });

interface Joined {
  readonly outlet: SimulatedOutlet;
  readonly after: number;
  readonly types: readonly string[];
  readonly seesAll: boolean;
}

/** Asks again where the store does not answer, as a client does. */
async function begun<T>(follow: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await follow();
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'UNAVAILABLE') throw error;
    }
  }
}

/** Lets everything happen, and answers with the log and with those who followed to its end. */
async function play(seed: number, all: readonly Happening[]) {
  // Whoever catches up is told how far it is as often as can be; the idle are not.
  const { pause, log, faults, session } = await simulatedSession(seed, { checkMs: 60_000, idleMs: 0 });
  const joined: Joined[] = [];
  /** Events sent of an item that the node had heard was hidden, and that nothing has revealed since. */
  const tooLate: number[] = [];
  const isHidden = (key: string) => {
    for (let position = session.heard; position <= log.events.length; position += 1) {
      if (!isRestricted(log.events, key, position)) return false;
    }
    return true;
  };
  const join = async ({ from, types, seesAll }: Extract<Happening, { what: 'join' }>): Promise<void> => {
    const after = Math.floor(from * log.events.length);
    const outlet = new SimulatedOutlet(pause, ({ event }) => {
      if (event && !seesAll && isHidden(event.stream.slice('item-'.length))) tooLate.push(event.position);
    });
    const following = await begun(() => session.add(requestOf(after, types, seesAll), outlet));
    outlet.onLeave(() => following!.end());
    joined.push({ outlet, after, types, seesAll });
  };
  // Somebody stays to the end, so that it is one session throughout.
  await join({ what: 'join', from: 0, types: ['A'], seesAll: true });
  const followers = () => joined.filter(({ outlet }) => !outlet.left);
  for (const one of all) {
    await pause();
    if (one.what === 'append') log.append(...one.events);
    else if (one.what === 'classify') {
      log.append({ type: 'ReformItemVisibilitySet', item: one.item, data: { visibility: one.visibility } });
    } else if (one.what === 'join') await join(one);
    else if (one.what === 'fail') log.failures = one.times;
    else if (one.what === 'stall') joined[one.which % joined.length]!.outlet.stall();
    else if (one.which % joined.length > 0) joined[one.which % joined.length]!.outlet.leave();
  }
  log.append(last);
  const end = log.events.length;
  await turnsUntil('everybody at the end', () => followers().every(({ outlet }) => outlet.upTo === end));
  const stayed = followers();
  for (const { outlet } of stayed) outlet.leave();
  expect(faults).toEqual([]);
  return { log, stayed, joined, tooLate };
}

describe('whatever happens, a session', () => {
  it('sends everybody what they ask for, in order, each once, whatever happens meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), happenings, async (seed, all) => {
        const { log, stayed, joined } = await play(seed, all);
        for (const { outlet, after } of joined) expect(outlet.faults(after)).toEqual([]);
        for (const { outlet, after, types, seesAll } of stayed) {
          const asked = log.events.filter(
            (event) =>
              event.position > after && [...types, last.type, 'ReformItemVisibilitySet'].includes(event.type),
          );
          const classified = new Set(
            log.events
              .filter((event) => event.type === 'ReformItemVisibilitySet')
              .map(({ stream }) => stream),
          );
          // What those see who may not see everything depends on when it was classified, but for what never was.
          const certain = asked.filter(({ stream }) => seesAll || !classified.has(stream));
          const streams = new Set(certain.map(({ stream }) => stream));
          const seen = outlet.told.filter((one) => one.event && streams.has(one.event.stream));
          expect(seen.map(({ position }) => position)).toEqual(certain.map(({ position }) => position));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('leaves nobody with an item they may not see, and sends nothing of it between hiding and revealing it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), happenings, async (seed, all) => {
        const { log, stayed, tooLate } = await play(seed, all);
        expect(tooLate).toEqual([]);
        for (const { outlet, after } of stayed.filter((one) => !one.seesAll)) {
          const atStart = log.events.slice(0, after).map(({ stream }) => stream.slice('item-'.length));
          // What it was shown before it left for a while.
          const known = new Set(atStart.filter((key) => !isRestricted(log.events, key, after)));
          for (const one of outlet.told) {
            if (one.event) known.add(one.event.stream.slice('item-'.length));
            if (one.__typename === 'Hidden') known.delete(one.key!);
          }
          const held = [...known].filter((key) => isRestricted(log.events, key, log.events.length));
          expect(held).toEqual([]);
        }
      }),
      { numRuns: 60 },
    );
  });
});
