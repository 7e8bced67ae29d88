import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Decide, after, given, on, registered, wayTo } from '../testing/item-histories.js';
import { defineIndicator, recordMeasurement } from './indicator-decisions.js';
import { type Indicator, isDecimal } from './indicators.js';

const day = '2017-06-01';
const measurementSource = { en: 'Staff register' };

const defined =
  (more: Partial<Indicator> = {}, date = '2017-02-01'): Decide =>
  (history) =>
    defineIndicator(history, {
      ...on(date),
      indicator: 'POSTS',
      name: { en: 'Posts filled' },
      unit: '%',
      ...more,
    });
const measured =
  (value: string, measuredOn: string | null = '2017-05', date = day): Decide =>
  (history) =>
    recordMeasurement(history, { ...on(date), indicator: 'POSTS', value, measuredOn, measurementSource });

describe('an indicator', () => {
  it('has a unit, a baseline and a target', () => {
    const more = { baseline: { value: '12.5', on: '2016' }, target: { value: '80', on: '2018-12-31' } };
    given([registered])
      .when(defined(more))
      .thenLike({
        type: 'ReformItemIndicatorDefined',
        data: { indicator: 'POSTS', name: { en: 'Posts filled' }, unit: '%', ...more },
      });
  });

  it('is refused where a field is none', () => {
    for (const [path, more] of [
      ['indicator', { indicator: 'two words' }],
      ['name', { name: {} }],
      ['unit', { unit: ' ' }],
      ['unit', { unit: 'x'.repeat(61) }],
      ['baseline.value', { baseline: { value: '1,5' } }],
      ['target.value', { target: { value: '' } }],
      ['target.on', { target: { value: '1', on: 'soon' } }],
    ] as const)
      given([registered]).when(defined(more)).thenRefused('INVALID_INPUT', path);
    given(wayTo.Rejected).when(defined()).thenRefused('ITEM_ENDED');
  });

  it('is defined anew with its measurements kept, but says the same only once', () => {
    const { indicators } = after([
      registered,
      defined(),
      measured('40'),
      defined({ target: { value: '90' } }, '2017-07-01'),
    ]).item;
    expect(indicators).toMatchObject({
      defined: [{ indicator: 'POSTS', target: { value: '90' } }],
      measurements: [{ value: '40' }],
    });
    given([registered, defined()]).when(defined({}, day)).thenRefused('NOTHING_TO_CHANGE', 'indicator');
  });

  it('keeps its unit once it was measured, also by a definition recorded late', () => {
    given([registered, defined()])
      .when(defined({ unit: 'posts' }, day))
      .thenLike({ data: { unit: 'posts' } });
    given([registered, defined(), measured('40')])
      .when(defined({ unit: 'posts' }, '2017-07-01'))
      .thenRefused('INVALID_INPUT', 'unit');
    given([registered, defined(), measured('40')])
      .when(defined({ unit: 'posts' }, '2017-03-01'))
      .thenRefused('INVALID_INPUT', 'unit');
    given([registered, defined(), measured('40')])
      .when(defined({ unit: 'posts' }, '2017-01-15'))
      .thenRefused('INVALID_INPUT', 'unit');
  });
});

describe('a measurement', () => {
  it('has its value as it is written, its date and its source', () => {
    given([registered, defined()])
      .when(measured('0.50'))
      .thenLike({
        type: 'ReformItemMeasured',
        data: { indicator: 'POSTS', value: '0.50', measuredOn: '2017-05', measurementSource },
      });
  });

  it('can be of an unknown date, which is a value', () => {
    given([registered, defined()])
      .when(measured('7', null))
      .thenLike({ data: { measuredOn: null } });
  });

  it('is refused for an indicator that is not defined then, a value that is none, and no source', () => {
    given([registered]).when(measured('7')).thenRefused('NOT_FOUND', 'indicator');
    given([registered, defined()])
      .when(measured('7', '2017', '2017-01-15'))
      .thenRefused('NOT_FOUND', 'indicator');
    given([registered, defined()]).when(measured('seven')).thenRefused('INVALID_INPUT', 'value');
    given([registered, defined()]).when(measured('7', 'May')).thenRefused('INVALID_INPUT', 'measuredOn');
    const without = { ...on(day), indicator: 'POSTS', value: '7', measuredOn: null };
    given([registered, defined()])
      .when((history) => recordMeasurement(history, without))
      .thenRefused('INVALID_INPUT', 'measurementSource');
    given([registered, defined()])
      .when((history) => recordMeasurement(history, { ...without, asRecorded: true }))
      .thenLike({ data: { value: '7', asRecorded: true } });
  });

  it('is taken on an ended item too', () => {
    const { item } = after([
      ...wayTo.InImplementation,
      defined(),
      ...wayTo.Implemented.slice(7),
      measured('80'),
    ]);
    expect(item).toMatchObject({
      standing: { state: 'Implemented' },
      indicators: { measurements: [{ value: '80' }] },
    });
  });
});

describe('the grammar of values', () => {
  it('takes every decimal and nothing else', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }),
        fc.stringMatching(/^[0-9]{0,12}$/),
        (whole, decimals) => {
          expect(isDecimal(decimals === '' ? String(whole) : `${whole}.${decimals}`)).toBe(true);
        },
      ),
    );
    for (const text of [
      '',
      '-',
      '.5',
      '5.',
      '+5',
      '05',
      '1e3',
      '1 000',
      '1,5',
      '٣',
      'NaN',
      '0x1',
      '1'.repeat(41),
    ])
      expect(isDecimal(text)).toBe(false);
  });
});
