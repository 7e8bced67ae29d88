import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphqlAnswer, GraphqlClient } from '../support/graphql-client.js';
import { type InProcessService, startInProcess } from '../support/in-process-service.js';
import { type Values, committedSchema, requestFor } from '../support/schema-requests.js';
import { type Accepted, Scribe } from '../support/scribe.js';
import { TestStores } from '../support/stores.js';

const schema = committedSchema();
/** `masar` tells of the service as it is now and `event` of what never changes. */
const queries = Object.values(schema.getQueryType()!.getFields()).filter(
  ({ name }) => !['masar', 'event'].includes(name),
);

const programme = 'two-clocks';
const scribe = new Scribe(programme);
const reason = { en: 'A reason of a test' };
const words = (en: string) => ({ en });

let stores: TestStores;
let service: InProcessService;
let by: Record<'admin' | 'recorder' | 'confirmer' | 'auditor', GraphqlClient>;

beforeAll(async () => {
  stores = await TestStores.start();
  service = await startInProcess(stores, false);
  const [admin, recorder, confirmer, auditor] = await Promise.all([
    service.client('admin'),
    service.client('recorder'),
    service.client('confirmer'),
    service.client('auditor'),
  ]);
  by = { admin, recorder, confirmer, auditor };
}, 120_000);

afterAll(async () => {
  await service?.stop();
  await stores?.stop();
}, 60_000);

/** Ids that the stretches need of each other. */
const ids = { adoption: 'none', approval: 'none', merger: 'none', correction: 'none' };

const set = (mutation: string, input: object) => scribe.accepted(by.admin, mutation, input);
const say = (mutation: string, input: object) => scribe.accepted(by.recorder, mutation, { reason, ...input });
const decide = (body: string, ...items: object[]) =>
  say('recordDecision', { body, workshop: 'WS', items: items.map((item) => ({ reason, ...item })) });
const correct = async (target: object) => {
  const { changed } = await say('proposeCorrection', target);
  return scribe.accepted(by.confirmer, 'confirmCorrection', { correction: changed.key });
};

/** What is recorded one stretch after another: later ones reach into the days of the earlier ones. */
const stretches: Readonly<Record<string, () => Promise<Accepted>>> = {
  'what there is': async () => {
    scribe.day = '2024-01-01';
    await scribe.accepted(by.admin, 'registerProgramme', { reference: programme, name: words('P') });
    for (const reference of ['UNIT-A', 'UNIT-B', 'OUTSIDE'])
      await set('registerOrganisation', { reference, name: words(reference) });
    await set('registerTheme', { reference: 'T1', name: words('T1') });
    await set('registerTheme', { reference: 'T2', name: words('T2') });
    await set('registerInstrument', { reference: 'LAW', name: words('L'), kind: 'law', status: 'draft' });
    for (const [reference, competence] of [
      ['BOARD', 'approves'],
      ['PANEL', 'advises'],
    ])
      await set('establishBody', { reference, competence, name: words('B'), kind: 'committee' });
    await say('announceWorkshop', { reference: 'WS', topic: words('W'), heldOn: { edtf: '2024-02-01' } });
    await say('scheduleWorkshop', { reference: 'WS', heldOn: { edtf: '2024-02-01' } });
    await say('seatDelegation', { workshop: 'WS', organisation: 'UNIT-A', capacity: 'member' });
    for (const reference of ['A', 'B', 'C']) {
      await say('registerItem', { reference, title: { en: `Item ${reference}`, ar: 'ع' } });
      await say('proposeItem', { reference });
      await say('startReview', { reference });
    }
    return say('addressItem', { reference: 'A', addressees: ['UNIT-A'] });
  },
  'decisions and what was answered': async () => {
    scribe.day = '2024-02-01';
    await say('openWorkshop', { reference: 'WS' });
    await say('holdSession', { workshop: 'WS', reference: 'S1', order: 1 });
    const adopted = await decide(
      'PANEL',
      { reference: 'A', kind: 'adopt' },
      { reference: 'B', kind: 'adopt' },
    );
    ids.adoption = adopted.changed.key;
    scribe.day = '2024-03-01';
    ids.approval = (await decide('BOARD', { reference: 'A', kind: 'approve' })).changed.key;
    await say('classifyItem', {
      reference: 'A',
      themes: ['T1'],
      requiresEnactmentOf: [{ instrument: 'LAW' }],
    });
    await decide('BOARD', { reference: 'A', kind: 'setDueDate', dueDate: '2024-06-01' });
    await say('recordResponse', { reference: 'A', addressee: 'UNIT-A', response: 'noted' });
    await say('recordProgress', { reference: 'A', addressee: 'UNIT-A', progress: 'started' });
    await say('addAction', { reference: 'A', action: 'first', description: words('D'), due: '2024-05-01' });
    await say('addEvidence', {
      reference: 'A',
      evidence: 'E1',
      custody: 'inspected',
      description: words('E'),
    });
    await say('draftMinutes', { workshop: 'WS' });
    const { changed } = await say('proposeCorrection', {
      text: { reference: 'C', title: words('Item Sea') },
    });
    ids.correction = changed.key;
    ids.merger = (await decide('BOARD', { reference: 'C', kind: 'merge', successors: ['B'] })).changed.key;
    return say('relateItems', { reference: 'B', kind: 'dependsOn', to: 'A' });
  },
  'late entries': async () => {
    scribe.day = '2024-02-15';
    await say('recordResponse', { reference: 'A', addressee: 'UNIT-A', response: 'accepted' });
    await say('addressItem', { reference: 'A', addressees: ['UNIT-A', 'UNIT-B'] });
    await say('classifyItem', { reference: 'A', themes: ['T2'] });
    scribe.day = '2024-03-01';
    await say('rescheduleAction', { reference: 'A', action: 'first', due: '2024-09-01' });
    await decide('BOARD', { reference: 'A', kind: 'amend', title: words('Amended') });
    await say('recordProgress', { reference: 'A', addressee: 'UNIT-A', progress: 'done' });
    await say('withdrawEvidence', { reference: 'A', evidence: 'E1' });
    scribe.day = '2024-01-10';
    await set('changeInstrumentStatus', { instrument: 'LAW', status: 'inForce' });
    await set('moveOrganisation', { organisation: 'UNIT-B', parent: 'UNIT-A' });
    await set('renameOrganisation', { organisation: 'UNIT-A', name: words('Another') });
    await set('nameVocabularyTerm', { vocabulary: 'horizon', term: 'immediate', name: words('Now') });
    await say('unseatDelegation', { workshop: 'WS', organisation: 'UNIT-A' });
    scribe.day = null;
    return say('addReference', { reference: 'A', newReference: 'A-bis' });
  },
  'corrections and undoing': async () => {
    scribe.day = '2024-07-01';
    await scribe.accepted(by.confirmer, 'declineCorrection', { correction: ids.correction, reason });
    await correct({ decision: { id: ids.approval, effective: '2024-02-20', data: { minutes: 'p. 3' } } });
    await correct({ text: { reference: 'A', title: words('Amended rightly') } });
    await decide('BOARD', { reference: 'A', kind: 'annul', decision: ids.adoption });
    await decide('BOARD', { reference: 'C', kind: 'revoke', decision: ids.merger });
    await correct({ decision: { id: ids.approval, struck: true } });
    await say('removeItem', { reference: 'B' });
    await say('addMinutesVersion', { workshop: 'WS', language: 'en', text: 'Minutes of a test' });
    await say('circulateMinutes', { workshop: 'WS' });
    return say('closeWorkshop', { reference: 'WS' });
  },
};

/** What each query is asked with, beside the position. */
const asked = (): Values => ({ programme, reference: 'A', by: 'STATE', axis: 'RESPONSE' });
const named = ({ adoption, correction }: typeof ids): Readonly<Record<string, Values>> => ({
  programme: { reference: programme },
  workshop: { reference: 'WS' },
  decision: { key: adoption },
  correction: { key: correction },
});

/** The answer of the most that one request may ask for below a query. */
async function answer(query: (typeof queries)[number], given: Values): Promise<GraphqlAnswer['data']> {
  for (const depth of [3, 2, 1, 0]) {
    const request = requestFor('query', query, given, depth);
    const { data, errors } = await by.auditor.ask(request.query, request.variables);
    const tooMuch = errors?.some(({ extensions }) => /^TOO_MANY|^COST|TOO_LARGE$/.test(extensions.code));
    if (tooMuch) continue;
    if (errors) throw new Error(`${query.name}: ${JSON.stringify(errors)}`);
    return data;
  }
  throw new Error(`${query.name} asks for too much at every depth`);
}

/** Everything every query says at a position, today and on a day. */
async function everything(position: number, known: typeof ids): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {};
  for (const query of queries) {
    const days = query.args.some(({ name }) => name === 'effectiveOn')
      ? [undefined, '2024-02-20']
      : [undefined];
    for (const effectiveOn of days) {
      const more = effectiveOn === undefined ? {} : { effectiveOn };
      const given = { ...asked(), ...named(known)[query.name], ...more, asOf: { position } };
      const own = Object.fromEntries(
        Object.entries(given).filter(([name]) => query.args.some((argument) => argument.name === name)),
      );
      answers[`${query.name} ${effectiveOn ?? ''}`] = await answer(query, own);
    }
  }
  return answers;
}

describe('an answer at an older position', () => {
  it('is what it was then, whatever of any kind is recorded later', async () => {
    const remembered = [];
    for (const [after, record] of Object.entries(stretches)) {
      const { position } = await record();
      await by.auditor.data(`query ($p: Position) { programmes(atLeast: $p) { reference } }`, {
        p: position,
      });
      const known = { ...ids };
      remembered.push({ after, position, known, answers: await everything(position, known) });
    }
    expect(JSON.stringify(remembered[2]!.answers)).not.toBe(JSON.stringify(remembered[1]!.answers));
    for (const { after, position, known, answers } of remembered) {
      expect({ after, answers: await everything(position, known) }).toEqual({ after, answers });
    }
  }, 240_000);
});
