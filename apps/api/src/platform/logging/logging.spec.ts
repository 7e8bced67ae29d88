import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startTestServer, type TestServer } from '../testing/test-server.js';
import { errorFields } from './error-fields.js';
import { createLogger } from './logger.js';

describe('the log', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  it('has a line a request with its id and route, and neither token, header, variable, parameter nor document', async () => {
    const token = await server.token('recorder');
    const name = 'Fulana Fictional';
    const mutation = 'mutation R($input: RenameInput!) { rename(input: $input) }';
    await server.ask(mutation, { input: { name } }, token);
    await server.ask(mutation, { input: { name: 'x', parts: [{ reference: name }] } }, token);
    await server.ask(mutation, { input: { nom: name } }, token);
    const document = encodeURIComponent(`{ things(after: "${name}") { faulty } }`);
    const answer = await server.fetch(`/graphql?query=${document}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    await server.fetch(`/absent/${encodeURIComponent(name)}?name=${encodeURIComponent(name)}`);
    await server.fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{${name}`,
    });
    const logged = server.logged();
    expect(logged).toContain(answer.headers.get('x-request-id'));
    expect(logged).toContain('"route":"/graphql","status":200');
    expect(logged).not.toMatch(/Fulana|Fictional/);
    expect(logged).not.toContain(token);
    expect(logged).not.toMatch(/bearer|authorization/i);
    expect(logged).not.toContain('rename(');
  });

  it('cuts what it is told not to show, whoever logs it', () => {
    const lines: string[] = [];
    const log = createLogger({
      level: 'info',
      json: true,
      destination: { write: (line) => void lines.push(line) },
    });
    log.info(
      {
        token: 'T0K',
        request: { authorization: 'T0K', variables: { a: 'T0K' } },
        req: { url: '/T0K' },
        people: [{ part: 'author', name: 'T0K' }],
        input: { people: [{ part: 'author', name: 'T0K' }] },
      },
      'hello',
    );
    expect(lines.join('')).toContain('hello');
    expect(lines.join('')).not.toContain('T0K');
  });

  it('keeps of an error its kind, code, message and stack, and of PostgreSQL’s data errors not the data', () => {
    const error = Object.assign(new Error('invalid input syntax for type uuid: "Fulana"'), {
      code: '22P02',
      detail: 'Key (name)=(Fulana) already exists',
      parameters: ['Fulana'],
    });
    const fields = errorFields(new Error('outer', { cause: error }));
    expect(fields).toMatchObject({ type: 'Error', message: 'outer', cause: { code: '22P02' } });
    expect(fields.stack).toMatch(/\n?\s+at /);
    expect(JSON.stringify(fields)).not.toContain('Fulana');
    expect(errorFields('just text')).toEqual({ type: 'string', message: 'not an Error' });
  });

  it('is readable where people read it', () => {
    const lines: string[] = [];
    const log = createLogger({
      level: 'info',
      json: false,
      destination: { write: (line) => void lines.push(line) },
    });
    log.info({ url: 'http://127.0.0.1:3000' }, 'listening');
    log.error({ err: new TypeError('broken') }, 'fault');
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d info  listening url=http:\/\/127.0.0.1:3000\n$/);
    expect(lines[1]).toMatch(/^\d\d:\d\d:\d\d ERROR fault\n {4}TypeError: broken\n\s+at /);
  });
});
