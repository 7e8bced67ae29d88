import { Visibility } from '@masar/access';
import { type GraphQLObjectType, buildSchema, parse } from 'graphql';
import type { Pool } from 'pg';
import { bodyDocument } from '../body-document.js';
import { liveFilter } from '../filter.js';
import type { LiveRequest } from '../live-request.js';
import { Session } from '../session.js';
import { SimulatedFacts } from './simulated-facts.js';
import { type Pause, type Simulated, SimulatedLog } from './simulated-log.js';

const schema = buildSchema(`
  type Query { none: Int }
  scalar Position
  type Covers { after: Position! upTo: Position! }
  type Event { position: Position! type: String! stream: String! }
  interface LiveMessage { position: Position! covers: Covers! }
  type EventRecorded implements LiveMessage { position: Position! covers: Covers! event: Event! }
  type CatchingUp implements LiveMessage { position: Position! covers: Covers! }
  type CaughtUp implements LiveMessage { position: Position! covers: Covers! recordedAt: String }
  type FellBehind implements LiveMessage { position: Position! covers: Covers! }
  type Hidden implements LiveMessage { position: Position! covers: Covers! key: String! }
  type Revealed implements LiveMessage { position: Position! covers: Covers! }
  union EventsMessage = EventRecorded | CatchingUp | CaughtUp | FellBehind | Hidden | Revealed
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

/** The programme of everything simulated. */
const programme = 'p';

/** Never restricted; of every kind asked for. */
export const last = { type: 'Last', item: 'p/last' };

/** A few turns of the event loop, as a seed has it. */
export function pauses(seed: number): Pause {
  let state = seed >>> 0 || 1;
  return async () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    for (let turns = state >>> 30; turns > 0; turns -= 1)
      await new Promise((resolve) => setImmediate(resolve));
  };
}

/** Everything of these types and of the last ones, as somebody asks for it. */
export function requestOf(after: number, types: readonly string[], seesAll: boolean): LiveRequest {
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

/** Turns of the event loop until something is so. */
export async function turnsUntil(what: string, condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`it never came to: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A session on a log with one event, or with these, whatever it reads taking its time. */
export async function simulatedSession(
  seed: number,
  rhythm: { readonly checkMs: number; readonly idleMs: number },
  history: readonly Simulated[] = [{ type: 'A', item: 'p/a' }],
) {
  const pause = pauses(seed);
  reading = pause;
  const log = new SimulatedLog(pause);
  log.append(...history);
  const facts = new SimulatedFacts(log, pause);
  const faults: unknown[] = [];
  const errors = { fault: (error: unknown) => void faults.push(error), count: () => undefined };
  const session = await Session.begin(
    { log, pool: {} as Pool, reads: facts, facts, errors, schema, rhythm },
    () => undefined,
  );
  return { pause, log, facts, faults, session };
}
