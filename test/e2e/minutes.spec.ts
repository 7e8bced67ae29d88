import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphqlClient } from '../support/graphql-client.js';
import { type InProcessService, startInProcess } from '../support/in-process-service.js';
import { Scribe } from '../support/scribe.js';
import { TestStores } from '../support/stores.js';

const programme = 'minutes';
const scribe = new Scribe(programme);
let stores: TestStores;
let service: InProcessService;
let recorder: GraphqlClient;
let analyst: GraphqlClient;
let last = 0;

beforeAll(async () => {
  stores = await TestStores.start();
  service = await startInProcess(stores, false);
  const admin = await service.client('admin');
  [recorder, analyst] = await Promise.all([service.client('recorder'), service.client('analyst')]);
  scribe.day = '2017-01-01';
  await scribe.accepted(admin, 'registerProgramme', { reference: programme, name: { en: 'A programme' } });
  for (const reference of ['UNIT-A', 'UNIT-B', 'UNIT-C']) {
    await scribe.accepted(admin, 'registerOrganisation', {
      reference,
      name: { en: `${reference} (fictional)` },
    });
  }
  const board = { reference: 'BOARD', name: { en: 'A fictional board' }, kind: 'committee' };
  await scribe.accepted(admin, 'establishBody', { ...board, competence: 'approves' });
  for (const reference of ['ITEM-1', 'ITEM-2']) {
    await scribe.accepted(recorder, 'registerItem', { reference, title: { en: reference } });
    await scribe.accepted(recorder, 'proposeItem', { reference });
    await scribe.accepted(recorder, 'startReview', { reference });
  }
  for (const reference of ['W-1', 'W-2']) {
    const announced = { reference, topic: { en: 'A topic' }, heldOn: { edtf: null } };
    await scribe.accepted(recorder, 'announceWorkshop', announced);
  }
}, 120_000);

afterAll(async () => {
  await service?.stop();
  await stores?.stop();
}, 60_000);

async function record(day: string, mutation: string, input: object): Promise<number> {
  scribe.day = day;
  last = (await scribe.accepted(recorder, mutation, input)).position;
  return last;
}

async function refused(day: string, mutation: string, input: object): Promise<string[]> {
  scribe.day = day;
  const { code, fields } = await scribe.refused(recorder, mutation, input);
  return [code, ...fields.map(({ path }) => path)];
}

/** Asks of a workshop as it is by now, on a day, or as of a position. */
async function ask(fields: string, more: { effectiveOn?: string; asOf?: { position: number } } = {}) {
  const query = `query ($atLeast: Position, $effectiveOn: Day, $asOf: AsOfInput) {
    workshop(programme: "${programme}", reference: "W-1", atLeast: $atLeast, effectiveOn: $effectiveOn, asOf: $asOf) { ${fields} }
  }`;
  return (await analyst.data(query, { atLeast: last, ...more })).workshop;
}

const workshop = 'W-1';
const reason = { en: 'The hall was taken' };

describe('a workshop', () => {
  it('keeps the dates it was given before, with why it was moved', async () => {
    expect(
      await refused('2017-01-05', 'rescheduleWorkshop', {
        reference: workshop,
        heldOn: { edtf: '2017-02-14' },
        reason,
      }),
    ).toEqual(['INVALID_TRANSITION', 'heldOn']);
    await record('2017-01-10', 'scheduleWorkshop', { reference: workshop, heldOn: { edtf: '2017-02-07' } });
    const moved = { reference: workshop, heldOn: { edtf: '2017-02-14' } };
    expect(await refused('2017-01-20', 'rescheduleWorkshop', moved)).toEqual(['REASON_REQUIRED', 'reason']);
    await record('2017-01-20', 'rescheduleWorkshop', { ...moved, reason });
    expect(await refused('2017-01-20', 'rescheduleWorkshop', { ...moved, reason })).toEqual([
      'NOTHING_TO_CHANGE',
      'heldOn',
    ]);
    expect(await ask('heldOn { edtf } appointments { kind heldOn { edtf } reason }')).toEqual({
      heldOn: { edtf: '2017-02-14' },
      appointments: [
        { kind: 'announced', heldOn: { edtf: null }, reason: null },
        { kind: 'scheduled', heldOn: { edtf: '2017-02-07' }, reason: null },
        { kind: 'rescheduled', heldOn: { edtf: '2017-02-14' }, reason },
      ],
    });
  });

  it('is cancelled for a reason', async () => {
    const reference = 'W-CANCELLED';
    await record('2017-01-01', 'announceWorkshop', { reference, topic: { en: 'x' }, heldOn: { edtf: null } });
    expect(await refused('2017-01-02', 'cancelWorkshop', { reference })).toEqual([
      'REASON_REQUIRED',
      'reason',
    ]);
    await record('2017-01-02', 'cancelWorkshop', { reference, reason });
    const { workshop: found } = await analyst.data(
      `query ($atLeast: Position) { workshop(programme: "${programme}", reference: "${reference}", atLeast: $atLeast) { state cancelledBecause } }`,
      { atLeast: last },
    );
    expect(found).toEqual({ state: 'cancelled', cancelledBecause: reason });
    expect(await refused('2017-01-03', 'openWorkshop', { reference })).toEqual(['INVALID_TRANSITION']);
  });

  it('has an agenda about items, which have to be there', async () => {
    const point = (number: string, more: object = {}) => ({
      number,
      title: { en: `Point ${number}` },
      ...more,
    });
    const set = { workshop, points: [point('1', { items: ['item-1', 'ITEM-2'] }), point('2')] };
    expect(
      await refused('2017-01-25', 'setWorkshopAgenda', {
        workshop,
        points: [point('1', { items: ['GHOST'] })],
      }),
    ).toEqual(['NOT_FOUND', 'points.0.items.0']);
    expect(await refused('2017-01-25', 'setWorkshopAgenda', { workshop, points: [] })).toEqual([
      'INVALID_INPUT',
      'points',
    ]);
    expect(
      await refused('2017-01-25', 'setWorkshopAgenda', { workshop, points: [point('1'), point('١')] }),
    ).toEqual(['INVALID_INPUT', 'points.1.number']);
    await record('2017-01-25', 'setWorkshopAgenda', set);
    expect(await refused('2017-01-25', 'setWorkshopAgenda', set)).toEqual(['NOTHING_TO_CHANGE', 'points']);
    expect(await ask('agenda { number title items { reference } }')).toEqual({
      agenda: [
        { number: '1', title: { en: 'Point 1' }, items: [{ reference: 'ITEM-1' }, { reference: 'ITEM-2' }] },
        { number: '2', title: { en: 'Point 2' }, items: [] },
      ],
    });
  });

  it('seats delegations from a day on, in a capacity, and keeps no name of their people', async () => {
    const people = [{ part: 'head', name: 'A name made up for this test' }];
    await record('2017-02-14', 'seatDelegation', {
      workshop,
      organisation: 'UNIT-A',
      capacity: 'member',
      people,
    });
    await record('2017-02-14', 'seatDelegation', { workshop, organisation: 'UNIT-B', capacity: 'observer' });
    await record('2017-02-15', 'unseatDelegation', { workshop, organisation: 'UNIT-B', reason });
    const seat = { workshop, organisation: 'UNIT-A', capacity: 'member', people };
    expect(await refused('2017-02-15', 'seatDelegation', seat)).toEqual([
      'NOTHING_TO_CHANGE',
      'organisation',
    ]);
    expect(await refused('2017-02-15', 'seatDelegation', { ...seat, organisation: 'GHOST' })).toEqual([
      'NOT_FOUND',
      'organisation',
    ]);
    expect(await refused('2017-02-16', 'unseatDelegation', { workshop, organisation: 'UNIT-B' })).toEqual([
      'NOT_FOUND',
      'organisation',
    ]);
    const fields = `delegations { organisation capacity people { part subjects } }
      delegationHistory { organisation toEarliest leftBecause }`;
    const then = await ask(fields, { effectiveOn: '2017-02-14' });
    expect(then.delegations).toMatchObject([
      { organisation: 'UNIT-A', capacity: 'member', people: [{ part: 'head' }] },
      { organisation: 'UNIT-B', capacity: 'observer', people: [] },
    ]);
    expect(then.delegations[0].people[0].subjects).toHaveLength(1);
    const now = await ask(fields);
    expect(now.delegations).toMatchObject([{ organisation: 'UNIT-A' }]);
    expect(now.delegationHistory).toEqual([
      { organisation: 'UNIT-A', toEarliest: null, leftBecause: null },
      { organisation: 'UNIT-B', toEarliest: '2017-02-15', leftBecause: reason },
    ]);
    const { events } = await analyst.data(
      `{ events(stream: "workshop-${programme}/w-1", first: 100) { nodes { type data } } }`,
    );
    expect(JSON.stringify(events)).toContain('DelegationSeated');
    expect(JSON.stringify(events)).not.toContain('made up for this test');
  });

  it('holds sessions that delegations attended', async () => {
    await record('2017-02-14', 'openWorkshop', { reference: workshop });
    await record('2017-02-14', 'holdSession', { workshop, reference: 'S-1', order: 1 });
    const attendance = { workshop, session: 's-1', present: ['UNIT-A'], absent: ['UNIT-B'] };
    await record('2017-02-14', 'recordAttendance', attendance);
    expect(await refused('2017-02-14', 'recordAttendance', { ...attendance, present: ['UNIT-C'] })).toEqual([
      'NOT_FOUND',
      'present.0',
    ]);
    expect(await refused('2017-02-14', 'recordAttendance', { ...attendance, session: 'S-9' })).toEqual([
      'NOT_FOUND',
      'session',
    ]);
    expect(await refused('2017-02-14', 'recordAttendance', { ...attendance, absent: ['UNIT-A'] })).toEqual([
      'INVALID_INPUT',
      'absent',
    ]);
    await record('2017-02-15', 'closeWorkshop', { reference: workshop });
    const late = { workshop, reference: 'S-2', order: 2 };
    expect(await refused('2017-02-15', 'holdSession', late)).toEqual(['INVALID_TRANSITION']);
    await record('2017-02-15', 'holdSession', { ...late, asRecorded: true });
    expect(await ask('sessions { reference heldOn present absent irregularities }')).toEqual({
      sessions: [
        {
          reference: 'S-1',
          heldOn: '2017-02-14',
          present: ['UNIT-A'],
          absent: ['UNIT-B'],
          irregularities: [],
        },
        {
          reference: 'S-2',
          heldOn: '2017-02-15',
          present: null,
          absent: null,
          irregularities: ['OUT_OF_ORDER'],
        },
      ],
    });
  });
});

describe('the minutes of a workshop', () => {
  const minutes = `minutes {
    state sessions irregularities versions { language text sha256 hashedBy } drafts { language }
    circulations { recipients } approvedBy { body inWorkshop inSession effective } corrigenda { number text points }
    discrepancies { passages note }
  }`;

  it('go from a draft over circulation and approval to a corrigendum, and are readable as they were at each step', async () => {
    expect(await ask(minutes)).toEqual({ minutes: null });
    expect(await refused('2017-03-01', 'circulateMinutes', { workshop })).toEqual(['NOT_FOUND', 'workshop']);
    expect(await refused('2017-03-01', 'draftMinutes', { workshop: 'W-9' })).toEqual([
      'NOT_FOUND',
      'workshop',
    ]);
    expect(await refused('2017-03-01', 'draftMinutes', { workshop, sessions: ['S-9'] })).toEqual([
      'NOT_FOUND',
      'sessions.0',
    ]);
    const drafted = await record('2017-03-01', 'draftMinutes', { workshop, sessions: ['s-1'] });
    expect(await refused('2017-03-01', 'draftMinutes', { workshop })).toEqual(['ALREADY_EXISTS', 'workshop']);
    expect(await refused('2017-03-01', 'circulateMinutes', { workshop })).toEqual([
      'INVALID_TRANSITION',
      'workshop',
    ]);
    await record('2017-03-01', 'addMinutesVersion', { workshop, language: 'en', text: 'Eleven agreed.' });
    await record('2017-03-02', 'addMinutesVersion', { workshop, language: 'en', text: 'Ten agreed.' });
    const sha256 = 'a'.repeat(64);
    const arabic = { workshop, language: 'ar', sha256, uri: 'https://example.org/minutes' };
    expect(await refused('2017-03-02', 'addMinutesVersion', arabic)).toEqual(['INVALID_INPUT', 'hashedBy']);
    await record('2017-03-02', 'addMinutesVersion', { ...arabic, hashedBy: 'recorder' });
    expect(await refused('2017-03-02', 'approveMinutes', { workshop, body: 'BOARD' })).toEqual([
      'INVALID_TRANSITION',
      'workshop',
    ]);
    expect(await refused('2017-03-03', 'circulateMinutes', { workshop, to: ['GHOST'] })).toEqual([
      'NOT_FOUND',
      'to.0',
    ]);
    const circulated = await record('2017-03-03', 'circulateMinutes', { workshop, to: ['UNIT-A', 'UNIT-B'] });
    for (const [approver, path] of [
      [{ body: 'GHOST' }, 'body'],
      [{ inWorkshop: 'W-9' }, 'body'],
      [{ inWorkshop: 'W-9', inSession: 'S-1' }, 'inWorkshop'],
      [{ inWorkshop: 'W-2', inSession: 'S-1' }, 'inSession'],
      [{ inSession: 'S-1' }, 'inWorkshop'],
    ] as const) {
      const [, at] = await refused('2017-03-10', 'approveMinutes', { workshop, ...approver });
      expect(at).toBe(path);
    }
    expect(
      await refused('2017-03-10', 'issueCorrigendum', { workshop, number: '1', text: { en: 'x' } }),
    ).toEqual(['INVALID_TRANSITION', 'workshop']);
    const approval = { workshop, body: 'BOARD', inWorkshop: workshop, inSession: 'S-2' };
    const approved = await record('2017-03-10', 'approveMinutes', approval);
    expect(
      await refused('2017-03-11', 'addMinutesVersion', { workshop, language: 'en', text: 'Nine agreed.' }),
    ).toEqual(['INVALID_TRANSITION', 'language']);
    const corrigendum = { workshop, number: '1', text: { en: 'Read nine.' }, points: ['1'] };
    expect(await refused('2017-03-12', 'issueCorrigendum', { ...corrigendum, points: ['7'] })).toEqual([
      'NOT_FOUND',
      'points.0',
    ]);
    await record('2017-03-12', 'issueCorrigendum', corrigendum);
    expect(await refused('2017-03-12', 'issueCorrigendum', corrigendum)).toEqual([
      'ALREADY_EXISTS',
      'number',
    ]);
    const passages = { en: 'Ten', ar: 'تسعة' };
    const note = { en: 'The recording says nine' };
    expect(
      await refused('2017-03-13', 'noteMinutesDiscrepancy', { workshop, passages: { en: 'Ten' } }),
    ).toEqual(['INVALID_INPUT', 'passages']);
    expect(
      await refused('2017-03-13', 'noteMinutesDiscrepancy', {
        workshop,
        passages: { en: 'Twelve', ar: 'x' },
      }),
    ).toEqual(['NOT_FOUND', 'passages.en']);
    await record('2017-03-13', 'noteMinutesDiscrepancy', { workshop, passages, note });

    const at = async (position: number) => (await ask(minutes, { asOf: { position } })).minutes;
    expect(await at(drafted - 1)).toBeNull();
    expect(await at(drafted)).toMatchObject({ state: 'draft', sessions: ['S-1'], versions: [] });
    expect(await at(circulated)).toMatchObject({
      state: 'circulated',
      versions: [
        { language: 'en', text: 'Ten agreed.' },
        { language: 'ar', text: null, sha256, hashedBy: 'recorder' },
      ],
      approvedBy: null,
    });
    expect(await at(approved)).toMatchObject({ state: 'approved', corrigenda: [] });
    const now = (await ask(minutes)).minutes;
    expect(now).toEqual({
      state: 'approved',
      sessions: ['S-1'],
      irregularities: [],
      versions: [
        { language: 'en', text: 'Ten agreed.', sha256: null, hashedBy: null },
        { language: 'ar', text: null, sha256, hashedBy: 'recorder' },
      ],
      drafts: [{ language: 'en' }, { language: 'en' }, { language: 'ar' }],
      circulations: [{ recipients: ['UNIT-A', 'UNIT-B'] }],
      approvedBy: { body: 'BOARD', inWorkshop: 'W-1', inSession: 'S-2', effective: '2017-03-10' },
      corrigenda: [{ number: '1', text: { en: 'Read nine.' }, points: ['1'] }],
      discrepancies: [{ passages, note }],
    });
  });

  it('can be read back from the record: what each session decided, with the outcome of each item', async () => {
    const decide = (session: string | undefined, reference: string, kind: object) =>
      record('2017-02-14', 'recordDecision', {
        workshop,
        session,
        mode: session === undefined ? 'correspondence' : 'session',
        method: 'consensus',
        items: [{ reference, ...kind }],
      });
    const first = await decide('S-1', 'ITEM-1', { kind: 'adopt', manner: 'plain' });
    await decide(undefined, 'ITEM-2', { kind: 'defer', reason: { en: 'More facts are needed' } });
    const fields = `record {
      sessions { session { reference } decisions { kinds items { kind status item { reference } } } }
      outsideSessions { kinds items { kind reason } }
    }`;
    expect(await ask(fields)).toEqual({
      record: {
        sessions: [
          {
            session: { reference: 'S-1' },
            decisions: [
              {
                kinds: ['adopt'],
                items: [{ kind: 'adopt', status: 'applied', item: { reference: 'ITEM-1' } }],
              },
            ],
          },
          { session: { reference: 'S-2' }, decisions: [] },
        ],
        outsideSessions: [
          { kinds: ['defer'], items: [{ kind: 'defer', reason: { en: 'More facts are needed' } }] },
        ],
      },
    });
    expect((await ask(fields, { asOf: { position: first } })).record.outsideSessions).toEqual([]);
  });

  it('are recorded as approved where nobody recorded their circulation, and flagged', async () => {
    const other = { workshop: 'W-2' };
    await record('2017-04-01', 'draftMinutes', other);
    await record('2017-04-02', 'approveMinutes', { ...other, asRecorded: true });
    const { workshop: found } = await analyst.data(
      `query ($atLeast: Position) { workshop(programme: "${programme}", reference: "W-2", atLeast: $atLeast) { minutes { state irregularities approvedBy { body } } } }`,
      { atLeast: last },
    );
    expect(found.minutes).toEqual({
      state: 'approved',
      irregularities: ['SKIPPED_STATES'],
      approvedBy: { body: null },
    });
  });
});
