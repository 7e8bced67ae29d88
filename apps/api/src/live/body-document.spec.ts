import { describe, expect, it } from '@jest/globals';
import { parse, print } from 'graphql';
import { bodyDocument } from './body-document.js';

const body = (text: string, variables: Record<string, unknown> = {}) => bodyDocument(parse(text), variables);

const followed = (start: string, declared = '') =>
  `subscription Follow${declared} { events(${start}programme: "p") { __typename } }`;

describe('the document of a body', () => {
  it('is the same wherever one begins', () => {
    const { document, variables, key } = body(
      followed(
        'after: $after, logId: $logId, epoch: $epoch, ',
        '($after: Position, $logId: ID, $epoch: Int)',
      ),
      { after: 5, logId: 'log', epoch: 1 },
    );
    expect(print(document)).toBe(print(parse(followed(''))));
    expect(variables).toEqual({});
    expect(body(followed('after: 12, ')).key).toBe(key);
    expect(body(followed('')).key).toBe(key);
  });

  it('keeps a variable that something else uses too', () => {
    const text = `subscription ($after: Position) {
      events(after: $after) { ... on Revealed { item { journey(first: $after) { type } } } }
    }`;
    const { document, variables } = body(text, { after: 5 });
    expect(print(document)).toContain('($after: Position)');
    expect(print(document)).toContain('events {');
    expect(variables).toEqual({ after: 5 });
  });

  it('takes no variable that is not given, whatever its name', () => {
    const text = 'subscription ($constructor: String) { events(programme: $constructor) { __typename } }';
    expect(body(text).variables).toEqual({});
  });

  it('finds the root field in a fragment', () => {
    const text = 'subscription { ...F } fragment F on Subscription { events(after: 7) { __typename } }';
    expect(print(body(text).document)).not.toContain('7');
  });

  it('leaves arguments of that name alone anywhere else', () => {
    const text = 'subscription { events { ... on Revealed { item { related(after: 7) { key } } } } }';
    expect(print(body(text).document)).toContain('after: 7');
  });

  it('is another for other variables, whatever order they come in', () => {
    const text =
      'subscription ($a: String, $b: [String!]) { events(programme: $a, types: $b) { __typename } }';
    const { key } = body(text, { a: 'p', b: ['x', 'y'] });
    expect(body(text, { b: ['x', 'y'], a: 'p' }).key).toBe(key);
    expect(body(text, { a: 'p', b: ['y', 'x'] }).key).not.toBe(key);
    expect(body(text, { a: 'q', b: ['x', 'y'] }).key).not.toBe(key);
    expect(body(text, { a: 'p' }).key).not.toBe(key);
  });

  it('is another for other fields', () => {
    expect(body('subscription { events { __typename } }').key).not.toBe(
      body('subscription { events { t: __typename } }').key,
    );
  });
});
