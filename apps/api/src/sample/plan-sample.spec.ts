import { describe, expect, it } from '@jest/globals';
import { organisations, topics } from './announced.js';
import { histories } from './histories.js';
import { sampleItems, sampleSteps } from './plan-sample.js';

describe('the sample', () => {
  const items = sampleItems();

  it('is the same at every call', () => {
    expect(sampleItems()).toEqual(items);
    expect(sampleSteps(sampleItems())).toEqual(sampleSteps(items));
  });

  it('has about sixty items in two languages, under references that say what they are', () => {
    expect(items).toHaveLength(60);
    expect(new Set(items.map(({ reference }) => reference)).size).toBe(60);
    for (const { reference, title } of items) {
      expect(reference).toMatch(/^SAMPLE-\d{3}$/);
      expect(Object.keys(title).sort()).toEqual(['ar', 'en']);
    }
  });

  it('takes every history there is, and the topics as they were announced', () => {
    expect(new Set(items.map(({ history }) => history))).toEqual(new Set(Object.keys(histories)));
    expect(topics).toHaveLength(11);
    expect(new Set(items.map(({ theme }) => theme))).toEqual(
      new Set(topics.map(({ reference }) => reference)),
    );
  });

  it('names no unit as lead or verifier that does not say it is fictional, and none as both', () => {
    const fictional = new Set(organisations.map(({ reference }) => reference));
    for (const { name } of organisations) expect(name.en).toContain('fictional');
    for (const { lead, verifier } of items) {
      expect(fictional.has(lead) && fictional.has(verifier)).toBe(true);
      expect(lead).not.toBe(verifier);
    }
  });

  it('ends items only in favour of items that came up before and do not end', () => {
    const byReference = new Map(items.map((item) => [item.reference, item]));
    for (const { reference, successors } of items) {
      for (const successor of successors) {
        expect(successor < reference).toBe(true);
        expect(['inImplementation', 'planned', 'approved', 'adopted']).toContain(
          byReference.get(successor)!.history,
        );
      }
    }
  });
});
