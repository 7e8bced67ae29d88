import { describe, expect, it } from '@jest/globals';
import { decode } from '../catalogue.js';
import { eventOf } from '../outcome.js';
import { evolve, noItem } from './reform-item.js';

describe('whom an item was referred to', () => {
  const name = { en: 'Legal committee', ar: 'اللجنة القانونية' };

  it('stands in words and, where it is one of the programme, by reference', () => {
    const outcome = { kind: 'refer', to: name, organisation: 'LEGAL' } as const;
    expect(eventOf(outcome, noItem)).toEqual({
      type: 'ReformItemReferred',
      data: { to: { name, organisation: 'LEGAL' } },
    });
    expect(eventOf({ kind: 'refer', to: name }, noItem)).toEqual({
      type: 'ReformItemReferred',
      data: { to: { name } },
    });
  });

  it('is read from version 1, which had the words alone, with everything else as it was', () => {
    const stored = {
      type: 'ReformItemReferred',
      schemaVersion: 1,
      data: { to: name, decision: 'd-1', sessionOrder: 2 },
    };
    const before = JSON.stringify(stored);
    const read = decode(stored);
    expect(read).toEqual({
      type: 'ReformItemReferred',
      data: { to: { name }, decision: 'd-1', sessionOrder: 2 },
    });
    expect(JSON.stringify(stored)).toBe(before);
    expect(evolve(noItem, read as never)).toMatchObject({ referredTo: { name } });
  });

  it('is read from version 2 as it stands', () => {
    const data = { to: { name, organisation: 'LEGAL' } };
    expect(decode({ type: 'ReformItemReferred', schemaVersion: 2, data })).toEqual({
      type: 'ReformItemReferred',
      data,
    });
  });
});
