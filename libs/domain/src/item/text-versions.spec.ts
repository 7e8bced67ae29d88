import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anything, attempted } from '../testing/arbitrary-histories.js';
import { type Decide, after, given, happened, on, registered } from '../testing/item-histories.js';
import { decideOnItem, recordOnItem, registerItem } from './decisions.js';
import {
  type Discrepancy,
  type Part,
  type Translation,
  addTranslation,
  noteDiscrepancy,
  setPrevailingLanguage,
  textChangeOf,
} from './text-versions.js';
import { type Step, stateOf, stateOn, timelineOf } from './timeline.js';

const parts: readonly Part[] = [
  { label: 'a', text: { en: 'Draft the order' } },
  { label: 'b', text: { en: 'Issue the order' } },
];
const inParts: Decide = (history) =>
  registerItem(history, {
    ...on('2017-01-01'),
    programme: 'SAMPLE',
    reference: 'SAMPLE-001',
    title: { en: 'An order' },
    text: { en: 'Border posts need an order.' },
    parts,
  });
const ended = happened({ type: 'ReformItemRejected', data: {} }, '2017-01-05');
const translating =
  (translation: Translation, day: string | null = '2017-02-01', more: object = {}): Decide =>
  (history) => {
    const input = { ...on(day), ...translation, ...more };
    return decideOnItem(history, input, (item) => addTranslation(item, input));
  };
const prevailing =
  (language: string | null, more: object = {}): Decide =>
  (history) => {
    const input = { ...on('2017-03-01'), language, ...more };
    return decideOnItem(history, input, (item) => setPrevailingLanguage(item, input));
  };
const noting =
  (discrepancy: Discrepancy): Decide =>
  (history) => {
    const input = { ...on('2017-04-01'), ...discrepancy };
    return decideOnItem(history, input, (item) => noteDiscrepancy(item, input));
  };
const amended = (title: string, day: string, decision?: string): Decide =>
  happened(
    { type: 'ReformItemTextAmended', data: { title: { en: title }, ...(decision && { decision }) } },
    day,
  );
const arabic: Translation = {
  language: 'ar',
  title: 'أمر',
  text: 'تحتاج المنافذ الحدودية إلى أمر.',
  parts: [
    { label: 'b', text: 'إصدار الأمر' },
    { label: 'a', text: 'صياغة الأمر' },
  ],
};

describe('lettered parts', () => {
  it('are registered with the text, in their order', () => {
    expect(after([inParts]).item.parts).toEqual(parts);
  });

  it.each([
    ['a label twice', [parts[0]!, parts[0]!], 'parts.1.label'],
    ['a label with a space', [{ ...parts[0]!, label: 'a b' }], 'parts.0.label'],
    ['no words', [{ label: 'a', text: {} }], 'parts.0.text'],
  ])('are refused with %s', (_what, wrong, path) => {
    given([])
      .when((history) =>
        registerItem(history, {
          ...on('2017'),
          programme: 'P',
          reference: 'R',
          title: { en: 'T' },
          parts: wrong,
        }),
      )
      .thenRefused('INVALID_INPUT', path);
  });
});

describe('a translation', () => {
  it('adds a language and leaves the words of the others as they are', () => {
    given([inParts])
      .when(translating(arabic))
      .then({
        type: 'ReformItemTranslationAdded',
        data: {
          language: 'ar',
          title: { ar: arabic.title! },
          text: { ar: arabic.text! },
          parts: [
            { label: 'b', text: { ar: 'إصدار الأمر' } },
            { label: 'a', text: { ar: 'صياغة الأمر' } },
          ],
          dates: { effective: { basis: 'inferred' } },
        },
        decidedOn: '2017-02-01',
        effective: '2017-02-01',
      });
    const { item } = after([inParts, translating(arabic)]);
    expect(item.title).toEqual({ ar: 'أمر', en: 'An order' });
    expect(item.parts.map(({ label, text }) => [label, text['en'], text['ar']])).toEqual([
      ['a', 'Draft the order', 'صياغة الأمر'],
      ['b', 'Issue the order', 'إصدار الأمر'],
    ]);
    expect(item.textVersion).toBe(2);
  });

  it('can be added title by title, text by text, and to an item that has ended', () => {
    const title = translating({ language: 'ar', title: 'أمر' });
    given([inParts, title])
      .when(translating({ language: 'ar', text: 'نص' }))
      .thenLike({ data: { text: { ar: 'نص' } } });
    given([inParts, ended]).when(title).thenLike({ type: 'ReformItemTranslationAdded' });
  });

  it.each([
    ['title', { title: 'Another' }],
    ['text', { text: 'Another' }],
    ['parts.0.text', { parts: [{ label: 'b', text: 'Another' }] }],
  ])('is refused where the %s is in that language already, also as recorded', (path, words) => {
    given([inParts])
      .when(translating({ language: 'en', ...words }))
      .thenRefused('ALREADY_EXISTS', path);
    given([inParts])
      .when(translating({ language: 'en', ...words }, '2017-02-01', { asRecorded: true }))
      .thenRefused('ALREADY_EXISTS', path);
  });

  it('is refused for a part the text has not, or had not at that date', () => {
    const ofPart = (label: string, day: string) =>
      translating({ language: 'ar', parts: [{ label, text: 'نص' }] }, day);
    given([inParts]).when(ofPart('c', '2017-02-01')).thenRefused('NOT_FOUND', 'parts.0.label');
    const without = happened({ type: 'ReformItemTextAmended', data: { parts: [] } }, '2017-03-01');
    given([inParts, without]).when(ofPart('a', '2017-04-01')).thenRefused('NOT_FOUND', 'parts.0.label');
    given([inParts, without])
      .when(ofPart('a', '2017-02-01'))
      .thenLike({ data: { language: 'ar' } });
  });

  it('is refused without words, for a text that is not there, and in no language', () => {
    given([registered])
      .when(translating({ language: 'ar' }))
      .thenRefused('INVALID_INPUT', 'title');
    given([registered])
      .when(translating({ language: 'ar', title: '  ' }))
      .thenRefused('INVALID_INPUT', 'title.ar');
    given([registered])
      .when(translating({ language: 'ar', text: 'نص' }))
      .thenRefused('NOT_FOUND', 'text');
    given([registered])
      .when(translating({ language: 'Arabic!', title: 'أمر' }))
      .thenRefused('INVALID_INPUT', 'language');
  });
});

describe('the language that prevails', () => {
  it('is one of the item’s, or known to be none, which is not the same as not known', () => {
    expect(after([inParts]).item.prevailingLanguage).toBeUndefined();
    expect(after([inParts, prevailing('en')]).item.prevailingLanguage).toBe('en');
    expect(after([inParts, prevailing('en'), prevailing(null)]).item.prevailingLanguage).toBeNull();
  });

  it('is refused where no word is in it, and where it is known already', () => {
    given([inParts]).when(prevailing('ar')).thenRefused('NOT_FOUND', 'language');
    given([inParts, prevailing('en')])
      .when(prevailing('en'))
      .thenRefused('NOTHING_TO_CHANGE', 'language');
    given([inParts, prevailing(null)])
      .when(prevailing(null))
      .thenRefused('NOTHING_TO_CHANGE', 'language');
    given([inParts, prevailing('en')])
      .when(prevailing('en', { asRecorded: true }))
      .thenLike({ data: { language: 'en' } });
  });
});

describe('a discrepancy', () => {
  const passages = { en: 'Draft the order', ar: 'إصدار الأمر' };

  it('names passages of two languages and changes no word', () => {
    const bilingual = [inParts, translating(arabic)];
    const note = { en: 'The Arabic says “issue”.' };
    given(bilingual)
      .when(noting({ passages, part: 'a', note }))
      .thenLike({ data: { passages, part: 'a', note } });
    const before = after(bilingual).item;
    expect(after([...bilingual, noting({ passages })]).item).toEqual(before);
  });

  it('is refused within one language, in a language or a part the item has not', () => {
    const bilingual = [inParts, translating(arabic)];
    given(bilingual)
      .when(noting({ passages: { en: 'Draft' } }))
      .thenRefused('INVALID_INPUT', 'passages');
    given(bilingual)
      .when(noting({ passages: { en: 'Draft', ckb: 'فەرمان' } }))
      .thenRefused('NOT_FOUND', 'passages.ckb');
    given(bilingual)
      .when(noting({ passages, part: 'c' }))
      .thenRefused('NOT_FOUND', 'part');
    given(bilingual)
      .when(noting({ passages, note: {} }))
      .thenRefused('INVALID_INPUT', 'note');
  });
});

describe('the number of a text version', () => {
  const titles = (steps: readonly Step[]) =>
    steps.map(({ entry, after: { title } }) => [entry.event.textVersion, title['en']]);

  it('follows the order of recording, whenever a version takes effect', () => {
    const { steps, item } = after([
      registered,
      amended('Later', '2017-06-01'),
      amended('Earlier', '2017-03-01'),
    ]);
    expect(titles(steps)).toEqual([
      [1, 'A title'],
      [3, 'Earlier'],
      [2, 'Later'],
    ]);
    expect(item.textVersion).toBe(2);
    expect(stateOn(steps, '2017-04-01')?.textVersion).toBe(3);
  });

  it('stays when the decision that brought it is annulled, and the version before is in force again', () => {
    const annul = happened({ type: 'ReformItemDecisionAnnulled', data: { annuls: 'd-1' } }, '2017-05-01');
    const { steps, item } = after([
      registered,
      amended('Amended', '2017-03-01', 'd-1'),
      annul,
      amended('Amended anew', '2017-06-01'),
    ]);
    expect(steps.map(({ entry, undone }) => [entry.event.textVersion, undone?.how])).toEqual([
      [1, undefined],
      [2, 'annulled'],
      [undefined, undefined],
      [3, undefined],
    ]);
    expect(stateOn(steps, '2017-05-15')).toMatchObject({ textVersion: 1, title: { en: 'A title' } });
    expect(item).toMatchObject({ textVersion: 3, title: { en: 'Amended anew' } });
  });

  it('is that of the words in force again, from the day the decision is revoked', () => {
    const revoke = happened({ type: 'ReformItemDecisionRevoked', data: { revokes: 'd-1' } }, '2017-05-01');
    const { steps, item } = after([registered, amended('Amended', '2017-03-01', 'd-1'), revoke]);
    expect(stateOn(steps, '2017-04-01')).toMatchObject({ textVersion: 2, title: { en: 'Amended' } });
    expect(item).toMatchObject({ textVersion: 1, title: { en: 'A title' } });
  });

  it('is never another’s, whatever is recorded afterwards', () => {
    const register: Decide = (history) =>
      registerItem(history, { ...on('2017'), programme: 'p', reference: 'R-0', title: { en: 'T' } });
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 12 }), fc.nat(), (attempts, cut) => {
        const entries = attempted(register([]), attempts, () => undefined);
        const numbers = (some: typeof entries) =>
          new Map(timelineOf(some).map(({ entry }) => [entry.position, entry.event.textVersion]));
        const all = numbers(entries);
        for (const [position, number] of numbers(entries.slice(0, 1 + (cut % entries.length)))) {
          expect(all.get(position)).toBe(number);
        }
        const used = [...all.values()].filter((number) => number !== undefined).sort((a, b) => a - b);
        expect(used).toEqual(used.map((_number, index) => index + 1));
      }),
      { numRuns: 100 },
    );
  });
});

it('a correction takes an error out of one language and leaves the others as they are', () => {
  const change = { title: { en: 'An Order' }, parts: [{ label: 'a', text: { en: 'Draft the Order' } }] };
  const correcting: Decide = (history) =>
    recordOnItem(
      history,
      { type: 'ReformItemTextCorrected', data: { ...change, correction: 'c-1' } },
      on('2017-02-02'),
    );
  const { item } = after([inParts, translating(arabic), correcting]);
  expect(item.title).toEqual({ ar: 'أمر', en: 'An Order' });
  expect(item.parts).toEqual([{ label: 'a', text: { ar: 'صياغة الأمر', en: 'Draft the Order' } }]);
  expect(item.text).toEqual({ ar: arabic.text, en: 'Border posts need an order.' });
});

it('tells how each version came to be', () => {
  const correcting: Decide = (history) =>
    recordOnItem(
      history,
      { type: 'ReformItemTextCorrected', data: { title: { en: 'A tittle' }, correction: 'c-1' } },
      on('2017-02-01'),
    );
  const { steps } = after([
    inParts,
    translating(arabic),
    correcting,
    amended('Amended', '2017-05-01'),
    happened(
      { type: 'ReformItemDetailsRecorded', data: { title: { en: 'As their register has it' } } },
      '2018',
    ),
    happened({ type: 'ReformItemDetailsRecorded', data: { attributes: { type: 'Standard' } } }, '2018'),
  ]);
  expect(steps.map(({ entry }) => textChangeOf(entry.event))).toEqual([
    'original',
    'translated',
    'corrected',
    'amended',
    'recorded',
    undefined,
  ]);
  expect(stateOf(steps).textVersion).toBe(5);
});
