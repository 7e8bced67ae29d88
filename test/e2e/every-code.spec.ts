import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Irregularity, LapseCode, Outcome, RefusalCode } from '@masar/domain';
import type { OpenedEventStore } from '@masar/event-store/open';
import { importFile, readMappingFile } from '@masar/exchange';
import type { GraphqlClient } from '../support/graphql-client.js';
import { type InProcessService, startInProcess } from '../support/in-process-service.js';
import { Scribe } from '../support/scribe.js';
import { TestStores } from '../support/stores.js';
import { until } from '../support/until.js';

/*
 * What the rules of an item's lifecycle refuse, what they flag where it is recorded as it was, and why the effect of a
 * decision lapses: each through GraphQL. The other specs of this folder reach the codes of their own subjects; a
 * conformance test counts that none is left out.
 */

let stores: TestStores;
let service: InProcessService;
let backend: OpenedEventStore;
let recorder: GraphqlClient;
let verifier: GraphqlClient;
let analyst: GraphqlClient;

const programme = 'codes';
const scribe = new Scribe(programme);
const reason = { en: 'As the minutes have it' };

beforeAll(async () => {
  stores = await TestStores.start();
  service = await startInProcess(stores, false);
  backend = await service.store.open();
  recorder = await service.client('recorder');
  verifier = await service.client('verifier');
  analyst = await service.client('analyst');
  const admin = await service.client('admin');
  scribe.day = '2020';
  await scribe.accepted(admin, 'registerProgramme', { reference: programme, name: { en: 'A programme' } });
  for (const reference of ['UNIT-A', 'UNIT-B']) {
    await scribe.accepted(admin, 'registerOrganisation', { reference, name: { en: reference } });
  }
  for (const [reference, competence] of [
    ['BOARD', 'approves'],
    ['PANEL', 'advises'],
  ]) {
    const name = { en: 'A body' };
    await scribe.accepted(admin, 'establishBody', { reference, name, kind: 'committee', competence });
  }
}, 120_000);

afterAll(async () => {
  await backend?.close();
  await service?.stop();
  await stores?.stop();
}, 60_000);

const record = (mutation: string, input: object) => scribe.accepted(recorder, mutation, input);
const decide = (reference: string, outcome: object, more: object = {}) =>
  record('recordDecision', { items: [{ reference, reason, ...outcome }], body: 'BOARD', ...more });

/** The steps of the path, each on the day after the last. */
const steps: readonly ((reference: string) => Promise<unknown>)[] = [
  (reference) => record('registerItem', { reference, title: { en: 'A title' } }),
  (reference) => record('proposeItem', { reference }),
  (reference) => record('startReview', { reference }),
  (reference) => decide(reference, { kind: 'adopt' }),
  (reference) => decide(reference, { kind: 'approve' }),
  (reference) =>
    record('planItem', {
      reference,
      leads: ['UNIT-A'],
      horizon: 'immediate',
      dueDate: '2025',
      action: { en: 'Draft it' },
    }),
  (reference) => record('startImplementation', { reference }),
];

/** An item that took so many steps of the path: 1 is a draft, 3 under review, 7 being implemented. */
async function item(reference: string, count: number): Promise<string> {
  for (const [index, step] of steps.slice(0, count).entries()) {
    scribe.day = `2024-01-0${index + 1}`;
    await step(reference);
  }
  scribe.day = '2024-02-01';
  return reference;
}

const verification = (reference: string, more: object = {}) => ({
  reference,
  verifiedBy: 'UNIT-B',
  evidence: [{ description: { en: 'The order' } }],
  ...more,
});

describe('a rule of the lifecycle refuses', () => {
  const refused = async (
    code: RefusalCode,
    mutation: string,
    input: object,
    client: GraphqlClient = recorder,
  ) => expect(await scribe.refused(client, mutation, input)).toMatchObject({ code });

  it('a reference that none can have', async () => {
    await refused('INVALID_REFERENCE', 'registerItem', { reference: 'A~1', title: { en: 'A title' } });
  });

  it('to go on with what has ended, and to reopen what has not', async () => {
    const reference = await item('REFUSED-1', 3);
    await refused('ITEM_NOT_ENDED', 'recordDecision', { items: [{ reference, kind: 'reopen', reason }] });
    await record('withdrawItem', { reference, reason });
    await refused('ITEM_ENDED', 'startReview', { reference });
  });

  it('to go on with what is off its register, and to restore what is on it', async () => {
    const reference = await item('REFUSED-2', 1);
    await refused('ITEM_NOT_REMOVED', 'restoreItem', { reference });
    await record('removeItem', { reference, reason });
    await refused('ITEM_REMOVED', 'proposeItem', { reference });
  });

  it('an implementation without evidence, or found by who was to implement', async () => {
    const reference = await item('REFUSED-3', 7);
    await refused('NO_EVIDENCE', 'verifyImplementation', verification(reference, { evidence: [] }), verifier);
    await refused(
      'NOT_INDEPENDENT',
      'verifyImplementation',
      verification(reference, { verifiedBy: 'UNIT-A' }),
      verifier,
    );
  });

  it('an item that would follow from itself, even as it was recorded', async () => {
    const [a, b] = [await item('REFUSED-4', 3), await item('REFUSED-5', 3)];
    await decide(a, { kind: 'supersede', successors: [b] });
    await refused('RELATION_CYCLE', 'recordDecision', {
      items: [{ reference: b, kind: 'supersede', successors: [a] }],
      asRecorded: true,
    });
  });
});

describe('what is recorded as it was is flagged', () => {
  /** The flags of the item's last entry, which is the one just recorded. */
  const lastFlags = async (reference: string, atLeast: number): Promise<Irregularity[]> => {
    const { reformItem } = await analyst.data(
      `query ($reference: String!, $atLeast: Position) {
        reformItem(programme: "${programme}", reference: $reference, atLeast: $atLeast) {
          irregularities journey { position irregularities }
        }
      }`,
      { reference, atLeast },
    );
    const entries = reformItem.journey as { position: number; irregularities: Irregularity[] }[];
    const { irregularities } = entries.find(({ position }) => position === atLeast)!;
    // The item as a whole is as irregular as its entries.
    expect(reformItem.irregularities).toEqual(expect.arrayContaining([...irregularities]));
    return irregularities;
  };
  const asRecorded = true;
  let count = 0;
  const flags = async (from: number, mutation: string, input: object, client: GraphqlClient = recorder) => {
    const reference = await item(`FLAGGED-${(count += 1)}`, from);
    const { position } = await scribe.accepted(client, mutation, { reference, asRecorded, ...input });
    return lastFlags(reference, position);
  };

  it('what left out states, and an approval', async () => {
    const irregularities = await flags(2, 'startImplementation', {});
    expect(irregularities).toEqual(expect.arrayContaining(['SKIPPED_STATES', 'NO_APPROVAL_RECORDED']));
  });

  it('what took effect before it was decided, or on a day nobody knows', async () => {
    expect(await flags(1, 'proposeItem', { effective: { edtf: '2024-01-20' } })).toContain('BACKDATED');
    expect(await flags(1, 'proposeItem', { decidedOn: { edtf: null } })).toContain('UNKNOWN_DATE');
  });

  it('what was recorded after something that took effect later', async () => {
    expect(
      await flags(3, 'proposeItem', { decidedOn: { edtf: '2024-01-01' }, effective: { edtf: '2024-01-01' } }),
    ).toContain('OUT_OF_ORDER');
  });

  it('what went back, and what was there already', async () => {
    expect(await flags(4, 'proposeItem', {})).toContain('REVERSED');
    expect(await flags(3, 'startReview', {})).toContain('ALREADY_MET');
  });

  it('what happened while the item was off its register', async () => {
    const reference = await item('FLAGGED-REMOVED', 1);
    await record('removeItem', { reference, reason });
    const { position } = await record('proposeItem', { reference, asRecorded });
    expect(await lastFlags(reference, position)).toContain('NOT_REGISTERED');
  });

  it('an implementation without evidence, or found by who was to implement', async () => {
    const flagged = await flags(7, 'verifyImplementation', { verifiedBy: 'UNIT-A', evidence: [] }, verifier);
    expect(flagged).toEqual(expect.arrayContaining(['NO_EVIDENCE', 'NOT_INDEPENDENT']));
  });

  it('an approval by a body that does not approve', async () => {
    const reference = await item('FLAGGED-APPROVAL', 4);
    const { position } = await decide(reference, { kind: 'approve' }, { body: 'PANEL', asRecorded });
    expect(await lastFlags(reference, position)).toContain('NOT_COMPETENT');
  });

  it('what was recorded after the deadline, or after the minutes of its workshop', async () => {
    const workshop = 'WORKSHOP';
    const reference = await item('FLAGGED-LATE', 3);
    await record('announceWorkshop', {
      reference: workshop,
      topic: { en: 'A topic' },
      heldOn: { edtf: '2024-01-01' },
    });
    await record('openWorkshop', { reference: workshop });
    await record('draftMinutes', { workshop });
    await record('approveMinutes', { workshop, asRecorded });
    const afterwards = await decide(reference, { kind: 'discuss' }, { workshop });
    expect(await lastFlags(reference, afterwards.position)).toEqual(['AFTER_MINUTES']);
    const deadline = { days: 30, effective: { edtf: '2020' } };
    await scribe.accepted(await service.client('admin'), 'setRecordingDeadline', deadline);
    const late = await decide(reference, { kind: 'discuss' }, { workshop });
    expect(await lastFlags(reference, late.position)).toEqual(
      expect.arrayContaining(['LATE', 'AFTER_MINUTES']),
    );
  });

  it('a status that its source did not give, and a reference that it gave twice', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'masar-codes-'));
    const file = join(folder, 'register.jsonl');
    const rows = [
      { ref: 'IMPORTED', title: 'First', status: 'new', on: '2024-01-01' },
      { ref: 'IMPORTED', title: 'Second', status: '', on: '2024-01-01' },
    ];
    await writeFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const mapping = join(folder, 'map.yaml');
    await writeFile(
      mapping,
      `masar: 1
source: a register
format: { kind: jsonl }
reference: ref
effective: { field: on, formats: [iso] }
duplicates: flag
statuses: { from: status, states: { new: Proposed }, empty: { flagAs: Proposed } }
rows:
  - do: [{ register: { title: { en: title } } }]
`,
    );
    const { outcome, position } = await importFile({
      file,
      mapping: await readMappingFile(mapping),
      programme,
      store: backend.store,
      log: backend.log,
      // The rows name nobody.
      subjects: { subjectsFor: async () => [] },
      actor: { subject: 'operator' },
    });
    expect({ outcome }).toEqual({ outcome: 'written' });
    const { reformItems } = await analyst.data(
      `query ($atLeast: Position) {
        reformItems(programme: "${programme}", atLeast: $atLeast, filter: { irregularities: [DUPLICATE_REFERENCE] }) {
          nodes { title irregularities }
        }
      }`,
      { atLeast: position },
    );
    expect(reformItems.nodes).toHaveLength(1);
    expect(reformItems.nodes[0].irregularities).toEqual(
      expect.arrayContaining(['DUPLICATE_REFERENCE', 'UNKNOWN_STATUS']),
    );
    await rm(folder, { recursive: true });
  });
});

describe('an effect lapses where the item has moved on since the decision was recorded', () => {
  let decisions = 0;
  /** Records a decision and no effect of it, as a process does that is killed in between. */
  async function recordedOnly(reference: string, outcome: Outcome): Promise<string> {
    const id = `00000000-0000-4000-8000-${String((decisions += 1)).padStart(12, '0')}`;
    await backend.store.append(`decision-${id}`, 'none', [
      {
        id: `00000000-0000-4000-9000-${String(decisions).padStart(12, '0')}`,
        type: 'DecisionRecorded',
        schemaVersion: 1,
        decidedOn: '2024-02-01',
        effective: '2024-02-01',
        actor: { subject: 'a-process-that-was-killed' },
        commandId: `killed-${decisions}`,
        causationId: null,
        correlationId: `killed-${decisions}`,
        data: {
          id,
          programme,
          items: [{ item: `${programme}/${reference.toLowerCase()}`, outcome, reason }] as never,
          body: 'BOARD',
          mode: 'session',
          method: 'consensus',
        },
      },
    ]);
    return id;
  }

  const lapseOf = async (key: string): Promise<LapseCode | null> => {
    const query = `query ($key: String!) { decision(key: $key) { items { status lapse } } }`;
    let found: { status: string; lapse: LapseCode | null } | undefined;
    await until('the effect', async () => {
      found = (await analyst.data(query, { key })).decision?.items[0];
      return found !== undefined && found.status !== 'pending';
    });
    expect(found).toMatchObject({ status: 'lapsed' });
    return found!.lapse;
  };

  it.each<[LapseCode, Outcome, (reference: string) => Promise<unknown>]>([
    [
      'ITEM_ENDED',
      { kind: 'adopt', manner: 'plain' },
      async (reference) => record('withdrawItem', { reference: await item(reference, 3), reason }),
    ],
    ['ITEM_NOT_ENDED', { kind: 'reopen' }, (reference) => item(reference, 3)],
    ['INVALID_TRANSITION', { kind: 'approve' }, (reference) => item(reference, 2)],
    [
      'ITEM_REMOVED',
      { kind: 'adopt', manner: 'plain' },
      async (reference) => record('removeItem', { reference: await item(reference, 3), reason }),
    ],
    ['NOT_FOUND', { kind: 'discuss' }, async () => undefined],
    [
      'NOTHING_TO_UNDO',
      { kind: 'annul', decision: '00000000-0000-4000-8000-00000000dead' },
      (reference) => item(reference, 3),
    ],
  ])(
    '%s',
    async (code, outcome, before) => {
      const reference = `LAPSED-${code}`;
      await before(reference);
      expect(await lapseOf(await recordedOnly(reference, outcome))).toBe(code);
    },
    60_000,
  );

  it('RELATION_CYCLE', async () => {
    const [a, b] = [await item('LAPSED-A', 3), await item('LAPSED-B', 3)];
    await decide(a, { kind: 'supersede', successors: [b] });
    const lapse = await lapseOf(
      await recordedOnly(b, { kind: 'supersede', by: [`${programme}/${a.toLowerCase()}`] }),
    );
    expect({ lapse }).toEqual({ lapse: 'RELATION_CYCLE' });
  }, 60_000);
});
