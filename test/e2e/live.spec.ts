import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Grants, type Role, issueToken } from '@masar/access';
import { type TestPostgres, testPostgres } from '@masar/event-store/testing';
import { parse } from 'graphql';
import type { Outlet } from '../../apps/api/src/platform/websocket/live-source.js';
import type { GraphqlClient } from '../support/graphql-client.js';
import { type InProcessService, startInProcess } from '../support/in-process-service.js';
import { type LiveField, liveDocument } from '../support/live-documents.js';
import { LiveFollower } from '../support/live-follower.js';
import { type LiveMessage, Trail } from '../support/trail.js';
import { until } from '../support/until.js';

const programme = 'live';
let postgres: TestPostgres;
let service: InProcessService;
let admin: GraphqlClient;
let recorder: GraphqlClient;
let commands = 0;

beforeAll(async () => {
  postgres = await testPostgres();
  service = await startInProcess(postgres, false);
  admin = await service.client('admin');
  recorder = await service.client('recorder');
  await mutate(
    'registerProgramme',
    'RegisterProgrammeInput',
    { reference: programme, name: { en: 'Live' } },
    admin,
  );
}, 120_000);

afterAll(async () => {
  await service?.stop();
  await postgres?.stop();
}, 60_000);

async function mutate(mutation: string, type: string, input: object, client = recorder): Promise<number> {
  const { data, errors } = await client.ask(
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { ... on CommandAccepted { position } ... on CommandRefused { code message } } }`,
    { input: { commandId: `live-e2e-${(commands += 1)}`, decidedOn: { edtf: '2024-03-01' }, ...input } },
  );
  expect(errors).toBeUndefined();
  expect(data[mutation].message).toBeUndefined();
  return data[mutation].position as number;
}

const registerItem = (reference: string, more: object = {}) =>
  mutate('registerItem', 'RegisterItemInput', { programme, reference, title: { en: reference }, ...more });
const proposeItem = (reference: string) =>
  mutate('proposeItem', 'ProposeItemInput', { programme, reference });

/** A follower within the process, without a socket. */
class Follower implements Outlet {
  readonly trail = new Trail();
  readonly messages: LiveMessage[] = [];
  backlog = 0;
  ended: unknown;
  leave = () => undefined as void;

  constructor(private readonly field: string) {}

  send(text: string): void {
    const { data, errors } = JSON.parse(text);
    if (errors) throw new Error(text);
    this.messages.push(data[this.field]);
    this.trail.take(data[this.field]);
  }
  drained(): Promise<void> {
    return Promise.resolve();
  }
  end(error: unknown): void {
    this.ended = error ?? 'completed';
  }
  types(): string[] {
    return this.messages.map(({ __typename }) => __typename);
  }
}

async function follow(
  field: LiveField,
  variables: Record<string, unknown>,
  role: Role = 'analyst',
  document = liveDocument(field),
): Promise<Follower> {
  const outlet = new Follower(field);
  const { visibility } = new Grants('someone', { '*': [role] });
  const following = await service.service.live.follow(
    { document: parse(document), variables, visibility },
    outlet,
  );
  outlet.leave = () => following.end();
  return outlet;
}

function tokenOf(...roles: Role[]): Promise<string> {
  const content = { subject: 'live-test', roles: { '*': roles }, lifetimeSeconds: 3600, now: new Date() };
  return issueToken(service.service.tokenKey, content);
}

const reached = (follower: Follower, position: number) =>
  until(`everything up to ${position}`, () => (follower.trail.upTo ?? 0) >= position);

describe('a subscription to events', () => {
  it('sends what was recorded after a position, then what is recorded from then on', async () => {
    const first = await registerItem('ONE');
    const follower = await follow('events', { after: first - 1, programme });
    await reached(follower, first);
    await until('it is live', () => follower.types().includes('CaughtUp'));
    const second = await proposeItem('ONE');
    const third = await registerItem('TWO');
    await reached(follower, third);
    expect(follower.trail.seen).toEqual([first, second, third].map(String));
    expect(follower.trail.faults).toEqual([]);
    expect(follower.types().slice(0, 2)).toEqual(['EventRecorded', 'CaughtUp']);
    follower.leave();
  });

  it('begins with what is recorded next where no position is given', async () => {
    const follower = await follow('events', { programme });
    await until('it is live', () => follower.types().includes('CaughtUp'));
    const position = await registerItem('NEXT');
    await reached(follower, position);
    expect(follower.trail.seen).toEqual([String(position)]);
    expect(follower.trail.faults).toEqual([]);
    follower.leave();
  });
});

describe('over WebSocket', () => {
  it('a client follows items and counts, and is sent what it asks for', async () => {
    const url = service.service.url.replace('http', 'ws') + '/graphql';
    const token = () => tokenOf('analyst');
    const items = new LiveFollower({
      url: () => url,
      token,
      field: 'reformItemChanged',
      filter: { programme },
    });
    const summary = new LiveFollower({ url: () => url, token, field: 'summary', filter: { programme } });
    await until('both are live', () =>
      [items, summary].every(({ trail }) => (trail.counts['CaughtUp'] ?? 0) > 0),
    );
    const position = await registerItem('SOCKET');
    await until('both are told', () => [items, summary].every(({ trail }) => trail.upTo === position));
    expect(items.trail.seen).toEqual([`${position} live/socket`]);
    expect(summary.trail.counts['SummaryChanged']).toBe(2);
    expect([...items.trail.faults, ...summary.trail.faults]).toEqual([]);
    await Promise.all([items.stop(), summary.stop()]);
  });
});
