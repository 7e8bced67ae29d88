import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphqlClient } from '../support/graphql-client.js';
import { type InProcessService, startInProcess } from '../support/in-process-service.js';
import { TestStores } from '../support/stores.js';

let stores: TestStores;
let service: InProcessService;
let admin: GraphqlClient;
let recorder: GraphqlClient;
let analyst: GraphqlClient;

const programme = 'relations';
const today = new Date('2018-01-01T12:00:00Z');
let commands = 0;

beforeAll(async () => {
  stores = await TestStores.start();
  service = await startInProcess(stores, false, { now: () => today });
  admin = await service.client('admin');
  recorder = await service.client('recorder');
  analyst = await service.client('analyst');
  await accepted('registerProgramme', { reference: programme, name: { en: 'A programme' } }, admin);
  for (const reference of ['UNIT-A', 'UNIT-B', 'UNIT-O']) {
    await accepted('registerOrganisation', { programme, reference, name: { en: reference } }, admin);
  }
  const law = { programme, reference: 'LAW', name: { en: 'A law' }, kind: 'law', status: 'inForce' };
  await accepted('registerInstrument', law, admin);
  const body = { reference: 'ADVISERS', name: { en: 'Advisers' }, kind: 'committee', competence: 'advises' };
  await accepted('establishBody', { programme, ...body }, admin);
  const workshop = { reference: 'WS-1', topic: { en: 'A topic' }, heldOn: { edtf: '2017-06-01' } };
  await accepted('announceWorkshop', { programme, ...workshop });
  await accepted('openWorkshop', { programme, reference: 'WS-1' });
  await accepted('holdSession', { programme, workshop: 'WS-1', reference: 'S-1', order: 1 });
}, 120_000);

afterAll(async () => {
  await service?.stop();
  await stores?.stop();
}, 60_000);

async function send(mutation: string, input: object, client = recorder) {
  commands += 1;
  const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
  const { data, errors } = await client.ask(
    `mutation ($input: ${type}!) { ${mutation}(input: $input) {
       __typename
       ... on CommandAccepted { position pending changed { __typename ... on Decision { key } ... on Correction { key } } }
       ... on CommandRefused { code message fields { path message } }
     } }`,
    { input: { commandId: `relations-${commands}`, decidedOn: { edtf: '2017-01-01' }, ...input } },
  );
  expect(errors).toBeUndefined();
  return data[mutation];
}

async function accepted(mutation: string, input: object, client = recorder) {
  const answer = await send(mutation, input, client);
  expect(answer).toMatchObject({ __typename: 'CommandAccepted' });
  return answer as { position: number; changed: { __typename: string; key: string } };
}

async function refused(mutation: string, input: object, client = recorder) {
  const answer = await send(mutation, input, client);
  expect(answer).toMatchObject({ __typename: 'CommandRefused' });
  return [answer.code, ...answer.fields.map(({ path }: { path: string }) => path)];
}

const on = (edtf: string) => ({ decidedOn: { edtf } });
const reason = { en: 'Why' };

async function itemUnderReview(reference: string, proposedOn = '2017-02-01'): Promise<void> {
  await accepted('registerItem', { programme, reference, title: { en: reference }, ...on('2016-01-01') });
  await accepted('proposeItem', { programme, reference, ...on(proposedOn) });
  await accepted('startReview', { programme, reference, ...on(proposedOn) });
}

const decide = (input: object, items: readonly object[]) =>
  accepted('recordDecision', { programme, ...on('2017-06-01'), ...input, items });

const related = `kind direction reads otherKey decision effective toEarliest`;

async function itemOf(reference: string, fields: string, more: object = {}) {
  const { reformItem } = await analyst.data(
    `query ($reference: String!, $atLeast: Position, $asOf: AsOfInput, $effectiveOn: Day) {
      reformItem(programme: "${programme}", reference: $reference, atLeast: $atLeast, asOf: $asOf, effectiveOn: $effectiveOn) { ${fields} }
    }`,
    { reference, ...more },
  );
  return reformItem;
}

describe('relations between items', () => {
  it('that come of decisions are read from either end, with a word for each way, under both clocks', async () => {
    for (const reference of ['M-1', 'M-2']) await itemUnderReview(reference);
    const before = await decide({}, [{ reference: 'M-2', kind: 'discuss' }]);
    const merged = await decide({}, [{ reference: 'M-1', kind: 'merge', successors: ['M-2'] }]);
    const { position: atLeast } = merged;
    const fields = `relations { ${related} other { reference } }`;
    const [from] = (await itemOf('M-1', fields, { atLeast })).relations;
    expect(from).toMatchObject({
      kind: 'mergedInto',
      direction: 'FROM',
      reads: 'mergedInto',
      otherKey: `${programme}/m-2`,
      other: { reference: 'M-2' },
      decision: merged.changed.key,
      effective: '2017-06-01',
      toEarliest: null,
    });
    const [to] = (await itemOf('M-2', fields, { atLeast })).relations;
    expect(to).toMatchObject({ direction: 'TO', reads: 'mergedFrom', other: { reference: 'M-1' } });
    const none = await itemOf('M-2', fields, { asOf: { position: before.position }, atLeast });
    expect(none.relations).toEqual([]);
    expect((await itemOf('M-2', fields, { effectiveOn: '2017-05-31', atLeast })).relations).toEqual([]);
    const reopened = await decide(on('2017-09-01'), [{ reference: 'M-1', kind: 'reopen', reason }]);
    const later = { atLeast: reopened.position };
    expect((await itemOf('M-1', fields, later)).relations).toEqual([]);
    expect((await itemOf('M-2', fields, { ...later, effectiveOn: '2017-08-31' })).relations).toHaveLength(1);
    expect((await itemOf('M-1', `relations(ended: true) { ${related} }`, later)).relations).toMatchObject([
      { toEarliest: '2017-09-01' },
    ]);
  });

  it('are not brought back by a correction where the item would follow from itself by then', async () => {
    for (const reference of ['C-1', 'C-2']) await itemUnderReview(reference);
    await decide({}, [{ reference: 'C-1', kind: 'merge', successors: ['C-2'] }]);
    const reopening = await decide(on('2017-06-15'), [{ reference: 'C-1', kind: 'reopen', reason }]);
    const struck = { programme, decision: { id: reopening.changed.key, struck: true }, reason };
    const proposed = await accepted('proposeCorrection', struck);
    await decide(on('2017-06-20'), [{ reference: 'C-2', kind: 'merge', successors: ['C-1'] }]);
    expect(await refused('proposeCorrection', struck)).toEqual(['RELATION_CYCLE', 'decision']);
    const answer = { programme, correction: proposed.changed.key };
    const confirmer = await service.client('confirmer');
    expect(await refused('confirmCorrection', answer, confirmer)).toEqual(['RELATION_CYCLE', 'correction']);
    const { position } = await accepted('declineCorrection', { ...answer, reason }, confirmer);
    expect((await itemOf('C-1', 'state', { atLeast: position })).state).toBe('UnderReview');
  });

  it('are released by the annulment of what declared them', async () => {
    for (const reference of ['A-1', 'A-2']) await itemUnderReview(reference);
    await accepted(
      'establishBody',
      {
        programme,
        reference: 'BOARD',
        name: { en: 'Board' },
        kind: 'committee',
        competence: 'approves',
      },
      admin,
    );
    const merged = await decide({}, [{ reference: 'A-1', kind: 'merge', successors: ['A-2'] }]);
    const back = { reference: 'A-2', kind: 'merge', successors: ['A-1'] };
    expect(
      await refused('recordDecision', { programme, ...on('2017-06-02'), items: [back], asRecorded: true }),
    ).toEqual(['RELATION_CYCLE', 'items']);
    await decide({ ...on('2017-07-01'), body: 'BOARD' }, [
      { reference: 'A-1', kind: 'annul', decision: merged.changed.key, reason },
    ]);
    const { position } = await decide(on('2017-06-02'), [back]);
    const fields = `relations { ${related} }`;
    expect((await itemOf('A-1', fields, { atLeast: position })).relations).toMatchObject([
      { reads: 'mergedFrom', otherKey: `${programme}/a-2` },
    ]);
  });

  it('are said and taken back, refused in a circle, twice, of decisions alone, and without a reason', async () => {
    for (const reference of ['D-1', 'D-2', 'D-3']) await itemUnderReview(reference);
    const depends = (reference: string, to: string) => ({ programme, reference, kind: 'dependsOn', to });
    const first = await accepted('relateItems', depends('D-1', 'D-2'));
    expect(first.changed).toMatchObject({ __typename: 'SaidRelation' });
    await accepted('relateItems', depends('D-2', 'D-3'));
    expect(await refused('relateItems', depends('D-3', 'D-1'))).toEqual(['RELATION_CYCLE', 'to']);
    expect(await refused('relateItems', depends('D-1', 'D-2'))).toEqual(['ALREADY_EXISTS', 'to']);
    expect(await refused('relateItems', depends('D-1', 'GHOST'))).toEqual(['NOT_FOUND', 'to']);
    expect(await refused('relateItems', { ...depends('D-1', 'D-2'), kind: 'splitInto' })).toEqual([
      'INVALID_INPUT',
      'kind',
    ]);
    expect(await refused('unrelateItems', depends('D-1', 'D-2'))).toEqual(['REASON_REQUIRED', 'reason']);
    const early = { ...depends('D-1', 'D-2'), reason, ...on('2016-01-01') };
    expect(await refused('unrelateItems', early)).toEqual(['INVALID_DATE', 'effective']);
    await accepted('removeItem', { programme, reference: 'D-3' });
    const duplicate = { programme, reference: 'D-1', kind: 'duplicateOf', to: 'D-3' };
    expect(await refused('relateItems', duplicate)).toEqual(['ITEM_REMOVED', 'to']);
    const { position } = await accepted('unrelateItems', {
      ...depends('D-1', 'D-2'),
      reason,
      ...on('2017-05-01'),
    });
    expect(await refused('unrelateItems', { ...depends('D-1', 'D-2'), reason })).toEqual(['NOT_FOUND', 'to']);
    const fields = `relations(kinds: [dependsOn], direction: FROM) { ${related} }`;
    expect((await itemOf('D-1', fields, { atLeast: position })).relations).toEqual([]);
    const then = await itemOf('D-1', fields, { atLeast: position, effectiveOn: '2017-03-01' });
    expect(then.relations).toMatchObject([{ kind: 'dependsOn', decision: null, effective: '2017-01-01' }]);
  });

  it('lead journeys, lineages and ages through them', async () => {
    await itemUnderReview('L-1', '2016-03');
    for (const reference of ['L-2', 'L-3']) await itemUnderReview(reference);
    await decide({}, [{ reference: 'L-1', kind: 'supersede', successors: ['L-2'] }]);
    const { position: atLeast } = await accepted('relateItems', {
      programme,
      reference: 'L-2',
      kind: 'reissuedAs',
      to: 'L-3',
      ...on('2017-07-01'),
    });
    const fields = `lineage { predecessors { reference } successors { reference } }
      age(on: "2017-04-01") { certain possible on } journey(through: true) { itemKey type }`;
    const item = await itemOf('L-2', fields, { atLeast });
    expect(item.lineage).toEqual({
      predecessors: [{ reference: 'L-1' }],
      successors: [{ reference: 'L-3' }],
    });
    expect(item.age).toEqual({ certain: 366, possible: 396, on: '2017-04-01' });
    const keys = item.journey.map(({ itemKey }: { itemKey: string }) => itemKey.slice(-1));
    // Each item's entries stand together: those before, its own, those after.
    expect(keys.filter((key: string, index: number) => key !== keys[index - 1])).toEqual(['1', '2', '3']);
    const ended = await itemOf('L-1', 'age(on: "2017-12-31") { certain possible }', { atLeast });
    expect(ended.age).toEqual({ certain: 427, possible: 457 });
    const own = await itemOf('L-2', 'lineage { predecessors { reference } }', {
      atLeast,
      effectiveOn: '2017-05-31',
    });
    expect(own.lineage.predecessors).toEqual([]);
  });
});

describe('a decision', () => {
  const atWorkshop = { workshop: 'WS-1', session: 'S-1', mode: 'session', method: 'vote' };
  const text = { ar: 'نعارض الصياغة', en: 'We oppose the wording' };

  it('shows how it was come to, where delegations stood and what it did to each item', async () => {
    for (const reference of ['V-1', 'V-2']) await itemUnderReview(reference);
    await accepted('seatDelegation', {
      programme,
      workshop: 'WS-1',
      organisation: 'UNIT-A',
      capacity: 'member',
    });
    await accepted('seatDelegation', {
      programme,
      workshop: 'WS-1',
      organisation: 'UNIT-B',
      capacity: 'member',
    });
    await accepted('seatDelegation', {
      programme,
      workshop: 'WS-1',
      organisation: 'UNIT-O',
      capacity: 'observer',
    });
    const circumstances = {
      ...atWorkshop,
      votes: { for: 1, against: 1, abstained: 0 },
      quorum: { required: 2, present: 3 },
      basis: [{ instrument: 'LAW' }],
      positions: [{ delegation: 'UNIT-A', position: 'for' }],
    };
    const items = [
      { reference: 'V-1', kind: 'adopt' },
      {
        reference: 'V-2',
        kind: 'defer',
        until: '2018',
        positions: [{ delegation: 'UNIT-B', position: 'dissent', text }],
      },
    ];
    const { position, changed } = await decide(circumstances, items);
    const { decision } = await analyst.data(
      `query ($key: String!, $atLeast: Position) { decision(key: $key, atLeast: $atLeast) {
        sessionOrder flags votes { for against abstained } quorum { required present } basis { instrument }
        positions { delegation position }
        items { kind status outcome { kind manner until successors recorded } positions { delegation position text }
          effect { type itemKey position } }
      } }`,
      { key: changed.key, atLeast: position },
    );
    expect(decision).toMatchObject({
      sessionOrder: 1,
      flags: [],
      votes: circumstances.votes,
      quorum: circumstances.quorum,
      positions: [{ delegation: 'UNIT-A', position: 'for' }],
      items: [
        {
          kind: 'adopt',
          status: 'applied',
          outcome: { manner: 'plain' },
          effect: { type: 'ReformItemAdopted' },
        },
        {
          outcome: { until: '2018', recorded: { kind: 'defer', until: '2018' } },
          positions: [{ delegation: 'UNIT-B', position: 'dissent', text }],
        },
      ],
    });
    const { workshop } = await analyst.data(
      `{ workshop(programme: "${programme}", reference: "WS-1") { decisions { key } } }`,
    );
    expect(workshop.decisions).toEqual([{ key: changed.key }]);
  });

  it('is refused for each rule of deciding it breaks, with its path', async () => {
    const attempt = (input: object) =>
      refused('recordDecision', {
        programme,
        ...on('2017-06-01'),
        ...atWorkshop,
        items: [{ reference: 'V-1', kind: 'discuss' }],
        ...input,
      });
    expect(await attempt({ quorum: { required: 9, present: 3 } })).toEqual(['NO_QUORUM', 'quorum.present']);
    const vote = [{ delegation: 'UNIT-O', position: 'for' }];
    expect(await attempt({ positions: vote })).toEqual(['NOT_A_MEMBER', 'positions.0.delegation']);
    expect(await attempt({ positions: [{ delegation: 'GHOST', position: 'for' }] })).toEqual([
      'NOT_FOUND',
      'positions.0.delegation',
    ]);
    expect(await attempt({ positions: [{ delegation: 'UNIT-A', position: 'dissent' }] })).toEqual([
      'INVALID_INPUT',
      'positions.0.text',
    ]);
    expect(await attempt({ basis: [{ instrument: 'DECREE' }] })).toEqual(['NOT_FOUND', 'basis.0.instrument']);
    expect(await attempt({ session: 'S-9' })).toEqual(['NOT_FOUND', 'session']);
    expect(await attempt({ workshop: 'WS-9', session: null })).toEqual(['NOT_FOUND', 'workshop']);
    expect(await attempt({ mode: 'correspondence' })).toEqual(['INVALID_INPUT', 'session']);
  });

  it('recorded as it was is flagged with what it breaks, and late, on each of its effects', async () => {
    await itemUnderReview('F-1');
    await accepted('setRecordingDeadline', { programme, days: 30 }, admin);
    const { position, changed } = await decide(
      {
        ...atWorkshop,
        body: 'ADVISERS',
        asRecorded: true,
        quorum: { required: 9, present: 3 },
        positions: [{ delegation: 'UNIT-O', position: 'for' }],
      },
      [{ reference: 'F-1', kind: 'approve' }],
    );
    const { decisions } = await analyst.data(
      `query ($atLeast: Position) { decisions(programme: "${programme}", flags: [NO_QUORUM], atLeast: $atLeast) {
        nodes { key flags items { effect { irregularities } } }
      } }`,
      { atLeast: position },
    );
    expect(decisions.nodes).toMatchObject([
      { key: changed.key, flags: ['LATE', 'NOT_A_MEMBER', 'NOT_COMPETENT', 'NO_QUORUM'] },
    ]);
    const [{ flags, items }] = decisions.nodes;
    expect(items[0].effect.irregularities).toEqual(expect.arrayContaining(flags));
  });

  it('is found by what it is about and when it was taken', async () => {
    const count = async (filter: string) =>
      (await analyst.data(`{ decisions(programme: "${programme}", ${filter}) { totalCount } }`)).decisions
        .totalCount as number;
    expect(await count('item: "V-1"')).toBe(1);
    expect(await count('item: "GHOST"')).toBe(0);
    expect(await count('session: "S-1"')).toBe(2);
    expect(await count('methods: [vote], kinds: [approve]')).toBe(1);
    expect(await count('decidedFrom: "2017-07-01", decidedTo: "2017-12-31"')).toBe(2);
    expect(await count('lapsed: true')).toBe(0);
    const { errors } = await analyst.ask('{ decisions(item: "V-1") { totalCount } }');
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});
