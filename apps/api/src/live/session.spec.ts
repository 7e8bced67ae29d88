import { describe, expect, it } from '@jest/globals';
import { Visibility } from '@masar/access';
import fc from 'fast-check';
import { type GraphQLObjectType, buildSchema, parse } from 'graphql';
import type { Pool } from 'pg';
import { bodyDocument } from './body-document.js';
import { liveFilter } from './filter.js';
import type { LiveRequest } from './live-request.js';
import { Session } from './session.js';
import { SimulatedFacts, isRestricted } from './testing/simulated-facts.js';
import { type Pause, SimulatedLog } from './testing/simulated-log.js';
import { SimulatedOutlet } from './testing/simulated-outlet.js';

const schema = buildSchema(`
  type Query { none: Int }
  scalar Position
  type Covers { after: Position! upTo: Position! }
  type Event { position: Position! type: String! stream: String! }
  interface LiveMessage { position: Position! covers: Covers! }
  type EventRecorded implements LiveMessage { position: Position! covers: Covers! event: Event! }
  type CaughtUp implements LiveMessage { position: Position! covers: Covers! recordedAt: String }
  type FellBehind implements LiveMessage { position: Position! covers: Covers! }
  type Hidden implements LiveMessage { position: Position! covers: Covers! key: String! }
  type Revealed implements LiveMessage { position: Position! covers: Covers! }
  union EventsMessage = EventRecorded | CaughtUp | FellBehind | Hidden | Revealed
  type Subscription { events(types: [String!]): EventsMessage! }
`);
/** How long fields take that are read from somewhere. */
let reading: Pause = () => Promise.resolve();
for (const [name, field] of [
  ['Event', 'type'],
  ['CaughtUp', 'recordedAt'],
] as const) {
  (schema.getType(name) as GraphQLObjectType).getFields()[field]!.resolve = async (
    value: Readonly<Record<string, unknown>>,
  ) => {
    await reading();
    return value[field];
  };
}

const document = parse(`subscription ($types: [String!]) { events(types: $types) {
  __typename ... on LiveMessage { position covers { after upTo } }
  ... on EventRecorded { event { position type stream } } ... on CaughtUp { recordedAt } ... on Hidden { key }
} }`);

const programme = 'p';
const items = ['p/a', 'p/b'];
/** Never restricted; of every kind asked for. */
const last = { type: 'Last', item: 'p/last' };

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

/** A few turns of the event loop, as a seed has it. */
function pauses(seed: number): Pause {
  let state = seed >>> 0 || 1;
  return async () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    for (let turns = state >>> 30; turns > 0; turns -= 1)
      await new Promise((resolve) => setImmediate(resolve));
  };
}

function requestOf(after: number, types: readonly string[], seesAll: boolean): LiveRequest {
  const variables = { types: [...types, last.type, 'ReformItemVisibilitySet'] };
  const given = { programme, types: variables.types };
  return {
    field: 'events',
    start: { after },
    filter: liveFilter(given),
    given,
    body: bodyDocument(document, variables),
    visibility: new Visibility([programme], seesAll ? [programme] : []),
  };
}

async function turnsUntil(what: string, condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`it never came to: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
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
  const pause = pauses(seed);
  reading = pause;
  const log = new SimulatedLog(pause);
  log.append({ type: 'A', item: 'p/a' });
  const facts = new SimulatedFacts(log, pause);
  const errors = { fault: (error: unknown) => void faults.push(error), count: () => undefined };
  const faults: unknown[] = [];
  let over = false;
  const session = await Session.begin(
    {
      log,
      pool: {} as Pool,
      reads: facts,
      facts,
      errors,
      schema,
      rhythm: { checkMs: 60_000, idleMs: 60_000 },
    },
    () => (over = true),
  );
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
  return { log, stayed, joined, tooLate, session, isOver: () => over };
}

/** One who follows everything of a log with one event. */
async function following() {
  const pause = pauses(1);
  reading = pause;
  const log = new SimulatedLog(pause);
  log.append({ type: 'A', item: 'p/a' });
  const facts = new SimulatedFacts(log, pause);
  const errors = { fault: () => undefined, count: () => undefined };
  const session = await Session.begin(
    { log, pool: {} as Pool, reads: facts, facts, errors, schema, rhythm: { checkMs: 5, idleMs: 60_000 } },
    () => undefined,
  );
  const outlet = new SimulatedOutlet(pause);
  const joined = await session.add(requestOf(0, ['A'], true), outlet);
  outlet.onLeave(() => joined!.end());
  return { log, facts, outlet };
}

describe('a session', () => {
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

  it('keeps nothing once the last one has left: no tail, no group, no follower', async () => {
    const { log, session, isOver } = await play(7, []);
    expect(isOver()).toBe(true);
    expect(log.subscriptions.size).toBe(0);
    expect(session.state).toMatchObject({ followers: 0, live: 0, groups: 0 });
  });

  it('ends everybody with LOG_REWOUND where the log is another, or shorter than what was heard of', async () => {
    for (const rewind of [
      (log: SimulatedLog) => void (log.current = { logId: 'simulated', epoch: 2 }),
      (log: SimulatedLog) => void log.events.splice(1),
    ]) {
      const { log, outlet } = await following();
      log.append({ type: 'A', item: 'p/a' }, { type: 'A', item: 'p/b' });
      await turnsUntil('it is live', () => outlet.upTo === 3);
      rewind(log);
      await turnsUntil('it is ended', () => outlet.ended !== undefined);
      expect(outlet.ended).toMatchObject({ extensions: { code: 'LOG_REWOUND', head: log.events.length } });
      expect(log.subscriptions.size).toBe(0);
    }
  });

  it('sends nothing of another history, however soon it begins', async () => {
    const { log, outlet } = await following();
    await turnsUntil('it is live', () => outlet.upTo === 1);
    log.current = { logId: 'another', epoch: 1 };
    log.append({ type: 'A', item: 'p/b' });
    await turnsUntil('it is ended', () => outlet.ended !== undefined);
    expect(outlet.positions).toEqual([1]);
  });

  it('ends with its code what needs a read model that stands still', async () => {
    const { log, facts, outlet } = await following();
    await turnsUntil('it is live', () => outlet.upTo === 1);
    facts.halted = true;
    log.append({ type: 'A', item: 'p/b' });
    await turnsUntil('it is ended', () => outlet.ended !== undefined);
    expect(outlet.ended).toMatchObject({ code: 'READ_MODEL_HALTED' });
    expect(outlet.positions).toEqual([1]);
  });

  it('waits for a store that does not answer, and skips nothing', async () => {
    const { log, outlet } = await following();
    await turnsUntil('it is live', () => outlet.upTo === 1);
    log.failures = 4;
    log.append({ type: 'A', item: 'p/b' });
    await turnsUntil('it is told', () => outlet.upTo === 2);
    expect(outlet.positions).toEqual([1, 2]);
    outlet.leave();
  });
});
