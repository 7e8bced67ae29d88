import { parse } from '@0no-co/graphql.web';
import { describe, expect, it } from '@jest/globals';
import { commandText, followText, queryText } from './document.js';

const flat = (text: string) => text.replaceAll(/\s+/g, ' ').trim();

describe('followText', () => {
  it('adds where to begin, and what proves each message', () => {
    const document = parse(
      'subscription Live($p: String!) { live: events(programme: $p) { __typename ...Event } } fragment Event on EventRecorded { event { id } }',
    );
    const { query, operationName, field } = followText(document);
    expect(flat(query)).toBe(
      'subscription Live($p: String!, $after: Position, $logId: ID, $epoch: Int) { ' +
        'live: events(programme: $p, after: $after, logId: $logId, epoch: $epoch) { ' +
        '... on LiveMessage { position covers { after upTo logId epoch } } __typename ...Event } } ' +
        'fragment Event on EventRecorded { event { id } }',
    );
    expect({ operationName, field }).toEqual({ operationName: 'Live', field: 'live' });
  });

  it('adds them to a document without arguments, variables or name', () => {
    const { query, operationName, field } = followText(parse('subscription { events { __typename } }'));
    expect(flat(query)).toBe(
      'subscription ($after: Position, $logId: ID, $epoch: Int) { events(after: $after, logId: $logId, epoch: $epoch) { ' +
        '... on LiveMessage { position covers { after upTo logId epoch } } __typename } }',
    );
    expect({ operationName, field }).toEqual({ operationName: undefined, field: 'events' });
  });

  it.each([
    ['{ programmes { nodes { reference } } }', 'one subscription, and it has query'],
    ['fragment F on Query { about { version } }', 'fragments alone'],
    ['subscription { a: events { __typename } b: events { __typename } }', 'select one field'],
    [
      'subscription { ...F } fragment F on Subscription { events { __typename } }',
      'select one field, written out',
    ],
    [
      'subscription { events(after: 3) { __typename } }',
      'leave `after` out of the document and give { after }',
    ],
    ['subscription ($epoch: Int) { events(x: $epoch) { __typename } }', 'leave `epoch` out of the document'],
    ['subscription { events }', '`events` selects nothing'],
  ])('says what is wrong with %s', (source, problem) => {
    expect(() => followText(parse(source))).toThrow(problem);
  });
});

describe('queryText', () => {
  it('leaves a query as it is', () => {
    expect(flat(queryText(parse('query Q { about { version } }'), false).query)).toBe(
      'query Q { about { version } }',
    );
  });

  it('adds atLeast to each field that does not say it', () => {
    const document = parse(
      'query { __typename a: programme(reference: "P") { title } programmes(atLeast: 3) { totalCount } }',
    );
    expect(flat(queryText(document, true).query)).toBe(
      'query ($atLeast: Position) { __typename a: programme(reference: "P", atLeast: $atLeast) { title } programmes(atLeast: 3) { totalCount } }',
    );
  });

  it('uses the variable atLeast of the document', () => {
    const document = parse('query ($atLeast: Position) { programmes(atLeast: $atLeast) { totalCount } }');
    expect(flat(queryText(document, true).query)).toBe(
      'query ($atLeast: Position) { programmes(atLeast: $atLeast) { totalCount } }',
    );
  });

  it('takes no mutation', () => {
    expect(() => queryText(parse('mutation { m }'), false)).toThrow('one query, and it has mutation');
  });
});

describe('commandText', () => {
  it('finds the variable a command comes in', () => {
    expect(
      commandText(parse('mutation ($review: R!) { startReview(input: $review) { __typename } }')).input,
    ).toBe('review');
  });

  it.each([
    ['mutation { startReview(input: { reason: "r" }) { __typename } }', 'startReview(input: $input)'],
    ['mutation ($a: A!) { a(input: $a) { __typename } b(input: $a) { __typename } }', 'one command'],
  ])('says what is wrong with %s', (source, problem) => {
    expect(() => commandText(parse(source))).toThrow(problem);
  });
});
