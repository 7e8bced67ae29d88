import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '@masar/event-store';
import type { OpenedEventStore } from '@masar/event-store/open';
import type { GraphqlClient } from '../support/graphql-client.js';
import { type InProcessService, startInProcess } from '../support/in-process-service.js';
import { TestStores } from '../support/stores.js';

/*
 * `ReformItemReferred` had the words alone in version 1, `to: {en: …}`; version 2 can name the organisation too. A log
 * that an earlier release wrote is read as if it had been version 2 all along, and its bytes stay as they are.
 */

const programme = 'upcasting';
const committee = { en: 'Legal committee', ar: 'اللجنة القانونية' };

let stores: TestStores;
let service: InProcessService;
let backend: OpenedEventStore;
let recorder: GraphqlClient;
let analyst: GraphqlClient;
let commands = 0;

beforeAll(async () => {
  stores = await TestStores.start();
  service = await startInProcess(stores, false);
  backend = await service.store.open();
  recorder = await service.client('recorder');
  analyst = await service.client('analyst');
  const admin = await service.client('admin');
  await accepted(admin, 'registerProgramme', { reference: programme, name: { en: 'A programme' } });
  await accepted(admin, 'registerOrganisation', {
    programme,
    reference: 'LEGAL',
    name: committee,
    decidedOn: { edtf: '2023' },
  });
}, 120_000);

afterAll(async () => {
  await backend?.close();
  await service?.stop();
  await stores?.stop();
}, 60_000);

async function send(client: GraphqlClient, mutation: string, input: object) {
  const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input!`;
  const document = `mutation ($input: ${type}) { ${mutation}(input: $input) {
    __typename
    ... on CommandAccepted { position changed { ... on Correction { key } } }
    ... on CommandRefused { code fields { path } }
  } }`;
  const common = { commandId: `upcasting-${(commands += 1)}`, decidedOn: { edtf: '2024-03-01' } };
  return (await client.data(document, { input: { ...common, ...input } }))[mutation];
}

async function accepted(client: GraphqlClient, mutation: string, input: object) {
  const answer = await send(client, mutation, input);
  expect(answer).toMatchObject({ __typename: 'CommandAccepted' });
  return answer as { position: number; changed: { key: string } };
}

const itemFields = 'state referredTo referredToOrganisation';
const itemAt = async (reference: string, atLeast: number) =>
  (await analyst.data(
    `query ($reference: String!, $atLeast: Position) {
        reformItem(programme: "${programme}", reference: $reference, atLeast: $atLeast) {
          ${itemFields} journey { type eventId position }
        }
        replay(programme: "${programme}", reference: $reference, atLeast: $atLeast) {
          type item { ${itemFields} }
        }
      }`,
    { reference, atLeast },
  )) as {
    reformItem: Record<string, unknown> & { journey: { type: string; eventId: string }[] };
    replay: { type: string; item: Record<string, unknown> }[];
  };

/** Registers an item and has an earlier release refer it: an event of version 1, as that release stored it. */
async function referredByAnEarlierRelease(reference: string): Promise<RecordedEvent> {
  await accepted(recorder, 'registerItem', { programme, reference, title: { en: 'A title' } });
  const stream = `item-${programme}/${reference.toLowerCase()}`;
  await backend.store.append(stream, 0, [
    {
      id: `11111111-1111-4111-8111-${String((commands += 1)).padStart(12, '0')}`,
      type: 'ReformItemReferred',
      schemaVersion: 1,
      decidedOn: '2024-03-02',
      effective: '2024-03-02',
      actor: { subject: 'an-earlier-release' },
      commandId: `earlier-${commands}`,
      causationId: null,
      correlationId: `earlier-${commands}`,
      data: { to: committee, decision: 'an-earlier-decision' },
    },
  ]);
  return (await backend.store.readStream(stream)).at(-1)!;
}

const inWords = { state: 'Referred', referredTo: committee, referredToOrganisation: null };
const named = { state: 'Referred', referredTo: committee, referredToOrganisation: 'LEGAL' };

describe('an event of a former version', () => {
  it('reads as today’s in the item, in its read model and in a replay', async () => {
    const { position } = await referredByAnEarlierRelease('OLD-1');
    const { reformItem, replay } = await itemAt('OLD-1', position);
    expect(reformItem).toMatchObject(inWords);
    expect(replay.at(-1)).toMatchObject({ type: 'ReformItemReferred', item: inWords });
  });

  it('is shown, and stays stored, as it was written', async () => {
    const recorded = await referredByAnEarlierRelease('OLD-2');
    const { event } = await analyst.data(
      'query ($id: String!, $at: Position) { event(id: $id, atLeast: $at) { type schemaVersion data } }',
      { id: recorded.id, at: recorded.position },
    );
    expect(event).toEqual({
      type: 'ReformItemReferred',
      schemaVersion: 1,
      data: { to: committee, decision: 'an-earlier-decision' },
    });
    const moved = await accepted(recorder, 'recordDecision', {
      programme,
      decidedOn: { edtf: '2024-04-01' },
      items: [{ reference: 'OLD-2', kind: 'resume' }],
    });
    expect((await itemAt('OLD-2', moved.position)).reformItem).toMatchObject({ referredTo: null });
    const [, again] = await backend.store.readStream(recorded.stream);
    expect(again!.bytes).toBe(recorded.bytes);
    expect(again!.bytes).toContain('"to":{"ar":');
  });

  it('is corrected in today’s shape', async () => {
    const { position } = await referredByAnEarlierRelease('OLD-3');
    const { journey } = (await itemAt('OLD-3', position)).reformItem;
    const entry = { reference: 'OLD-3', eventId: journey.at(-1)!.eventId };
    const reason = { en: 'The minutes name the organisation.' };
    const proposal = { programme, reason, decidedOn: { edtf: '2024-04-01' } };
    expect(
      await send(recorder, 'proposeCorrection', {
        ...proposal,
        entry: { ...entry, data: { to: committee } },
      }),
    ).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: 'entry.data.to' }] });
    const { changed } = await accepted(recorder, 'proposeCorrection', {
      ...proposal,
      entry: { ...entry, data: { to: { name: committee, organisation: 'LEGAL' } } },
    });
    const confirmed = await accepted(await service.client('confirmer'), 'confirmCorrection', {
      programme,
      correction: changed.key,
    });
    expect((await itemAt('OLD-3', confirmed.position)).reformItem).toMatchObject(named);
  });
});

describe('a referral of today', () => {
  const refer = (reference: string, more: object) => ({
    programme,
    items: [{ reference, kind: 'refer', referTo: committee, ...more }],
  });

  it('names the organisation where it is one of the programme', async () => {
    for (const reference of ['NEW-1', 'NEW-2']) {
      await accepted(recorder, 'registerItem', { programme, reference, title: { en: 'A title' } });
      await accepted(recorder, 'proposeItem', { programme, reference });
    }
    const first = await accepted(
      recorder,
      'recordDecision',
      refer('NEW-1', { referToOrganisation: 'LEGAL' }),
    );
    expect((await itemAt('NEW-1', first.position)).reformItem).toMatchObject(named);
    const second = await accepted(recorder, 'recordDecision', refer('NEW-2', {}));
    const { reformItem, replay } = await itemAt('NEW-2', second.position);
    expect(reformItem).toMatchObject(inWords);
    expect(replay.at(-1)).toMatchObject({ item: inWords });
    const stream = await backend.store.readStream(`item-${programme}/new-1`);
    expect(stream.at(-1)).toMatchObject({
      schemaVersion: 2,
      data: { to: { name: committee, organisation: 'LEGAL' } },
    });
  });

  it('is refused for an organisation that the programme does not have', async () => {
    await accepted(recorder, 'registerItem', { programme, reference: 'NEW-3', title: { en: 'A title' } });
    await accepted(recorder, 'proposeItem', { programme, reference: 'NEW-3' });
    expect(
      await send(recorder, 'recordDecision', refer('NEW-3', { referToOrganisation: 'NOBODY' })),
    ).toMatchObject({ code: 'NOT_FOUND', fields: [{ path: 'items.0.referToOrganisation' }] });
  });
});
