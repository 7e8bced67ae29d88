import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { POLICY, ROLES, type Role, type RolesByProgramme } from '@masar/access';
import type { GraphqlClient } from '../support/graphql-client.js';
import { type InProcessService, startInProcess } from '../support/in-process-service.js';
import { type Values, committedSchema, requestFor } from '../support/schema-requests.js';
import { TestStores } from '../support/stores.js';

const schema = committedSchema();
const mutations = Object.values(schema.getMutationType()!.getFields());
const queries = Object.values(schema.getQueryType()!.getFields());

/** The tables of the page, read back: by field, the roles it says may send it. */
const page = readFileSync(join(import.meta.dirname, '../../docs/roles.md'), 'utf8');
const table = new Map(
  [...page.matchAll(/^\| `(\w+)` +\|(.+)\|$/gm)].map(([, field, cells]) => {
    const marks = cells!.split('|').slice(-ROLES.length);
    return [field!, ROLES.filter((_role, index) => marks[index]!.includes('✓'))];
  }),
);

/** In every text of the hidden programme: it stands in no answer to somebody who may not read it. */
const marker = 'hidden-2';
/** Another spelling of it: a capital, and a digit of another script. */
const spelledOtherwise = 'HIDDEN-٢';

let stores: TestStores;
let service: InProcessService;
/** What there is in the hidden programme, to ask for it by name. */
let values: Values;
let commands = 0;

async function accepted(client: GraphqlClient, mutation: string, input: object): Promise<Values> {
  const field = schema.getMutationType()!.getFields()[mutation]!;
  const type = String(field.args[0]!.type);
  const document = `mutation ($input: ${type}) { ${mutation}(input: $input) {
    __typename
    ... on CommandAccepted { position changed { __typename ... on Decision { key } ... on Correction { key } } }
    ... on CommandRefused { code message }
  } }`;
  const common = { commandId: `roles-setup-${(commands += 1)}`, decidedOn: { edtf: '2024-03-01' } };
  const answer = (await client.data(document, { input: { ...common, ...input } }))[mutation];
  expect(answer).toMatchObject({ __typename: 'CommandAccepted' });
  return answer as Values;
}

beforeAll(async () => {
  stores = await TestStores.start();
  service = await startInProcess(stores, false);
  const admin = await service.client('admin');
  const recorder = await service.client('recorder');
  const named = { name: { en: `Programme ${marker}` } };
  await accepted(admin, 'registerProgramme', { reference: marker, ...named });
  await accepted(admin, 'registerProgramme', { reference: 'open', name: { en: 'Open' } });
  const programme = marker;
  const reference = `item-${marker}`;
  await accepted(admin, 'registerTheme', { programme, reference: `theme-${marker}`, ...named });
  await accepted(recorder, 'announceWorkshop', {
    programme,
    reference: `workshop-${marker}`,
    topic: { en: `Topic ${marker}` },
    heldOn: { edtf: null },
  });
  await accepted(recorder, 'registerItem', { programme, reference, title: { en: `Title ${marker}` } });
  await accepted(recorder, 'proposeItem', { programme, reference });
  const decided = await accepted(recorder, 'recordDecision', {
    programme,
    items: [{ reference, kind: 'discuss' }],
  });
  const decision = (decided['changed'] as { key: string }).key;
  const proposed = await accepted(recorder, 'proposeCorrection', {
    programme,
    decision: { id: decision, struck: true },
    reason: { en: `Reason ${marker}` },
  });
  const { events } = await (await service.client('auditor')).data('{ events(first: 1) { nodes { id } } }');
  values = {
    programme,
    reference,
    key: decision,
    correction: (proposed['changed'] as { key: string }).key,
    id: events.nodes[0].id,
    atLeast: proposed['position'],
  };
}, 120_000);

afterAll(async () => {
  await service?.stop();
  await stores?.stop();
}, 60_000);

const clientOf = (roles: RolesByProgramme, organisation?: string) =>
  service.clientWith({ subject: 'roles-1', roles, ...(organisation !== undefined && { organisation }) });

/** Whether an answer says that the roles do not allow it, and nothing else. */
async function isForbidden(
  client: GraphqlClient,
  operation: 'query' | 'mutation',
  field: (typeof mutations)[number],
  with_: Values,
): Promise<boolean> {
  const { query, variables } = requestFor(operation, field, with_, 0);
  const { data, errors } = await client.ask(query, variables);
  const forbidden = errors?.some(({ extensions }) => extensions.code === 'FORBIDDEN') ?? false;
  if (forbidden) expect(data?.[field.name] ?? null).toBeNull();
  return forbidden;
}

describe('the table of roles', () => {
  it('has every mutation and every query', () => {
    const names = [...mutations, ...queries].map(({ name }) => name);
    expect([...table.keys()].sort()).toEqual(names.sort());
  });

  it.each(mutations.map((field) => [field.name, field] as const))(
    'is what the service allows: %s',
    async (name, field) => {
      const allowed: Role[] = [];
      for (const role of ROLES) {
        const client = await clientOf({ '*': [role] }, 'text-of-a-test');
        const commandId = `roles-${(commands += 1)}`;
        const asked = { programme: 'nowhere', reference: `nothing-${commands}`, commandId };
        if (!(await isForbidden(client, 'mutation', field, asked))) allowed.push(role);
      }
      expect(allowed).toEqual(table.get(name));
    },
  );

  it.each(queries.map((field) => [field.name, field] as const))(
    'is what the service allows: %s',
    async (name, field) => {
      const allowed: Role[] = [];
      for (const role of ROLES) {
        if (!(await isForbidden(await clientOf({ '*': [role] }), 'query', field, values))) allowed.push(role);
      }
      expect(allowed).toEqual(table.get(name));
    },
  );
});

describe('a role', () => {
  /** The roles that together may send a mutation; an admin is none of the others. */
  const holders = (name: string) => table.get(name)!;

  it.each(mutations.map((field) => [field.name, field] as const))(
    'holds in its programme and in no other: %s',
    async (name, field) => {
      for (const role of holders(name)) {
        const named = { commandId: `roles-${(commands += 1)}`, programme: marker, reference: marker };
        const elsewhere = await clientOf({ open: [role] }, 'text-of-a-test');
        expect(await isForbidden(elsewhere, 'mutation', field, named)).toBe(true);
        const here = await clientOf({ [spelledOtherwise]: [role] }, 'text-of-a-test');
        expect(await isForbidden(here, 'mutation', field, named)).toBe(false);
      }
    },
  );

  it('of a reporter is for the organisation of the token, however it is spelled, and for no other', async () => {
    const field = mutations.find(({ name }) => name === 'reportProgress')!;
    const reporting = async (organisation: string | undefined, addressee: string) => {
      const client = await clientOf({ [marker]: ['reporter'] }, organisation);
      const commandId = `roles-${(commands += 1)}`;
      return isForbidden(client, 'mutation', field, { programme: marker, addressee, commandId });
    };
    expect(await reporting('وحدة-١', 'وحدة-1')).toBe(false);
    expect(await reporting('UNIT-A', 'unit-a')).toBe(false);
    expect(await reporting('UNIT-A', 'UNIT-B')).toBe(true);
    expect(await reporting(undefined, 'UNIT-A')).toBe(true);
  });

  it('that writes history is not held beside admin', async () => {
    const writesHistory = ['record', 'confirm', 'report', 'verify'];
    for (const [role, permissions] of Object.entries(POLICY) as [Role, readonly string[]][]) {
      if (!permissions.some((permission) => writesHistory.includes(permission))) continue;
      await expect(clientOf({ open: ['admin', role] })).rejects.toMatchObject({ code: 'ROLES_INVALID' });
      // In another programme they are somebody else.
      await expect(clientOf({ open: ['admin'], [marker]: [role] })).resolves.toBeDefined();
    }
  });
});

/** The request that asks for the most below a query that one request may ask for, and its answer. */
async function deepest(client: GraphqlClient, field: (typeof queries)[number], given: Values) {
  for (const depth of [3, 2, 1, 0]) {
    const { query, variables } = requestFor('query', field, given, depth);
    const shown = await client.ask(query, variables);
    const tooMuch = ['TOO_MANY_SELECTIONS', 'COST_TOO_HIGH', 'DOCUMENT_TOO_LARGE', 'TOO_MANY_ALIASES'];
    if (!shown.errors?.some(({ extensions }) => tooMuch.includes(extensions.code)))
      return { query, variables, shown };
  }
  throw new Error(`${field.name} asks for too much at every depth`);
}

describe('a programme one may not read', () => {
  /** Those that ask of the whole service, and tell of no programme. */
  const ofNone = ['masar'];
  /** What a query calls otherwise than the others. */
  const named: Readonly<Record<string, Values>> = {
    programme: { reference: marker },
    workshop: { reference: `workshop-${marker}` },
    get correction() {
      return { key: values['correction'] };
    },
  };

  it.each(queries.filter(({ name }) => !ofNone.includes(name)).map((field) => [field.name, field] as const))(
    'stands in no answer: %s',
    async (name, field) => {
      const stranger = await clientOf({ open: ROLES.filter((role) => role !== 'admin') });
      const insider = await clientOf({ [spelledOtherwise]: ['analyst'] });
      const asked = { ...values, ...named[name] };
      const { programme: _named, ...unnamed } = asked;
      const required = field.args.some(
        ({ name: of, type }) => of === 'programme' && String(type).endsWith('!'),
      );
      for (const given of required ? [asked] : [asked, unnamed]) {
        const { query, variables, shown } = await deepest(insider, field, given);
        expect(shown.errors).toBeUndefined();
        const hidden = await stranger.ask(query, variables);
        if (hidden.errors) {
          expect(hidden.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
          expect(hidden.data?.[name] ?? null).toBeNull();
        } else {
          // What is hidden is there to be seen, or the next line would show nothing.
          expect(JSON.stringify(shown.data)).toContain(marker);
          expect(JSON.stringify(hidden.data)).not.toContain(marker);
        }
      }
    },
  );
});
