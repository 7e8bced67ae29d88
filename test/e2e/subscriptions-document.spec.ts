import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type GraphQLObjectType, parse, validate } from 'graphql';
import pg from 'pg';
import { WebSocket } from 'ws';
import { mostBacklog } from '../../apps/api/src/live/follower.js';
import { ERROR_STATUS } from '../../apps/api/src/platform/errors/codes.js';
import { LIMITS } from '../../apps/api/src/platform/limits/limits.js';
import { CloseCode } from '../../apps/api/src/platform/websocket/close-codes.js';
import { DocumentClient, type FollowedMessage } from '../support/document-client.js';
import type { GraphqlClient } from '../support/graphql-client.js';
import { type InProcessService, startInProcess } from '../support/in-process-service.js';
import { committedSchema } from '../support/schema-requests.js';
import { Scribe } from '../support/scribe.js';
import { TestStores } from '../support/stores.js';
import { until } from '../support/until.js';

/** The document is a contract: every example on it runs against the service, and every list on it is the code's. */
const page = readFileSync(join(import.meta.dirname, '../../docs/SUBSCRIPTIONS.md'), 'utf8');

const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, 'gm'))].map(([, text]) => text!);

function section(heading: string): string {
  const from = page.indexOf(`\n${heading}\n`);
  if (from < 0) throw new Error(`no ${heading} on the page`);
  const rest = page.slice(from + heading.length + 2);
  const end = rest.search(/^#{2,3} /m);
  return end < 0 ? rest : rest.slice(0, end);
}

/** The cells of the table of a section, without its header. */
function table(heading: string): string[][] {
  const rows = section(heading)
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  return rows.slice(2);
}

const plain = (cell: string | undefined) => (cell ?? '').replaceAll('`', '');
const counted = (count: number) => count.toLocaleString('en');

let stores: TestStores;
const services: InProcessService[] = [];
const clients: DocumentClient[] = [];
const sockets: WebSocket[] = [];

beforeAll(async () => {
  stores = await TestStores.start();
}, 120_000);

afterEach(async () => {
  for (const client of clients.splice(0)) client.stop();
  for (const socket of sockets.splice(0)) socket.terminate();
  for (const service of services.splice(0)) await service.stop();
}, 60_000);

afterAll(async () => {
  await stores?.stop();
}, 60_000);

/** The service with the log of the page, and who writes and reads it. */
async function demo() {
  const service = await startInProcess(stores, false);
  services.push(service);
  const [admin, recorder, integrator] = await Promise.all(
    (['admin', 'recorder', 'integrator'] as const).map((role) => service.client(role)),
  );
  const scribe = new Scribe('DEMO', 'document');
  await scribe.accepted(admin!, 'registerProgramme', { reference: 'DEMO', name: { en: 'Demonstration' } });
  const record = (mutation: string, reference: string, more: object = {}) =>
    scribe.accepted(recorder!, mutation, { reference, ...more });
  await record('registerItem', 'R-1', { title: { en: 'Keep one register' } });
  await record('proposeItem', 'R-1');
  await record('registerItem', 'R-2', { title: { en: 'Count every month' } });
  const url = `${service.service.url.replace('http', 'ws')}/graphql`;
  return { service, record, integrator: integrator!, url };
}

type Demo = Awaited<ReturnType<typeof demo>>;

const restrict = ({ record }: Demo, visibility: 'open' | 'restricted') =>
  record('setItemVisibility', 'R-2', { visibility, reason: { en: 'Asked for' } });

/** What recorders do in the session, by the lines that say so. */
const happenings: Readonly<Record<string, (demo: Demo) => Promise<unknown>>> = {
  'a recorder begins the review of R-1': ({ record }) => record('startReview', 'R-1'),
  'R-2 is restricted, which integrators may not see': (live) => restrict(live, 'restricted'),
  'R-2 is opened': (live) => restrict(live, 'open'),
  'the connection breaks; meanwhile R-2 is proposed': ({ record }) => record('proposeItem', 'R-2'),
};

/** What is written with … differs each time; everything else is as it is. */
function asWritten(example: unknown): unknown {
  if (example === '…') return expect.anything();
  if (Array.isArray(example)) return example.map(asWritten);
  if (typeof example !== 'object' || example === null) return example;
  return Object.fromEntries(Object.entries(example).map(([name, value]) => [name, asWritten(value)]));
}

/** A socket that hands out what it receives, one by one. */
async function openSocket(url: string) {
  const socket = new WebSocket(url, 'graphql-transport-ws');
  sockets.push(socket);
  const received: unknown[] = [];
  socket.on('message', (data: Buffer) => received.push(JSON.parse(data.toString())));
  await once(socket, 'open');
  const next = async (what: string) => {
    await until(what, () => received.length > 0);
    return received.shift();
  };
  return { socket, next };
}

function following({ integrator, url }: Demo, query: string, cursor?: DocumentClient['cursor']) {
  const client = new DocumentClient(url, async () => integrator.token, query, cursor);
  clients.push(client);
  return { client, end: client.follow() };
}

async function stamp(client: GraphqlClient) {
  const { extensions } = await client.ask('{ masar { version } }');
  const { logId, epoch, position } = extensions!.masar!;
  return { logId, epoch, position };
}

describe('the document of subscriptions', () => {
  it('lists every close code and no other', () => {
    const listed = table('## Close codes').map(([code]) => Number(plain(code)));
    expect(listed).toEqual(Object.values(CloseCode).sort((a, b) => a - b));
  });

  it('states the limits the service has', () => {
    const { sockets: limits } = LIMITS;
    expect(table('## Limits').map(([what, limit]) => [what, limit])).toEqual([
      ['connections of a node', counted(limits.connections)],
      ['new connections a second from one address', counted(limits.connectionsPerSecond)],
      ['connections of one user to a node', counted(limits.connectionsOfUser)],
      ['subscriptions of a connection', counted(limits.subscriptions)],
      ['subscriptions of one user on a node', counted(limits.subscriptionsOfUser)],
      ['bytes of a message you send', counted(limits.messageBytes)],
      ["characters of a subscription's id", counted(limits.idCharacters)],
      ['seconds until `connection_init`', counted(limits.initMs / 1000)],
      ['seconds to read what waits', counted(limits.drainMs / 1000)],
    ]);
    const said = (pattern: RegExp) => Number(pattern.exec(page.replace(/\s+/g, ' '))?.[1]);
    expect(said(/once a burst of (\d+) is spent/)).toBe(limits.connectionBurst);
    expect(said(/wait on the service up to (\d+) KiB/)).toBe(mostBacklog / 1024);
    expect(said(/a WebSocket ping every (\d+) seconds/)).toBe(limits.pingMs / 1000);
    expect(said(/a peer that was not heard of for (\d+) seconds/)).toBe(limits.silenceMs / 1000);
    expect(said(/Read nothing for (\d+) seconds while something waits/)).toBe(limits.drainMs / 1000);
    expect(said(/`connection_init` with the token within (\d+) seconds/)).toBe(limits.initMs / 1000);
  });

  it('tells what to do about codes there are', () => {
    const codes = table('## Errors').flatMap(([cell]) => (cell ?? '').match(/`([A-Z_]+)`/g) ?? []);
    expect(codes.length).toBeGreaterThan(5);
    for (const code of codes) expect(Object.keys(ERROR_STATUS)).toContain(plain(code));
    const statuses = table('### Refused before it begins').map(([status]) => Number(plain(status)));
    for (const status of statuses) expect([400, ...Object.values(ERROR_STATUS)]).toContain(status);
  });

  it('lists every argument and every kind of message of the schema', () => {
    const schema = committedSchema();
    const fields = Object.values(schema.getSubscriptionType()!.getFields());
    expect(
      table('## What can be followed')
        .slice(0, 3)
        .map(([field]) => plain(field)),
    ).toEqual(fields.map(({ name }) => name));
    const everything = 'all';
    for (const [argument, of] of argumentsTable()) {
      const takers = fields
        .filter(({ args }) => args.some(({ name }) => name === argument))
        .map(({ name }) => name);
      const said = of === everything ? fields.map(({ name }) => name) : of!.split(', ');
      expect([argument, takers.sort()]).toEqual([argument, said.sort()]);
    }
    const known = new Set(argumentsTable().map(([argument]) => argument));
    for (const { args } of fields) for (const { name } of args) expect(known).toContain(name);
    const kinds = schema.getPossibleTypes(schema.getType('LiveMessage') as never).map(({ name }) => name);
    const described = [...page.matchAll(/^### ([A-Z]\w+)$/gm)].map(([, name]) => name);
    expect(new Set(described)).toEqual(new Set(kinds));
  });

  it('has operations that are valid, and examples with the fields there are', () => {
    const schema = committedSchema();
    for (const text of blocks('graphql')) expect(validate(schema, parse(text))).toEqual([]);
    for (const [, message] of examples()) {
      const type = schema.getType(message.__typename) as GraphQLObjectType;
      expect(Object.keys(type.getFields())).toEqual(
        expect.arrayContaining(Object.keys(message).filter((name) => name !== '__typename')),
      );
    }
  });

  it('has a session that runs as it is written', async () => {
    const live = await demo();
    const { logId } = await stamp(live.integrator);
    let { socket, next } = await openSocket(live.url);
    for (const line of blocks('text')[0]!.trimEnd().split('\n')) {
      if (line.startsWith('→ ')) {
        const sent = line
          .slice(2)
          .replace('Bearer …', `Bearer ${live.integrator.token}`)
          .replaceAll('…', logId);
        socket.send(sent);
      } else if (line.startsWith('← ')) {
        expect(await next(line)).toEqual(asWritten(JSON.parse(line.slice(2))));
      } else {
        const happening = happenings[line.trim()];
        if (!happening) throw new Error(`nothing is known to happen by: ${line}`);
        if (line.includes('connection breaks')) {
          socket.terminate();
          await until('the service knows that it broke', () => live.service.service.live.tails === 0);
        }
        await happening(live);
        if (line.includes('connection breaks')) ({ socket, next } = await openSocket(live.url));
      }
    }
  }, 60_000);

  it('names the newest position to who connects, also where reads have not come to it', async () => {
    const live = await demo();
    const holding = new pg.Client({ connectionString: live.service.connectionString });
    await holding.connect();
    try {
      // No read model can move its checkpoint meanwhile.
      await holding.query('begin');
      await holding.query('lock table masar.read_model in exclusive mode');
      const { position } = await live.record('startReview', 'R-1');
      expect((await stamp(live.integrator)).position).toBeLessThan(position);
      const { socket, next } = await openSocket(live.url);
      const authorization = `Bearer ${live.integrator.token}`;
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } }));
      expect(await next('the acknowledgement')).toMatchObject({ payload: { masar: { position } } });
    } finally {
      await holding.end();
    }
  }, 60_000);

  it('shows each kind of message as it is sent', async () => {
    const live = await demo();
    const log = await stamp(live.integrator);
    const followed = blocks('graphql').map((query) => following(live, query, { ...log, position: 0 }).client);
    const fromTwo = blocks('graphql').map((query) => following(live, query, { ...log, position: 2 }).client);
    const all = [...followed, ...fromTwo];
    const covered = (position: number) => () =>
      all.every(({ cursor, messages }) => cursor!.position >= position && messages.length > 0);
    await until('all caught up', covered(4));
    for (const name of Object.keys(happenings)) {
      const { position } = (await happenings[name]!(live)) as { position: number };
      await until(`${name}: told`, covered(position));
    }
    const sent = all.flatMap(({ messages }) => messages);
    for (const [field, example] of examples()) {
      // What it takes to fall behind is the next test; to catch up for long, a log longer than this one.
      if (['FellBehind', 'CatchingUp'].includes(example.__typename)) continue;
      const alike = sent.filter(({ __typename }) => __typename === example.__typename);
      expect({ field, alike }).toEqual({ field, alike: expect.arrayContaining([asWritten(example)]) });
    }
    const refused = following(live, blocks('graphql')[0]!, { ...log, epoch: 7, position: 4 });
    await expect(refused.end).rejects.toThrow('cannot go on: LOG_REWOUND');
  }, 60_000);

  it('has a client that stops reading told so, and then everything', async () => {
    const live = await demo();
    // Each event many times over, so that a few of them are more than the machine holds on the way.
    const often = Array.from({ length: 20 }, (_, index) => `copy${index}: event { data }`).join(' ');
    const covers = '__typename ... on LiveMessage { position covers { after upTo logId epoch } }';
    const query = `subscription ($after: Position, $logId: ID, $epoch: Int) {
      events(after: $after, logId: $logId, epoch: $epoch) { ${covers} ... on EventRecorded { ${often} } }
    }`;
    const { client } = following(live, query);
    await until('caught up', () => client.messages.length > 0);
    client.read(false);
    let last = 0;
    const text = { en: 'word '.repeat(10_000) };
    for (let index = 0; index < 30; index += 1) {
      ({ position: last } = await live.record('registerItem', `L-${index}`, { title: { en: 'Long' }, text }));
    }
    client.read(true);
    await until('everything told', () => client.cursor!.position >= last, 60_000);
    const [, example] = examples().find(([, { __typename }]) => __typename === 'FellBehind')!;
    const behind = client.messages.find(({ __typename }) => __typename === 'FellBehind');
    expect(Object.keys(behind ?? {}).sort()).toEqual(Object.keys(example).sort());
    expect(behind!.covers).toMatchObject({ after: behind!.position, upTo: behind!.position });
    const told = client.messages.filter(({ __typename }) => __typename === 'EventRecorded');
    expect(told.map(({ position }) => position)).toEqual(
      Array.from({ length: 30 }, (_, index) => last - 29 + index),
    );
    expect(client.connections).toBe(1);
  }, 120_000);

  it('is enough to write a client from that misses nothing and is told nothing twice', async () => {
    const live = await demo();
    const [query] = blocks('graphql');
    const { client } = following(live, query!, { ...(await stamp(live.integrator)), position: 0 });
    let last = 0;
    for (let index = 0; index < 40; index += 1) {
      last = (await live.record('registerItem', `N-${index}`, { title: { en: 'One more' } })).position;
      if (index % 8 === 3) client.lose();
    }
    await until('everything told', () => client.cursor!.position >= last, 60_000);
    expect(client.connections).toBeGreaterThan(2);
    const told = client.messages
      .filter(({ __typename }) => __typename === 'EventRecorded')
      .map(({ position }) => position);
    expect(told).toEqual(Array.from({ length: last }, (_, index) => index + 1));
  }, 120_000);
});

/** The rows of the second table of the section, which has one line an argument. */
function argumentsTable(): [string, string | undefined][] {
  const rows = table('## What can be followed');
  const from = rows.findIndex(([cell]) => cell === 'argument');
  return rows.slice(from + 2).map(([argument, of]) => [plain(argument), of]);
}

/** The messages shown on the page, each with the field of its subscription. */
function examples(): [string, FollowedMessage][] {
  return blocks('json')
    .map((text) => JSON.parse(text) as Record<string, FollowedMessage>)
    .flatMap((data) => (Array.isArray(data) ? [] : Object.entries(data)));
}
