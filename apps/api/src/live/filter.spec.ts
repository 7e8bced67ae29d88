import { describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '@masar/event-store';
import {
  type Entry,
  type ItemFacts,
  isAbout,
  liveFilter,
  matches,
  matchingItems,
  mayHold,
} from './filter.js';

const facts = (reference: string, more: Partial<ItemFacts> = {}): ItemFacts => ({
  key: `p/${reference}`,
  programme: 'P',
  reference,
  references: [reference],
  themes: [],
  leads: [],
  workshop: null,
  stateBefore: 'Proposed',
  stateAfter: 'Proposed',
  ...more,
});

function entry(items: readonly ItemFacts[], event: Partial<RecordedEvent> = {}): Entry {
  const [first] = items;
  return {
    event: { type: 'ReformItemAdopted', stream: `item-${first?.key}`, ...event } as RecordedEvent,
    programme: 'p',
    concerned: items.map(({ key }) => key),
    items,
  };
}

const programme = 'p';

describe('a filter', () => {
  it('asks for everything where it says nothing', () => {
    expect(matches(liveFilter({}), entry([]))).toBe(true);
  });

  it('takes the events of its programme alone, however it is spelled', () => {
    expect(matches(liveFilter({ programme: ' P ' }), entry([]))).toBe(true);
    expect(matches(liveFilter({ programme: 'other' }), entry([]))).toBe(false);
  });

  it('takes the types it names alone', () => {
    expect(matches(liveFilter({ types: ['ReformItemAdopted'] }), entry([]))).toBe(true);
    expect(matches(liveFilter({ types: ['ReformItemClosed'] }), entry([facts('a')]))).toBe(false);
  });

  it('finds an item by the reference it goes by and by those it went by', () => {
    const renumbered = entry([facts('new-1', { references: ['new-1', 'old-1'] })]);
    for (const item of ['NEW 1', 'old-1'])
      expect(matches(liveFilter({ programme, item }), renumbered)).toBe(true);
    expect(matches(liveFilter({ programme, item: 'other' }), renumbered)).toBe(false);
  });

  it('asks for themes, leads and workshops as the event left them', () => {
    const one = entry([facts('a', { themes: ['Border security'], leads: ['MOI-1'], workshop: 'W-3' })]);
    expect(matches(liveFilter({ programme, theme: 'border-security' }), one)).toBe(true);
    expect(matches(liveFilter({ programme, theme: 'police' }), one)).toBe(false);
    expect(matches(liveFilter({ programme, lead: 'moi-1' }), one)).toBe(true);
    expect(matches(liveFilter({ programme, lead: 'moi-2' }), one)).toBe(false);
    expect(matches(liveFilter({ programme, workshop: 'w-3' }), one)).toBe(true);
    expect(matches(liveFilter({ programme, workshop: 'w-4' }), one)).toBe(false);
  });

  it('means all of it of one and the same item', () => {
    const two = entry([facts('a', { themes: ['x'] }), facts('b', { leads: ['y'] })]);
    expect(matches(liveFilter({ programme, theme: 'x', lead: 'y' }), two)).toBe(false);
    expect(matches(liveFilter({ programme, lead: 'y' }), two)).toBe(true);
    expect(matchingItems(liveFilter({ programme, lead: 'y' }), two).map(({ key }) => key)).toEqual(['p/b']);
  });

  it('asks for states an item came to, not for those it was in already', () => {
    const filter = liveFilter({ programme, reaches: ['Adopted', 'Closed'] });
    const came = (stateBefore: string | null, stateAfter: string | null) =>
      matches(filter, entry([facts('a', { stateBefore, stateAfter })]));
    expect(came('UnderReview', 'Adopted')).toBe(true);
    expect(came(null, 'Adopted')).toBe(true);
    expect(came('Adopted', 'Adopted')).toBe(false);
    expect(came('Adopted', 'Closed')).toBe(true);
    expect(came('Adopted', 'Planned')).toBe(false);
    expect(came('Adopted', null)).toBe(false);
  });

  it('takes the events of a workshop itself, unless it asks for something of items too', () => {
    for (const stream of ['workshop-p/w-3', 'minutes-p/w-3']) {
      const own = entry([], { stream, type: 'WorkshopOpened' });
      expect(matches(liveFilter({ programme, workshop: 'W-3' }), own)).toBe(true);
      expect(matches(liveFilter({ programme, workshop: 'W-3', theme: 'x' }), own)).toBe(false);
      expect(matches(liveFilter({ programme, workshop: 'W-4' }), own)).toBe(false);
    }
  });

  it('is about an item by all it says of items, and may hold one by its reference alone', () => {
    const item = facts('a', { themes: ['now'] });
    const one = entry([item], { type: 'ReformItemVisibilitySet' });
    const filter = liveFilter({ programme, theme: 'then', types: ['ReformItemClosed'], reaches: ['Closed'] });
    expect(isAbout(filter, one, item)).toBe(false);
    expect(mayHold(filter, one, item)).toBe(true);
    expect(isAbout(liveFilter({ programme, theme: 'now', types: ['ReformItemClosed'] }), one, item)).toBe(
      true,
    );
    expect(mayHold(liveFilter({ programme, item: 'b' }), one, item)).toBe(false);
    expect(mayHold(liveFilter({ programme: 'other' }), one, item)).toBe(false);
  });

  it('refuses what is of a programme where none is named, and what can be no programme', () => {
    const problems = (input: Parameters<typeof liveFilter>[0]) => {
      try {
        liveFilter(input);
      } catch (error) {
        return (error as { extensions: { fields: { path: string }[] } }).extensions.fields.map(
          ({ path }) => path,
        );
      }
      return [];
    };
    expect(problems({ item: 'a', workshop: 'w', theme: 't', lead: 'l' })).toEqual([
      'item',
      'workshop',
      'theme',
      'lead',
    ]);
    expect(problems({ programme: 'a/b' })).toEqual(['programme']);
  });
});
