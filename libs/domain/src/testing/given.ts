import { expect } from '@jest/globals';
import { type RefusalCode, Refusal } from '../refusal.js';

/** What a decision came to, to be held against what it should have. */
export interface Expectation<E> {
  /** Exactly this, field by field. */
  then(expected: E): void;
  /** At least this. */
  thenLike(expected: object): void;
  thenRefused(code: RefusalCode, path?: string): void;
}

/**
 * Given what happened, when somebody decides, then this is the event, or this the refusal.
 *
 * @param fold the state the decision sees
 */
export function specification<H, S>(
  fold: (history: H) => S,
): (history: H) => { when<E>(decide: (state: S) => E): Expectation<E> } {
  return (history) => ({
    when: (decide) => {
      const run = () => decide(fold(history));
      return {
        then: (expected) => expect(run()).toEqual(expected),
        thenLike: (expected) => expect(run()).toMatchObject(expected),
        thenRefused: (code, path) => {
          const refusal = refusalOf(run);
          expect(refusal.code).toBe(code);
          if (path !== undefined) expect(refusal.fields.map((field) => field.path)).toContain(path);
        },
      };
    },
  });
}

/** The refusal a decision ends in; a fault, or no refusal at all, fails the test. */
export function refusalOf(run: () => unknown): Refusal {
  let result: unknown;
  try {
    result = run();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error(`not refused, but ${JSON.stringify(result)}`);
}
