import { describe, expect, it } from '@jest/globals';
import { after, happened, registered, wayTo } from '../testing/item-histories.js';
import { type LifecycleState, lifecycleStates } from './lifecycle.js';
import type { ReformItemEvent } from './events.js';
import { evolve, itemId, itemStream, noItem } from './reform-item.js';

function fold(...events: readonly ReformItemEvent[]) {
  return events.reduce(evolve, noItem);
}

const register: ReformItemEvent = {
  type: 'ReformItemRegistered',
  data: {
    programme: 'SAMPLE',
    reference: 'R-1',
    title: { en: 'Title' },
    text: { en: 'Text' },
    state: 'Draft',
  },
};

describe('a reform item', () => {
  it.each(lifecycleStates)('reaches %s on a regular way, with nothing flagged', (state: LifecycleState) => {
    const { item, steps } = after(wayTo[state]);
    expect(item.standing?.state).toBe(state);
    expect(steps.flatMap((step) => step.irregularities)).toEqual([]);
  });

  it('has an id of its programme and its reference, both as matched', () => {
    expect(itemId('Sample 1', 'A/٢')).toBe('sample-1/a/2');
    expect(itemStream(itemId('Sample', 'R-1'))).toBe('item-sample/r-1');
  });

  it('keeps its texts by number, and only what changes makes a new one', () => {
    const item = fold(register, { type: 'ReformItemTextAmended', data: { text: { ar: 'نص' } } });
    expect(item).toMatchObject({ title: { en: 'Title' }, text: { ar: 'نص' }, textVersion: 2 });
    expect(fold(register, { type: 'ReformItemAdopted', data: { manner: 'plain' } }).textVersion).toBe(1);
    expect(
      fold(register, { type: 'ReformItemAdopted', data: { manner: 'withAmendment', title: { en: 'B' } } }),
    ).toMatchObject({ title: { en: 'B' }, textVersion: 2 });
  });

  it('drops an attribute on null and keeps the others', () => {
    const item = fold(
      register,
      { type: 'ReformItemDetailsRecorded', data: { attributes: { type: 'Standard', recipient: 'Unit A' } } },
      {
        type: 'ReformItemDetailsRecorded',
        data: { attributes: { type: null }, people: { author: ['s-1'] } },
      },
    );
    expect(item).toMatchObject({ attributes: { recipient: 'Unit A' }, people: { author: ['s-1'] } });
  });

  it('takes attributes named like parts of every object for what they are', () => {
    const attributes = JSON.parse('{ "__proto__": "a", "constructor": "b", "toString": "c" }') as {
      [name: string]: string;
    };
    const item = fold(register, { type: 'ReformItemDetailsRecorded', data: { attributes } });
    expect(Object.keys(item.attributes).sort()).toEqual(['__proto__', 'constructor', 'toString']);
    expect(JSON.stringify(item.attributes)).toBe(JSON.stringify(attributes));
    expect(Object.getPrototypeOf(item.attributes)).toBe(Object.prototype);
  });

  it('goes by its last reference and keeps each former one once', () => {
    const names = (...references: string[]) => {
      const { reference, aliases } = fold(
        register,
        ...references.map((to): ReformItemEvent => ({
          type: 'ReformItemRenumbered',
          data: { reference: to },
        })),
      );
      return [reference, ...aliases];
    };
    expect(names('R-2', 'R-3')).toEqual(['R-3', 'R-1', 'R-2']);
    expect(names('R-2', 'R-1')).toEqual(['R-1', 'R-2']);
    expect(names('R-1')).toEqual(['R-1']);
  });

  it('keeps further references beside the one it goes by, none twice', () => {
    const alias = (name: string): ReformItemEvent => ({ type: 'ReformItemAliased', data: { alias: name } });
    expect(fold(register, alias('X'), alias('Y'), alias('X'), alias('R-1'))).toMatchObject({
      reference: 'R-1',
      aliases: ['Y', 'X'],
    });
  });

  it('takes from its registration what took effect after what is known of earlier days', () => {
    const earlier: ReformItemEvent = {
      type: 'ReformItemDetailsRecorded',
      data: { title: { en: 'Earlier' }, attributes: { recipient: 'Unit A', type: 'Standard' } },
    };
    const later = {
      ...register,
      data: { ...register.data, attributes: { recipient: 'Unit B' } },
    } as ReformItemEvent;
    expect(fold(earlier, later)).toMatchObject({
      title: { en: 'Title' },
      attributes: { recipient: 'Unit B', type: 'Standard' },
    });
  });

  it('loses no reference it was given as of a day before its registration', () => {
    const item = fold({ type: 'ReformItemRenumbered', data: { reference: 'R-0' } }, register);
    expect([item.reference, ...item.aliases]).toEqual(['R-1', 'R-0']);
  });

  it('keeps its state on and off the register', () => {
    const removed = fold(
      register,
      { type: 'ReformItemProposed', data: {} },
      { type: 'ReformItemRemoved', data: {} },
    );
    expect(removed).toMatchObject({ removed: true, standing: { state: 'Proposed' } });
    expect(evolve(removed, { type: 'ReformItemRestored', data: {} })).toMatchObject({
      removed: false,
      standing: { state: 'Proposed' },
    });
  });

  it('forgets until when and to whom once it moves on', () => {
    const deferred = fold(register, { type: 'ReformItemDeferred', data: { until: '2018' } });
    expect(deferred.deferredUntil).toBe('2018');
    const referred = evolve(deferred, {
      type: 'ReformItemReferred',
      data: { to: { name: { en: 'A committee' } } },
    });
    expect(referred).toMatchObject({ deferredUntil: undefined, referredTo: { name: { en: 'A committee' } } });
    expect(evolve(referred, { type: 'ReformItemResumed', data: {} })).toMatchObject({
      referredTo: undefined,
      standing: { state: 'Draft' },
    });
  });

  it('names its successors while it is ended in them, and no longer', () => {
    const merged = fold(register, { type: 'ReformItemMerged', data: { into: ['sample/r-2'] } });
    expect(merged.successors).toEqual(['sample/r-2']);
    expect(evolve(merged, { type: 'ReformItemReopened', data: { to: 'Draft' } }).successors).toEqual([]);
  });

  it('resumes where it left after it was closed while paused and reopened', () => {
    const { item } = after([
      ...wayTo.Adopted,
      happened({ type: 'ReformItemDeferred', data: {} }, '2017-01-05'),
      happened({ type: 'ReformItemRejected', data: {} }, '2017-01-06'),
      happened({ type: 'ReformItemReopened', data: { to: 'Deferred' } }, '2017-01-07'),
      happened({ type: 'ReformItemResumed', data: {} }, '2017-01-08'),
    ]);
    expect(item.standing?.state).toBe('Adopted');
  });

  it('stays where it is on a resumption that finds it ended or live', () => {
    const deferredThenRejected = fold(
      register,
      { type: 'ReformItemDeferred', data: {} },
      { type: 'ReformItemRejected', data: {} },
    );
    expect(evolve(deferredThenRejected, { type: 'ReformItemResumed', data: {} }).standing?.state).toBe(
      'Rejected',
    );
    expect(evolve(fold(register), { type: 'ReformItemResumed', data: {} }).standing?.state).toBe('Draft');
  });

  it('notes each decision with what came of it', () => {
    const item = fold(
      register,
      { type: 'ReformItemDiscussed', data: { decision: 'd-1' } },
      { type: 'DecisionEffectLapsed', data: { decision: 'd-2', code: 'ITEM_ENDED', kind: 'adopt' } },
    );
    expect(item.decisions).toEqual({ 'd-1': 'applied', 'd-2': 'ITEM_ENDED' });
  });

  it('starts as nothing, and is registered by its registration alone', () => {
    expect(fold({ type: 'ReformItemStateRecorded', data: { state: 'Adopted' } }).registered).toBe(false);
    expect(after([registered]).item.registered).toBe(true);
  });
});
