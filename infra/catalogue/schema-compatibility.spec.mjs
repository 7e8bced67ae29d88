import { describe, expect, it } from '@jest/globals';
import { breaksBetween } from './schema-compatibility.mjs';

const text = { type: 'string' };
const object = (properties, required = [], more = {}) => ({ type: 'object', properties, required, ...more });
const oneOf = (...values) => ({ type: 'string', enum: values });
const to = (name, definitions) => ({ $ref: `#/definitions/${name}`, definitions });

/** Each with the schema before, the one after, and where it breaks. */
const broken = [
  ['a field taken away', object({ a: text, b: text }), object({ a: text }), 'data.b'],
  ['a field renamed', object({ a: text }), object({ b: text }), 'data.a'],
  ['a field of another type', object({ a: text }), object({ a: { type: 'integer' } }), 'data.a'],
  [
    'a field that may be null no more',
    object({ a: { type: ['string', 'null'] } }),
    object({ a: text }),
    'data.a',
  ],
  ['a field needed from now on', object({ a: text }), object({ a: text }, ['a']), 'data.a'],
  ['a new field that is needed', object({ a: text }), object({ a: text, b: text }, ['b']), 'data.b'],
  ['a value an enumeration lost', object({ a: oneOf('x', 'y') }), object({ a: oneOf('x') }), 'data.a'],
  ['text that became an enumeration', object({ a: text }), object({ a: oneOf('x') }), 'data.a'],
  ['another constant', object({ a: { const: 'x' } }), object({ a: { const: 'y' } }), 'data.a'],
  ['a list that became one', object({ a: { type: 'array', items: text } }), object({ a: text }), 'data.a'],
  [
    'what a list holds',
    object({ a: { type: 'array', items: object({ b: text }) } }),
    object({ a: { type: 'array', items: object({}) } }),
    'data.a[].b',
  ],
  [
    'what a map holds',
    object({ a: { type: 'object', additionalProperties: text } }),
    object({ a: { type: 'object', additionalProperties: { type: 'integer' } } }),
    'data.a.*',
  ],
  [
    'a map that became an object with fields',
    object({ a: { type: 'object', additionalProperties: text } }),
    object({ a: object({ name: text }, ['name']) }),
    'data.a',
  ],
  [
    'an alternative taken away',
    object({ a: { anyOf: [object({ kind: { const: 'x' } }), object({ kind: { const: 'y' } })] } }),
    object({ a: { anyOf: [object({ kind: { const: 'x' } })] } }),
    'data.a',
  ],
  [
    'a field of an alternative, by the field that tells them apart',
    object({ a: { anyOf: [object({ kind: { const: 'x' }, b: text }), object({ kind: { const: 'y' } })] } }),
    object({ a: { anyOf: [object({ kind: { const: 'x' } }), object({ kind: { const: 'y' } })] } }),
    'data.a.b',
  ],
  [
    'a named type',
    object({ a: to('T') }, [], { definitions: { T: object({ b: text }) } }),
    object({ a: to('U') }, [], { definitions: { U: object({}) } }),
    'data.a.b',
  ],
  [
    'a type that holds itself',
    object({ a: to('T') }, [], { definitions: { T: object({ next: to('T'), b: text }) } }),
    object({ a: to('T') }, [], { definitions: { T: object({ next: to('T') }) } }),
    'data.a.b',
  ],
];

const kept = [
  ['nothing', object({ a: text }, ['a']), object({ a: text }, ['a'])],
  ['a new optional field', object({ a: text }), object({ a: text, b: text })],
  ['a field that need not be there any more', object({ a: text }, ['a']), object({ a: text })],
  ['a further value of an enumeration', object({ a: oneOf('x') }), object({ a: oneOf('x', 'y') })],
  ['an enumeration that became text', object({ a: oneOf('x') }), object({ a: text })],
  ['a field that may be null', object({ a: text }), object({ a: { type: ['string', 'null'] } })],
  ['an integer that became a number', object({ a: { type: 'integer' } }), object({ a: { type: 'number' } })],
  ['a field that takes anything', object({ a: text }), object({ a: {} })],
  [
    'a further alternative',
    object({ a: object({ kind: { const: 'x' } }) }),
    object({ a: { anyOf: [object({ kind: { const: 'y' } }), object({ kind: { const: 'x' }, b: text })] } }),
  ],
  [
    'the name of a type',
    object({ a: to('T') }, [], { definitions: { T: object({ next: to('T') }) } }),
    object({ a: to('U') }, [], { definitions: { U: object({ next: to('U'), b: text }) } }),
  ],
  ['words that describe it', object({ a: text }), object({ a: { ...text, description: 'A field.' } })],
];

describe('a stored shape', () => {
  it.each(broken)('is broken by %s', (_what, older, newer, path) => {
    const found = breaksBetween(older, newer);
    expect(found.map((line) => line.slice(0, line.indexOf(': ')))).toEqual([path]);
  });

  it.each(kept)('is kept by %s', (_what, older, newer) => {
    expect(breaksBetween(older, newer)).toEqual([]);
  });

  it('tells everything that breaks, not the first', () => {
    const older = object({ a: text, b: object({ c: oneOf('x', 'y') }) });
    const newer = object({ b: object({ c: oneOf('x') }), d: text }, ['d']);
    expect(breaksBetween(older, newer)).toEqual([
      'data.a: was taken away or renamed',
      'data.b.c: "y" is no longer taken',
      'data.d: is new and needed; a new field is optional',
    ]);
  });
});
