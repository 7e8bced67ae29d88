import { describe, expect, it } from '@jest/globals';
import { Visibility } from '@masar/access';
import { buildSchema, parse } from 'graphql';
import { liveRequest } from './live-request.js';

const schema = buildSchema(`
  type Query { none: Int }
  type Subscription { events(programme: String): Int summary(programme: String!): Int }
`);

const asked = (text: string) =>
  liveRequest(schema, { document: parse(text), variables: {}, visibility: new Visibility('all', []) });

describe('what is followed', () => {
  it.each([
    'subscription { events @skip(if: true) }',
    'subscription { a: events @skip(if: true) summary(programme: "p") }',
    'subscription { ... on Subscription @include(if: false) { events } }',
    'subscription { ...F @include(if: false) } fragment F on Subscription { events }',
    'subscription { ...F } fragment F on Subscription { ... @include(if: false) { events } }',
  ])('is one field, which is there: %s', async (text) => {
    await expect(asked(text)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: 'events: is followed alone, and is not skipped: leave out its directives',
    });
  });

  it('may stand in a fragment', async () => {
    const text = 'subscription { ...F } fragment F on Subscription { ... { summary(programme: "p") } }';
    await expect(asked(text)).resolves.toMatchObject({ field: 'summary', filter: { programme: 'p' } });
  });
});
