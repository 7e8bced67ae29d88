import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startTestServer, type Answer, type TestServer } from '../testing/test-server.js';
import { LIMITS } from './limits.js';

/** Generous: what is refused is refused without work, and a slow machine shall not fail the test. */
const PROMPTLY_MS = 500;

describe('hostile documents', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
    await server.ask('{ masar { version } }');
  });
  afterAll(() => server.close());

  async function refused(query: string, variables?: object): Promise<Answer['body']> {
    const started = performance.now();
    const { body, status } = await server.ask(query, variables);
    expect(performance.now() - started).toBeLessThan(PROMPTLY_MS);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(body).not.toHaveProperty('data');
    expect(body.errors).toHaveLength(1);
    return body;
  }

  async function code(query: string, variables?: object): Promise<string | undefined> {
    return (await refused(query, variables)).errors?.[0]?.extensions.code;
  }

  it('with 101 aliases are refused', async () => {
    const aliases = Array.from({ length: 101 }, (_, index) => `a${index}: __typename`);
    expect(await code(`{ ${aliases.join(' ')} }`)).toBe('TOO_MANY_ALIASES');
  });

  it('with 500 times the same field are refused', async () => {
    expect(await code(`{ masar { ${'version '.repeat(500)} } }`)).toBe('TOO_MANY_SELECTIONS');
  });

  it('with ten directives on a field are refused', async () => {
    expect(await code(`{ masar { version ${'@include(if: true) '.repeat(10)} } }`)).toBe(
      'TOO_MANY_DIRECTIVES',
    );
    expect(await code(`{ masar { version ${'@unknown '.repeat(10)} } }`)).toBe('TOO_MANY_DIRECTIVES');
    expect(await code(`query ${'@unknown '.repeat(10)} { masar { version } }`)).toBe('TOO_MANY_DIRECTIVES');
  });

  it('whose fragments contain each other are refused', async () => {
    const cycle =
      '{ things { ...A } } fragment A on Thing { next { ...B } } fragment B on Thing { next { ...A } }';
    expect(await code(cycle)).toBe('FRAGMENT_CYCLE');
    expect(await code('{ things { ...A } } fragment A on Thing { ...A }')).toBe('FRAGMENT_CYCLE');
  });

  it('whose fragments double at each step are refused before they are written out', async () => {
    const fragments = Array.from(
      { length: 30 },
      (_, index) => `fragment F${index} on Thing { ...F${index + 1} ...F${index + 1} }`,
    );
    const query = `{ things { ...F0 } } ${fragments.join(' ')} fragment F30 on Thing { name }`;
    expect(['TOO_MANY_SELECTIONS', 'TOO_DEEP']).toContain(await code(query));
  });

  it('that hide their size in a fragment nothing uses are refused', async () => {
    expect(await code(`{ masar { version } } fragment F on Thing { ${'name '.repeat(500)} }`)).toBe(
      'TOO_MANY_SELECTIONS',
    );
  });

  it('nested too deep are refused, written out or through fragments', async () => {
    const deep = (levels: number): string =>
      `{ things { ${'next { '.repeat(levels)} name ${'} '.repeat(levels)} } }`;
    expect(await code(deep(20))).toBe('TOO_DEEP');
    expect(await code(deep(300))).toBe('TOO_DEEP');
    const chain = Array.from({ length: 20 }, (_, i) => `fragment F${i} on Thing { next { ...F${i + 1} } }`);
    expect(await code(`{ things { ...F0 } } ${chain.join(' ')} fragment F20 on Thing { name }`)).toBe(
      'TOO_DEEP',
    );
    const inline = `{ things { ${'... on Thing { '.repeat(200)} name ${'} '.repeat(200)} } }`;
    expect(await code(inline)).toBe('TOO_DEEP');
  });

  it('with two operations, or none, are refused', async () => {
    expect(await code('query A { masar { version } } query B { masar { logId } }')).toBe(
      'ONE_OPERATION_ONLY',
    );
    expect(await code('fragment F on About { version }')).toBe('ONE_OPERATION_ONLY');
  });

  it('with a literal of a megabyte are refused, and so are its neighbours that fit the body', async () => {
    expect(await code(`{ things(after: "${'x'.repeat(1_000_000)}") { name } }`)).toBe('PAYLOAD_TOO_LARGE');
    expect(await code(`{ things(after: "${'x'.repeat(200_000)}") { name } }`)).toBe('DOCUMENT_TOO_LARGE');
  });

  it('with too many tokens are refused while they are read', async () => {
    expect(await code(`{ ${'masar{version}'.repeat(700)} }`)).toBe('DOCUMENT_TOO_LARGE');
    expect(await code(`{ things(first: [${'1 '.repeat(40_000)}]) { name } }`)).toBe('DOCUMENT_TOO_LARGE');
  });

  it('that come as the JSON of a parsed document are refused', async () => {
    const ast = JSON.stringify({ kind: 'Document', definitions: [], loc: { start: 0, end: 1 } });
    expect(await code(ast)).toBe('GRAPHQL_PARSE_FAILED');
    expect(await code('true')).toBe('GRAPHQL_PARSE_FAILED');
  });

  it('that were cheap are refused with variables that make them dear, cached and compiled or not', async () => {
    const query = 'query Q($n: Int!) { things(first: $n) { name parts(first: $n) { name number } } }';
    for (const _ of [1, 2, 3, 4]) {
      expect((await server.ask(query, { n: 2 })).status).toBe(200);
      const { errors } = await refused(query, { n: 150 });
      expect(errors?.[0]?.extensions).toEqual({ code: 'COST_TOO_HIGH', cost: 45_301, limit: LIMITS.cost });
    }
  });

  it('that skip their dear part by a variable are refused once they do not', async () => {
    const query =
      'query Q($no: Boolean!) { things(first: 200) { name parts(first: 200) @skip(if: $no) { name number } } }';
    for (const _ of [1, 2, 3]) {
      expect((await server.ask(query, { no: true })).status).toBe(200);
      expect(await code(query, { no: false })).toBe('COST_TOO_HIGH');
    }
  });

  it('that ask for a larger page than there is are told where, at the root and below, written or by variable', async () => {
    const written = await refused('{ things(first: 2) { parts(first: 201) { name } } }');
    expect(written.errors?.[0]?.extensions).toEqual({
      code: 'BAD_USER_INPUT',
      fields: [{ path: 'parts.first', message: 'must be between 0 and 200' }],
    });
    expect(await code('query Q($n: Int) { things(first: $n) { name } }', { n: 1_000_000 })).toBe(
      'BAD_USER_INPUT',
    );
    expect(await code('query Q($n: Int) { things(first: $n) { name } }', { n: -1 })).toBe('BAD_USER_INPUT');
  });

  it('are refused the same way the second time', async () => {
    const query = `{ masar { ${'version '.repeat(500)} } }`;
    expect(await code(query)).toBe('TOO_MANY_SELECTIONS');
    expect(await code(query)).toBe('TOO_MANY_SELECTIONS');
    expect(await code('{ nothing }')).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(await code('{ nothing }')).toBe('GRAPHQL_VALIDATION_FAILED');
  });
});

describe('documents of an honest client', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  it('pass: a page of 50 with 6 parts each, and aliases', async () => {
    const { body, status } = await server.ask(
      `query Page($n: Int!) {
        page: things(first: $n) { ...T parts(first: 6) { ...T next { ...T } } }
        other: things(first: 3) { ...T }
      } fragment T on Thing { name number }`,
      { n: 50 },
    );
    expect(body.errors).toBeUndefined();
    expect(status).toBe(200);
    expect(body.data?.['page']).toHaveLength(50);
  });

  it('pass: the introspection of GraphiQL', async () => {
    const { getIntrospectionQuery } = await import('graphql');
    const query = getIntrospectionQuery({
      descriptions: true,
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      schemaDescription: true,
      inputValueDeprecation: true,
      oneOf: true,
    });
    const { body } = await server.ask(query);
    expect(body.errors).toBeUndefined();
    expect(body.data).toHaveProperty('__schema.types');
  });
});
