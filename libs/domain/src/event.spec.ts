import { describe, expect, it } from '@jest/globals';
import { readDates, withDates } from './event.js';
import { refusalOf } from './testing/given.js';

describe('the dates of a command', () => {
  it('stand in the envelope as spelled, and what else is known of them in the data', () => {
    const given = {
      decidedOn: { edtf: '2017-04-18', asWritten: '21 Rajab 1438', calendar: 'hijri', basis: 'stated' },
      effective: { edtf: '2017~' },
    } as const;
    expect(readDates(given)).toEqual({
      decidedOn: '2017-04-18',
      effective: '2017~',
      notes: { dates: { decidedOn: { asWritten: '21 Rajab 1438', calendar: 'hijri', basis: 'stated' } } },
    });
  });

  it('take effect when decided where nothing else is said, and say that this was inferred', () => {
    expect(readDates({ decidedOn: { edtf: '2017' } })).toEqual({
      decidedOn: '2017',
      effective: '2017',
      notes: { dates: { effective: { basis: 'inferred' } } },
    });
  });

  it('stay unknown where they are: one is not filled in from the other', () => {
    expect(readDates({ decidedOn: { edtf: '2017' }, effective: { edtf: null } })).toEqual({
      decidedOn: '2017',
      effective: null,
      notes: {},
    });
    expect(readDates({ decidedOn: { edtf: null }, effective: { edtf: '2017' } }).decidedOn).toBeNull();
  });

  it('are refused each by its own name', () => {
    const refusal = refusalOf(() =>
      readDates({ decidedOn: { edtf: '2017' }, effective: { edtf: '2017-13' } }),
    );
    expect([refusal.code, refusal.fields[0]!.path]).toEqual(['INVALID_DATE', 'effective']);
  });

  it('join an event with the mark of an illustrative programme, where it is one', () => {
    const event = { type: 'Happened', data: { a: 1 } };
    const dates = { decidedOn: { edtf: '2017' }, effective: { edtf: '2018' } };
    expect(withDates(event, dates)).toEqual({
      type: 'Happened',
      data: { a: 1 },
      decidedOn: '2017',
      effective: '2018',
    });
    expect(withDates(event, { ...dates, illustrative: true }).data).toEqual({ a: 1, illustrative: true });
  });
});
