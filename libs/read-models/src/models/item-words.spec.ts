import { describe, expect, it } from '@jest/globals';
import {
  type ItemInput,
  type ReformItemEvent,
  addTranslation,
  decideOnItem,
  noteDiscrepancy,
  recordOnItem,
  registerItem,
  setPrevailingLanguage,
} from '@masar/domain';
import { History } from '../testing/history.js';
import { foldItem } from './items.js';

const key = 'sample/r-1';
const on = (edtf: string): ItemInput => ({ decidedOn: { edtf } });
const parts = [{ label: 'a', text: { en: 'Draft it' } }];

function registered(): History {
  const history = new History();
  const item = {
    programme: 'SAMPLE',
    reference: 'R-1',
    title: { en: 'An order' },
    text: { en: 'Text' },
    parts,
  };
  history.onItem(key, (steps) => registerItem(steps, { ...on('2017-01-01'), ...item }));
  return history;
}

type Data = Parameters<typeof recordOnItem>[1];
const happens = (history: History, event: Data, day: string) =>
  history.onItem(key, (steps) => recordOnItem(steps, event, { ...on(day), asRecorded: true }));
const amended = (title: string, decision: string): ReformItemEvent & Data => ({
  type: 'ReformItemTextAmended',
  data: { title: { en: title }, decision },
});
const rows = ({ events }: History) => foldItem(events);

describe('the words of an item as rows', () => {
  it('are a version for each change, which says how it came to be', () => {
    const history = registered();
    const translation = {
      ...on('2017-02-01'),
      language: 'ar',
      title: 'أمر',
      parts: [{ label: 'a', text: 'صياغة' }],
    };
    history.onItem(key, (steps) =>
      decideOnItem(steps, translation, (item) => addTranslation(item, translation)),
    );
    happens(
      history,
      { type: 'ReformItemTextCorrected', data: { title: { en: 'An Order' }, correction: 'c-1' } },
      '2017-03-01',
    );
    happens(history, amended('Two orders', 'd-1'), '2017-04-01');
    const { version } = rows(history);
    expect(
      version.map((row) => [row.number, row.change, row.language, row.decision, row.correction]),
    ).toEqual([
      [1, 'original', null, null, null],
      [2, 'translated', 'ar', null, null],
      [3, 'corrected', null, null, 'c-1'],
      [4, 'amended', null, 'd-1', null],
    ]);
    expect(version.map(({ title }) => title)).toEqual([
      { en: 'An order' },
      { ar: 'أمر', en: 'An order' },
      { ar: 'أمر', en: 'An Order' },
      { en: 'Two orders' },
    ]);
    expect(version[3]!.parts).toEqual([{ label: 'a', text: { ar: 'صياغة', en: 'Draft it' } }]);
  });

  it('keep what an annulled decision brought, under its number, and say that it never counted', () => {
    const history = registered();
    happens(history, amended('Amended', 'd-1'), '2017-04-01');
    happens(history, amended('Amended again', 'd-2'), '2017-05-01');
    happens(history, { type: 'ReformItemDecisionAnnulled', data: { annuls: 'd-1' } }, '2017-06-01');
    const { version, wording, item } = rows(history);
    expect(version.map((row) => [row.number, row.title['en'], row.undone, row.undone_by])).toEqual([
      [1, 'An order', null, null],
      [2, 'Amended', 'annulled', 4],
      [3, 'Amended again', null, null],
    ]);
    expect(wording.map((row) => [row.text_version, row.from_earliest, row.to_earliest])).toEqual([
      [1, '2017-01-01', '2017-05-01'],
      [3, '2017-05-01', null],
    ]);
    expect(item[0]).toMatchObject({ text_version: 3, title: { en: 'Amended again' } });
  });

  it('are in force again from the day a decision is revoked', () => {
    const history = registered();
    happens(history, amended('Amended', 'd-1'), '2017-04-01');
    happens(history, { type: 'ReformItemDecisionRevoked', data: { revokes: 'd-1' } }, '2017-06-01');
    const { version, wording, item } = rows(history);
    expect(version.map((row) => [row.number, row.undone])).toEqual([
      [1, null],
      [2, 'revoked'],
    ]);
    expect(wording.map((row) => [row.text_version, row.from_earliest, row.position])).toEqual([
      [1, '2017-01-01', 1],
      [2, '2017-04-01', 2],
      [1, '2017-06-01', 3],
    ]);
    expect(item[0]).toMatchObject({ text_version: 1, title: { en: 'An order' } });
  });

  it('say which language prevails from when on, and that it was not known before', () => {
    const history = registered();
    for (const [language, day] of [
      ['en', '2017-02-01'],
      [null, '2017-03-01'],
    ] as const) {
      const input = { ...on(day), language };
      history.onItem(key, (steps) =>
        decideOnItem(steps, input, (item) => setPrevailingLanguage(item, input)),
      );
    }
    expect(rows(history).wording.map((row) => [row.prevailing_known, row.prevailing_language])).toEqual([
      [false, null],
      [true, 'en'],
      [true, null],
    ]);
  });

  it('have their discrepancies beside them, with the version they were noted of', () => {
    const history = registered();
    const translation = { ...on('2017-02-01'), language: 'ar', text: 'نص' };
    history.onItem(key, (steps) =>
      decideOnItem(steps, translation, (item) => addTranslation(item, translation)),
    );
    const noted = { ...on('2017-03-01'), passages: { en: 'Text', ar: 'نص' }, note: { en: 'Not the same' } };
    history.onItem(key, (steps) => decideOnItem(steps, noted, (item) => noteDiscrepancy(item, noted)));
    expect(rows(history).discrepancy).toEqual([
      {
        position: 3,
        ordinal: 0,
        passages: noted.passages,
        part: null,
        note: noted.note,
        text_version: 2,
        decided_on: '2017-03-01',
        effective: '2017-03-01',
        from_earliest: '2017-03-01',
      },
    ]);
  });
});
