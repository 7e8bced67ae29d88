import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphqlClient } from '../support/graphql-client.js';
import { type InProcessService, startInProcess } from '../support/in-process-service.js';
import { Scribe } from '../support/scribe.js';
import { TestStores } from '../support/stores.js';

const programme = 'texts';
const scribe = new Scribe(programme);
const title = { en: 'An order for border posts' };
const text = { en: 'The Ministry drafts the order by June.' };
const parts = [
  { label: 'a', text: { en: 'Draft the order' } },
  { label: 'b', text: { en: 'Issue the order' } },
];

let stores: TestStores;
let service: InProcessService;
let recorder: GraphqlClient;
let confirmer: GraphqlClient;
let analyst: GraphqlClient;
const lastPositions = new Map<string, number>();

beforeAll(async () => {
  stores = await TestStores.start();
  service = await startInProcess(stores, false);
  recorder = await service.client('recorder');
  confirmer = await service.client('confirmer');
  analyst = await service.client('analyst');
  const admin = await service.client('admin');
  const name = { en: 'A name' };
  scribe.day = '2016-01-01';
  await scribe.accepted(admin, 'registerProgramme', { reference: programme, name });
  await scribe.accepted(admin, 'establishBody', {
    reference: 'BOARD',
    name,
    kind: 'committee',
    competence: 'approves',
  });
}, 120_000);

afterAll(async () => {
  await service?.stop();
  await stores?.stop();
}, 60_000);

/** Sends a mutation about an item and answers as {@link Scribe.accepted}. */
async function write(mutation: string, reference: string, input: object = {}, day = '2017-03-01') {
  const done = await scribe.accepted(recorder, mutation, { reference, decidedOn: { edtf: day }, ...input });
  lastPositions.set(reference, done.position);
  return done;
}

async function decide(reference: string, item: object, day: string, more: object = {}) {
  const input = { items: [{ reference, ...item }], decidedOn: { edtf: day }, body: 'BOARD', ...more };
  const done = await scribe.accepted(recorder, 'recordDecision', input);
  lastPositions.set(reference, done.position);
  return done.changed.key as string;
}

const refused = (mutation: string, reference: string, input: object) =>
  scribe.refused(recorder, mutation, { reference, decidedOn: { edtf: '2017-03-01' }, ...input });

async function read(reference: string, selection: string, view: object = {}) {
  const query = `query ($reference: String!, $atLeast: Position, $asOf: AsOfInput, $effectiveOn: Day) {
    reformItem(programme: "${programme}", reference: $reference, atLeast: $atLeast, asOf: $asOf, effectiveOn: $effectiveOn) { ${selection} }
  }`;
  const atLeast = lastPositions.get(reference);
  return (await analyst.data(query, { reference, atLeast, ...view })).reformItem;
}

const register = (reference: string) =>
  write('registerItem', reference, { title, text, parts }, '2017-01-01');
const arabic = {
  language: 'ar',
  title: 'أمر للمنافذ الحدودية',
  text: 'تصوغ الوزارة الأمر قبل حزيران.',
  parts: [
    { label: 'b', text: 'إصدار الأمر' },
    { label: 'a', text: 'صياغة الأمر' },
  ],
};

describe('the words of an item', () => {
  it('are registered in lettered parts and translated, each language as it was written', async () => {
    await register('WORDS');
    const { changed } = await write('addTranslation', 'WORDS', arabic);
    expect(changed).toMatchObject({ __typename: 'ReformItem' });
    const item = await read(
      'WORDS',
      'title text textVersion parts { label text } versions { number change language position }',
    );
    expect(item).toMatchObject({
      title: { en: title.en, ar: arabic.title },
      text: { en: text.en, ar: arabic.text },
      textVersion: 2,
      parts: [
        { label: 'a', text: { en: 'Draft the order', ar: 'صياغة الأمر' } },
        { label: 'b', text: { en: 'Issue the order', ar: 'إصدار الأمر' } },
      ],
      versions: [
        { number: 1, change: 'original', language: null },
        { number: 2, change: 'translated', language: 'ar' },
      ],
    });
  });

  it('are not translated over, nor for parts there are not', async () => {
    await register('OVER');
    expect(await refused('addTranslation', 'OVER', { language: 'en', title: 'Another' })).toMatchObject({
      code: 'ALREADY_EXISTS',
      fields: [{ path: 'title' }],
    });
    const part = { language: 'ar', parts: [{ label: 'c', text: 'نص' }] };
    expect(await refused('addTranslation', 'OVER', part)).toMatchObject({
      code: 'NOT_FOUND',
      fields: [{ path: 'parts.0.label' }],
    });
    expect(await refused('addTranslation', 'OVER', { language: 'ar' })).toMatchObject({
      code: 'INVALID_INPUT',
    });
    const twice = { title, parts: [parts[0], parts[0]] };
    expect(await refused('registerItem', 'OVER-2', twice)).toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ path: 'parts.1.label' }],
    });
  });

  it('have a language that prevails once somebody says so, or that none does', async () => {
    await register('PREVAILS');
    const selection = 'prevailingLanguage prevailingLanguageKnown';
    expect(await read('PREVAILS', selection)).toEqual({
      prevailingLanguage: null,
      prevailingLanguageKnown: false,
    });
    await write('setPrevailingLanguage', 'PREVAILS', { language: 'en' }, '2017-02-01');
    await write('setPrevailingLanguage', 'PREVAILS', { none: true }, '2017-04-01');
    expect(await read('PREVAILS', selection, { effectiveOn: '2017-03-01' })).toEqual({
      prevailingLanguage: 'en',
      prevailingLanguageKnown: true,
    });
    expect(await read('PREVAILS', selection)).toEqual({
      prevailingLanguage: null,
      prevailingLanguageKnown: true,
    });
    expect(await refused('setPrevailingLanguage', 'PREVAILS', { language: 'ar' })).toMatchObject({
      code: 'NOT_FOUND',
      fields: [{ path: 'language' }],
    });
    expect(
      await refused('setPrevailingLanguage', 'PREVAILS', { none: true, decidedOn: { edtf: '2017-05-01' } }),
    ).toMatchObject({ code: 'NOTHING_TO_CHANGE' });
    for (const both of [{}, { language: 'en', none: true }]) {
      expect(await refused('setPrevailingLanguage', 'PREVAILS', both)).toMatchObject({
        code: 'INVALID_INPUT',
        fields: [{ path: 'language' }],
      });
    }
  });

  it('have discrepancies noted beside them, and no word changed', async () => {
    await register('DIFFER');
    await write('addTranslation', 'DIFFER', arabic);
    const noted = {
      passages: { en: 'Draft the order', ar: 'إصدار الأمر' },
      part: 'a',
      note: { en: 'Draft or issue' },
    };
    await write('noteDiscrepancy', 'DIFFER', noted, '2017-04-01');
    const selection = 'textVersion discrepancies { passages part note textVersion effective }';
    expect(await read('DIFFER', selection)).toEqual({
      textVersion: 2,
      discrepancies: [{ ...noted, textVersion: 2, effective: '2017-04-01' }],
    });
    expect((await read('DIFFER', selection, { effectiveOn: '2017-03-15' })).discrepancies).toEqual([]);
    expect(await refused('noteDiscrepancy', 'DIFFER', { passages: { en: 'Draft' } })).toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ path: 'passages' }],
    });
    expect(await refused('noteDiscrepancy', 'DIFFER', { ...noted, part: 'z' })).toMatchObject({
      code: 'NOT_FOUND',
      fields: [{ path: 'part' }],
    });
  });
});

describe('the versions of an item', () => {
  const selection = `title textVersion versions {
    number change decision correction undone title inForce { fromEarliest toEarliest }
  }`;

  it('tell an amendment from a correction, with what brought each', async () => {
    await register('VERSIONS');
    await write('proposeItem', 'VERSIONS', {}, '2017-01-02');
    await write('startReview', 'VERSIONS', {}, '2017-01-03');
    const adopted = {
      kind: 'adopt',
      manner: 'withAmendment',
      title: { en: 'Two orders' },
      parts: [parts[0]],
    };
    const decision = await decide('VERSIONS', adopted, '2017-04-01');
    const proposal = await scribe.accepted(recorder, 'proposeCorrection', {
      text: { reference: 'VERSIONS', title: { en: 'Two Orders' } },
      reason: { en: 'Spelling' },
    });
    const correction = proposal.changed.key as string;
    const confirmed = await scribe.accepted(confirmer, 'confirmCorrection', {
      correction,
      decidedOn: { edtf: '2017-05-01' },
    });
    lastPositions.set('VERSIONS', confirmed.position);
    const { versions, title: now } = await read('VERSIONS', selection);
    expect(now).toEqual({ en: 'Two Orders' });
    expect(versions).toMatchObject([
      { number: 1, change: 'original', decision: null, correction: null, title },
      { number: 2, change: 'amended', decision, correction: null, title: { en: 'Two orders' } },
      { number: 3, change: 'corrected', decision: null, correction, title: { en: 'Two Orders' } },
    ]);
    expect((await read('VERSIONS', 'parts { label }')).parts).toEqual([{ label: 'a' }]);
  });

  it('keep their numbers when a decision that amended is annulled, under both clocks', async () => {
    await register('ANNULLED');
    const amend = (words: string, day: string) =>
      decide('ANNULLED', { kind: 'amend', title: { en: words } }, day);
    const first = await amend('First', '2017-03-01');
    await amend('Second', '2017-05-01');
    const before = lastPositions.get('ANNULLED')!;
    const reason = { en: 'No quorum' };
    await decide('ANNULLED', { kind: 'annul', decision: first, reason }, '2017-07-01');
    const { versions, textVersion } = await read('ANNULLED', selection);
    expect(textVersion).toBe(3);
    expect(versions).toMatchObject([
      { number: 1, undone: null, inForce: [{ fromEarliest: '2017-01-01', toEarliest: '2017-05-01' }] },
      { number: 2, undone: 'annulled', title: { en: 'First' }, inForce: [] },
      { number: 3, undone: null, inForce: [{ fromEarliest: '2017-05-01', toEarliest: null }] },
    ]);
    expect(await read('ANNULLED', 'title textVersion', { effectiveOn: '2017-04-01' })).toEqual({
      title,
      textVersion: 1,
    });
    const knownBefore = { asOf: { position: before }, effectiveOn: '2017-04-01' };
    expect(await read('ANNULLED', 'title textVersion', knownBefore)).toEqual({
      title: { en: 'First' },
      textVersion: 2,
    });
  });

  it('are in force again from the day a decision is revoked', async () => {
    await register('REVOKED');
    const decision = await decide('REVOKED', { kind: 'amend', title: { en: 'Amended' } }, '2017-03-01');
    const reason = { en: 'The law changed' };
    await decide('REVOKED', { kind: 'revoke', decision, reason }, '2017-06-01');
    const item = await read('REVOKED', selection);
    expect(item).toMatchObject({ title, textVersion: 1 });
    expect(item.versions).toMatchObject([
      {
        undone: null,
        inForce: [
          { fromEarliest: '2017-01-01', toEarliest: '2017-03-01' },
          { fromEarliest: '2017-06-01', toEarliest: null },
        ],
      },
      { undone: 'revoked', inForce: [{ fromEarliest: '2017-03-01', toEarliest: '2017-06-01' }] },
    ]);
    expect((await read('REVOKED', 'title', { effectiveOn: '2017-04-01' })).title).toEqual({ en: 'Amended' });
    expect((await read('REVOKED', 'title', { effectiveOn: '2016-04-01' })).title).toEqual(title);
  });

  it('are told apart word by word in a language, Arabic words whole', async () => {
    await register('DIFF');
    await write('addTranslation', 'DIFF', arabic);
    const amended = {
      kind: 'amend',
      text: { en: 'The Ministry issues the order by July.', ar: 'تصدر الوزارة الأمر قبل تموز.' },
      parts: [parts[0], { label: 'c', text: { en: 'Publish the order' } }],
    };
    await decide('DIFF', amended, '2017-04-01');
    const diff = async (from: number, to: number, language: string) =>
      (
        await read(
          'DIFF',
          `textDiff(from: ${from}, to: ${to}, language: "${language}") {
            title { unit runs { change text } } text { unit runs { change text } } parts { label part runs { change } }
          }`,
        )
      ).textDiff;
    const marked = (runs: readonly { change: string; text: string }[]) =>
      runs
        .map(
          ({ change, text: words }) =>
            ({ same: words, removed: `[-${words}-]`, added: `{+${words}+}` })[change],
        )
        .join('');
    const english = await diff(2, 3, 'en');
    expect(english.text.unit).toBe('word');
    expect(marked(english.text.runs)).toBe(
      'The Ministry [-drafts-]{+issues+} the order by [-June-]{+July+}.',
    );
    expect(english.title.runs).toEqual([{ change: 'same', text: title.en }]);
    expect(english.parts.map((part: { label: string; part: string }) => [part.label, part.part])).toEqual([
      ['a', 'same'],
      ['b', 'removed'],
      ['c', 'added'],
    ]);
    expect(marked((await diff(2, 3, 'ar')).text.runs)).toBe(
      '[-تصوغ-]{+تصدر+} الوزارة الأمر قبل [-حزيران-]{+تموز+}.',
    );
    expect(await diff(1, 9, 'en')).toBeNull();
  });

  it('are compared a few at a time', async () => {
    const one = (alias: string) => `${alias}: textDiff(from: 1, to: 1, language: "en") { title { unit } }`;
    const query = `{ reformItem(programme: "${programme}", reference: "DIFF") { ${['a', 'b', 'c', 'd'].map(one).join(' ')} } }`;
    const { errors } = await analyst.ask(query);
    expect(errors).toMatchObject([{ extensions: { code: 'COST_TOO_HIGH' } }]);
  });

  it('are replayed from the log as the read model has them', async () => {
    const words =
      'title text textVersion parts { label text } versions { number change undone inForce { fromEarliest } }';
    const query = `{
      replay(programme: "${programme}", reference: "ANNULLED") { item { ${words} } }
      reformItem(programme: "${programme}", reference: "ANNULLED") { ${words} }
    }`;
    const { replay, reformItem } = await analyst.data(query);
    expect(replay.at(-1).item).toEqual(reformItem);
    expect(replay[0].item).toMatchObject({ textVersion: 1, versions: [{ number: 1 }] });
  });
});
