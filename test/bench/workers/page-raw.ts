import fastify from 'fastify';
import DataLoader from 'dataloader';
import {
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
  GraphQLFloat,
  parse,
} from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import { type EntryRow, type ItemRow, entryRows, itemRows } from './page-rows.js';

/* The least a GraphQL server could do: Fastify, a compiled document, one loader. */
type Context = DataLoader<string, EntryRow[]>;
const json = new GraphQLScalarType({ name: 'LangText' });
const strings = new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(GraphQLString)));
const text = { type: GraphQLString };
const required = { type: new GraphQLNonNull(GraphQLString) };
const number = { type: new GraphQLNonNull(GraphQLFloat) };
const Entry = new GraphQLObjectType({
  name: 'JourneyEntry',
  fields: {
    position: number,
    eventId: required,
    type: required,
    effective: text,
    earliest: required,
    latest: required,
    recordedAt: required,
    stateBefore: text,
    stateAfter: text,
    irregularities: { type: strings },
    subject: required,
  },
});
const Item = new GraphQLObjectType<ItemRow, Context>({
  name: 'ReformItem',
  fields: {
    key: required,
    reference: required,
    title: { type: new GraphQLNonNull(json) },
    state: text,
    themes: { type: strings },
    leads: { type: strings },
    irregularities: { type: strings },
    lastPosition: number,
    lastRecordedAt: required,
    journey: {
      type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(Entry))),
      args: { first: { type: GraphQLInt } },
      resolve: ({ key }, _args, loader) => loader.load(key),
    },
  },
});
const Connection = new GraphQLObjectType({
  name: 'ReformItemConnection',
  fields: { nodes: { type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(Item))) } },
});
const schema = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: {
      reformItems: {
        type: new GraphQLNonNull(Connection),
        args: { programme: { type: GraphQLString }, first: { type: GraphQLInt } },
        resolve: async (_root, { programme, first }: { programme: string; first: number }) => ({
          nodes: await itemRows(programme, first),
        }),
      },
    },
  }),
});
const compiled = new Map<string, CompiledQuery>();
const app = fastify();
app.post<{ Body: { query: string } }>('/graphql', async ({ body }) => {
  let document = compiled.get(body.query);
  if (!document) {
    const made = compileQuery(schema, parse(body.query));
    if (!isCompiledQuery(made)) throw new Error('the document does not compile');
    compiled.set(body.query, (document = made));
  }
  const loader: Context = new DataLoader(async (keys) => [...(await entryRows(keys, 6)).values()]);
  return document.query({}, loader, {});
});
await app.listen({ port: 0, host: '127.0.0.1' });
const address = app.server.address() as { port: number };
process.stdout.write(`listening http://127.0.0.1:${address.port}/graphql\n`);
process.once('SIGTERM', () => process.exit(0));
