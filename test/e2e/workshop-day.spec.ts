import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphqlClient } from '../support/graphql-client.js';
import { type InProcessService, startInProcess } from '../support/in-process-service.js';
import { Scribe } from '../support/scribe.js';
import { TestStores } from '../support/stores.js';

/*
 * A day of a workshop, as its secretariat records it and an auditor reads it back: twelve items, what became of each, and
 * everything that was put right afterwards. Every step says by hand what is known from then on; after each, all that was
 * known before is asked for again, as of then, and has to be unchanged. Units and bodies are fictional.
 */

let stores: TestStores;
let service: InProcessService;
let admin: GraphqlClient;
let recorder: GraphqlClient;
let confirmer: GraphqlClient;
let auditor: GraphqlClient;

const programme = 'workshop-day';
const scribe = new Scribe(programme);
const dayBefore = '2024-03-04';
const day = '2024-03-05';
const weekAfter = '2024-03-12';
const monthsAfter = '2024-06-03';
const days = [dayBefore, day, weekAfter, monthsAfter] as const;

beforeAll(async () => {
  stores = await TestStores.start();
  service = await startInProcess(stores, false);
  [admin, recorder, confirmer, auditor] = await Promise.all([
    service.client('admin'),
    service.client('recorder'),
    service.client('confirmer'),
    service.client('auditor'),
  ]);
}, 120_000);

afterAll(async () => {
  await service?.stop();
  await stores?.stop();
}, 60_000);

type State = string | null;
/** The state of an item after everything known, and on each of {@link days}. */
type Standing = readonly [now: State, ...onDays: State[]];

/** What is known, item by item, as the steps say it. */
const expected: Record<string, Standing> = {};
/** What was known at positions passed. */
const passed: { readonly position: number; readonly known: Record<string, Standing> }[] = [];

const standingQuery = `query ($asOf: AsOfInput, $effectiveOn: Day) {
  reformItems(programme: "${programme}", first: 50, asOf: $asOf, effectiveOn: $effectiveOn) {
    nodes { reference state }
  }
}`;

async function statesAt(position: number, effectiveOn?: string): Promise<Map<string, State>> {
  const { reformItems } = await auditor.data(standingQuery, { asOf: { position }, effectiveOn });
  return new Map(
    reformItems.nodes.map(({ reference, state }: { reference: string; state: State }) => [reference, state]),
  );
}

async function knownAt(position: number): Promise<Record<string, Standing>> {
  const all = await Promise.all([undefined, ...days].map((on) => statesAt(position, on)));
  const [now] = all;
  return Object.fromEntries(
    [...now!.keys()].map((reference) => [
      reference,
      all.map((states) => states.get(reference) ?? null) as unknown as Standing,
    ]),
  );
}

/** Says what is known from now on, and holds everything known so far against the answers. */
async function thenKnown(changed: Record<string, Standing>): Promise<void> {
  Object.assign(expected, changed);
  const { position } = await reached();
  passed.push({ position, known: { ...expected } });
  for (const then of passed) expect(await knownAt(then.position)).toEqual(then.known);
}

/** The position everything recorded so far can be read at. */
async function reached(): Promise<{ position: number }> {
  const { extensions } = await auditor.ask(
    `query ($atLeast: Position) {
    programme(reference: "${programme}", atLeast: $atLeast) { reference }
  }`,
    { atLeast: lastPosition },
  );
  return { position: extensions!.masar!.position };
}

let lastPosition = 0;
async function accepted(client: GraphqlClient, mutation: string, input: object) {
  const answer = await scribe.accepted(client, mutation, input);
  expect(answer.pending).toEqual([]);
  lastPosition = Math.max(lastPosition, answer.position);
  return answer;
}

/** Records a decision of the workshop in one of its sessions. @returns its id */
async function decide(items: readonly object[], more: object = {}): Promise<string> {
  const { changed } = await accepted(recorder, 'recordDecision', {
    items,
    workshop: 'WS-1',
    session: 'S-1',
    sessionOrder: 1,
    body: 'WORKSHOP',
    mode: 'session',
    method: 'consensus',
    ...more,
  });
  return changed.key;
}

const number = (index: number) => `REC-${String(index).padStart(2, '0')}`;
const byVote = {
  method: 'vote',
  votes: { for: 1, against: 1, abstained: 0 },
  quorum: { required: 2, present: 2 },
};

/** Decisions by the name the steps give them. */
const decisions: Record<string, string> = {};

const journeyQuery = `query ($reference: String!) { reformItem(programme: "${programme}", reference: $reference) {
  state
  journey { type stateAfter effective countedEffective irregularities undone decision asRecorded }
} }`;
async function journeyOf(reference: string) {
  const { reformItem } = await auditor.data(journeyQuery, { reference });
  return reformItem.journey as {
    type: string;
    stateAfter: State;
    irregularities: string[];
    undone: string | null;
    countedEffective: string | null;
  }[];
}
/** A journey in short: what happened, how it was undone, what it breaks. */
const short = (journey: Awaited<ReturnType<typeof journeyOf>>) =>
  journey.map(({ type, undone, irregularities }) =>
    [type.replace(/^ReformItem/, ''), ...(undone ? [undone] : []), ...irregularities].join(' '),
  );

describe('a day of a workshop', () => {
  it('begins with twelve items under review, members and an observer at the table', async () => {
    scribe.day = '2024-01-10';
    await accepted(admin, 'registerProgramme', {
      reference: programme,
      name: { en: 'A programme of tests' },
    });
    for (const reference of ['UNIT-A', 'UNIT-B', 'UNIT-C', 'UNIT-D'])
      await accepted(admin, 'registerOrganisation', { reference, name: { en: `Fictional ${reference}` } });
    await accepted(admin, 'registerInstrument', {
      reference: 'PLAN',
      name: { en: 'A fictional plan' },
      kind: 'plan',
      status: 'inForce',
    });
    for (const [reference, kind, competence] of [
      ['WORKSHOP', 'workshop', 'endorses'],
      ['BOARD', 'committee', 'approves'],
    ])
      await accepted(admin, 'establishBody', {
        reference,
        kind,
        competence,
        name: { en: 'A fictional body' },
      });
    await accepted(recorder, 'announceWorkshop', {
      reference: 'WS-1',
      topic: { en: 'A made-up topic' },
      heldOn: { edtf: '2024-03' },
    });
    await accepted(recorder, 'scheduleWorkshop', { reference: 'WS-1', heldOn: { edtf: day } });
    for (const [organisation, capacity] of [
      ['UNIT-A', 'member'],
      ['UNIT-B', 'member'],
      ['UNIT-C', 'observer'],
    ])
      await accepted(recorder, 'seatDelegation', { workshop: 'WS-1', organisation, capacity });
    for (let index = 1; index <= 12; index += 1) {
      scribe.day = '2024-02-01';
      const words = {
        title: { en: `Item ${index}`, ar: `بند ${index}` },
        text: { en: `What item ${index} asks for` },
      };
      await accepted(recorder, 'registerItem', { reference: number(index), workshop: 'WS-1', ...words });
      scribe.day = '2024-02-02';
      await accepted(recorder, 'proposeItem', { reference: number(index) });
      scribe.day = dayBefore;
      await accepted(recorder, 'startReview', { reference: number(index) });
    }
    scribe.day = day;
    await accepted(recorder, 'openWorkshop', { reference: 'WS-1' });
    await accepted(recorder, 'setWorkshopAgenda', {
      workshop: 'WS-1',
      points: Array.from({ length: 12 }, (_, index) => ({
        number: String(index + 1),
        title: { en: `Item ${index + 1}` },
        items: [number(index + 1)],
        session: index < 6 ? 'S-1' : 'S-2',
      })),
    });
    for (const order of [1, 2])
      await accepted(recorder, 'holdSession', { workshop: 'WS-1', reference: `S-${order}`, order });
    const under: Standing = ['UnderReview', 'UnderReview', 'UnderReview', 'UnderReview', 'UnderReview'];
    await thenKnown(Object.fromEntries(Array.from({ length: 12 }, (_, index) => [number(index + 1), under])));
  });

  it('adopts, rejects, defers, refers, returns and discusses in its first session', async () => {
    scribe.day = day;
    decisions['adopted'] = await decide([
      { reference: number(1), kind: 'adopt' },
      {
        reference: number(2),
        kind: 'adopt',
        manner: 'withAmendment',
        text: { en: 'What was agreed on item 2' },
      },
    ]);
    decisions['inPrinciple'] = await decide(
      [{ reference: number(3), kind: 'adopt', manner: 'inPrinciple' }],
      {
        ...byVote,
        positions: [
          { delegation: 'UNIT-A', position: 'for' },
          { delegation: 'UNIT-B', position: 'dissent', text: { ar: 'لا نوافق على البند الثالث' } },
        ],
      },
    );
    decisions['rejected'] = await decide([{ reference: number(4), kind: 'reject' }], byVote);
    decisions['deferred'] = await decide([{ reference: number(5), kind: 'defer', until: '2024-09' }]);
    await decide([{ reference: number(6), kind: 'refer', referTo: { en: 'A fictional committee' } }]);
    const after = (state: string): Standing => [state, 'UnderReview', state, state, state];
    await thenKnown({
      [number(1)]: after('Adopted'),
      [number(2)]: after('Adopted'),
      [number(3)]: after('Adopted'),
      [number(4)]: after('Rejected'),
      [number(5)]: after('Deferred'),
      [number(6)]: after('Referred'),
    });
  });

  it('merges and splits in its second, and the board approves a week later', async () => {
    scribe.day = day;
    const second = { session: 'S-2', sessionOrder: 2 };
    await decide([{ reference: number(7), kind: 'return', reason: { en: 'Not ready' } }], second);
    decisions['merged'] = await decide(
      [{ reference: number(8), kind: 'merge', successors: [number(1)] }],
      second,
    );
    for (const half of ['REC-09a', 'REC-09b'])
      await accepted(recorder, 'registerItem', { reference: half, title: { en: `Half of item 9: ${half}` } });
    decisions['split'] = await decide(
      [{ reference: number(9), kind: 'split', successors: ['REC-09a', 'REC-09b'] }],
      second,
    );
    await decide([{ reference: number(10), kind: 'discuss' }], second);
    await decide(
      [
        { reference: number(11), kind: 'adopt' },
        { reference: number(12), kind: 'adopt' },
      ],
      second,
    );
    scribe.day = weekAfter;
    decisions['approved'] = await decide([{ reference: number(11), kind: 'approve' }], {
      body: 'BOARD',
      workshop: null,
      session: null,
      sessionOrder: null,
      basis: [{ instrument: 'PLAN' }],
    });
    await accepted(recorder, 'closeWorkshop', { reference: 'WS-1' });
    const after = (state: string): Standing => [state, 'UnderReview', state, state, state];
    await thenKnown({
      [number(7)]: after('Proposed'),
      [number(8)]: after('Merged'),
      [number(9)]: after('Split'),
      'REC-09a': ['Draft', null, 'Draft', 'Draft', 'Draft'],
      'REC-09b': ['Draft', null, 'Draft', 'Draft', 'Draft'],
      [number(11)]: ['Approved', 'UnderReview', 'Adopted', 'Approved', 'Approved'],
      [number(12)]: after('Adopted'),
    });
    const { reformItem } = await auditor.data(
      `{ reformItem(programme: "${programme}", reference: "${number(8)}") { successors { reference } } }`,
    );
    expect(reformItem.successors).toEqual([{ reference: number(1) }]);
  });

  it('has its dissent read back in its language, beside the vote', async () => {
    const { decision } = await auditor.data(
      `query ($key: String!) { decision(key: $key) {
        method votes { for against abstained } quorum { required present }
        positions { delegation position text } items { kind status item { reference } }
      } }`,
      { key: decisions['inPrinciple'] },
    );
    expect(decision).toEqual({
      method: 'vote',
      votes: { for: 1, against: 1, abstained: 0 },
      quorum: { required: 2, present: 2 },
      positions: [
        { delegation: 'UNIT-A', position: 'for', text: null },
        { delegation: 'UNIT-B', position: 'dissent', text: { ar: 'لا نوافق على البند الثالث' } },
      ],
      items: [{ kind: 'adopt', status: 'applied', item: { reference: number(3) } }],
    });
    const observer = await scribe.refused(recorder, 'recordDecision', {
      items: [{ reference: number(10), kind: 'adopt' }],
      workshop: 'WS-1',
      session: 'S-2',
      decidedOn: { edtf: day },
      positions: [{ delegation: 'UNIT-C', position: 'for' }],
    });
    expect(observer.code).toBe('NOT_A_MEMBER');
  });

  it('is corrected by two people: a day that was noted wrongly, and a word', async () => {
    scribe.day = monthsAfter;
    const reason = { en: 'Taken from the wrong line of the notes' };
    const wrongDay = await accepted(recorder, 'proposeCorrection', {
      reason,
      decision: { id: decisions['deferred'], effective: weekAfter },
    });
    const wrongWord = await accepted(recorder, 'proposeCorrection', {
      reason,
      text: { reference: number(1), title: { en: 'Item 1', ar: 'البند الأول' } },
    });
    await thenKnown({});
    for (const { changed } of [wrongDay, wrongWord])
      await accepted(confirmer, 'confirmCorrection', { correction: changed.key });
    await thenKnown({ [number(5)]: ['Deferred', 'UnderReview', 'UnderReview', 'Deferred', 'Deferred'] });
    expect(short(await journeyOf(number(1)))).toEqual([
      'Registered',
      'Proposed',
      'ReviewStarted',
      'Adopted',
      'TextCorrected',
    ]);
  });

  it('takes a late entry, flagged, and the state of its day', async () => {
    // The deadline in force when it was decided is the one that counts.
    scribe.day = '2024-01-10';
    await accepted(admin, 'setRecordingDeadline', { days: 30 });
    scribe.day = day;
    decisions['late'] = await decide([{ reference: number(10), kind: 'adopt' }], {
      session: 'S-2',
      sessionOrder: 2,
    });
    await thenKnown({ [number(10)]: ['Adopted', 'UnderReview', 'Adopted', 'Adopted', 'Adopted'] });
    const journey = await journeyOf(number(10));
    expect(short(journey).at(-1)).toBe('Adopted LATE');
  });

  it('sees a decision annulled: void from its beginning, and known to have been thought valid', async () => {
    scribe.day = monthsAfter;
    await decide(
      [
        {
          reference: number(4),
          kind: 'annul',
          decision: decisions['rejected'],
          reason: { en: 'The quorum had been counted wrongly' },
        },
      ],
      { body: 'BOARD', workshop: null, session: null, sessionOrder: null },
    );
    await thenKnown({
      [number(4)]: ['UnderReview', 'UnderReview', 'UnderReview', 'UnderReview', 'UnderReview'],
    });
    expect(short(await journeyOf(number(4)))).toEqual([
      'Registered',
      'Proposed',
      'ReviewStarted',
      'Rejected annulled',
      expect.stringMatching(/^DecisionAnnulled/),
    ]);
  });

  it('has minutes in two languages, approved, then put right by a corrigendum; what comes after is flagged', async () => {
    scribe.day = weekAfter;
    const of = { workshop: 'WS-1' };
    await accepted(recorder, 'draftMinutes', of);
    await accepted(recorder, 'addMinutesVersion', {
      ...of,
      language: 'en',
      text: 'Item 4 was rejected by one vote.',
    });
    await accepted(recorder, 'addMinutesVersion', {
      ...of,
      language: 'ar',
      text: 'رُفض البند الرابع بصوتين.',
    });
    await accepted(recorder, 'noteMinutesDiscrepancy', {
      ...of,
      passages: { en: 'by one vote', ar: 'بصوتين' },
    });
    await accepted(recorder, 'circulateMinutes', { ...of, to: ['UNIT-A', 'UNIT-B'] });
    await accepted(recorder, 'approveMinutes', { ...of, body: 'BOARD' });
    scribe.day = monthsAfter;
    await accepted(recorder, 'issueCorrigendum', {
      ...of,
      number: '1',
      text: { en: 'Item 4: for "rejected" read "not decided".' },
      points: ['4'],
    });
    scribe.day = day;
    await decide([{ reference: number(7), kind: 'defer', reason: { en: 'Found in the notes' } }], {
      session: 'S-2',
      sessionOrder: 2,
    });
    await thenKnown({ [number(7)]: ['Deferred', 'UnderReview', 'Deferred', 'Deferred', 'Deferred'] });
    expect(short(await journeyOf(number(7))).at(-1)).toBe('Deferred AFTER_MINUTES LATE');
  });

  it('reads back as its minutes: who was there, what was on the agenda, what became of each item in which session', async () => {
    const { workshop } = await auditor.data(`{ workshop(programme: "${programme}", reference: "WS-1") {
      state
      delegations { organisation capacity }
      agenda { number session items { reference } }
      minutes {
        state
        versions { language text current }
        approvedBy { body effective }
        corrigenda { number text points }
        discrepancies { passages }
      }
      record {
        sessions { session { reference } decisions { effective items { kind status item { reference state } } } }
        outsideSessions { key }
      }
    } }`);
    expect(workshop).toMatchObject({ state: 'closed' });
    expect(workshop.delegations).toEqual([
      { organisation: 'UNIT-A', capacity: 'member' },
      { organisation: 'UNIT-B', capacity: 'member' },
      { organisation: 'UNIT-C', capacity: 'observer' },
    ]);
    expect(
      workshop.agenda.map(({ number: at, session, items }: AgendaPoint) => [
        at,
        session,
        items[0]!.reference,
      ]),
    ).toEqual(
      Array.from({ length: 12 }, (_, index) => [
        String(index + 1),
        index < 6 ? 'S-1' : 'S-2',
        number(index + 1),
      ]),
    );
    expect(workshop.minutes).toEqual({
      state: 'approved',
      versions: [
        { language: 'en', text: 'Item 4 was rejected by one vote.', current: true },
        { language: 'ar', text: 'رُفض البند الرابع بصوتين.', current: true },
      ],
      approvedBy: { body: 'BOARD', effective: weekAfter },
      corrigenda: [
        { number: '1', text: { en: 'Item 4: for "rejected" read "not decided".' }, points: ['4'] },
      ],
      discrepancies: [{ passages: { en: 'by one vote', ar: 'بصوتين' } }],
    });
    const said = workshop.record.sessions.map(({ session, decisions: taken }: SessionRecord) => [
      session.reference,
      taken.flatMap(({ items }) => items.map(({ kind, item }) => `${kind} ${item.reference}: ${item.state}`)),
    ]);
    expect(said).toEqual([
      [
        'S-1',
        [
          'adopt REC-01: Adopted',
          'adopt REC-02: Adopted',
          'adopt REC-03: Adopted',
          'reject REC-04: UnderReview',
          'defer REC-05: Deferred',
          'refer REC-06: Referred',
        ],
      ],
      [
        'S-2',
        [
          'return REC-07: Deferred',
          'merge REC-08: Merged',
          'split REC-09: Split',
          'discuss REC-10: Adopted',
          'adopt REC-11: Approved',
          'adopt REC-12: Adopted',
          'adopt REC-10: Adopted',
          'defer REC-07: Deferred',
        ],
      ],
    ]);
    expect(workshop.record.outsideSessions).toEqual([]);
  });

  it('is told the same by a replay of the log as by every read model, at each moment of the day', async () => {
    for (const reference of Object.keys(expected)) {
      const { replay } = await auditor.data(
        `{ replay(programme: "${programme}", reference: "${reference}") { position item { state } } }`,
      );
      for (const { position, known } of passed) {
        const last = replay.findLast((step: { position: number }) => step.position <= position);
        expect([reference, last?.item.state]).toEqual([reference, known[reference]?.[0]]);
      }
    }
  });
});

interface AgendaPoint {
  readonly number: string;
  readonly session: string;
  readonly items: readonly { readonly reference: string }[];
}
interface SessionRecord {
  readonly session: { readonly reference: string };
  readonly decisions: readonly {
    readonly items: readonly {
      readonly kind: string;
      readonly item: { readonly reference: string; readonly state: State };
    }[];
  }[];
}
