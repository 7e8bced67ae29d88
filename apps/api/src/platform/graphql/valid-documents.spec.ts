import { describe, expect, it } from '@jest/globals';
import { buildSchema } from 'graphql';

import { LIMITS } from '../limits/limits.js';
import { documentRules } from './document-rules.js';
import { ValidDocuments } from './valid-documents.js';

const schema = buildSchema('type Query { a: Int b: Int c: Int }');
const documents = (cachedDocuments: number, production = false): ValidDocuments => {
  const limits = { ...LIMITS, cachedDocuments };
  return new ValidDocuments(documentRules(production, limits), limits);
};

describe('valid documents', () => {
  it('are the same for the same text, of which the last used are kept', () => {
    const kept = documents(2);
    const [a, b] = [kept.get(schema, '{ a }'), kept.get(schema, '{ b }')];
    expect(kept.get(schema, '{ a }')).toBe(a);
    kept.get(schema, '{ c }');
    expect(kept.get(schema, '{ a }')).toBe(a);
    expect(kept.get(schema, '{ b }')).not.toBe(b);
  });

  it('are not those that were refused, however often they are asked for', () => {
    const kept = documents(2);
    for (const _ of [1, 2]) expect(() => kept.get(schema, '{ nothing }')).toThrow('does not fit the schema');
    for (const _ of [1, 2]) expect(() => kept.get(schema, '{ a } { b }')).toThrow('has one operation');
    for (const _ of [1, 2])
      expect(() => kept.get(schema, `{ a ${' '.repeat(100_000)}}`)).toThrow('characters');
  });

  it('tell nothing of the schema in production', () => {
    const text = '{ __schema { types { name } } }';
    expect(documents(2).get(schema, text)).toBeDefined();
    expect(() => documents(2, true).get(schema, text)).toThrow(AggregateError);
  });
});
