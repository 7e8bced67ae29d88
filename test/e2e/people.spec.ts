import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '@masar/event-store';
import type { OpenedEventStore } from '@masar/event-store/open';
import { readErasures } from '@masar/subjects';
import { join } from 'node:path';
import pg from 'pg';
import type { GraphqlClient } from '../support/graphql-client.js';
import { type InProcessService, startInProcess } from '../support/in-process-service.js';
import { TestStores } from '../support/stores.js';

const programme = 'PEOPLE';
const decidedOn = { edtf: '2024-03-01' };
const stranger = '5c2b9f3e-0000-4000-8000-00000000000c';

let stores: TestStores;
let service: InProcessService;
let log: OpenedEventStore;
let admin: GraphqlClient;
let recorder: GraphqlClient;
let auditor: GraphqlClient;
let commands = 0;
const newCommandId = () => `people-command-${(commands += 1)}`;

beforeAll(async () => {
  stores = await TestStores.start();
  service = await startInProcess(stores, false);
  log = await service.store.open();
  admin = await service.client('admin');
  recorder = await service.client('recorder');
  auditor = await service.client('auditor');
  for (const reference of [programme, 'OTHER']) {
    await sent(admin, 'registerProgramme', { reference, name: { en: 'A programme of the tests' } });
  }
}, 120_000);

afterAll(async () => {
  await log?.close();
  await service?.stop();
  await stores?.stop();
}, 60_000);

const results: Readonly<Record<string, string>> = {
  readPersonalData: '... on PersonalData { position recordedAt people { subject name } warnings { path } }',
  findPerson: '... on FoundPerson { position recordedAt subject warnings { path } }',
};
const accepted = `... on CommandAccepted {
  position duplicate warnings { code path message } changed { __typename ... on Person { subject programme erasedAt } }
}`;

async function ask(client: GraphqlClient, mutation: string, input: object) {
  const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
  const dates = mutation in results ? {} : { decidedOn };
  return client.ask(
    `mutation ($input: ${type}!) { ${mutation}(input: $input) {
      __typename ${results[mutation] ?? accepted} ... on CommandRefused { code message fields { path message } }
    } }`,
    { input: { commandId: newCommandId(), ...dates, ...input } },
  );
}

/** What a mutation without errors answered. */
async function sent(client: GraphqlClient, mutation: string, input: object) {
  const { data, errors } = await ask(client, mutation, input);
  expect(errors).toBeUndefined();
  return data[mutation];
}

/** Registers an item that names people, and answers with their ids by part. */
async function itemNaming(reference: string, people: readonly object[], more: object = {}) {
  const title = { en: `Item ${reference}` };
  const { position } = await sent(recorder, 'registerItem', { programme, reference, title, people, ...more });
  const { reformItem } = await auditor.data(
    `query ($reference: String!, $at: Position) {
      reformItem(programme: "${programme}", reference: $reference, atLeast: $at) { state people { part subjects } }
    }`,
    { reference, at: position },
  );
  const parts = (reformItem.people as { part: string; subjects: string[] }[]).map(
    ({ part, subjects }) => [part, subjects] as const,
  );
  return Object.fromEntries(parts);
}

const nameOf = async (subject: string, more: object = {}) =>
  sent(auditor, 'readPersonalData', { programme, subjects: [subject], purpose: 'To ask them', ...more });

/** Events of a type as they stand in the log. */
async function eventsOf(type: string): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for (;;) {
    const page = await log.log.readAll(events.length, 1_000);
    events.push(...page);
    if (page.length < 1_000) return events.filter((event) => event.type === type);
  }
}

describe('people of an item', () => {
  it('are given by name and recorded by id, the same name under the same id', async () => {
    const first = await itemNaming('NAMED-1', [
      { part: 'author', name: 'Quandary One' },
      { part: 'author', name: 'Quandary Two' },
      { part: 'sponsor', name: 'Quandary  One' },
    ]);
    expect(first['author']).toHaveLength(2);
    expect(first['sponsor']).toEqual([first['author']![0]]);
    const second = await itemNaming('NAMED-2', [{ part: 'author', name: 'Quandary One' }], {
      programme: programme.toLowerCase(),
    });
    expect(second['author']).toEqual(first['sponsor']);
  });

  it('make a retry, and under the same command id nobody else', async () => {
    const input = {
      programme,
      reference: 'NAMED-3',
      title: { en: 'Named' },
      commandId: newCommandId(),
      people: [{ part: 'author', name: 'Quandary Three' }],
    };
    expect(await sent(recorder, 'registerItem', input)).toMatchObject({ duplicate: false });
    expect(await sent(recorder, 'registerItem', input)).toMatchObject({ duplicate: true });
    const other = { ...input, people: [{ part: 'author', name: 'Quandary Four' }] };
    expect(await sent(recorder, 'registerItem', other)).toMatchObject({ code: 'COMMAND_ID_REUSED' });
  });

  it('whose name is none are refused with its place, and so is a programme that is not there', async () => {
    const people = [
      { part: 'author', name: 'Quandary One' },
      { part: 'author', name: ' \u00a0 ' },
    ];
    const input = { programme, reference: 'NAMED-4', title: { en: 'Named' }, people };
    expect(await sent(recorder, 'registerItem', input)).toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ path: 'people.1.name' }],
    });
    expect(await sent(recorder, 'registerItem', { ...input, programme: 'NOT-THERE' })).toMatchObject({
      code: 'NOT_FOUND',
      fields: [{ path: 'programme' }],
    });
  });
});

describe('names', () => {
  it('are shown to whoever may identify people, once it is recorded who asked, and what for', async () => {
    const { author } = await itemNaming('SHOWN-1', [{ part: 'author', name: 'Quandary Shown' }]);
    const answer = await nameOf(author![0]!);
    expect(answer).toMatchObject({ people: [{ subject: author![0], name: 'Quandary Shown' }] });
    expect((await eventsOf('PersonalDataRead')).at(-1)).toMatchObject({
      position: answer.position,
      actor: { subject: 'test-auditor' },
      data: { programme, subjects: author, purpose: 'To ask them', by: 'id' },
    });
  });

  it('are shown again on a retry without another event, and not once the reading is over', async () => {
    const { author } = await itemNaming('SHOWN-2', [{ part: 'author', name: 'Quandary Again' }]);
    const commandId = newCommandId();
    const first = await nameOf(author![0]!, { commandId });
    expect(await nameOf(author![0]!, { commandId })).toEqual(first);
    expect(await nameOf(author![0]!, { commandId, purpose: 'Something else' })).toMatchObject({
      code: 'COMMAND_ID_REUSED',
    });
    await aDayPasses(first.position as number);
    expect(await nameOf(author![0]!, { commandId })).toMatchObject({
      code: 'COMMAND_ID_REUSED',
      fields: [{ path: 'commandId' }],
    });
  });

  it('are not shown of whom the programme does not know, nor without a purpose', async () => {
    const { author } = await itemNaming('SHOWN-3', [{ part: 'author', name: 'Quandary Three' }]);
    const before = await log.log.head();
    expect(
      await sent(auditor, 'readPersonalData', {
        programme,
        subjects: [author![0], stranger],
        purpose: 'To ask',
      }),
    ).toMatchObject({ code: 'NOT_FOUND', fields: [{ path: 'subjects.1' }] });
    expect(await nameOf(author![0]!, { programme: 'OTHER' })).toMatchObject({ code: 'NOT_FOUND' });
    expect(await nameOf(author![0]!, { purpose: '   ' })).toMatchObject({
      code: 'REASON_REQUIRED',
      fields: [{ path: 'purpose' }],
    });
    expect(await log.log.head()).toEqual(before);
    for (const wrong of [{ subjects: [] }, { subjects: ['Quandary Three'] }, { purpose: '' }]) {
      const { errors } = await ask(auditor, 'readPersonalData', {
        programme,
        subjects: author,
        purpose: 'x',
        ...wrong,
      });
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
      expect(JSON.stringify(errors)).not.toContain('Quandary');
    }
  });

  it('lead to the id of whoever bears exactly this one, for who may erase, and the search is recorded', async () => {
    const { author } = await itemNaming('FOUND-1', [{ part: 'author', name: 'Quandary Found' }]);
    const find = async (name: string, more: object = {}) =>
      sent(admin, 'findPerson', { programme, name, purpose: 'They asked', ...more });
    const found = await find(' Quandary\u00a0Found');
    expect(found).toMatchObject({ subject: author![0] });
    expect(await find('Quandary Fou')).toMatchObject({ subject: null, warnings: [] });
    expect((await eventsOf('PersonalDataRead')).slice(-2).map(({ data }) => data)).toMatchObject([
      { subjects: author, purpose: 'They asked', by: 'name' },
      { subjects: [], purpose: 'They asked', by: 'name' },
    ]);
    expect(await find('Quandary Found', { programme: 'OTHER' })).toMatchObject({ subject: null });
    expect(await find('Quandary Found', { programme: 'NOT-THERE' })).toMatchObject({
      code: 'NOT_FOUND',
      fields: [{ path: 'programme' }],
    });
    expect(await find('\u00a0')).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: 'name' }] });
  });

  it.each([
    ['readPersonalData', { subjects: [stranger], purpose: 'x' }, 'auditor'],
    ['findPerson', { name: 'Quandary One', purpose: 'x' }, 'admin'],
    ['erasePerson', { subject: stranger }, 'admin'],
  ] as const)('%s is forbidden to everybody else', async (mutation, input, allowed) => {
    const roles = [
      'recorder',
      'confirmer',
      'reporter',
      'verifier',
      'analyst',
      'auditor',
      'integrator',
      'admin',
    ] as const;
    for (const role of roles) {
      const { errors } = await ask(await service.client(role), mutation, { programme, ...input });
      if (role === allowed) expect(errors).toBeUndefined();
      else expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    }
  });
});

describe('erasing a person', () => {
  it('answers when the name is gone, everywhere it was, and the list has it', async () => {
    const people = [
      { part: 'author', name: 'Quandary Gone' },
      { part: 'author', name: 'Quandary Kept' },
    ];
    const { author } = await itemNaming('GONE-1', people);
    const [gone, kept] = author as [string, string];
    const erased = await sent(admin, 'erasePerson', {
      programme,
      subject: gone.toUpperCase(),
      reason: { en: 'Asked for' },
    });
    expect(erased).toMatchObject({
      duplicate: false,
      changed: { __typename: 'Person', subject: gone, programme, erasedAt: expect.any(String) },
    });
    const { people: shown } = await sent(auditor, 'readPersonalData', {
      programme,
      subjects: author,
      purpose: 'To see',
    });
    expect(shown).toEqual([
      { subject: gone, name: null },
      { subject: kept, name: 'Quandary Kept' },
    ]);
    const { entries } = await readErasures(join(service.dataFolder, 'erasures.jsonl'));
    expect(entries).toMatchObject([{ subject: gone, erasedAt: erased.changed.erasedAt }]);
    // The item is as it was; a name that comes again is somebody else's.
    expect(await itemNaming('GONE-2', people)).not.toEqual({ author });
  });

  it('has the effect of one under its command id, and is refused again under another', async () => {
    const { author } = await itemNaming('GONE-3', [{ part: 'author', name: 'Quandary Once' }]);
    const input = { programme, subject: author![0], commandId: newCommandId() };
    expect(await sent(admin, 'erasePerson', input)).toMatchObject({ duplicate: false });
    expect(await sent(admin, 'erasePerson', input)).toMatchObject({ duplicate: true });
    expect(await sent(admin, 'erasePerson', { ...input, commandId: newCommandId() })).toMatchObject({
      code: 'NOTHING_TO_CHANGE',
      fields: [{ path: 'subject' }],
    });
  });

  it('is refused of whom the programme does not know', async () => {
    const { author } = await itemNaming('KEPT-1', [{ part: 'author', name: 'Quandary Elsewhere' }]);
    for (const input of [
      { programme, subject: stranger },
      { programme: 'OTHER', subject: author![0] },
    ]) {
      expect(await sent(admin, 'erasePerson', input)).toMatchObject({
        code: 'NOT_FOUND',
        fields: [{ path: 'subject' }],
      });
    }
    expect(await nameOf(author![0]!)).toMatchObject({ people: [{ name: 'Quandary Elsewhere' }] });
  });
});

describe('free text', () => {
  it('that seems to hold contact data is accepted with a warning, the same on a retry', async () => {
    const input = {
      programme,
      reference: 'WARNED-1',
      commandId: newCommandId(),
      title: { en: 'Write to unit@example.org', ar: 'الهاتف ٠٥٥٥٠١٢٣٤٥٦' },
      reason: { en: 'Nothing to see' },
    };
    const warnings = [
      {
        code: 'FREE_TEXT_NOT_ERASABLE',
        path: 'title.en',
        message: expect.stringContaining('an e-mail address'),
      },
      {
        code: 'FREE_TEXT_NOT_ERASABLE',
        path: 'title.ar',
        message: expect.stringContaining('a phone number'),
      },
    ];
    expect(await sent(recorder, 'registerItem', input)).toMatchObject({ duplicate: false, warnings });
    expect(await sent(recorder, 'registerItem', input)).toMatchObject({ duplicate: true, warnings });
  });

  it('is what names are asked for, too', async () => {
    const { author } = await itemNaming('WARNED-3', [{ part: 'author', name: 'Quandary Warned' }]);
    const purpose = 'They wrote from unit@example.org';
    const warnings = [{ path: 'purpose' }];
    expect(await nameOf(author![0]!, { purpose })).toMatchObject({ warnings });
    const input = { programme, name: 'Quandary Warned', purpose };
    expect(await sent(admin, 'findPerson', input)).toMatchObject({ subject: author![0], warnings });
  });

  it('that does not is accepted without', async () => {
    const input = { programme, reference: 'WARNED-2', title: { en: 'Law 20 (2016), from 2017-04-18 on' } };
    expect(await sent(recorder, 'registerItem', input)).toMatchObject({ warnings: [] });
  });
});

/** Makes an event look as if it had been recorded a day earlier, which no part of Masar can. */
async function aDayPasses(position: number): Promise<void> {
  const client = new pg.Client({ connectionString: service.connectionString });
  await client.connect();
  try {
    await client.query('ALTER TABLE masar.event DISABLE TRIGGER event_is_final');
    await client.query(
      `UPDATE masar.event SET recorded_at = recorded_at - interval '1 day' WHERE position = $1`,
      [position],
    );
    await client.query('ALTER TABLE masar.event ENABLE TRIGGER event_is_final');
  } finally {
    await client.end();
  }
}
