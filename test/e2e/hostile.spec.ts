import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type GraphQLInputType, isEnumType, isInputObjectType, isListType, isNonNullType } from 'graphql';
import type { GraphqlAnswer, GraphqlClient } from '../support/graphql-client.js';
import { type InProcessService, startInProcess } from '../support/in-process-service.js';
import { type Values, committedSchema, requestFor } from '../support/schema-requests.js';
import { Scribe } from '../support/scribe.js';
import { TestStores } from '../support/stores.js';

const schema = committedSchema();
const mutations = Object.values(schema.getMutationType()!.getFields());
const queries = Object.values(schema.getQueryType()!.getFields());
type Mutation = (typeof mutations)[number];

let stores: TestStores;
let service: InProcessService;
/** One client for each of the roles that write; a mutation is sent by all of them in turn. */
let clients: readonly GraphqlClient[];
let admin: GraphqlClient;
let recorder: GraphqlClient;

const programme = 'hostile';
const reference = 'ITEM-1';
const scribe = new Scribe(programme);
let decision: string;

beforeAll(async () => {
  stores = await TestStores.start();
  service = await startInProcess(stores, false);
  const organisation = 'UNIT-A';
  const as = (role: 'admin' | 'recorder' | 'confirmer' | 'reporter' | 'verifier' | 'auditor') =>
    service.clientWith({ subject: `hostile-${role}`, roles: { '*': [role] }, organisation });
  clients = await Promise.all(
    (['admin', 'recorder', 'confirmer', 'reporter', 'verifier', 'auditor'] as const).map(as),
  );
  [admin, recorder] = clients as [GraphqlClient, GraphqlClient];
  const name = { en: 'A name of a test' };
  await scribe.accepted(admin, 'registerProgramme', { reference: programme, name });
  await scribe.accepted(admin, 'registerOrganisation', { reference: organisation, name });
  await scribe.accepted(recorder, 'registerItem', { reference, title: { en: 'T', ar: 'ع' } });
  await scribe.accepted(recorder, 'proposeItem', { reference });
  const discussed = await scribe.accepted(recorder, 'recordDecision', {
    items: [{ reference, kind: 'discuss' }],
  });
  decision = discussed.changed.key;
}, 120_000);

afterAll(async () => {
  await service?.stop();
  await stores?.stop();
}, 60_000);

/** What is asked with, by name of a field, so that a request comes as far as it can. */
const known = (): Values => ({ programme, reference, addressee: 'UNIT-A', id: decision });

const plainValues: Values = {
  String: 'text-of-a-test',
  ID: '3f8a1c52-9d0e-5b7f-8a64-2c1d0e9f7b31',
  Int: 1,
  Boolean: false,
  Position: 1,
  EDTF: '2024-03-01',
  Day: '2024-03-01',
  LangText: { en: 'Text of a test' },
  Fields: { note: { en: 'Text of a test' } },
};

/** An input with every field of it, down to a depth; the leaves as plain as can be. */
function fullInput(type: GraphQLInputType, name: string, depth = 0): unknown {
  if (isNonNullType(type)) return fullInput(type.ofType, name, depth);
  if (isListType(type)) return [fullInput(type.ofType, name, depth)];
  if (isEnumType(type)) return type.getValues()[0]!.name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      ({ name: own }) => own !== 'expectedRevision' && own !== 'asRecorded',
    );
    return Object.fromEntries(
      fields.map((field) => [field.name, fullInput(field.type, field.name, depth + 1)]),
    );
  }
  const values = known();
  return name in values ? values[name] : plainValues[type.name];
}

type Path = readonly (string | number)[];

/** The paths of all strings of a value. */
function stringsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value === 'string') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    stringsOf(inner, [...path, Array.isArray(value) ? Number(name) : name]),
  );
}

/** The paths of everything in it that may be left out or null. */
function leavesOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const own: Path[] = path.length === 0 ? [] : [path];
  return [
    ...own,
    ...Object.entries(value).flatMap(([name, inner]) =>
      leavesOf(inner, [...path, Array.isArray(value) ? Number(name) : name]),
    ),
  ];
}

function replaced(value: unknown, [first, ...rest]: Path, by: unknown): unknown {
  if (first === undefined) return by;
  if (Array.isArray(value))
    return value.map((one, index) => (index === first ? replaced(one, rest, by) : one));
  return { ...(value as object), [first]: replaced((value as Values)[first], rest, by) };
}

type Errors = GraphqlAnswer['errors'];

function isFault(status: number, errors: Errors): boolean {
  return status >= 500 || (errors ?? []).some(({ extensions }) => extensions.code === 'INTERNAL');
}

/** A reporter speaks for one organisation; in its place anything else is forbidden, however it is spelled. */
function isOwnOrganisation({ name }: Mutation, what: string): boolean {
  return name === 'reportProgress' && what.startsWith('addressee:');
}

/** Who could send a mutation the last time: asked first. */
const senders = new Map<string, GraphqlClient>();

/** What went wrong on our side when it was sent by whoever may send it; undefined where nothing did. */
async function faultOf(mutation: Mutation, input: unknown, what: string): Promise<string | undefined> {
  const document = `mutation ($input: ${String(mutation.args[0]!.type)}) { ${mutation.name}(input: $input) { __typename } }`;
  const last = senders.get(mutation.name);
  for (const client of last ? [last, ...clients.filter((one) => one !== last)] : clients) {
    const { errors, status } = await client.ask(document, { input });
    if (errors?.some(({ extensions }) => extensions.code === 'FORBIDDEN')) continue;
    senders.set(mutation.name, client);
    return isFault(status, errors) ? `${what}: ${JSON.stringify(errors)}` : undefined;
  }
  return isOwnOrganisation(mutation, what) ? undefined : `${what}: nobody may send it`;
}

const fresh = (() => {
  let sent = 0;
  return () => `hostile-${(sent += 1)}`;
})();

const hostile: readonly (readonly [string, unknown])[] = [
  ['U+0000', 'a\u0000b'],
  ['half a character', 'a\ud800b'],
];

/** What an input becomes by each hostile text in each of its strings, and by null for each part of it. */
function spoilt(full: unknown): { readonly what: string; readonly input: unknown }[] {
  const strings = stringsOf(full).flatMap((path) => hostile.map(([what, text]) => ({ path, what, text })));
  const nulls = leavesOf(full).map((path) => ({ path, what: 'null', text: null }));
  return [...strings, ...nulls]
    .filter(({ path }) => path.at(-1) !== 'commandId')
    .map(({ path, what, text }) => ({
      what: `${path.join('.')}: ${what}`,
      input: replaced(full, path, text),
    }));
}

/** Some at once: the service waits for each, and so does whoever asked. */
async function inTurns<T, R>(all: readonly T[], ask: (one: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  for (let from = 0; from < all.length; from += 20)
    answers.push(...(await Promise.all(all.slice(from, from + 20).map(ask))));
  return answers;
}

describe('a hostile input', () => {
  it.each(mutations.map((mutation) => [mutation.name, mutation] as const))(
    'is refused or recorded, and is no fault: %s',
    async (_name, mutation) => {
      const full = fullInput(mutation.args[0]!.type, 'input');
      const inputs = [{ what: 'as it is', input: full }, ...spoilt(full)];
      const faults = await inTurns(inputs, ({ what, input }) =>
        faultOf(mutation, replaced(input, ['commandId'], fresh()), what),
      );
      expect(faults.filter((fault) => fault !== undefined)).toEqual([]);
    },
    120_000,
  );

  it.each(queries.map((query) => [query.name, query] as const))(
    'is answered, and is no fault: %s',
    async (_name, query) => {
      const full = Object.fromEntries(
        query.args
          .filter(({ name }) => !['first', 'after', 'atLeast', 'asOf'].includes(name))
          .map(({ name, type }) => [name, fullInput(type, name)]),
      );
      const faults = await inTurns(spoilt(full), async ({ what, input }) => {
        const given = input as Values;
        const asked = requestFor('query', query, given, 0);
        const { errors, status } = await admin.ask(asked.query, given);
        return isFault(status, errors) ? `${what}: ${JSON.stringify(errors)}` : undefined;
      });
      expect(faults.filter((fault) => fault !== undefined)).toEqual([]);
    },
    60_000,
  );
});
