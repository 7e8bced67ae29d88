import { describe, expect, it } from '@jest/globals';
import { type Decide, after, given, happened, on, registered, wayTo } from '../testing/item-histories.js';
import { type Classification, classify, mentionedInClassification } from './classification.js';
import { decideOnItem } from './decisions.js';

const sorting =
  (classification: Classification, day = '2017-02-01', more: object = {}): Decide =>
  (history) => {
    const input = { ...on(day), ...classification, ...more };
    return decideOnItem(history, input, (item) => classify(item, input));
  };
const law = { instrument: 'LAW-20', article: '7', version: '2016' };

describe('an item', () => {
  it('is sorted by what is given; what is left out stays', () => {
    const first: Classification = {
      themes: ['BORDERS'],
      horizon: 'immediate',
      scopes: [{ scope: 'LIBERATED', frozenOn: '2017-03-01' }, { scope: 'NATIONWIDE' }],
      priority: 'high',
      provisions: [law],
      requiresEnactmentOf: [{ instrument: 'DRAFT-LAW' }],
    };
    given([registered])
      .when(sorting(first))
      .then({
        type: 'ReformItemClassified',
        data: { ...first, dates: { effective: { basis: 'inferred' } } },
        decidedOn: '2017-02-01',
        effective: '2017-02-01',
      });
    const { item } = after([
      registered,
      sorting(first),
      sorting({ priority: 'low', themes: [] }, '2017-03-01'),
    ]);
    expect(item.classification).toEqual({ ...first, priority: 'low', themes: [] });
  });

  it('is not sorted by nothing, nor again as it is', () => {
    given([registered]).when(sorting({})).thenRefused('INVALID_INPUT', 'themes');
    const urgent = sorting({ priority: 'urgent' });
    given([registered, urgent]).when(urgent).thenRefused('NOTHING_TO_CHANGE', 'priority');
    given([registered, urgent])
      .when(sorting({ priority: 'urgent' }, '2017-02-01', { asRecorded: true }))
      .thenLike({ data: { priority: 'urgent' } });
  });

  it.each<[string, object, string]>([
    ['a horizon', { horizon: 'soon' }, 'horizon'],
    ['a priority', { priority: 'top' }, 'priority'],
    ['a theme twice', { themes: ['A', 'A'] }, 'themes.1'],
    ['a scope twice', { scopes: [{ scope: 'A' }, { scope: 'A', frozenOn: '2017-01-01' }] }, 'scopes.1'],
    ['a month for a day', { scopes: [{ scope: 'A', frozenOn: '2017-01' }] }, 'scopes.0.frozenOn'],
    ['a day that is none', { scopes: [{ scope: 'A', frozenOn: '2017-02-30' }] }, 'scopes.0.frozenOn'],
    ['a provision twice', { provisions: [law, { ...law }] }, 'provisions.1'],
    ['a requirement twice', { requiresEnactmentOf: [law, law] }, 'requiresEnactmentOf.1'],
  ])('is not sorted by %s that cannot be', (_what, classification, path) => {
    given([registered]).when(sorting(classification)).thenRefused('INVALID_INPUT', path);
  });

  it('is not sorted once it has ended, but may have been before', () => {
    given(wayTo.Rejected)
      .when(sorting({ priority: 'low' }, '2017-03-01'))
      .thenRefused('ITEM_ENDED');
    given(wayTo.Rejected)
      .when(sorting({ priority: 'low' }, '2017-01-03'))
      .thenLike({ data: { priority: 'low' } });
  });

  it('keeps its due dates, the first and each that followed, and a date given again is none', () => {
    const due = (dueDate: string, day: string) =>
      happened({ type: 'ReformItemDueDateSet', data: { dueDate } }, day);
    const { item } = after([...wayTo.Planned, due('2017-12', '2017-02-01'), due('2018-06', '2017-11-01')]);
    expect(item.dueDates).toEqual(['2017-12', '2018-06']);
  });
});

it('a classification names what has to be in the programme, and where it says so', () => {
  expect(
    mentionedInClassification({
      themes: ['BORDERS'],
      scopes: [{ scope: 'LIBERATED' }],
      provisions: [law],
      requiresEnactmentOf: [{ instrument: 'DRAFT-LAW' }],
    }),
  ).toEqual([
    { what: 'theme', reference: 'BORDERS', path: 'themes.0' },
    { what: 'scope', reference: 'LIBERATED', path: 'scopes.0.scope' },
    { what: 'provision', provision: law, path: 'provisions.0' },
    { what: 'provision', provision: { instrument: 'DRAFT-LAW' }, path: 'requiresEnactmentOf.0' },
  ]);
});
