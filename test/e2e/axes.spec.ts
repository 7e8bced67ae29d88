import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphqlClient } from '../support/graphql-client.js';
import { type InProcessService, startInProcess } from '../support/in-process-service.js';
import { Scribe } from '../support/scribe.js';
import { TestStores } from '../support/stores.js';

const programme = 'axes';
const scribe = new Scribe(programme);
let stores: TestStores;
let service: InProcessService;
let recorder: GraphqlClient;
let verifier: GraphqlClient;
let analyst: GraphqlClient;

beforeAll(async () => {
  stores = await TestStores.start();
  service = await startInProcess(stores, false);
  const admin = await service.client('admin');
  [recorder, verifier, analyst] = await Promise.all([
    service.client('recorder'),
    service.client('verifier'),
    service.client('analyst'),
  ]);
  scribe.day = '2017-01-01';
  await scribe.accepted(admin, 'registerProgramme', { reference: programme, name: { en: 'A programme' } });
  for (const [reference, parent] of [
    ['MINISTRY'],
    ['UNIT-A', 'MINISTRY'],
    ['UNIT-B'],
    ['UNIT-C'],
    ['AUDIT', 'MINISTRY'],
    ['INSPECTION'],
  ]) {
    const name = { en: `A fictional unit, ${reference}` };
    await scribe.accepted(admin, 'registerOrganisation', { reference, name, parent });
  }
  await scribe.accepted(admin, 'establishBody', {
    reference: 'BOARD',
    name: { en: 'A fictional board' },
    kind: 'committee',
    competence: 'approves',
  });
}, 120_000);

afterAll(async () => {
  await service?.stop();
  await stores?.stop();
}, 60_000);

const on = (day: string) => void (scribe.day = day);
const record = (mutation: string, input: object) => scribe.accepted(recorder, mutation, input);
const refused = async (mutation: string, input: object, client = recorder) => {
  const { code, fields } = await scribe.refused(client, mutation, input);
  return [code, ...fields.map(({ path }) => path)];
};

const description = { en: 'As issued' };
const reason = { en: 'The office moved' };
const method = { en: 'Two visits' };

/** An item under review, addressed to two units on 1 February 2017. */
async function addressedItem(reference: string, parts?: readonly string[]): Promise<void> {
  on('2017-01-10');
  await record('registerItem', {
    reference,
    title: { en: reference },
    parts: parts?.map((label) => ({ label, text: { en: label } })),
  });
  await record('proposeItem', { reference });
  await record('startReview', { reference });
  on('2017-02-01');
  await record('addressItem', { reference, addressees: ['UNIT-A', 'UNIT-B'] });
}

/** The same, led by UNIT-C and being carried out, with a piece of evidence. */
async function itemInImplementation(reference: string, parts?: readonly string[]): Promise<void> {
  await addressedItem(reference, parts);
  await record('recordDecision', { body: 'BOARD', items: [{ reference, kind: 'adopt', manner: 'plain' }] });
  await record('recordDecision', { body: 'BOARD', items: [{ reference, kind: 'approve' }] });
  await record('planItem', {
    reference,
    leads: ['UNIT-C'],
    horizon: 'immediate',
    dueDate: '2017-06',
    action: { en: 'Draft it' },
  });
  await record('startImplementation', { reference });
  on('2017-03-01');
  await record('addEvidence', { reference, evidence: 'E-1', description, custody: 'inspected' });
}

const verification = (reference: string, more: object = {}) => ({
  reference,
  verification: 'V-1',
  verifiedBy: 'INSPECTION',
  method,
  examined: ['E-1'],
  conclusion: 'implemented',
  ...more,
});

async function itemOf(reference: string, fields: string, variables: object = {}) {
  const { data, errors } = await analyst.ask(
    `query ($reference: String!, $asOf: AsOfInput, $effectiveOn: Day, $atLeast: Position) {
      reformItem(programme: "${programme}", reference: $reference, asOf: $asOf, effectiveOn: $effectiveOn, atLeast: $atLeast) {
        ${fields}
      }
    }`,
    { reference, ...variables },
  );
  expect(errors).toBeUndefined();
  return data.reformItem;
}

describe('addressees', () => {
  const fields = `addressees {
    organisation response responseText progress percent percentBasis reportPeriod reportEvidence
    history { response progress effective reason }
  }`;

  it('answer and report, each with its history, under both clocks', async () => {
    await addressedItem('ANSWERS');
    on('2017-03-01');
    const first = await record('recordResponse', {
      reference: 'ANSWERS',
      addressee: 'UNIT-A',
      response: 'underConsideration',
      text: { ar: 'قيد الدراسة' },
    });
    on('2017-05-01');
    await record('recordResponse', {
      reference: 'ANSWERS',
      addressee: 'UNIT-A',
      response: 'accepted',
      reason,
    });
    await record('addEvidence', { reference: 'ANSWERS', evidence: 'E-1', description, custody: 'inspected' });
    const { position } = await record('recordProgress', {
      reference: 'ANSWERS',
      addressee: 'UNIT-A',
      progress: 'delayed',
      percent: 40,
      percentBasis: { en: 'of the posts' },
      period: '2017-01/2017-04',
      evidence: ['E-1'],
    });
    const now = await itemOf('ANSWERS', fields, { atLeast: position });
    expect(now.addressees).toEqual([
      {
        organisation: 'UNIT-A',
        response: 'accepted',
        responseText: null,
        progress: 'delayed',
        percent: 40,
        percentBasis: { en: 'of the posts' },
        reportPeriod: '2017-01/2017-04',
        reportEvidence: ['E-1'],
        history: [
          { response: 'awaited', progress: null, effective: '2017-02-01', reason: null },
          { response: 'underConsideration', progress: null, effective: '2017-03-01', reason: null },
          { response: 'accepted', progress: null, effective: '2017-05-01', reason },
          { response: 'accepted', progress: 'delayed', effective: '2017-05-01', reason: null },
        ],
      },
      expect.objectContaining({ organisation: 'UNIT-B', response: 'awaited', progress: null, percent: null }),
    ]);
    const responsesOn = async (more: object) =>
      (await itemOf('ANSWERS', 'addressees { organisation response }', more)).addressees.map(
        ({ response }: { response: string }) => response,
      );
    expect(await responsesOn({ effectiveOn: '2017-01-31' })).toEqual([]);
    expect(await responsesOn({ effectiveOn: '2017-02-28' })).toEqual(['awaited', 'awaited']);
    expect(await responsesOn({ effectiveOn: '2017-04-30' })).toEqual(['underConsideration', 'awaited']);
    expect(await responsesOn({ asOf: { position: first.position } })).toEqual([
      'underConsideration',
      'awaited',
    ]);
  });

  it('are asked no more from a day on, and keep their history', async () => {
    await addressedItem('READDRESSED');
    on('2017-03-01');
    await record('recordResponse', { reference: 'READDRESSED', addressee: 'UNIT-B', response: 'noted' });
    on('2017-04-01');
    const { position } = await record('addressItem', { reference: 'READDRESSED', addressees: ['UNIT-A'] });
    const organisations = async (more: object) =>
      (await itemOf('READDRESSED', 'addressees { organisation }', more)).addressees;
    expect(await organisations({ atLeast: position })).toEqual([{ organisation: 'UNIT-A' }]);
    expect(await organisations({ effectiveOn: '2017-03-31' })).toEqual([
      { organisation: 'UNIT-A' },
      { organisation: 'UNIT-B' },
    ]);
  });

  it('are refused with what is wrong and where', async () => {
    await addressedItem('REFUSED', ['a']);
    on('2017-03-01');
    const reference = 'REFUSED';
    const response = { reference, addressee: 'UNIT-A', response: 'acceptedInPart' };
    const report = { reference, addressee: 'UNIT-A', progress: 'started' };
    expect(await refused('addressItem', { reference, addressees: [] })).toEqual([
      'INVALID_INPUT',
      'addressees',
    ]);
    expect(await refused('addressItem', { reference, addressees: ['UNIT-A', 'NOBODY'] })).toEqual([
      'NOT_FOUND',
      'addressees.1',
    ]);
    expect(await refused('addressItem', { reference, addressees: ['UNIT-B', 'UNIT-A'] })).toEqual([
      'NOTHING_TO_CHANGE',
      'addressees',
    ]);
    expect(await refused('recordResponse', { ...response, addressee: 'UNIT-C' })).toEqual([
      'NOT_FOUND',
      'addressee',
    ]);
    expect(await refused('recordResponse', { ...response, parts: ['b'] })).toEqual(['NOT_FOUND', 'parts.0']);
    expect(await refused('recordProgress', { ...report, addressee: 'UNIT-C' })).toEqual([
      'NOT_FOUND',
      'addressee',
    ]);
    expect(await refused('recordProgress', { ...report, percent: 5 })).toEqual([
      'INVALID_INPUT',
      'percentBasis',
    ]);
    expect(await refused('recordProgress', { ...report, evidence: ['E-7'] })).toEqual([
      'NOT_FOUND',
      'evidence.0',
    ]);
    await record('recordProgress', { ...report, addressee: 'UNIT-C', asRecorded: true });
    await record('withdrawItem', { reference, reason });
    expect(await refused('addressItem', { reference, addressees: ['UNIT-C'] })).toEqual(['ITEM_ENDED']);
  });

  it('report for themselves with the token of their organisation, and for no other', async () => {
    await addressedItem('OWN-REPORT');
    on('2017-03-01');
    const report = { reference: 'OWN-REPORT', addressee: 'UNIT-A', progress: 'onTrack' };
    const speakingFor = (organisation?: string) =>
      service.clientWith({ subject: 'reporter-1', roles: { [programme]: ['reporter'] }, organisation });
    const { position } = await scribe.accepted(await speakingFor('UNIT-A'), 'reportProgress', report);
    expect(
      await itemOf('OWN-REPORT', 'addressees { progress } journey { type organisation }', {
        atLeast: position,
      }),
    ).toMatchObject({
      addressees: [{ progress: 'onTrack' }, { progress: null }],
      journey: expect.arrayContaining([
        { type: 'ReformItemProgressReported', organisation: 'UNIT-A' },
      ]) as unknown,
    });
    const document = `mutation ($input: ReportProgressInput!) { reportProgress(input: $input) { __typename } }`;
    const input = { commandId: 'report-of-another', programme, decidedOn: { edtf: '2017-03-01' }, ...report };
    for (const client of [await speakingFor('UNIT-B'), await speakingFor(), recorder, verifier]) {
      const { data, errors } = await client.ask(document, { input });
      expect(data?.reportProgress ?? null).toBeNull();
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    }
    const onBehalf = `mutation ($input: RecordProgressInput!) { recordProgress(input: $input) { __typename } }`;
    const { errors } = await (await speakingFor('UNIT-A')).ask(onBehalf, { input });
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });
});

describe('actions', () => {
  it('keep the original due date and every slip, and are overdue on a day', async () => {
    const reference = 'SLIPS';
    await addressedItem(reference);
    await record('addAction', { reference, action: 'A-1', description, due: '2017-04', owner: 'UNIT-A' });
    on('2017-05-02');
    const slip = await record('rescheduleAction', { reference, action: 'A-1', due: '2017-06', reason });
    on('2017-08-01');
    const { position } = await record('completeAction', { reference, action: 'A-1' });
    const fields = `actions {
      action owner status originalDue currentDue slips { from to reason position effective }
      april: overdue(on: "2017-04-30") may: overdue(on: "2017-05-01") june: overdue(on: "2017-06-30")
      july: overdue(on: "2017-07-31") august: overdue(on: "2017-08-01") overdue
    }`;
    const slips = [
      { from: '2017-04', to: '2017-06', reason, position: slip.position, effective: '2017-05-02' },
    ];
    expect((await itemOf(reference, fields, { atLeast: position })).actions).toEqual([
      {
        action: 'A-1',
        owner: 'UNIT-A',
        status: 'completed',
        originalDue: '2017-04',
        currentDue: '2017-06',
        slips,
        april: false,
        may: true,
        june: false,
        july: true,
        august: false,
        overdue: false,
      },
    ]);
    expect((await itemOf(reference, fields, { effectiveOn: '2017-07-15' })).actions).toMatchObject([
      { status: 'open', currentDue: '2017-06', slips, overdue: true },
    ]);
    expect((await itemOf(reference, fields, { effectiveOn: '2017-05-01' })).actions).toMatchObject([
      { status: 'open', currentDue: '2017-04', slips: [], overdue: true },
    ]);
    // Not known then: it was overdue, whatever day is asked for since.
    expect(
      (await itemOf(reference, fields, { asOf: { position: slip.position - 1 } })).actions,
    ).toMatchObject([{ status: 'open', currentDue: '2017-04', june: true, overdue: true }]);
  });

  it('are refused with what is wrong and where', async () => {
    const reference = 'NO-ACTION';
    await addressedItem(reference);
    await record('addAction', { reference, action: 'A-1', description, due: '2017-04' });
    on('2017-03-01');
    const action = 'A-1';
    for (const [mutation, input, ...expected] of [
      ['addAction', { action, description }, 'ALREADY_EXISTS', 'action'],
      ['addAction', { action: 'A 2', description }, 'INVALID_INPUT', 'action'],
      ['addAction', { action: 'A-2', description, owner: 'NOBODY' }, 'NOT_FOUND', 'owner'],
      ['rescheduleAction', { action, due: '2017-06' }, 'REASON_REQUIRED', 'reason'],
      ['rescheduleAction', { action, due: '2017-04', reason }, 'NOTHING_TO_CHANGE', 'due'],
      ['rescheduleAction', { action: 'A-9', due: '2017-06', reason }, 'NOT_FOUND', 'action'],
      ['dropAction', { action }, 'REASON_REQUIRED', 'reason'],
      ['completeAction', { action: 'A-9' }, 'NOT_FOUND', 'action'],
    ] as const)
      expect(await refused(mutation, { reference, ...input })).toEqual(expected);
    const { position } = await record('dropAction', { reference, action, reason });
    expect(await refused('completeAction', { reference, action })).toEqual(['INVALID_TRANSITION', 'action']);
    expect(
      (await itemOf(reference, 'actions { status history { status reason } }', { atLeast: position }))
        .actions,
    ).toEqual([
      {
        status: 'dropped',
        history: [
          { status: 'open', reason: null },
          { status: 'dropped', reason },
        ],
      },
    ]);
  });
});

describe('indicators', () => {
  it('have values as they are written, with date and source, and keep their unit once measured', async () => {
    const reference = 'MEASURED';
    await addressedItem(reference);
    const indicator = { reference, indicator: 'POSTS', name: { en: 'Posts filled' }, unit: '%' };
    const baseline = { value: '12.50', on: '2016' };
    await record('defineIndicator', { ...indicator, baseline });
    const measurement = { reference, indicator: 'POSTS', measurementSource: { en: 'Staff register' } };
    on('2017-04-01');
    await record('recordMeasurement', { ...measurement, value: '40.0', measuredOn: '2017-03' });
    on('2017-07-01');
    await record('recordMeasurement', { ...measurement, value: '55' });
    const { position } = await record('defineIndicator', {
      ...indicator,
      baseline,
      target: { value: '80' },
    });
    const fields = `indicators {
      indicator name unit baseline { value on } target { value on }
      measurements { value measuredOn source effective } history { target { value } effective }
    }`;
    const source = { en: 'Staff register' };
    expect((await itemOf(reference, fields, { atLeast: position })).indicators).toEqual([
      {
        indicator: 'POSTS',
        name: { en: 'Posts filled' },
        unit: '%',
        baseline,
        target: { value: '80', on: null },
        measurements: [
          { value: '40.0', measuredOn: '2017-03', source, effective: '2017-04-01' },
          { value: '55', measuredOn: null, source, effective: '2017-07-01' },
        ],
        history: [
          { target: null, effective: '2017-02-01' },
          { target: { value: '80' }, effective: '2017-07-01' },
        ],
      },
    ]);
    const then = await itemOf(reference, fields, { effectiveOn: '2017-05-01' });
    expect(then.indicators).toMatchObject([{ target: null, measurements: [{ value: '40.0' }] }]);
    for (const [mutation, input, ...expected] of [
      ['defineIndicator', { ...indicator, unit: 'posts' }, 'INVALID_INPUT', 'unit'],
      ['defineIndicator', { ...indicator, baseline: { value: '1,5' } }, 'INVALID_INPUT', 'baseline.value'],
      [
        'defineIndicator',
        { ...indicator, baseline, target: { value: '80' } },
        'NOTHING_TO_CHANGE',
        'indicator',
      ],
      ['recordMeasurement', { ...measurement, value: '1e3' }, 'INVALID_INPUT', 'value'],
      ['recordMeasurement', { ...measurement, indicator: 'X', value: '1' }, 'NOT_FOUND', 'indicator'],
      [
        'recordMeasurement',
        { reference, indicator: 'POSTS', value: '1' },
        'INVALID_INPUT',
        'measurementSource',
      ],
    ] as const)
      expect(await refused(mutation, { ...input })).toEqual(expected);
  });
});

describe('evidence', () => {
  const sha256 = 'ab'.repeat(32);

  it('is withdrawn or superseded, never edited, and each shows under both clocks', async () => {
    const reference = 'EVIDENCE';
    await addressedItem(reference);
    await record('addEvidence', {
      reference,
      evidence: 'E-1',
      description,
      custody: 'held',
      sha256,
      hashedBy: 'recorder',
      documentDate: '2017-01',
    });
    on('2017-04-01');
    const uri = 'https://example.org/order.pdf';
    await record('addEvidence', {
      reference,
      evidence: 'E-2',
      description,
      custody: 'linked',
      uri,
      supersedes: 'E-1',
    });
    on('2017-05-01');
    const { position } = await record('withdrawEvidence', { reference, evidence: 'E-2', reason });
    const fields = `evidence {
      evidence custody sha256 hashedBy uri documentDate status supersededBy reason
      history { status supersededBy effective }
    }`;
    expect((await itemOf(reference, fields, { atLeast: position })).evidence).toMatchObject([
      {
        evidence: 'E-1',
        custody: 'held',
        sha256,
        hashedBy: 'recorder',
        documentDate: '2017-01',
        status: 'superseded',
        supersededBy: 'E-2',
        history: [
          { status: 'standing', supersededBy: null, effective: '2017-02-01' },
          { status: 'superseded', supersededBy: 'E-2', effective: '2017-04-01' },
        ],
      },
      { evidence: 'E-2', custody: 'linked', uri, status: 'withdrawn', reason },
    ]);
    expect((await itemOf(reference, fields, { effectiveOn: '2017-03-31' })).evidence).toMatchObject([
      { evidence: 'E-1', status: 'standing', supersededBy: null },
    ]);
    const piece = { reference, description, custody: 'inspected' };
    for (const [mutation, input, ...expected] of [
      ['addEvidence', { ...piece, evidence: 'E-1' }, 'ALREADY_EXISTS', 'evidence'],
      ['addEvidence', { ...piece, evidence: 'E-3', sha256 }, 'INVALID_INPUT', 'hashedBy'],
      ['addEvidence', { ...piece, evidence: 'E-3', hashedBy: 'provider' }, 'INVALID_INPUT', 'sha256'],
      ['addEvidence', { ...piece, evidence: 'E-3', custody: 'held' }, 'INVALID_INPUT', 'sha256'],
      ['addEvidence', { ...piece, evidence: 'E-3', custody: 'linked' }, 'INVALID_INPUT', 'uri'],
      ['addEvidence', { ...piece, evidence: 'E-3', uri: 'javascript:alert(1)' }, 'INVALID_INPUT', 'uri'],
      ['addEvidence', { ...piece, evidence: 'E-3', supersedes: 'E-9' }, 'NOT_FOUND', 'supersedes'],
      ['addEvidence', { ...piece, evidence: 'E-3', supersedes: 'E-1' }, 'INVALID_TRANSITION', 'supersedes'],
      ['addEvidence', { ...piece, evidence: 'E-3', custodian: 'NOBODY' }, 'NOT_FOUND', 'custodian'],
      ['withdrawEvidence', { reference, evidence: 'E-1' }, 'REASON_REQUIRED', 'reason'],
      ['withdrawEvidence', { reference, evidence: 'E-2', reason }, 'NOTHING_TO_CHANGE', 'evidence'],
      ['withdrawEvidence', { reference, evidence: 'E-9', reason }, 'NOT_FOUND', 'evidence'],
    ] as const)
      expect(await refused(mutation, input)).toEqual(expected);
  });
});

describe('verification', () => {
  it('says how it came to its conclusion, of a part or the whole, and stands as the assessment', async () => {
    const reference = 'VERIFIED';
    await itemInImplementation(reference, ['a', 'b']);
    on('2017-04-01');
    const first = await scribe.accepted(
      verifier,
      'recordVerification',
      verification(reference, {
        part: 'a',
        conclusion: 'partlyImplemented',
        sites: [{ en: 'The main office' }],
        period: '2017-03',
        accessRefused: { en: 'The archive' },
      }),
    );
    on('2017-05-01');
    const { position } = await scribe.accepted(
      verifier,
      'recordVerification',
      verification(reference, { verification: 'V-2', part: 'a' }),
    );
    const fields = `
      verifications { verification verifiedBy method sites period examined accessRefused conclusion part textVersion irregularities }
      assessments { part assessment verification textVersion history { assessment effective } }
      assessment { counts { value count } leastAdvanced { value count named { part organisation } } }`;
    expect(await itemOf(reference, fields, { atLeast: position })).toEqual({
      verifications: [
        {
          verification: 'V-1',
          verifiedBy: 'INSPECTION',
          method,
          sites: [{ en: 'The main office' }],
          period: '2017-03',
          examined: ['E-1'],
          accessRefused: { en: 'The archive' },
          conclusion: 'partlyImplemented',
          part: 'a',
          textVersion: 1,
          irregularities: [],
        },
        expect.objectContaining({ verification: 'V-2', conclusion: 'implemented', part: 'a' }),
      ],
      assessments: [
        expect.objectContaining({ part: null, assessment: 'notAssessed', verification: null }),
        {
          part: 'a',
          assessment: 'implemented',
          verification: 'V-2',
          textVersion: 1,
          history: [
            { assessment: 'notAssessed', effective: '2017-01-10' },
            { assessment: 'partlyImplemented', effective: '2017-04-01' },
            { assessment: 'implemented', effective: '2017-05-01' },
          ],
        },
        expect.objectContaining({ part: 'b', assessment: 'notAssessed' }),
      ],
      assessment: {
        counts: [
          { value: 'notAssessed', count: 1 },
          { value: 'implemented', count: 1 },
        ],
        leastAdvanced: { value: 'notAssessed', count: 1, named: [{ part: 'b', organisation: null }] },
      },
    });
    const partly = [{ part: null }, { part: 'a', assessment: 'partlyImplemented' }, { part: 'b' }];
    expect(await itemOf(reference, fields, { effectiveOn: '2017-04-15' })).toMatchObject({
      verifications: [{ verification: 'V-1' }],
      assessments: partly,
    });
    expect(await itemOf(reference, fields, { asOf: { position: first.position } })).toMatchObject({
      assessments: partly,
    });
  });

  it('is refused to who takes part, without evidence, and of what is not there', async () => {
    const reference = 'UNVERIFIED';
    await itemInImplementation(reference, ['a']);
    await record('addEvidence', { reference, evidence: 'E-2', description, custody: 'inspected' });
    await record('withdrawEvidence', { reference, evidence: 'E-2', reason });
    on('2017-04-01');
    for (const [more, ...expected] of [
      [{ verifiedBy: 'UNIT-A' }, 'NOT_INDEPENDENT', 'verifiedBy'],
      [{ verifiedBy: 'UNIT-C' }, 'NOT_INDEPENDENT', 'verifiedBy'],
      // UNIT-A, an addressee, is part of it.
      [{ verifiedBy: 'MINISTRY' }, 'NOT_INDEPENDENT', 'verifiedBy'],
      [{ verifiedBy: 'NOBODY' }, 'NOT_FOUND', 'verifiedBy'],
      [{ examined: [] }, 'NO_EVIDENCE', 'examined'],
      [{ examined: ['E-2'] }, 'NO_EVIDENCE', 'examined'],
      [{ examined: ['E-9'] }, 'NOT_FOUND', 'examined.0'],
      [{ textVersion: 2 }, 'NOT_FOUND', 'textVersion'],
      [{ part: 'z' }, 'NOT_FOUND', 'part'],
      [{ conclusion: 'notAssessed' }, 'INVALID_INPUT', 'conclusion'],
    ] as const)
      expect(await refused('recordVerification', verification(reference, more), verifier)).toEqual(expected);
    await scribe.accepted(verifier, 'recordVerification', verification(reference, { verifiedBy: 'AUDIT' }));
    expect(await refused('recordVerification', verification(reference), verifier)).toEqual([
      'ALREADY_EXISTS',
      'verification',
    ]);
    const { position } = await scribe.accepted(
      verifier,
      'recordVerification',
      verification(reference, {
        verification: 'V-2',
        verifiedBy: 'MINISTRY',
        examined: [],
        asRecorded: true,
      }),
    );
    const { verifications } = await itemOf(reference, 'verifications { irregularities }', {
      atLeast: position,
    });
    expect(verifications).toEqual([
      { irregularities: [] },
      { irregularities: ['NOT_INDEPENDENT', 'NO_EVIDENCE'] },
    ]);
  });

  it('ends an item as implemented where no part stands as anything else', async () => {
    const reference = 'ENDED';
    await itemInImplementation(reference, ['a', 'b']);
    on('2017-04-01');
    for (const [name, part, conclusion] of [
      ['V-1', 'a', 'implemented'],
      ['V-2', 'b', 'notImplemented'],
    ])
      await scribe.accepted(
        verifier,
        'recordVerification',
        verification(reference, { verification: name, part, conclusion }),
      );
    on('2017-05-01');
    const refusal = await scribe.refused(verifier, 'verifyImplementation', {
      reference,
      verification: 'V-1',
    });
    expect(refusal).toMatchObject({ code: 'INVALID_TRANSITION', fields: [{ path: 'verification' }] });
    expect(refusal.message).toContain('part b is notImplemented, by V-2');
    expect(await refused('verifyImplementation', { reference, verifiedBy: 'UNIT-C' }, verifier)).toEqual([
      'NOT_INDEPENDENT',
      'verifiedBy',
    ]);
    expect(await refused('verifyImplementation', { reference, verifiedBy: 'INSPECTION' }, verifier)).toEqual([
      'NO_EVIDENCE',
      'evidence',
    ]);
    await scribe.accepted(verifier, 'recordVerification', verification(reference, { verification: 'V-3' }));
    const { position } = await scribe.accepted(verifier, 'verifyImplementation', {
      reference,
      verification: 'V-3',
    });
    const fields = 'state assessments { part assessment verification } irregularities';
    expect(await itemOf(reference, fields, { atLeast: position })).toEqual({
      state: 'Implemented',
      assessments: [null, 'a', 'b'].map((part) => ({ part, assessment: 'implemented', verification: 'V-3' })),
      irregularities: [],
    });
  });
});

describe('what is computed', () => {
  const fields = `reportedDoneNotVerified overdue
    june: overdue(on: "2017-06-30") july: overdue(on: "2017-07-01") early: reportedDoneNotVerified(on: "2017-06-30")`;
  const listed = async (filter: object, more: object = {}) => {
    const { data, errors } = await analyst.ask(
      `query ($filter: ItemFilterInput, $effectiveOn: Day, $asOf: AsOfInput, $atLeast: Position) {
        reformItems(programme: "${programme}", filter: $filter, effectiveOn: $effectiveOn, asOf: $asOf, atLeast: $atLeast, first: 200) {
          totalCount nodes { reference }
        }
      }`,
      { filter, ...more },
    );
    expect(errors).toBeUndefined();
    const references = data.reformItems.nodes.map(
      ({ reference }: { reference: string }) => reference,
    ) as string[];
    expect(data.reformItems.totalCount).toBe(references.length);
    return references;
  };

  it('is overdue and reported done on a day, by field and by filter, the day said or the recorded one', async () => {
    const reference = 'COMPUTED';
    await itemInImplementation(reference);
    on('2017-07-01');
    for (const addressee of ['UNIT-A', 'UNIT-B'])
      await record('recordProgress', { reference, addressee, progress: 'done' });
    on('2017-08-01');
    await scribe.accepted(verifier, 'recordVerification', verification(reference));
    const { position } = await scribe.accepted(verifier, 'verifyImplementation', {
      reference,
      verification: 'V-1',
    });
    expect(await itemOf(reference, fields, { atLeast: position })).toEqual({
      reportedDoneNotVerified: false,
      overdue: false,
      june: false,
      july: true,
      early: false,
    });
    expect(await itemOf(reference, fields, { effectiveOn: '2017-07-15' })).toMatchObject({
      reportedDoneNotVerified: true,
      overdue: true,
    });
    for (const [filter, effectiveOn, expected] of [
      [{ overdue: true }, '2017-06-30', false],
      [{ overdue: true }, '2017-07-15', true],
      [{ overdue: false }, '2017-07-15', false],
      [{ overdue: true }, '2017-08-01', false],
      [{ reportedDoneNotVerified: true }, '2017-07-15', true],
      [{ reportedDoneNotVerified: true, overdue: true }, '2017-07-15', true],
      [{ reportedDoneNotVerified: true }, '2017-08-01', false],
      [{ reportedDoneNotVerified: false }, '2017-08-01', true],
    ] as const)
      expect((await listed(filter, { effectiveOn, atLeast: position })).includes(reference)).toBe(expected);
    // As known before the end was recorded, the day is that of the position: long after the due date.
    const asOf = { position: position - 1 };
    expect(await itemOf(reference, 'overdue', { asOf })).toEqual({ overdue: true });
    expect(await listed({ overdue: true }, { asOf })).toContain(reference);
    expect(await listed({ overdue: true })).not.toContain(reference);
  });

  it('shows in the answer of the command that brought it', async () => {
    const reference = 'FOLDED';
    await itemInImplementation(reference);
    const document = `mutation ($input: RecordProgressInput!) { recordProgress(input: $input) {
      ... on CommandAccepted { changed { ... on ReformItem {
        overdue addressees { organisation progress history { progress } }
        progress { counts { value count } leastAdvanced { value named { organisation item { reference } } } }
        actions { action overdue(on: "2017-01-01") } evidence { evidence } indicators { measurements { value } }
        assessments { part assessment } verifications { verification }
      } } }
    } }`;
    const { recordProgress } = await recorder.data(document, {
      input: {
        commandId: 'folded-progress',
        decidedOn: { edtf: '2017-04-01' },
        programme,
        reference,
        addressee: 'UNIT-B',
        progress: 'done',
      },
    });
    expect(recordProgress.changed).toEqual({
      overdue: true,
      addressees: [
        { organisation: 'UNIT-A', progress: null, history: [{ progress: null }] },
        { organisation: 'UNIT-B', progress: 'done', history: [{ progress: null }, { progress: 'done' }] },
      ],
      progress: {
        counts: [
          { value: null, count: 1 },
          { value: 'done', count: 1 },
        ],
        leastAdvanced: { value: null, named: [{ organisation: 'UNIT-A', item: { reference } }] },
      },
      actions: [{ action: 'first', overdue: false }],
      evidence: [{ evidence: 'E-1' }],
      indicators: [],
      assessments: [{ part: null, assessment: 'notAssessed' }],
      verifications: [],
    });
  });
});

describe('distributions of a programme', () => {
  const other = new Scribe('distributed', 'distributed');

  it('count addressees and parts, name the least advanced, and lead to their items', async () => {
    const admin = await service.client('admin');
    other.day = '2017-01-01';
    await other.accepted(admin, 'registerProgramme', { reference: 'distributed', name: { en: 'Another' } });
    for (const reference of ['UNIT-A', 'UNIT-B'])
      await other.accepted(admin, 'registerOrganisation', { reference, name: { en: reference } });
    await other.accepted(admin, 'registerTheme', { reference: 'BORDERS', name: { en: 'Borders' } });
    for (const reference of ['R-1', 'R-2']) {
      await other.accepted(recorder, 'registerItem', {
        reference,
        title: { en: reference },
        ...(reference === 'R-2' && { themes: ['BORDERS'] }),
      });
      await other.accepted(recorder, 'addressItem', { reference, addressees: ['UNIT-A', 'UNIT-B'] });
    }
    other.day = '2017-05';
    const response = { reference: 'R-1', addressee: 'UNIT-A', response: 'accepted' };
    await other.accepted(recorder, 'recordResponse', response);
    const { position } = await other.accepted(recorder, 'recordResponse', {
      reference: 'R-2',
      addressee: 'UNIT-B',
      response: 'notAccepted',
    });
    const ask = async (more: object) =>
      analyst.data(
        `query ($effectiveOn: Day, $themes: [String!], $atLeast: Position) {
          itemCounts(programme: "distributed", by: RESPONSE, effectiveOn: $effectiveOn, atLeast: $atLeast) { value count certain possible }
          distribution(programme: "distributed", of: RESPONSE, themes: $themes, effectiveOn: $effectiveOn) {
            counts { value count certain possible }
            leastAdvanced(first: 1) { value count named { organisation part item { reference } } }
          }
          accepted: reformItems(programme: "distributed", filter: { responses: [accepted] }, effectiveOn: $effectiveOn) { nodes { reference } }
          silent: reformItems(programme: "distributed", filter: { nothingReported: true }, effectiveOn: $effectiveOn) { totalCount }
          unassessed: reformItems(programme: "distributed", filter: { assessments: [notAssessed] }, effectiveOn: $effectiveOn) { totalCount }
          done: reformItems(programme: "distributed", filter: { progress: [done] }, effectiveOn: $effectiveOn) { totalCount }
        }`,
        more,
      );
    const now = await ask({ atLeast: position });
    expect(now).toEqual({
      itemCounts: [
        { value: 'awaited', count: 2, certain: 2, possible: 2 },
        { value: 'notAccepted', count: 1, certain: 1, possible: 1 },
        { value: 'accepted', count: 1, certain: 1, possible: 1 },
      ],
      distribution: {
        counts: [
          { value: 'notAccepted', count: 1, certain: 1, possible: 1 },
          { value: 'awaited', count: 2, certain: 2, possible: 2 },
          { value: 'accepted', count: 1, certain: 1, possible: 1 },
        ],
        leastAdvanced: {
          value: 'notAccepted',
          count: 1,
          named: [{ organisation: 'UNIT-B', part: null, item: { reference: 'R-2' } }],
        },
      },
      accepted: { nodes: [{ reference: 'R-1' }] },
      silent: { totalCount: 2 },
      unassessed: { totalCount: 2 },
      done: { totalCount: 0 },
    });
    // Some day in May they answered: in the middle of it nobody knows which of them had.
    const inMay = await ask({ effectiveOn: '2017-05-15', themes: ['BORDERS'] });
    expect(inMay.distribution).toEqual({
      counts: [
        { value: 'notAccepted', count: 1, certain: 0, possible: 1 },
        { value: 'awaited', count: 1, certain: 1, possible: 2 },
      ],
      leastAdvanced: {
        value: 'notAccepted',
        count: 1,
        named: [{ organisation: 'UNIT-B', part: null, item: { reference: 'R-2' } }],
      },
    });
    const before = await ask({ effectiveOn: '2016-12-31' });
    expect(before.itemCounts).toEqual([]);
    expect(before.distribution).toEqual({ counts: [], leastAdvanced: null });
  });
});
