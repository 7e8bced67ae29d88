import { OperationTypeNode } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Role, type RolesByProgramme } from '@masar/access';
import { requirementOf } from '../../apps/api/src/platform/auth/requires.js';
import { wholeSchema } from '../../apps/api/src/print-schema.js';
import type { GraphqlClient } from '../support/graphql-client.js';
import { type InProcessService, startInProcess } from '../support/in-process-service.js';
import { type Values, committedSchema, requestFor } from '../support/schema-requests.js';
import { Scribe } from '../support/scribe.js';
import { TestStores } from '../support/stores.js';

/*
 * What is restricted is as if it did not exist: every query there is, asked in every way that leads to a restricted item, at
 * every position, answers without a trace of it, and as a twin of the programme in which the item never was.
 */

const schema = committedSchema();
const queries = Object.values(schema.getQueryType()!.getFields());
type Query = (typeof queries)[number];

const programme = 'book';
/** Stands in every word about the item that is going to be restricted alone, and in the ids of the commands on it. */
const canary = 'canary';
const hidden = 'CANARY-7';
const reason = { en: 'A reason of a test' };
const words = (en: string) => ({ en });

let stores: TestStores;
let service: InProcessService;
let by: Record<'admin' | 'recorder' | 'confirmer' | 'auditor' | 'analyst' | 'integrator', GraphqlClient>;

interface Told {
  /** On several items, the restricted one among them: decision and correction. */
  readonly joint: { decision: string; correction: string };
  /** On the restricted item alone. */
  readonly alone: { decision: string; correction: string };
}

/** Tells of a programme with an item that is going to be restricted; or the same without that item. */
async function tell(reference: string, without = false): Promise<Told> {
  const scribe = new Scribe(reference);
  const aside = new Scribe(reference, canary);
  const set = (mutation: string, input: object) => scribe.accepted(by.admin, mutation, input);
  const say = (mutation: string, input: object) =>
    scribe.accepted(by.recorder, mutation, { reason, ...input });
  /** What is said of the item that is going to be restricted alone. */
  const sayAside = async (mutation: string, input: object, client = by.recorder) => {
    const own = { reason: words(`${canary} reason`), ...input };
    return without ? undefined : aside.accepted(client, mutation, own);
  };
  const of = <T>(...all: readonly (T | undefined)[]) => all.filter((one) => one !== undefined);
  const alsoHidden = <T>(one: T) => (without ? undefined : one);
  const onDay = (day: string) => {
    scribe.day = day;
    aside.day = day;
  };

  onDay('2024-01-01');
  await scribe.accepted(by.admin, 'registerProgramme', { reference, name: words('Book') });
  for (const unit of ['UNIT-A', 'UNIT-B'])
    await set('registerOrganisation', { reference: unit, name: words(unit) });
  await set('registerTheme', { reference: 'T1', name: words('T1') });
  await set('registerInstrument', { reference: 'LAW', name: words('L'), kind: 'law', status: 'draft' });
  for (const [body, competence] of [
    ['BOARD', 'approves'],
    ['PANEL', 'advises'],
  ])
    await set('establishBody', { reference: body, competence, name: words('B'), kind: 'committee' });
  await say('announceWorkshop', { reference: 'WS', topic: words('W'), heldOn: { edtf: '2024-02-01' } });
  await say('openWorkshop', { reference: 'WS' });
  await say('holdSession', { workshop: 'WS', reference: 'S1', order: 1 });

  for (const [item, tellIt] of [
    ['A', say],
    [hidden, sayAside],
    ['B', say],
  ] as const) {
    await tellIt('registerItem', { reference: item, title: words(`Title of ${item}`) });
    await tellIt('proposeItem', { reference: item });
    await tellIt('startReview', { reference: item });
    await tellIt('addressItem', { reference: item, addressees: ['UNIT-A'] });
    await tellIt('recordResponse', { reference: item, addressee: 'UNIT-A', response: 'noted' });
    await tellIt('recordProgress', { reference: item, addressee: 'UNIT-A', progress: 'started' });
    await tellIt('classifyItem', {
      reference: item,
      themes: ['T1'],
      requiresEnactmentOf: [{ instrument: 'LAW' }],
    });
  }
  await sayAside('addTranslation', { reference: hidden, language: 'ckb', title: `${canary} ckb` });
  await sayAside('addReference', { reference: hidden, newReference: `${canary}-alias` });
  await sayAside('addAction', { reference: hidden, action: canary, description: words(canary) });
  await sayAside('addEvidence', {
    reference: hidden,
    evidence: canary,
    custody: 'inspected',
    description: words(canary),
  });

  onDay('2024-02-01');
  const decide = async (
    tellIt: typeof sayAside,
    body: string,
    items: readonly (object | undefined)[],
    more: object = {},
  ) => tellIt('recordDecision', { body, workshop: 'WS', session: 'S1', items: of(...items), ...more });
  const adopted = (item: string, why?: object) => ({
    reference: item,
    kind: 'adopt',
    ...(why && { reason: why }),
  });
  const joint = await decide(say, 'PANEL', [
    alsoHidden(adopted(hidden, words(`${canary} adopted`))),
    adopted('A'),
  ]);
  await decide(say, 'BOARD', [{ reference: 'A', kind: 'approve' }]);
  const alone = await decide(sayAside, 'BOARD', [{ reference: hidden, kind: 'approve' }], {
    note: words(canary),
  });
  await decide(say, 'BOARD', [
    alsoHidden({ reference: hidden, kind: 'setDueDate', dueDate: '2024-05-01' }),
    { reference: 'B', kind: 'discuss' },
  ]);

  await say('relateItems', { reference: 'A', kind: 'dependsOn', to: 'B' });
  await sayAside('relateItems', { reference: 'A', kind: 'dependsOn', to: hidden });
  await sayAside('relateItems', { reference: hidden, kind: 'reissuedAs', to: 'B' });
  const points = [
    { number: '1', title: words('First'), items: of(alsoHidden(hidden), 'A') },
    { number: '2', title: words('Second'), items: of(alsoHidden(hidden)) },
  ];
  await say('setWorkshopAgenda', { workshop: 'WS', points });

  onDay('2024-03-01');
  const correctedAside = await sayAside('proposeCorrection', {
    text: { reference: hidden, title: words(`${canary} corrected`) },
  });
  await sayAside('confirmCorrection', { correction: correctedAside?.changed.key }, by.confirmer);
  const corrected = await say('proposeCorrection', {
    decision: { id: joint!.changed.key, effective: '2024-02-02', data: { minutes: 'p. 3' } },
  });
  await scribe.accepted(by.confirmer, 'confirmCorrection', { correction: corrected.changed.key });
  return {
    joint: { decision: joint!.changed.key, correction: corrected.changed.key },
    alone: { decision: alone?.changed.key, correction: correctedAside?.changed.key },
  };
}

/** The position of the log now. */
async function head(): Promise<number> {
  const { extensions } = await by.auditor.ask('{ programmes { reference } }');
  return extensions!.masar!.position;
}

async function setVisibility(visibility: 'open' | 'restricted'): Promise<void> {
  const scribe = new Scribe(programme, `${canary}-${visibility}`);
  const input = { reference: hidden, visibility, reason: words(`${canary} ${visibility}`) };
  const { position } = await scribe.accepted(by.recorder, 'setItemVisibility', input);
  await by.auditor.data('query ($p: Position) { programmes(atLeast: $p) { reference } }', { p: position });
}

let told: Told;
let twin: Told;

beforeAll(async () => {
  stores = await TestStores.start();
  service = await startInProcess(stores, false);
  const client = (role: Role) => service.client(role);
  by = {
    admin: await client('admin'),
    recorder: await client('recorder'),
    confirmer: await client('confirmer'),
    auditor: await client('auditor'),
    analyst: await client('analyst'),
    integrator: await client('integrator'),
  };
  told = await tell(programme);
  twin = await tell('twin', true);
}, 240_000);

afterAll(async () => {
  await service?.stop();
  await stores?.stop();
}, 60_000);

/** The answer to a query, of the most that one request may ask for below it. */
async function answer(
  client: GraphqlClient,
  query: Query,
  values: Values,
  most = 3,
): Promise<Record<string, unknown>> {
  const given = Object.fromEntries(
    Object.entries(values).filter(([name]) => query.args.some((argument) => argument.name === name)),
  );
  for (let depth = most; depth >= 0; depth -= 1) {
    const request = requestFor('query', query, given, depth);
    const { data, errors } = await client.ask(request.query, request.variables);
    if (errors?.some(({ extensions }) => /^TOO_MANY|^COST|TOO_LARGE$/.test(extensions.code))) continue;
    if (errors) throw new Error(`${query.name}: ${JSON.stringify(errors)}`);
    return data as Record<string, unknown>;
  }
  throw new Error(`${query.name} asks for too much at every depth`);
}

/** What every query is asked with, beside the position: plainly, and in the ways that lead to the item. */
function waysOf(
  { joint, alone }: Told,
  of: string,
  event: string,
): Readonly<Record<string, readonly Values[]>> {
  const own = { programme: of };
  const on = { ...own, effectiveOn: '2024-02-15' };
  const item = `${of}/${hidden.toLowerCase()}`;
  const references = ['A', 'B', hidden, `${canary}-alias`].map((reference) => ({ ...own, reference }));
  return {
    masar: [{}],
    programmes: [{}],
    programme: [{ reference: of }],
    workshop: [{ ...own, reference: 'WS' }],
    workshops: [own],
    reformItem: [...references, ...references.map((one) => ({ ...one, ...on }))],
    replay: references,
    reformItems: [
      own,
      on,
      {},
      { ...own, first: 1 },
      { ...own, orderBy: 'LAST_CHANGE', descending: true },
      { ...own, filter: { search: canary } },
      { ...own, filter: { states: ['Approved'] } },
      { ...own, filter: { blocked: true } },
      { ...own, filter: { themes: ['T1'], progress: ['started'] } },
    ],
    itemCounts: [
      'STATE',
      'SOURCE_STATUS',
      'HORIZON',
      'PRIORITY',
      'THEME',
      'SCOPE',
      'LEAD',
      'RESPONSE',
      'PROGRESS',
      'ASSESSMENT',
    ].flatMap((count) => [
      { ...own, by: count },
      { ...on, by: count },
    ]),
    distribution: ['RESPONSE', 'PROGRESS', 'ASSESSMENT'].flatMap((axis) => [
      { ...own, of: axis },
      { ...on, of: axis, themes: ['T1'] },
    ]),
    decision: [{ key: joint.decision }, ...(alone.decision ? [{ key: alone.decision }] : [])],
    decisions: [own, { ...own, item: hidden }, { ...own, kinds: ['setDueDate'] }, { ...own, first: 1 }],
    correction: [{ key: joint.correction }, ...(alone.correction ? [{ key: alone.correction }] : [])],
    corrections: [own, { ...own, item }, { ...own, first: 1 }],
    event: [{ id: event }],
    events: [{}, { first: 3 }, { stream: `item-${item}`, first: 1 }, { stream: `item-${of}/a` }],
  };
}

/** The first way of each query, and those that ask for the item itself. */
function isPlain({ query, values }: Asked, index: number, all: readonly Asked[]): boolean {
  return all.findIndex((one) => one.query === query) === index || JSON.stringify(values).includes(hidden);
}

interface Asked {
  readonly query: Query;
  readonly values: Values;
}

function asked(ways: ReturnType<typeof waysOf>): Asked[] {
  return queries.flatMap((query) => {
    if (!ways[query.name]) throw new Error(`say how ${query.name} could lead to a restricted item`);
    return ways[query.name]!.map((values) => ({ query, values }));
  });
}

/** Every event that concerns the item: ids and texts that nobody may meet who may not see it. */
async function tracesOf(): Promise<{ ids: readonly string[]; positions: readonly number[] }> {
  const { events } = await by.auditor.data(
    '{ events(first: 200) { hasNextPage nodes { id position commandId stream data } } }',
  );
  expect(events.hasNextPage).toBe(false);
  const about = (events.nodes as { id: string; position: number }[]).filter((event) =>
    JSON.stringify(event).toLowerCase().includes(canary),
  );
  return {
    ids: [...about.map(({ id }) => id), told.alone.decision, told.alone.correction],
    positions: about.map(({ position }) => position),
  };
}

/** Fields that say where or when something was recorded, which two programmes of one log cannot share. */
const ownOf =
  /position|recordedAt|answeredAt|cursor|undoneBy|correctedBy|commandId|correlationId|^id$|eventId|upTo/i;

/** An answer without them, and with both programmes called by one name. */
function comparable(data: unknown): unknown {
  const text = JSON.stringify(data, (name, value: unknown) => (ownOf.test(name) ? undefined : value));
  const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
  return JSON.parse(text.replaceAll('twin', programme).replaceAll(uuid, '<id>'));
}

const may = (roles: RolesByProgramme) => service.clientWith({ subject: 'visibility-1', roles });

describe('before an item is restricted', () => {
  it('all who read see it alike', async () => {
    const ways = asked(waysOf(told, programme, (await tracesOf()).ids[0]!));
    for (const { query, values } of ways) {
      const seen = await answer(by.auditor, query, values, 2);
      expect(await answer(by.analyst, query, values, 2)).toEqual(seen);
    }
    const [item] = ways.filter(({ query }) => query.name === 'reformItem').slice(2);
    expect(JSON.stringify(await answer(by.analyst, item!.query, item!.values))).toContain(hidden);
  }, 120_000);
});

describe('an item that is restricted', () => {
  beforeAll(() => setVisibility('restricted'));

  it('stands in no answer to those who may not see it, however and as of whatever position they ask', async () => {
    const { ids, positions } = await tracesOf();
    expect(positions.length).toBeGreaterThan(25);
    const last = await head();
    const elsewhere = await may({ [programme]: ['analyst'], twin: ['auditor'] });
    for (const [index, position] of [...new Set([...positions, last])].entries()) {
      const ways = asked(waysOf(told, programme, ids[positions.indexOf(position)] ?? ids[0]!));
      // Everything in every way in the middle and at the end; at all other positions everything once, and the item itself.
      const some = position === last || index === Math.floor(positions.length / 2);
      for (const { query, values } of some ? ways : ways.filter(isPlain)) {
        const asOf = { ...values, asOf: { position } };
        const most = position === last ? 3 : some ? 2 : 0;
        // Others than analysts are asked where there is most to see.
        const clients = position === last ? [by.analyst, by.integrator, by.admin, elsewhere] : [by.analyst];
        const answers = clients.map((client) =>
          answer(client, query, asOf, client === by.analyst ? most : 1),
        );
        for (const text of (await Promise.all(answers)).map((one) => JSON.stringify(one))) {
          const where = `${query.name} ${JSON.stringify(asOf)}`;
          expect([where, text.toLowerCase().includes(canary)]).toEqual([where, false]);
          expect([where, ids.filter((id) => text.includes(id))]).toEqual([where, []]);
        }
      }
    }
  }, 480_000);

  it('leaves everything else as it would be if it had never been', async () => {
    const ways = asked(waysOf(told, programme, twin.joint.decision));
    const others = asked(waysOf({ ...twin, alone: told.alone }, 'twin', twin.joint.decision));
    const skipped = ['masar', 'programmes', 'events', 'event'];
    const compared: string[] = [];
    for (const [index, { query, values }] of ways.entries()) {
      if (skipped.includes(query.name) || (query.name === 'reformItems' && !values['programme'])) continue;
      const { query: same, values: twins } = others[index]!;
      const [seen, never] = await Promise.all([
        answer(by.analyst, query, values, 2),
        answer(by.analyst, same, twins, 2),
      ]);
      const where = `${query.name} ${JSON.stringify(values)}`;
      expect([where, comparable(seen)]).toEqual([where, comparable(never)]);
      compared.push(query.name);
    }
    expect(new Set(compared).size).toBe(queries.length - skipped.length);
  }, 240_000);

  it('is there for those who may see it, with its whole history', async () => {
    const { positions } = await tracesOf();
    for (const client of [by.auditor, by.recorder, await may({ [programme]: ['analyst', 'verifier'] })]) {
      for (const position of [positions[2]!, positions.at(-1)!]) {
        const query = `query ($asOf: AsOfInput) {
          reformItem(programme: "${programme}", reference: "${hidden}", asOf: $asOf) { reference visibility journey { type } }
          reformItems(programme: "${programme}", filter: { search: "${canary}" }, asOf: $asOf) { totalCount }
        }`;
        const { reformItem, reformItems } = await client.data(query, { asOf: { position } });
        expect(reformItem.reference).toBe(hidden);
        expect(reformItem.visibility).toBe(position === positions.at(-1) ? 'restricted' : 'open');
        expect(reformItems.totalCount).toBe(1);
      }
    }
  });

  it('hides what it became part of, and not the item that became it', async () => {
    const scribe = new Scribe(programme, 'merging');
    const items = [{ reference: 'A', kind: 'merge', successors: [hidden], reason }];
    const { position, changed } = await scribe.accepted(by.recorder, 'recordDecision', {
      body: 'BOARD',
      items,
    });
    const query = `query ($p: Position, $key: String!) {
      reformItem(programme: "${programme}", reference: "A", atLeast: $p) {
        state successors { key } relations(ended: true) { otherKey } lineage { successors { key } }
        journey { type }
      }
      decision(key: $key) { kinds items { itemKey outcome { successors recorded } } }
      replay(programme: "${programme}", reference: "A") { type item { state successors { key } } }
    }`;
    const shown = await by.analyst.data(query, { p: position, key: changed.key });
    expect(JSON.stringify(shown).toLowerCase()).not.toContain(canary);
    expect(shown.reformItem).toMatchObject({ state: 'Merged', successors: [], lineage: { successors: [] } });
    expect(shown.reformItem.journey.at(-1)).toEqual({ type: 'ReformItemMerged' });
    expect(shown.decision.items).toEqual([
      { itemKey: `${programme}/a`, outcome: { successors: [], recorded: { kind: 'merge' } } },
    ]);
    const whole = await by.auditor.data(query, { p: position, key: changed.key });
    expect(whole.reformItem.successors).toEqual([{ key: `${programme}/${hidden.toLowerCase()}` }]);
  });

  it('is told to an admin by nothing they may do', async () => {
    const own = await wholeSchema();
    const mutations = Object.values(schema.getMutationType()!.getFields());
    const mine = mutations.filter(({ name }) => {
      const field = own.getMutationType()!.getFields()[name]!;
      return ['setup', 'erase'].includes(requirementOf(OperationTypeNode.MUTATION, field).permission);
    });
    expect(mine.length).toBeGreaterThan(15);
    for (const [index, mutation] of mine.entries()) {
      const values = {
        programme,
        reference: `NEW-${index}`,
        organisation: 'UNIT-A',
        instrument: 'LAW',
        body: 'BOARD',
        commandId: `admin-sets-up-${index}`,
      };
      const { query, variables } = requestFor('mutation', mutation, values, 2);
      const { data, errors } = await by.admin.ask(query, variables);
      expect(JSON.stringify({ data, errors }).toLowerCase()).not.toContain(canary);
    }
  }, 120_000);

  it('is refused to be set to what it is, without a reason, or where there is none', async () => {
    const scribe = new Scribe(programme, `${canary}-refused`);
    const input = { reference: hidden, visibility: 'restricted', reason };
    const refused = (more: object) => scribe.refused(by.recorder, 'setItemVisibility', { ...input, ...more });
    expect(await refused({})).toMatchObject({ code: 'NOTHING_TO_CHANGE', fields: [{ path: 'visibility' }] });
    expect(await refused({ reason: undefined })).toMatchObject({
      code: 'REASON_REQUIRED',
      fields: [{ path: 'reason' }],
    });
    expect(await refused({ reference: 'NONE' })).toMatchObject({ code: 'NOT_FOUND' });
    const forbidden = await by.confirmer.ask(
      'mutation ($input: SetItemVisibilityInput!) { setItemVisibility(input: $input) { __typename } }',
      { input: { ...input, programme, commandId: 'visibility-confirmer', decidedOn: { edtf: null } } },
    );
    expect(forbidden.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});

describe('an item that is open again', () => {
  it('is seen by all who read, its whole history included, as of every position', async () => {
    await setVisibility('open');
    const { ids, positions } = await tracesOf();
    const some = positions.filter((_position, index) => index % 12 === 5);
    for (const position of [...some, await head()]) {
      for (const { query, values } of asked(waysOf(told, programme, ids[0]!))) {
        const asOf = { ...values, asOf: { position } };
        expect(await answer(by.analyst, query, asOf, 1)).toEqual(await answer(by.auditor, query, asOf, 1));
      }
    }
    const { reformItem } = await by.analyst.data(
      `{ reformItem(programme: "${programme}", reference: "${hidden}") { visibility journey { type } } }`,
    );
    expect(reformItem.visibility).toBe('open');
    expect(
      reformItem.journey.filter(({ type }: { type: string }) => type === 'ReformItemVisibilitySet'),
    ).toHaveLength(2);
  }, 240_000);
});
