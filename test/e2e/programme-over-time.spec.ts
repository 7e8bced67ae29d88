import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphqlClient } from '../support/graphql-client.js';
import { type InProcessService, startInProcess } from '../support/in-process-service.js';
import { Scribe } from '../support/scribe.js';
import { TestStores } from '../support/stores.js';

const programme = 'over-time';
const scribe = new Scribe(programme);
let stores: TestStores;
let service: InProcessService;
let admin: GraphqlClient;
let recorder: GraphqlClient;
let analyst: GraphqlClient;
let last = 0;

beforeAll(async () => {
  stores = await TestStores.start();
  service = await startInProcess(stores, false);
  [admin, recorder, analyst] = await Promise.all([
    service.client('admin'),
    service.client('recorder'),
    service.client('analyst'),
  ]);
  await setUp('2010', 'registerProgramme', { reference: programme, name: { en: 'A programme' } });
}, 120_000);

afterAll(async () => {
  await service?.stop();
  await stores?.stop();
}, 60_000);

const name = (en: string) => ({ en: `${en} (fictional)` });

async function setUp(day: string | null, mutation: string, input: object): Promise<number> {
  scribe.day = day;
  last = (await scribe.accepted(admin, mutation, input)).position;
  return last;
}

async function refused(day: string, mutation: string, input: object): Promise<string[]> {
  scribe.day = day;
  const { code, fields } = await scribe.refused(admin, mutation, input);
  return [code, ...fields.map(({ path }) => path)];
}

/** Asks of the programme as it is by now, on a day, or as of a position. */
async function ask(fields: string, more: { effectiveOn?: string; asOf?: { position: number } } = {}) {
  const query = `query ($atLeast: Position, $effectiveOn: Day, $asOf: AsOfInput) {
    programme(reference: "${programme}", atLeast: $atLeast, effectiveOn: $effectiveOn, asOf: $asOf) { ${fields} }
  }`;
  return (await analyst.data(query, { atLeast: last, ...more })).programme;
}

describe('an organisation', () => {
  it('is asked on a day, whenever that was written down, and its history is told', async () => {
    await setUp('2010', 'registerOrganisation', { reference: 'MINISTRY', name: name('Ministry') });
    await setUp('2012', 'registerOrganisation', {
      reference: 'UNIT-A',
      name: name('Unit A'),
      parent: 'ministry',
    });
    await setUp('2013', 'registerOrganisation', { reference: 'UNIT-B', name: name('Unit B') });
    await setUp('2018', 'mergeOrganisations', { organisations: ['UNIT-A'], into: 'UNIT-B' });
    const before = last;
    await setUp('2015', 'renameOrganisation', { organisation: 'unit-a', name: name('Unit Alpha') });
    await setUp('2016', 'moveOrganisation', { organisation: 'UNIT-A', reason: { en: 'By order' } });
    const fields = `organisations(references: ["UNIT-A"]) {
      reference name parent dissolved mergedInto
      history { name parent dissolved mergedInto fromEarliest toEarliest reason }
    }`;
    const on = async (effectiveOn: string, more = {}) =>
      (await ask(fields, { effectiveOn, ...more })).organisations[0];
    expect((await ask(fields, { effectiveOn: '2011-12-31' })).organisations).toEqual([]);
    expect(await on('2014-01-01')).toMatchObject({ name: name('Unit A'), parent: 'MINISTRY' });
    expect(await on('2015-06-01')).toMatchObject({ name: name('Unit Alpha'), parent: 'MINISTRY' });
    expect(await on('2017-06-01')).toMatchObject({ parent: null, dissolved: false });
    expect(await on('2018-01-01')).toMatchObject({ dissolved: true, mergedInto: 'UNIT-B' });
    // What was known before the late entries is answered as it was.
    expect(await on('2015-06-01', { asOf: { position: before } })).toMatchObject({ name: name('Unit A') });
    const { organisations } = await ask(fields);
    expect(organisations[0].history).toMatchObject([
      { name: name('Unit A'), fromEarliest: '2012-01-01', toEarliest: '2015-01-01' },
      { name: name('Unit Alpha'), parent: 'MINISTRY', toEarliest: '2016-01-01' },
      { parent: null, reason: { en: 'By order' } },
      { dissolved: true, mergedInto: 'UNIT-B', toEarliest: null },
    ]);
  });

  it('is dissolved and established again', async () => {
    await setUp('2010', 'registerOrganisation', { reference: 'UNIT-C', name: name('Unit C') });
    await setUp('2014', 'dissolveOrganisation', { organisation: 'UNIT-C' });
    await setUp('2016', 'reestablishOrganisation', { organisation: 'UNIT-C' });
    const fields = 'organisations(references: ["unit-c"]) { dissolved }';
    expect(await ask(fields, { effectiveOn: '2015-01-01' })).toEqual({
      organisations: [{ dissolved: true }],
    });
    expect(await ask(fields)).toEqual({ organisations: [{ dissolved: false }] });
  });

  it('changes where it stands and where something changes', async () => {
    const unit = { organisation: 'UNIT-B' };
    expect(await refused('2014', 'renameOrganisation', { ...unit, name: name('Unit B') })).toEqual([
      'NOTHING_TO_CHANGE',
      'name',
    ]);
    expect(await refused('2012', 'renameOrganisation', { ...unit, name: name('B') })).toEqual([
      'NOT_FOUND',
      'organisation',
    ]);
    expect(await refused('2014', 'moveOrganisation', unit)).toEqual(['NOTHING_TO_CHANGE', 'parent']);
    expect(await refused('2014', 'moveOrganisation', { organisation: 'MINISTRY', parent: 'UNIT-A' })).toEqual(
      ['RELATION_CYCLE', 'parent'],
    );
    expect(await refused('2019', 'dissolveOrganisation', { organisation: 'UNIT-A' })).toEqual([
      'NOT_FOUND',
      'organisation',
    ]);
    expect(await refused('2014', 'reestablishOrganisation', unit)).toEqual([
      'NOTHING_TO_CHANGE',
      'organisation',
    ]);
    const merge = { organisations: ['UNIT-B', 'UNIT-B'], into: 'MINISTRY' };
    expect(await refused('2014', 'mergeOrganisations', merge)).toEqual(['INVALID_INPUT', 'organisations.1']);
  });
});

describe('an instrument', () => {
  it('blocks what requires it until it is in force, and again when it is repealed', async () => {
    const instrument = 'LAW-1';
    await setUp('2014', 'registerInstrument', {
      reference: instrument,
      name: name('Law'),
      kind: 'law',
      status: 'draft',
    });
    await setUp('2015', 'addInstrumentVersion', {
      instrument,
      version: '1',
      articles: [{ article: '5', heading: { en: 'Training' } }],
      uri: 'https://example.org/law-1',
    });
    await setUp('2018', 'changeInstrumentStatus', { instrument, status: 'repealed' });
    await setUp('2016', 'changeInstrumentStatus', { instrument, status: 'inForce' });
    scribe.day = '2015-02-01';
    for (const [reference, article] of [
      ['WAITS', '5'],
      ['FREE', undefined],
      ['LOST', '7'],
    ] as const) {
      await scribe.accepted(recorder, 'registerItem', { reference, title: name(reference) });
      if (reference === 'FREE') continue;
      last = (
        await scribe.accepted(recorder, 'classifyItem', {
          reference,
          asRecorded: true,
          requiresEnactmentOf: [{ instrument, article }],
        })
      ).position;
    }
    const list = async (effectiveOn: string, blocked: boolean) => {
      const query = `query ($atLeast: Position) {
        reformItems(programme: "${programme}", atLeast: $atLeast, effectiveOn: "${effectiveOn}", filter: { blocked: ${blocked} }) {
          totalCount nodes { reference blocked blockedBy { instrument article } }
        }
      }`;
      const { reformItems } = await analyst.data(query, { atLeast: last });
      expect(reformItems.totalCount).toBe(reformItems.nodes.length);
      for (const node of reformItems.nodes) expect(node.blocked).toBe(blocked);
      return reformItems.nodes.map((node: { reference: string }) => node.reference) as string[];
    };
    expect(await list('2015-06-01', true)).toEqual(['LOST', 'WAITS']);
    expect(await list('2016-06-01', true)).toEqual(['LOST']);
    expect(await list('2016-06-01', false)).toEqual(['FREE', 'WAITS']);
    expect(await list('2018-06-01', true)).toEqual(['LOST', 'WAITS']);
    const { reformItem } = await analyst.data(
      `query ($atLeast: Position) { reformItem(programme: "${programme}", reference: "WAITS", atLeast: $atLeast) {
        before: blocked(on: "2015-12-31") then: blocked(on: "2016-01-01") blockedBy { instrument article version }
      } }`,
      { atLeast: last },
    );
    expect(reformItem).toEqual({
      before: true,
      then: false,
      blockedBy: [{ instrument, article: '5', version: null }],
    });
    const { instruments } = await ask(
      `instruments { status history { status fromEarliest } versions { version uri articles { article heading } status } }`,
      { effectiveOn: '2017-01-01' },
    );
    expect(instruments).toEqual([
      {
        status: 'inForce',
        history: [
          { status: 'draft', fromEarliest: '2014-01-01' },
          { status: 'inForce', fromEarliest: '2016-01-01' },
          { status: 'repealed', fromEarliest: '2018-01-01' },
        ],
        versions: [
          {
            version: '1',
            uri: 'https://example.org/law-1',
            articles: [{ article: '5', heading: { en: 'Training' } }],
            status: null,
          },
        ],
      },
    ]);
  });

  it('has each version once, and another status only where it differs', async () => {
    const version = { instrument: 'LAW-1', version: '1' };
    expect(await refused('2017', 'addInstrumentVersion', version)).toEqual(['ALREADY_EXISTS', 'version']);
    expect(await refused('2017', 'addInstrumentVersion', { ...version, instrument: 'LAW-2' })).toEqual([
      'NOT_FOUND',
      'instrument',
    ]);
    const same = { instrument: 'LAW-1', status: 'inForce' };
    expect(await refused('2017', 'changeInstrumentStatus', same)).toEqual(['NOTHING_TO_CHANGE', 'status']);
    await setUp('2017', 'changeInstrumentStatus', { ...version, status: 'amended' });
    const { instruments } = await ask(`instruments { versionHistory { status fromEarliest toEarliest } }`);
    expect(instruments[0].versionHistory).toEqual([
      { status: null, fromEarliest: '2015-01-01', toEarliest: '2017-01-01' },
      { status: 'amended', fromEarliest: '2017-01-01', toEarliest: null },
    ]);
  });
});

describe('a governed list', () => {
  const source = { en: 'A gazette of the tests' };

  it('ships empty, and has on a day its members of that day with their sources', async () => {
    await setUp('2010', 'registerScope', { reference: 'A', name: name('Area A'), code: 'XA-01' });
    await setUp('2010', 'registerScope', { reference: 'B', name: name('Area B'), within: 'a' });
    await setUp('2010', 'registerScope', { reference: 'LIST', name: name('List'), governed: true });
    const fields = `scopes(references: ["LIST"]) {
      governed members { scope source fromEarliest } memberHistory { scope toEarliest leftSource }
    }`;
    expect((await ask(fields)).scopes).toEqual([{ governed: true, members: [], memberHistory: [] }]);
    const left = { en: 'Another gazette' };
    await setUp('2016', 'changeScopeMembership', { scope: 'list', added: ['a', 'B'], source });
    await setUp('2017', 'changeScopeMembership', { scope: 'LIST', removed: ['A'], source: left });
    const [then] = (await ask(fields, { effectiveOn: '2016-06-01' })).scopes;
    expect(then.members).toEqual([
      { scope: 'A', source, fromEarliest: '2016-01-01' },
      { scope: 'B', source, fromEarliest: '2016-01-01' },
    ]);
    const [now] = (await ask(fields)).scopes;
    expect(now.members).toMatchObject([{ scope: 'B' }]);
    expect(now.memberHistory).toEqual([
      { scope: 'A', toEarliest: '2017-01-01', leftSource: left },
      { scope: 'B', toEarliest: null, leftSource: null },
    ]);
    for (const [reference, use] of [
      ['FOLLOWS', { scope: 'LIST' }],
      ['FROZE', { scope: 'LIST', frozenOn: '2016-06-01' }],
    ] as const) {
      scribe.day = '2017-05';
      await scribe.accepted(recorder, 'registerItem', { reference, title: name(reference) });
      last = (await scribe.accepted(recorder, 'classifyItem', { reference, scopes: [use] })).position;
    }
    const membersOf = async (reference: string, on: string) => {
      const { reformItem } = await analyst.data(
        `query ($reference: String!, $on: Day, $atLeast: Position) {
          reformItem(programme: "${programme}", reference: $reference, atLeast: $atLeast) {
            scopes { scope members(on: $on) { scope source } }
          }
        }`,
        { reference, on, atLeast: last },
      );
      return reformItem.scopes[0].members;
    };
    const both = [
      { scope: 'A', source },
      { scope: 'B', source },
    ];
    expect(await membersOf('FOLLOWS', '2016-12-31')).toEqual(both);
    expect(await membersOf('FOLLOWS', '2017-06-01')).toEqual([{ scope: 'B', source }]);
    expect(await membersOf('FROZE', '2017-06-01')).toEqual(both);
    const { scopes } = await ask('scopes { reference code within }');
    expect(scopes).toContainEqual({ reference: 'B', code: null, within: 'A' });
    expect(scopes).toContainEqual({ reference: 'A', code: 'XA-01', within: null });
  });

  it('takes places that are registered, and no list, each with a source', async () => {
    const list = { scope: 'LIST', source };
    expect(await refused('2018', 'changeScopeMembership', list)).toEqual(['NOTHING_TO_CHANGE', 'added']);
    expect(await refused('2018', 'changeScopeMembership', { ...list, added: ['X'] })).toEqual([
      'NOT_FOUND',
      'added.0',
    ]);
    expect(await refused('2018', 'changeScopeMembership', { ...list, removed: ['A'] })).toEqual([
      'NOT_FOUND',
      'removed.0',
    ]);
    expect(await refused('2018', 'changeScopeMembership', { ...list, scope: 'A', added: ['B'] })).toEqual([
      'INVALID_INPUT',
      'scope',
    ]);
    const scope = { reference: 'C', name: name('C') };
    expect(await refused('2018', 'registerScope', { ...scope, code: 'xa' })).toEqual([
      'INVALID_INPUT',
      'code',
    ]);
    expect(await refused('2018', 'registerScope', { ...scope, code: 'XA-01' })).toEqual([
      'ALREADY_EXISTS',
      'code',
    ]);
    expect(await refused('2018', 'registerScope', { ...scope, within: 'LIST' })).toEqual([
      'INVALID_INPUT',
      'within',
    ]);
  });
});

describe('a body', () => {
  it('may on a day what its mandate of that day says', async () => {
    const board = { reference: 'BOARD', name: name('Board'), kind: 'committee' };
    await setUp('2012', 'establishBody', { ...board, competence: 'advises' });
    await setUp('2017', 'dissolveBody', { reference: 'BOARD', reason: { en: 'Its work was done' } });
    await setUp('2014', 'changeMandate', { reference: 'BOARD', competence: 'approves' });
    const fields = 'bodies { competence dissolved history { competence dissolved fromEarliest reason } }';
    const on = async (effectiveOn: string) => (await ask(fields, { effectiveOn })).bodies;
    expect(await on('2011-01-01')).toEqual([]);
    expect(await on('2013-01-01')).toMatchObject([{ competence: 'advises', dissolved: false }]);
    expect(await on('2016-01-01')).toMatchObject([{ competence: 'approves', dissolved: false }]);
    expect(await on('2017-01-01')).toMatchObject([{ dissolved: true }]);
    expect((await ask(fields)).bodies[0].history).toMatchObject([
      { competence: 'advises', fromEarliest: '2012-01-01' },
      { competence: 'approves', fromEarliest: '2014-01-01' },
      { dissolved: true, fromEarliest: '2017-01-01', reason: { en: 'Its work was done' } },
    ]);
    expect(await refused('2018', 'changeMandate', { reference: 'BOARD', competence: 'endorses' })).toEqual([
      'NOT_FOUND',
      'effective',
    ]);
  });

  it('that stood when it decided makes a late approval regular', async () => {
    const reference = 'LATE-APPROVAL';
    scribe.day = '2016-02-01';
    await scribe.accepted(recorder, 'registerItem', { reference, title: name(reference) });
    await scribe.accepted(recorder, 'proposeItem', { reference });
    await scribe.accepted(recorder, 'startReview', { reference });
    const decide = (kind: string) => ({ body: 'BOARD', items: [{ reference, kind }] });
    await scribe.accepted(recorder, 'recordDecision', {
      items: [{ reference, kind: 'adopt', manner: 'plain' }],
    });
    scribe.day = '2017-02-01';
    expect(await scribe.refused(recorder, 'recordDecision', decide('approve'))).toMatchObject({
      code: 'NOT_COMPETENT',
    });
    scribe.day = '2016-12-01';
    await scribe.accepted(recorder, 'recordDecision', decide('approve'));
  });
});

describe('words and deadlines', () => {
  it('are named in the programme’s languages', async () => {
    const term = { vocabulary: 'horizon', term: 'immediate' };
    await setUp('2017', 'nameVocabularyTerm', { ...term, name: { en: 'Now', ar: 'فوري' } });
    const { vocabularies } = await ask(
      'vocabularies(vocabulary: horizon) { vocabulary terms { term name } }',
    );
    expect(vocabularies).toEqual([
      {
        vocabulary: 'horizon',
        terms: [
          { term: 'immediate', name: { en: 'Now', ar: 'فوري' } },
          { term: 'mediumLongTerm', name: null },
        ],
      },
    ]);
    expect(await refused('2017', 'nameVocabularyTerm', { ...term, name: { en: 'Now' } })).toEqual([
      'NOTHING_TO_CHANGE',
      'name',
    ]);
    expect(
      await refused('2017', 'nameVocabularyTerm', { ...term, term: 'later', name: { en: 'x' } }),
    ).toEqual(['NOT_FOUND', 'term']);
  });

  it('are set from a day on', async () => {
    await setUp('2017', 'setRecordingDeadline', { days: 30 });
    await setUp('2019', 'setRecordingDeadline', {});
    const fields = 'recordingDeadline recordingDeadlines { days fromEarliest toEarliest }';
    expect(await ask(fields, { effectiveOn: '2018-01-01' })).toMatchObject({ recordingDeadline: 30 });
    expect(await ask(fields)).toEqual({
      recordingDeadline: null,
      recordingDeadlines: [
        { days: 30, fromEarliest: '2017-01-01', toEarliest: '2019-01-01' },
        { days: null, fromEarliest: '2019-01-01', toEarliest: null },
      ],
    });
    expect(await refused('2017', 'setRecordingDeadline', { days: 30 })).toEqual([
      'NOTHING_TO_CHANGE',
      'days',
    ]);
  });
});
