import { readFile, readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { minify } from '@swc/core';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { type WebSocket, WebSocketServer } from 'ws';
import { startBrowser } from '../support/browser.js';
import { type PackedClient, packClient, readmeExamples } from '../support/packed-client.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const strict = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  target: 'es2023',
  types: ['node'],
  typeRoots: [join(root, 'node_modules/@types')],
};

let packed: PackedClient;

beforeAll(async () => {
  packed = await packClient('react', 'ws', '@types/react', '@types/ws');
}, 240_000);
afterAll(() => packed?.remove());

describe('the packed client', () => {
  it('has what it needs and nothing else', () => {
    expect(packed.files).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'package.json', 'schema.graphql']),
    );
    const others = packed.files.filter((file) => !/^(?:dist|src)\//.test(file));
    expect(others).toEqual(['LICENSE', 'README.md', 'package.json', 'schema.graphql']);
    expect(packed.files.filter((file) => /testing\/|\.spec\.|tsbuildinfo/.test(file))).toEqual([]);
    expect(packed.files).toContain('dist/index.js');
    expect(packed.files).toContain('dist/index.d.ts');
  });

  it('is a package as publint and attw want one', async () => {
    const { messages } = await publint({ pkgDir: packed.unpacked, strict: true, pack: false });
    expect(messages).toEqual([]);
    const attw = join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js');
    // Fails where there is a problem for ES modules or bundlers.
    await promisify(execFile)(process.execPath, [
      attw,
      packed.tarball,
      '--profile',
      'esm-only',
      '--no-definitely-typed',
      '--exclude-entrypoints',
      './schema.graphql',
    ]).catch(({ stdout }: { stdout: string }) => {
      throw new Error(stdout);
    });
  }, 120_000);

  it('is loaded by Node, and exports what its face says', async () => {
    const names = await packed.node(
      '--input-type=module',
      '--eval',
      "console.log(JSON.stringify(Object.keys(await import('@masar/client'))))",
    );
    expect(JSON.parse(names)).toEqual([
      'AuthenticationError',
      'GapError',
      'LogRewoundError',
      'MasarError',
      'NotYetReadableError',
      'OutcomeUnknownError',
      'ProtocolError',
      'RequestError',
      'UnavailableError',
      'createMasarClient',
      'graphql',
    ]);
  });

  it('is small: under 12 KiB with all it imports, minified and compressed', async () => {
    const own = join(packed.unpacked, 'dist');
    const files = (await readdir(own)).filter((file) => file.endsWith('.js')).map((file) => join(own, file));
    files.push(...['gql.tada', '@0no-co/graphql.web'].map((name) => browserFile(name)));
    const sources = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    const small = await Promise.all(
      sources.map((source) => minify(source, { module: true, compress: true, mangle: true })),
    );
    const bytes = gzipSync(small.map(({ code }) => code).join('\n'), { level: 9 }).length;
    expect(bytes).toBeLessThan(12 * 1024);
    const readme = await readFile(join(packed.unpacked, 'README.md'), 'utf8');
    const said = Number(/(?<size>[\d.]+) KiB with everything it imports/.exec(readme)?.groups?.['size']);
    expect(Math.abs(said - bytes / 1024)).toBeLessThan(0.25);
  });

  it('is loaded by a browser as it is, asks and follows there', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      const { url = '/' } = request;
      const file =
        modules.get(url) ?? (url.startsWith('/client/') ? join(packed.unpacked, 'dist', url.slice(8)) : '');
      if (url === '/graphql') {
        asked.push(request.headers.authorization ?? '');
        response.setHeader('content-type', 'application/json');
        const masar = { logId: 'log', epoch: 1, position: 3, recordedAt: null, lag: 0, projections: {} };
        response.end(JSON.stringify({ data: { masar: { version: '1' } }, extensions: { masar } }));
        return;
      }
      response.setHeader('content-type', file ? 'text/javascript' : 'text/html');
      if (!file) response.end(page);
      else
        readFile(file).then(
          (text) => response.end(text),
          () => response.writeHead(404).end(),
        );
    });
    const sockets = new WebSocketServer({ server, path: '/graphql' });
    sockets.on('connection', follower);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const chromium = await startBrowser();
    try {
      const tab = await chromium.browser.newPage();
      const errors: string[] = [];
      tab.on('pageerror', (error) => errors.push(String(error)));
      tab.on('console', (message) => errors.push(message.text()));
      await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      await tab.waitForFunction(() => document.title !== '', undefined, { timeout: 20_000 });
      expect([await tab.title(), errors]).toEqual(['1 3 4 5', []]);
      expect(asked).toEqual(['Bearer token']);
    } finally {
      await chromium.close();
      sockets.close();
      server.closeAllConnections();
      server.close();
    }
  }, 120_000);
});

describe('types of the packed client', () => {
  it.each([
    ['Node', { module: 'nodenext', moduleResolution: 'nodenext', lib: ['es2023'] }],
    ['a bundler', { module: 'esnext', moduleResolution: 'bundler', lib: ['es2023', 'dom', 'dom.iterable'] }],
  ])(
    'are exact for a project of %s',
    async (_, options) => {
      const source = await readFile(new URL('types.ts', import.meta.url), 'utf8');
      await packed.write('types.ts', source);
      expect(await packed.compile({ ...strict, ...options, skipLibCheck: true }, ['types.ts'])).toEqual([]);
      // Without one of the lines that are to be wrong it would be: the test can fail.
      await packed.write(
        'types.ts',
        source.replace("{ programme: 1, reference: 'R' }", "{ programme: 'P', reference: 'R' }"),
      );
      expect(await packed.compile({ ...strict, ...options, skipLibCheck: true }, ['types.ts'])).toEqual([
        expect.stringContaining("Unused '@ts-expect-error'"),
      ]);
    },
    240_000,
  );

  it('fit the examples of its README, which are the files they are called after', async () => {
    const examples = await readmeExamples();
    expect([...examples.keys()]).toEqual([
      'follow.mjs',
      'commands.ts',
      'use-follow.ts',
      'recent-changes.tsx',
    ]);
    expect(examples.get('use-follow.ts')).toBe(
      await readFile(join(root, 'libs/client/examples/use-follow.ts'), 'utf8'),
    );
    await Promise.all([...examples].map(([name, code]) => packed.write(name, code)));
    const options = {
      ...strict,
      module: 'nodenext',
      moduleResolution: 'nodenext',
      lib: ['es2023', 'dom', 'dom.iterable'],
      jsx: 'react-jsx',
      allowJs: true,
      checkJs: true,
      skipLibCheck: true,
    };
    expect(await packed.compile(options, [...examples.keys()])).toEqual([]);
  }, 240_000);
});

/** The file of a package that browsers load. */
function browserFile(name: string): string {
  return join(root, 'node_modules', name, 'dist', name === 'gql.tada' ? 'gql-tada.mjs' : 'graphql.web.mjs');
}

const modules = new Map([
  ['/gql-tada.mjs', browserFile('gql.tada')],
  ['/gql-tada-testing.mjs', join(browserFile('gql.tada'), '../gql-tada-testing.mjs')],
  ['/graphql.web.mjs', browserFile('@0no-co/graphql.web')],
]);

const page = `<!doctype html><link rel="icon" href="data:,"><script type="importmap">
{ "imports": { "@masar/client": "/client/index.js", "gql.tada": "/gql-tada.mjs", "@0no-co/graphql.web": "/graphql.web.mjs" } }
</script><script type="module">
import { createMasarClient, graphql } from '@masar/client';
const client = createMasarClient({ url: location.origin, token: 'token' });
const { data, masar } = await client.query(graphql('{ masar { version } }'));
const seen = [data.masar.version, masar.position];
const events = graphql('subscription { events { __typename } }');
for await (const { position } of client.follow(events, {}, { after: masar })) {
  seen.push(position);
  if (position === 5) break;
}
document.title = seen.join(' ');
</script>`;

/** The other end of a follow: it is cut once, and goes on where it is asked to. */
function follower(socket: WebSocket): void {
  socket.on('message', (data: Buffer) => {
    const { type, payload } = JSON.parse(data.toString()) as {
      type: string;
      payload?: { variables: { after: number } };
    };
    if (type === 'connection_init') socket.send(JSON.stringify({ type: 'connection_ack' }));
    if (type !== 'subscribe' || !payload) return;
    const { after } = payload.variables;
    const covers = { after, upTo: after + 1, logId: 'log', epoch: 1 };
    const events = { __typename: 'EventRecorded', position: after + 1, covers };
    socket.send(JSON.stringify({ id: '1', type: 'next', payload: { data: { events } } }));
    if (after === 3) socket.close(1012, 'restarting');
  });
}
