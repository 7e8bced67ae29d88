import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestPostgres, testPostgres } from '@masar/event-store/testing';
import { type MasarDocument, createMasarClient } from '@masar/client';
import { parse } from 'graphql';
import { ClientFollower } from '../support/client-follower.js';
import type { GraphqlAnswer, GraphqlClient } from '../support/graphql-client.js';
import { KurrentDouble } from '../support/kurrent-double/kurrent-double.js';
import { scrape } from '../support/scrape.js';
import { Scribe } from '../support/scribe.js';
import { until } from '../support/until.js';
import { KurrentService } from './support/kurrent-service.js';

/*
 * The service as clients see it while its store is a KurrentDB, here a protocol double: what it answers while the ordered
 * log is behind, while the server hangs or is dead, and when it comes back.
 */

const programme = 'on-kurrent';
const scribe = new Scribe(programme);
let postgres: TestPostgres;
let double: KurrentDouble;
let service: KurrentService;
let recorder: GraphqlClient;
let analyst: GraphqlClient;
/** Until it is stopped. */
let isServing = false;

beforeAll(async () => {
  [postgres, double] = await Promise.all([testPostgres(), KurrentDouble.start()]);
  service = await KurrentService.start(postgres, double, { sample: true });
  await service.service.ready;
  isServing = true;
  recorder = await service.client('recorder');
  analyst = await service.client('analyst');
  await scribe.accepted(await service.client('admin'), 'registerProgramme', {
    reference: programme,
    name: { en: 'A programme' },
  });
}, 240_000);

afterAll(async () => {
  double?.faults.lift();
  await service?.stop();
  await double?.stop();
  await service?.removeFolder();
  await postgres?.stop();
}, 120_000);

afterEach(async () => {
  // What a test that failed left behind is not the next one's.
  double.faults.lift();
  if (isServing) await until('readiness', isReady, 60_000);
}, 90_000);

const registerItem = `mutation ($input: RegisterItemInput!) { registerItem(input: $input) {
  __typename ... on CommandAccepted { position revision duplicate } ... on CommandRefused { code message }
} }`;

/** Sends one command, as often as it is called. */
const register = (reference: string, client = recorder): Promise<GraphqlAnswer> =>
  client.ask(registerItem, {
    input: {
      commandId: `register-${reference}`,
      programme,
      reference,
      title: { en: reference },
      decidedOn: { edtf: '2024' },
    },
  });

interface Sent {
  readonly registerItem: { readonly __typename: string; readonly revision: number };
}

const codesOf = ({ errors = [] }: GraphqlAnswer): readonly string[] =>
  errors.map(({ extensions }) => extensions.code);

/** Events of an item, as the server has them. */
const onServer = (reference: string) =>
  double.contents().filter(({ stream }) => stream === `service-item-${programme}/${reference.toLowerCase()}`);

/** Lets nothing more into the ordered log until it is ended: the server takes appends, and whoever follows hears nothing. */
function standStill(): () => void {
  const lift = double.faults.hang({ kinds: ['subscribe'] });
  double.cutAll();
  return lift;
}

const isReady = async (): Promise<boolean> => Object.keys(await service.missing()).length === 0;

describe('the service on KurrentDB', () => {
  it('has recorded the sample there, and its answers up to its commands’ positions', async () => {
    const { workshops } = await analyst.data(
      '{ workshops(programme: "MOI-2017", first: 20) { totalCount } }',
    );
    expect(workshops.totalCount).toBe(11);
    const { position } = await scribe.accepted(recorder, 'registerItem', {
      reference: 'ITEM-1',
      title: { en: 'The first' },
    });
    await scribe.accepted(recorder, 'proposeItem', { reference: 'ITEM-1' });
    const last = await scribe.accepted(recorder, 'startReview', { reference: 'ITEM-1' });
    const { reformItem } = await analyst.data(
      `query ($atLeast: Position) { reformItem(programme: "${programme}", reference: "ITEM-1", atLeast: $atLeast) {
        state journey { position }
      } }`,
      { atLeast: last.position },
    );
    expect(reformItem.state).toBe('UnderReview');
    expect(reformItem.journey[0].position).toBe(position);
    expect(onServer('ITEM-1')).toHaveLength(3);
  });

  it('records a decision and its effects, and undoes nothing by being asked twice', async () => {
    for (const reference of ['ITEM-2', 'ITEM-3']) {
      await scribe.accepted(recorder, 'registerItem', { reference, title: { en: reference } });
      await scribe.accepted(recorder, 'proposeItem', { reference });
      await scribe.accepted(recorder, 'startReview', { reference });
    }
    const input = {
      commandId: 'decide-both',
      items: [
        { reference: 'ITEM-2', kind: 'adopt' },
        { reference: 'ITEM-3', kind: 'adopt' },
      ],
    };
    const first = await scribe.accepted(recorder, 'recordDecision', input);
    const again = await scribe.accepted(recorder, 'recordDecision', input);
    expect(first).toMatchObject({ duplicate: false, pending: [] });
    expect(again).toMatchObject({ duplicate: true, pending: [], position: first.position });
    expect([onServer('ITEM-2'), onServer('ITEM-3')].map((events) => events.length)).toEqual([4, 4]);
  });

  it('says what a store of two parts measures', async () => {
    const value = await scrape(service.url);
    expect(value('masar_sequencer_state{state="following"}')).toBe(1);
    expect(value('masar_sequencer_state{state="halted"}')).toBe(0);
    expect(value('masar_sequencer_holder')).toBe(1);
    await until('the position of the log', async () => {
      const now = await scrape(service.url);
      return now('masar_sequencer_position') === now('masar_log_head') && now('masar_log_head') > 0;
    });
    expect(service.logged()).toContain('sequencer: following');
  });
});

describe('while the ordered log stands still', () => {
  it('says of a command that it is recorded, and answers it with its position when it can be read', async () => {
    const goOn = standStill();
    const first = await register('STANDING');
    const second = await register('STANDING');
    expect([codesOf(first), codesOf(second)]).toEqual([['NOT_YET_READABLE'], ['NOT_YET_READABLE']]);
    expect(onServer('STANDING')).toHaveLength(1);
    await until(
      'the lag in the metrics',
      async () => (await scrape(service.url))('masar_sequencer_lag_seconds') > 0,
    );
    goOn();
    let answer: GraphqlAnswer | undefined;
    await until('the answer', async () => {
      answer = await register('STANDING');
      return answer.errors === undefined;
    });
    expect(answer!.data.registerItem).toMatchObject({
      __typename: 'CommandAccepted',
      revision: 0,
      duplicate: true,
    });
    const { position } = answer!.data.registerItem as { position: number };
    const { event } = await analyst
      .data(
        `query { events(after: ${position - 1}, first: 1, atLeast: ${position}) { nodes { position type } } }`,
      )
      .then(({ events }) => ({ event: events.nodes[0] }));
    expect(event).toEqual({ position, type: 'ReformItemRegistered' });
    expect(onServer('STANDING')).toHaveLength(1);
  }, 120_000);

  it('leaves a decision’s effects pending, which are finished once, later', async () => {
    const reference = 'PENDING';
    await scribe.accepted(recorder, 'registerItem', { reference, title: { en: reference } });
    await scribe.accepted(recorder, 'proposeItem', { reference });
    await scribe.accepted(recorder, 'startReview', { reference });
    const goOn = standStill();
    const input = { commandId: 'decide-pending', items: [{ reference, kind: 'adopt' }] };
    await expect(scribe.accepted(recorder, 'recordDecision', input)).rejects.toThrow('recorded');
    goOn();
    await until('the effect', () => onServer(reference).length === 4, 60_000);
    await until('the answer', async () => {
      const done = await scribe.accepted(recorder, 'recordDecision', input);
      return done.pending.length === 0 && done.duplicate;
    });
    expect(onServer(reference)).toHaveLength(4);
  }, 120_000);

  it('is waited out by the client other people use', async () => {
    const goOn = standStill();
    const client = createMasarClient({
      url: service.url,
      token: recorder.token,
      retry: { attempts: 30, most: 500 },
    });
    const document = parse(registerItem) as MasarDocument<
      Sent,
      { input: { commandId: string } & Record<string, unknown> }
    >;
    const reference = 'WAITED-OUT';
    const sent = client.mutate(document, {
      input: { programme, reference, title: { en: reference }, decidedOn: { edtf: '2024' } },
    });
    await until('what is recorded', () => onServer(reference).length === 1);
    goOn();
    const { data } = await sent;
    expect(data.registerItem).toMatchObject({ __typename: 'CommandAccepted', revision: 0 });
    expect(onServer(reference)).toHaveLength(1);
  }, 120_000);
});

describe('while the server', () => {
  it('hangs, it does not know what became of a command, which then has the effect of one', async () => {
    const reference = 'HANGING';
    const lift = double.faults.hang({ kinds: ['append'] });
    expect(codesOf(await register(reference))).toEqual(['OUTCOME_UNKNOWN']);
    lift();
    const done = await register(reference);
    expect(done.data.registerItem).toMatchObject({ __typename: 'CommandAccepted', revision: 0 });
    expect(onServer(reference)).toHaveLength(1);
  }, 120_000);

  it.each([
    ['ends the call', () => double.faults.endWithoutAnswer({ times: 1 })],
    ['is cut off', () => double.faults.cutAfterCommit({ kinds: ['append'], times: 1 })],
  ])(
    'writes a command and %s, it asks again and answers it as done',
    async (how, begin) => {
      const reference = `WRITTEN-${how.replaceAll(' ', '-')}`;
      const lift = begin();
      const done = await register(reference);
      lift();
      expect(done.data.registerItem).toMatchObject({ __typename: 'CommandAccepted', duplicate: false });
      expect(onServer(reference)).toHaveLength(1);
    },
    120_000,
  );

  it('is dead, readiness says so, nothing is written, and what was recorded is answered; then it goes on', async () => {
    const before = await scribe.accepted(recorder, 'registerItem', {
      reference: 'BEFORE',
      title: { en: 'B' },
    });
    const reader = await service.client('auditor');
    const follower = new ClientFollower({
      url: () => service.url.replace('http', 'ws'),
      field: 'events',
      after: 0,
      token: async () => reader.token,
    });
    await double.die();
    try {
      expect(codesOf(await register('DEAD'))).toEqual(['UNAVAILABLE']);
      await until(
        'what readiness misses',
        async () => (await service.missing())['sequencer'] === 'is catching up with the server',
        60_000,
      );
      // Queries need the ordered log alone.
      const { replay } = await analyst.data(
        `{ replay(programme: "${programme}", reference: "BEFORE") { position } }`,
      );
      expect(replay).toEqual([{ position: before.position }]);
    } finally {
      await double.revive();
    }
    await until('readiness', isReady, 60_000);
    const done = await register('DEAD');
    expect(done.data.registerItem).toMatchObject({ __typename: 'CommandAccepted', duplicate: false });
    const { position } = done.data.registerItem as { position: number };
    await until('the last event', () => (follower.trail.upTo ?? 0) >= position);
    expect(follower.trail.seen).toEqual(Array.from({ length: position }, (_, index) => String(index + 1)));
    expect(follower.trail.faults).toEqual([]);
    await follower.stop();
  }, 240_000);
});

describe('two nodes', () => {
  it('go on when the one that writes the log is stopped, and answer each other’s commands', async () => {
    const other = await KurrentService.start(postgres, double, { beside: service });
    await other.service.ready;
    const holds = async (node: KurrentService) => (await scrape(node.url))('masar_sequencer_holder');
    expect([await holds(service), await holds(other)]).toEqual([1, 0]);
    const there = await other.client('recorder');
    const first = await register('TWO-NODES', there);
    expect(first.data.registerItem).toMatchObject({ duplicate: false });
    const again = await register('TWO-NODES');
    expect(again.data.registerItem).toMatchObject({
      position: first.data.registerItem.position,
      duplicate: true,
    });
    isServing = false;
    expect(await service.stop()).toBe(true);
    await until('the other to hold it', async () => (await holds(other)) === 1, 60_000);
    const after = await register('HOLDER-STOPPED', there);
    expect(after.data.registerItem).toMatchObject({ revision: 0 });
    expect(await other.stop()).toBe(true);
  }, 240_000);
});
