import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import type { GraphqlClient } from '../support/graphql-client.js';
import { type InProcessService, startInProcess } from '../support/in-process-service.js';
import { TestStores } from '../support/stores.js';
import { until } from '../support/until.js';

let stores: TestStores;
let service: InProcessService;
let admin: GraphqlClient;
let recorder: GraphqlClient;
let analyst: GraphqlClient;

beforeAll(async () => {
  stores = await TestStores.start();
  service = await startInProcess(stores, true);
  admin = await service.client('admin');
  recorder = await service.client('recorder');
  analyst = await service.client('analyst');
  await accepted(admin, 'registerProgramme', 'RegisterProgrammeInput', {
    reference: programme,
    name: { en: 'A programme of the tests' },
  });
}, 120_000);

afterAll(async () => {
  await service?.stop();
  await stores?.stop();
}, 60_000);

const programme = 'e2e';
const decidedOn = { edtf: '2024-03-01' };
let commands = 0;
const newCommandId = () => `e2e-command-${(commands += 1)}`;

const result = `
  __typename
  ... on CommandAccepted { position revision recordedAt duplicate pending changed { __typename } }
  ... on CommandRefused { code message fields { path message } }`;

/** Sends a mutation; `commandId` and `decidedOn` are filled in where not given. */
async function send(client: GraphqlClient, mutation: string, type: string, input: object) {
  return client.ask(`mutation ($input: ${type}!) { ${mutation}(input: $input) { ${result} } }`, {
    input: { commandId: newCommandId(), decidedOn, ...input },
  });
}

async function accepted(client: GraphqlClient, mutation: string, type: string, input: object) {
  const { data, errors } = await send(client, mutation, type, input);
  expect(errors).toBeUndefined();
  expect(data[mutation]).toMatchObject({ __typename: 'CommandAccepted' });
  return data[mutation] as { position: number; revision: number; duplicate: boolean; pending: string[] };
}

async function refused(client: GraphqlClient, mutation: string, type: string, input: object) {
  const { data, errors } = await send(client, mutation, type, input);
  expect(errors).toBeUndefined();
  expect(data[mutation]).toMatchObject({ __typename: 'CommandRefused' });
  return data[mutation] as { code: string; fields: { path: string }[] };
}

const registerItem = (reference: string, more: object = {}) =>
  accepted(recorder, 'registerItem', 'RegisterItemInput', {
    programme,
    reference,
    title: { en: `Item ${reference}`, ar: `بند ${reference}` },
    ...more,
  });

/** Registers an item and takes it to its review; answers with the position. */
async function itemUnderReview(reference: string): Promise<number> {
  await registerItem(reference);
  await accepted(recorder, 'proposeItem', 'ProposeItemInput', { programme, reference });
  return (await accepted(recorder, 'startReview', 'StartReviewInput', { programme, reference })).position;
}

const adopt = (...references: string[]) => ({
  programme,
  mode: 'session',
  method: 'consensus',
  items: references.map((reference) => ({ reference, kind: 'adopt', manner: 'plain' })),
});

const itemQuery = `query ($reference: String!, $atLeast: Position, $asOf: AsOfInput, $effectiveOn: Day) {
  reformItem(programme: "${programme}", reference: $reference, atLeast: $atLeast, asOf: $asOf, effectiveOn: $effectiveOn) {
    state revision journey { type position }
  }
}`;

describe('mutations', () => {
  it('record what a recorder sends, and the reader sees it at least up to its position', async () => {
    await itemUnderReview('WAY');
    const { position, pending } = await accepted(
      recorder,
      'recordDecision',
      'RecordDecisionInput',
      adopt('WAY'),
    );
    expect(pending).toEqual([]);
    const { reformItem } = await analyst.data(itemQuery, { reference: 'WAY', atLeast: position });
    expect(reformItem).toMatchObject({ state: 'Adopted', revision: 3 });
    expect(reformItem.journey.at(-1)).toEqual({ type: 'ReformItemAdopted', position });
  });

  it('show every write to a reader that asks for its position', async () => {
    for (let index = 0; index < 15; index += 1) {
      const { position } = await registerItem(`OWN-${index}`);
      const { data, errors, extensions } = await analyst.ask(itemQuery, {
        reference: `OWN-${index}`,
        atLeast: position,
      });
      expect(errors).toBeUndefined();
      expect(data.reformItem).toMatchObject({ state: 'Draft' });
      expect(extensions!.masar!.position).toBeGreaterThanOrEqual(position);
    }
  });

  it('answer a retry as the first time, and refuse another request under its id', async () => {
    const commandId = newCommandId();
    const first = await registerItem('AGAIN', { commandId });
    await accepted(recorder, 'proposeItem', 'ProposeItemInput', { programme, reference: 'AGAIN' });
    expect(await registerItem('AGAIN', { commandId })).toEqual({ ...first, duplicate: true });
    for (const reference of ['AGAIN', 'ANOTHER']) {
      const { code, fields } = await refused(recorder, 'registerItem', 'RegisterItemInput', {
        programme,
        reference,
        title: { en: 'Another title' },
        commandId,
      });
      expect({ code, paths: fields.map(({ path }) => path) }).toEqual({
        code: 'COMMAND_ID_REUSED',
        paths: ['commandId'],
      });
    }
  });

  it('answer a retried decision as the first time', async () => {
    await itemUnderReview('DECIDED-1');
    await itemUnderReview('DECIDED-2');
    const input = { commandId: newCommandId(), ...adopt('DECIDED-1', 'DECIDED-2') };
    const first = await accepted(recorder, 'recordDecision', 'RecordDecisionInput', input);
    const again = await accepted(recorder, 'recordDecision', 'RecordDecisionInput', input);
    expect(again).toEqual({ ...first, duplicate: true });
  });

  it('are refused by a rule as a result, with the path of the input', async () => {
    await registerItem('RULES');
    expect(
      await refused(recorder, 'recordDecision', 'RecordDecisionInput', adopt('WAY', 'RULES')),
    ).toMatchObject({ code: 'INVALID_TRANSITION', fields: [{ path: 'items.0' }, { path: 'items.1' }] });
    expect(
      await refused(recorder, 'registerItem', 'RegisterItemInput', {
        programme,
        reference: 'rules',
        title: { en: 'The same reference' },
      }),
    ).toMatchObject({ code: 'ALREADY_EXISTS' });
    expect(
      await refused(recorder, 'proposeItem', 'ProposeItemInput', {
        programme,
        reference: 'RULES',
        expectedRevision: 7,
      }),
    ).toMatchObject({ code: 'REVISION_MISMATCH', fields: [{ path: 'expectedRevision' }] });
    expect(
      await refused(recorder, 'proposeItem', 'ProposeItemInput', { programme, reference: 'NOT-THERE' }),
    ).toMatchObject({ code: 'NOT_FOUND', fields: [{ path: 'reference' }] });
  });

  it('with input that cannot be are errors with its path', async () => {
    const { data, errors } = await send(recorder, 'registerItem', 'RegisterItemInput', {
      programme,
      reference: 'X'.repeat(300),
      title: { en: 'Too long a reference' },
    });
    expect(data ?? null).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(JSON.stringify(errors![0]!.extensions['fields'])).toContain('reference');
  });

  it.each(['analyst', 'auditor', 'integrator', 'admin', 'confirmer', 'reporter', 'verifier'] as const)(
    'that record are forbidden to an %s',
    async (role) => {
      const client = await service.client(role);
      const before = (await analyst.ask('{ masar { version } }')).extensions!.masar!.position;
      const input = { programme, reference: 'FORBIDDEN', title: { en: 'No' } };
      const answers = [
        await send(client, 'registerItem', 'RegisterItemInput', input),
        await send(client, 'recordDecision', 'RecordDecisionInput', adopt('WAY')),
      ];
      for (const { errors } of answers) expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
      const { data } = await analyst.ask(itemQuery, { reference: 'FORBIDDEN', atLeast: before });
      expect(data.reformItem).toBeNull();
    },
  );

  it('that set up a programme are forbidden to a recorder', async () => {
    const { errors } = await send(recorder, 'registerProgramme', 'RegisterProgrammeInput', {
      reference: 'other',
      name: { en: 'No' },
    });
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });

  it('need a token', async () => {
    const { constructor } = Object.getPrototypeOf(analyst) as { constructor: typeof GraphqlClient };
    const stranger = new constructor(service.service.url, 'no token at all');
    const { errors, status } = await send(stranger, 'proposeItem', 'ProposeItemInput', {
      programme,
      reference: 'WAY',
    });
    expect(status).toBe(401);
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });
});

describe('queries', () => {
  it('answer as of a position, as of a time and on a day', async () => {
    const reference = 'CLOCKS';
    const { position } = await registerItem(reference, { decidedOn: { edtf: '2024-01-01' } });
    const later = await accepted(recorder, 'proposeItem', 'ProposeItemInput', {
      programme,
      reference,
      decidedOn: { edtf: '2024-02-01' },
    });
    const ask = async (more: object) =>
      (await analyst.data(itemQuery, { reference, atLeast: later.position, ...more })).reformItem;
    expect(await ask({})).toMatchObject({ state: 'Proposed' });
    expect(await ask({ asOf: { position } })).toMatchObject({ state: 'Draft', revision: 0 });
    expect(await ask({ asOf: { position: position - 1 } })).toBeNull();
    expect(await ask({ asOf: { recordedAt: '2020-01-01T00:00:00Z' } })).toBeNull();
    expect(await ask({ effectiveOn: '2024-01-15' })).toMatchObject({ state: 'Draft', revision: 1 });
    expect(await ask({ effectiveOn: '2023-12-31' })).toMatchObject({ state: null });
    expect(await ask({ effectiveOn: '2024-02-01' })).toMatchObject({ state: 'Proposed' });
  });

  it('say how far they are known where that is not far enough', async () => {
    const { errors, data } = await analyst.ask(itemQuery, { reference: 'WAY', atLeast: 1_000_000 });
    expect(data?.reformItem ?? null).toBeNull();
    expect(errors).toMatchObject([
      { extensions: { code: 'NOT_YET', reached: expect.any(Number) as unknown as number } },
    ]);
  }, 30_000);

  it('turn pages at the position of the first while writes go on', async () => {
    const listing = `query ($after: String) {
      reformItems(programme: "moi-2017", first: 7, after: $after, orderBy: LAST_CHANGE) {
        totalCount nodes { reference revision lastPosition } pageInfo { hasNextPage endCursor }
      }
    }`;
    const whole = (await analyst.data(listing.replace('first: 7', 'first: 100'))).reformItems;
    const nodes: unknown[] = [];
    let after: string | null = null;
    for (let page = 0; page < 20; page += 1) {
      const { reformItems } = await analyst.data(listing, { after });
      nodes.push(...reformItems.nodes);
      expect(reformItems.totalCount).toBe(whole.totalCount);
      // Each write moves an item to the end of this order, and adds one.
      const { reference } = whole.nodes[page * 2] as { reference: string };
      await accepted(recorder, 'addReference', 'AddReferenceInput', {
        programme: 'moi-2017',
        reference,
        newReference: `PAGE-${page}`,
      });
      await accepted(recorder, 'registerItem', 'RegisterItemInput', {
        programme: 'moi-2017',
        reference: `NEW-${page}`,
        title: { en: 'While pages are turned' },
      });
      after = reformItems.pageInfo.endCursor as string;
      if (!reformItems.pageInfo.hasNextPage) break;
    }
    expect(nodes).toEqual(whole.nodes);
  }, 60_000);

  it.each(['reformItems', 'workshops', 'decisions'])(
    'refuse a cursor of %s that is none of theirs, with its path',
    async (field) => {
      const { endCursor } = (await analyst.data(`{ reformItems(first: 1) { pageInfo { endCursor } } }`))
        .reformItems.pageInfo as { endCursor: string };
      const flipped = `${endCursor.slice(0, -2)}${endCursor.endsWith('AA') ? 'BB' : 'AA'}`;
      for (const after of [
        '',
        'nonsense',
        flipped,
        Buffer.from('{}').toString('base64url'),
        'x'.repeat(5_000),
      ]) {
        const { data, errors } = await analyst.ask(
          `query ($after: String) { ${field}(programme: "moi-2017", after: $after) { nodes { __typename } } }`,
          { after },
        );
        expect(data?.[field] ?? null).toBeNull();
        expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
        expect(JSON.stringify(errors![0]!.extensions['fields'])).toContain('after');
      }
    },
  );

  it('take null for what is left out', async () => {
    const { data, errors } = await analyst.ask(
      `query ($none: String, $at: Position, $asOf: AsOfInput, $day: Day, $filter: ItemFilterInput) {
        reformItems(programme: $none, after: $none, first: 1, atLeast: $at, asOf: $asOf, effectiveOn: $day, filter: $filter) {
          totalCount nodes { state }
        }
      }`,
      { none: null, at: null, asOf: null, day: null, filter: { states: null, search: null } },
    );
    expect(errors).toBeUndefined();
    expect(data.reformItems.nodes[0].state).not.toBeNull();
    const { position } = await registerItem('NULLS-2', {
      expectedRevision: null,
      effective: null,
      text: null,
    });
    const { reformItem } = await analyst.data(itemQuery, {
      reference: 'NULLS-2',
      atLeast: position,
      effectiveOn: null,
      asOf: null,
    });
    expect(reformItem).toMatchObject({ state: 'Draft' });
  });

  it('refuse a cursor of another listing', async () => {
    const { endCursor } = (await analyst.data(`{ reformItems(first: 1) { pageInfo { endCursor } } }`))
      .reformItems.pageInfo as { endCursor: string };
    const { errors } = await analyst.ask(
      `query ($after: String) { reformItems(after: $after, filter: { states: [Draft] }) { nodes { reference } } }`,
      { after: endCursor },
    );
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('read a page of 50 items with all they have in as many statements as a page of 5', async () => {
    const page = `query ($first: Int, $after: String) {
      reformItems(programme: "moi-2017", first: $first, after: $after) {
        totalCount edges { cursor }
        nodes {
          reference state stateOn(day: "2017-07-01") { state }
          journey(first: 6) { type } versions { number } statusIntervals { state }
          decisions { key items { item { reference state } } } successors { reference }
        }
      }
    }`;
    const count = async (first: number, after: string | null) => {
      // Every statement of every connection in this process goes through it; those that read rows name their schema.
      const statements = jest.spyOn(pg.Client.prototype, 'query');
      try {
        const { data, errors } = await analyst.ask(page, { first, after });
        expect(errors).toBeUndefined();
        const { nodes } = data.reformItems;
        expect(nodes).toHaveLength(first);
        // Nothing to load would need no statement.
        expect(nodes.some((node: { successors: unknown[] }) => node.successors.length > 0)).toBe(true);
        return statements.mock.calls.filter((given) => /"rm_/.test(textOf(given[0]))).length;
      } finally {
        statements.mockRestore();
      }
    };
    // The five are taken from where one of them became others: nothing to load would need no statement.
    const { edges, nodes } = (await analyst.data(page, { first: 60 })).reformItems;
    const became = nodes.findIndex((node: { successors: unknown[] }) => node.successors.length > 0) as number;
    const few = await count(5, became === 0 ? null : edges[became - 1].cursor);
    const many = await count(50, null);
    expect(few).toBeGreaterThan(4);
    expect(many).toBe(few);
    expect(many).toBeLessThanOrEqual(12);
  });

  it('answer each field of a journey alone as among all of them, whatever it is called', async () => {
    const { data: type } = await analyst.ask('{ entry: __type(name: "JourneyEntry") { fields { name } } }');
    const names = (type.entry.fields as { name: string }[]).map(({ name }) => name);
    const ask = async (fields: string) => {
      const { data, errors } = await analyst.ask(`
        query { reformItems(programme: "moi-2017", first: 5) { nodes { ${fields} } } }
        fragment named on JourneyEntry { ${names.join(' ')} }`);
      expect(errors).toBeUndefined();
      return data.reformItems.nodes as Record<string, Record<string, unknown>[]>[];
    };
    const whole = await ask('journey(first: 3) { ...named }');
    // A field with several selections, a fragment, and the same field twice in one request, of other entries.
    const apart = await ask(
      names
        .map((name) => `${name}: journey(first: 3) { ${name} }`)
        .concat('all: journey(first: 2) { type } all: journey(first: 2) { ... { ...named } }')
        .join(' '),
    );
    for (const [index, { journey }] of whole.entries()) {
      expect(journey!.length).toBeGreaterThan(0);
      for (const name of names) {
        expect(apart[index]![name]).toEqual(journey!.map((entry) => ({ [name]: entry[name] })));
      }
      expect(apart[index]!['all']).toEqual(journey!.slice(0, 2));
    }
  });

  it('replay an item from the log to what its read model says', async () => {
    const { replay, reformItem } = await analyst.data(`{
      replay(programme: "moi-2017", reference: "SAMPLE-001") { __typename }
      reformItem(programme: "moi-2017", reference: "SAMPLE-001") { journey { type } }
    }`);
    expect(replay).toHaveLength(reformItem.journey.length);
  });
});

/** The text of a statement, in whichever form `pg` was given it. */
function textOf(statement: unknown): string {
  return typeof statement === 'string' ? statement : ((statement as { text?: string }).text ?? '');
}

// Last: the model stays halted in this database.
describe('a read model that meets an event it cannot take', () => {
  it('fails its own fields and no other', async () => {
    const backend = await service.store.open();
    try {
      await backend.store.append(`workshop-${programme}/poison`, 'none', [
        {
          id: '11111111-1111-4111-8111-111111111111',
          type: 'WorkshopDreamt',
          schemaVersion: 1,
          decidedOn: null,
          effective: null,
          actor: { subject: 'a-newer-masar' },
          commandId: 'poison',
          causationId: null,
          correlationId: 'poison',
          data: {},
        },
      ]);
    } finally {
      await backend.close();
    }
    const workshops = `{ workshops(programme: "moi-2017") { totalCount } }`;
    await until('the halt', async () => (await analyst.ask(workshops)).errors !== undefined);
    const { errors } = await analyst.ask(workshops);
    expect(errors).toMatchObject([{ path: ['workshops'], extensions: { code: 'READ_MODEL_HALTED' } }]);
    expect(JSON.stringify(errors)).not.toContain('WorkshopDreamt');
    const { position } = await registerItem('BESIDE-A-HALT');
    const { reformItem } = await analyst.data(itemQuery, { reference: 'BESIDE-A-HALT', atLeast: position });
    expect(reformItem).toMatchObject({ state: 'Draft' });
    const counts = await analyst.data(`{ itemCounts(programme: "${programme}") { value count } }`);
    expect(counts.itemCounts.length).toBeGreaterThan(0);
  }, 60_000);
});
