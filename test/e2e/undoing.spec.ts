import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphqlClient } from '../support/graphql-client.js';
import { type InProcessService, startInProcess } from '../support/in-process-service.js';
import { Scribe } from '../support/scribe.js';
import { TestStores } from '../support/stores.js';

let stores: TestStores;
let service: InProcessService;
let admin: GraphqlClient;
let recorder: GraphqlClient;
let confirmer: GraphqlClient;
let analyst: GraphqlClient;

const scribe = new Scribe('undoing');
const reason = { en: 'The vote was read from the wrong line' };

beforeAll(async () => {
  stores = await TestStores.start();
  service = await startInProcess(stores, false);
  [admin, recorder, confirmer, analyst] = await Promise.all([
    service.client('admin'),
    service.client('recorder'),
    service.client('confirmer'),
    service.client('analyst'),
  ]);
  await scribe.accepted(admin, 'registerProgramme', {
    reference: 'undoing',
    name: { en: 'A programme of tests' },
  });
  for (const [reference, competence] of [
    ['BOARD', 'approves'],
    ['PANEL', 'advises'],
  ]) {
    const name = { en: 'A fictional body' };
    await scribe.accepted(admin, 'establishBody', { reference, name, kind: 'committee', competence });
  }
}, 120_000);

afterAll(async () => {
  await service?.stop();
  await stores?.stop();
}, 60_000);

/** An item whose decisions are known: adopted on 1 February by the panel, approved on 1 March by the board. */
async function approvedItem(reference: string) {
  scribe.day = '2024-01-01';
  await scribe.accepted(recorder, 'registerItem', { reference, title: { en: 'A title' } });
  await scribe.accepted(recorder, 'proposeItem', { reference });
  await scribe.accepted(recorder, 'startReview', { reference });
  scribe.day = '2024-02-01';
  const adoption = await decide(reference, { kind: 'adopt' }, 'PANEL');
  scribe.day = '2024-03-01';
  const approval = await decide(reference, { kind: 'approve' }, 'BOARD');
  return { adoption: adoption.changed.key, approval: approval.changed.key, known: approval.position };
}

const decision = (reference: string, item: object, body: string, more: object = {}) => ({
  body,
  items: [{ reference, reason, ...item }],
  ...more,
});
const decide = (reference: string, item: object, body: string) =>
  scribe.accepted(recorder, 'recordDecision', decision(reference, item, body));

const query = `query ($reference: String!, $asOf: AsOfInput, $effectiveOn: Day, $atLeast: Position) {
  reformItem(programme: "undoing", reference: $reference, asOf: $asOf, effectiveOn: $effectiveOn, atLeast: $atLeast) {
    state title textVersion irregularities
    versions { number title type }
    journey {
      eventId type stateAfter irregularities undone undoneBy undoneFromEarliest correctedBy
      effective countedEffective decision position
    }
  }
}`;
const itemAt = async (reference: string, variables: object = {}) =>
  (await analyst.data(query, { reference, ...variables })).reformItem;

describe('annulling a decision', () => {
  it('makes it void from its effective date, leaves what was known before, and flags what rests on it', async () => {
    const { adoption, known } = await approvedItem('ANNULLED');
    scribe.day = '2024-05-01';
    const { position } = await decide('ANNULLED', { kind: 'annul', decision: adoption }, 'BOARD');

    const now = await itemAt('ANNULLED', { atLeast: position });
    expect(now).toMatchObject({ state: 'Approved', irregularities: ['BASIS_ANNULLED', 'SKIPPED_STATES'] });
    const types = Object.fromEntries(now.journey.map((entry: { type: string }) => [entry.type, entry]));
    expect(types.ReformItemAdopted).toMatchObject({
      undone: 'annulled',
      undoneBy: position,
      decision: adoption,
    });
    expect(types.ReformItemApproved).toMatchObject({
      undone: null,
      irregularities: ['BASIS_ANNULLED', 'SKIPPED_STATES'],
    });

    const onThatDay = { effectiveOn: '2024-02-15' };
    expect(await itemAt('ANNULLED', onThatDay)).toMatchObject({ state: 'UnderReview' });
    const then = { asOf: { position: known } };
    expect(await itemAt('ANNULLED', { ...then, ...onThatDay })).toMatchObject({ state: 'Adopted' });
    expect(await itemAt('ANNULLED', then)).toMatchObject({ state: 'Approved', irregularities: [] });
  });

  it('takes a body that approves, a reason, a decision there is, and something of it that stands', async () => {
    const { adoption } = await approvedItem('ANNUL-REFUSED');
    scribe.day = '2024-05-01';
    const refused = async (item: object, body = 'BOARD') =>
      scribe.refused(recorder, 'recordDecision', decision('ANNUL-REFUSED', item, body));
    const annul = { kind: 'annul', decision: adoption };
    expect(await refused(annul, 'PANEL')).toMatchObject({
      code: 'NOT_COMPETENT',
      fields: [{ path: 'items.0' }],
    });
    expect((await refused({ ...annul, reason: null })).code).toBe('REASON_REQUIRED');
    expect((await refused({ kind: 'annul' })).fields).toMatchObject([{ path: 'items.0.decision' }]);
    const stranger = '00000000-0000-5000-8000-000000000000';
    expect((await refused({ ...annul, decision: stranger })).code).toBe('NOT_FOUND');
    await decide('ANNUL-REFUSED', annul, 'BOARD');
    expect((await refused(annul)).code).toBe('NOTHING_TO_UNDO');
  });
});

describe('revoking a decision', () => {
  it('ends what it did from a day on, and not before', async () => {
    const { approval } = await approvedItem('REVOKED');
    scribe.day = '2024-05-01';
    const { position } = await decide('REVOKED', { kind: 'revoke', decision: approval }, 'BOARD');
    expect(await itemAt('REVOKED', { atLeast: position })).toMatchObject({ state: 'Adopted' });
    expect(await itemAt('REVOKED', { effectiveOn: '2024-04-30' })).toMatchObject({ state: 'Approved' });
    expect(await itemAt('REVOKED', { effectiveOn: '2024-05-01' })).toMatchObject({ state: 'Adopted' });
    const entry = (await itemAt('REVOKED')).journey.find(
      ({ type }: { type: string }) => type === 'ReformItemApproved',
    );
    expect(entry).toMatchObject({ undone: 'revoked', undoneBy: position, undoneFromEarliest: '2024-05-01' });
  });

  it('is open to the body that decided; no decision is revoked from before it took effect', async () => {
    const { adoption, approval } = await approvedItem('REVOKED-BY-OWN');
    scribe.day = '2024-02-15';
    const early = decision('REVOKED-BY-OWN', { kind: 'revoke', decision: approval }, 'BOARD');
    expect((await scribe.refused(recorder, 'recordDecision', early)).code).toBe('INVALID_DATE');
    scribe.day = '2024-05-01';
    const foreign = decision('REVOKED-BY-OWN', { kind: 'revoke', decision: approval }, 'PANEL');
    expect((await scribe.refused(recorder, 'recordDecision', foreign)).code).toBe('NOT_COMPETENT');
    await decide('REVOKED-BY-OWN', { kind: 'revoke', decision: adoption }, 'PANEL');
  });
});

describe('correcting what was recorded wrongly', () => {
  const propose = (input: object) => scribe.accepted(recorder, 'proposeCorrection', { reason, ...input });
  const openKeys = async (atLeast: number) => {
    const { corrections } = await analyst.data(
      `query ($atLeast: Position) {
        corrections(programme: "undoing", states: [proposed], atLeast: $atLeast) { totalCount nodes { key } }
      }`,
      { atLeast },
    );
    return corrections.nodes.map(({ key }: { key: string }) => key);
  };

  it('takes two people, and then shows in the answer, the history and under both clocks', async () => {
    const { adoption, known } = await approvedItem('CORRECTED');
    scribe.day = '2024-06-01';
    const proposed = await propose({ decision: { id: adoption, effective: '2024-02-20' } });
    const correction = proposed.changed.key;
    expect(proposed.changed).toMatchObject({ __typename: 'Correction', state: 'proposed' });
    expect(await openKeys(proposed.position)).toContain(correction);
    expect(await itemAt('CORRECTED', { effectiveOn: '2024-02-10' })).toMatchObject({ state: 'Adopted' });

    const both = await service.client('confirmer', 'recorder');
    const own = await scribe.accepted(both, 'proposeCorrection', {
      reason,
      text: { reference: 'CORRECTED', title: { en: 'Another title' } },
    });
    const samePerson = await scribe.refused(both, 'confirmCorrection', { correction: own.changed.key });
    expect(samePerson.code).toBe('SAME_PERSON');
    await scribe.accepted(both, 'withdrawCorrection', { correction: own.changed.key });

    const { position, pending } = await scribe.accepted(confirmer, 'confirmCorrection', { correction });
    expect(pending).toEqual([]);
    expect(await openKeys(position)).not.toContain(correction);
    const answered = await analyst.data(
      'query ($key: String!) { correction(key: $key) { answeredPosition } }',
      {
        key: correction,
      },
    );
    const after = answered.correction.answeredPosition - 1;
    const { events } = await analyst.data(
      'query ($after: Position!) { events(after: $after, first: 1) { nodes { type effects { type } } } }',
      { after },
    );
    expect(events.nodes).toEqual([
      {
        type: 'CorrectionConfirmed',
        effects: [{ type: 'DecisionCorrected' }, { type: 'ReformItemEntryCorrected' }],
      },
    ]);
    expect(await itemAt('CORRECTED', { effectiveOn: '2024-02-10' })).toMatchObject({ state: 'UnderReview' });
    expect(await itemAt('CORRECTED', { effectiveOn: '2024-02-20' })).toMatchObject({ state: 'Adopted' });
    const asKnown = { asOf: { position: known }, effectiveOn: '2024-02-10' };
    expect(await itemAt('CORRECTED', asKnown)).toMatchObject({ state: 'Adopted' });
    const { journey } = await itemAt('CORRECTED');
    expect(journey.find(({ type }: { type: string }) => type === 'ReformItemAdopted')).toMatchObject({
      effective: '2024-02-01',
      countedEffective: '2024-02-20',
      undone: null,
      correctedBy: [position],
    });
  });

  it('says of a date that it is not known, and of a field that was left out nothing', async () => {
    const { adoption } = await approvedItem('DATELESS');
    scribe.day = '2024-06-01';
    const nothing = { decision: { id: adoption, struck: null, data: null }, reason };
    expect((await scribe.refused(recorder, 'proposeCorrection', nothing)).code).toBe('NOTHING_TO_CHANGE');
    const { changed } = await propose({ decision: { id: adoption, effective: null } });
    const { position } = await scribe.accepted(confirmer, 'confirmCorrection', { correction: changed.key });
    const { journey } = await itemAt('DATELESS', { atLeast: position });
    expect(journey.find(({ type }: { type: string }) => type === 'ReformItemAdopted')).toMatchObject({
      effective: '2024-02-01',
      countedEffective: null,
      correctedBy: [position],
    });
  });

  it('strikes what never happened, entry by entry, and says so where somebody looks', async () => {
    const { approval, known } = await approvedItem('STRUCK');
    const before = await itemAt('STRUCK', { atLeast: known });
    const { eventId } = before.journey.find((entry: { decision: string }) => entry.decision === approval);
    scribe.day = '2024-06-01';
    const { changed } = await propose({ entry: { reference: 'STRUCK', eventId, struck: true } });
    const { position } = await scribe.accepted(confirmer, 'confirmCorrection', { correction: changed.key });
    const { correction } = await analyst.data(
      `query ($key: String!, $atLeast: Position) { correction(key: $key, atLeast: $atLeast) {
        state proposedBy answeredBy reason answeredPosition
        target { kind entry struck effectiveCorrected } items { reference state } } }`,
      { key: changed.key, atLeast: position },
    );
    expect(correction).toMatchObject({
      state: 'confirmed',
      proposedBy: 'test-recorder',
      answeredBy: 'test-confirmer',
      reason,
      target: { kind: 'entry', entry: eventId, struck: true, effectiveCorrected: false },
      items: [{ reference: 'STRUCK', state: 'Adopted' }],
    });
    const { journey } = await itemAt('STRUCK');
    expect(journey.find((entry: { eventId: string }) => entry.eventId === eventId)).toMatchObject({
      undone: 'corrected',
      undoneBy: position,
    });
  });

  it('corrects words as another version, and takes nobody’s word alone', async () => {
    await approvedItem('WORDS');
    scribe.day = '2024-06-01';
    const title = { en: 'A title, spelled right' };
    const { changed } = await propose({ text: { reference: 'WORDS', title } });
    const unexplained = await scribe.refused(confirmer, 'declineCorrection', { correction: changed.key });
    expect(unexplained.code).toBe('REASON_REQUIRED');
    const { position } = await scribe.accepted(confirmer, 'confirmCorrection', { correction: changed.key });
    expect(await itemAt('WORDS', { atLeast: position })).toMatchObject({
      title,
      textVersion: 2,
      versions: [{ number: 1 }, { number: 2, title, type: 'ReformItemTextCorrected' }],
    });
  });

  it('refuses what it cannot mean, naming the field', async () => {
    const { adoption, known } = await approvedItem('REFUSED');
    const { journey } = await itemAt('REFUSED', { atLeast: known });
    const [{ eventId }] = journey;
    const refused = (input: object) => scribe.refused(recorder, 'proposeCorrection', { reason, ...input });
    const entry = { reference: 'REFUSED', eventId };
    const cases: readonly [object, string, string?][] = [
      [{}, 'INVALID_INPUT', 'input'],
      [
        { entry: { ...entry, struck: true }, decision: { id: adoption, struck: true } },
        'INVALID_INPUT',
        'input',
      ],
      [{ entry: { ...entry, struck: true } }, 'INVALID_INPUT', 'entry.struck'],
      [{ entry: { ...entry, data: { programme: 'other' } } }, 'INVALID_INPUT', 'entry.data.programme'],
      [{ entry }, 'NOTHING_TO_CHANGE', 'entry'],
      [{ entry: { ...entry, reference: 'NOWHERE', struck: true } }, 'NOT_FOUND', 'reference'],
      [
        { entry: { ...entry, eventId: '00000000-0000-4000-8000-000000000000', struck: true } },
        'NOTHING_TO_UNDO',
        'entry',
      ],
      [{ decision: { id: 'none', struck: true } }, 'NOT_FOUND', 'decision.id'],
      [{ decision: { id: adoption, struck: true }, reason: null }, 'REASON_REQUIRED', 'reason'],
      [{ decision: { id: adoption, data: { method: 'lots' } } }, 'INVALID_INPUT', 'decision.data.method'],
    ];
    for (const [input, code, path] of cases) {
      const answer = await refused(input);
      expect(answer.code).toBe(code);
      expect(answer.fields.map((field) => field.path)).toContain(path);
    }
    const missing = await scribe.refused(confirmer, 'confirmCorrection', { correction: 'none' });
    expect(missing).toMatchObject({ code: 'NOT_FOUND', fields: [{ path: 'correction' }] });
    const open = await propose({ decision: { id: adoption, struck: true } });
    await scribe.accepted(confirmer, 'declineCorrection', { correction: open.changed.key, reason });
    const late = await scribe.refused(confirmer, 'confirmCorrection', { correction: open.changed.key });
    expect(late.code).toBe('INVALID_TRANSITION');
  });

  it('is forbidden to a recorder alone to confirm, and to a confirmer alone to propose', async () => {
    const forbidden = async (client: GraphqlClient, mutation: string, input: object) => {
      await expect(scribe.accepted(client, mutation, input)).rejects.toThrow('your roles do not allow you');
    };
    await forbidden(recorder, 'confirmCorrection', { correction: 'any' });
    await forbidden(recorder, 'declineCorrection', { correction: 'any' });
    await forbidden(confirmer, 'proposeCorrection', { decision: { id: 'any', struck: true } });
  });
});
