import { readFileSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { type RequestOptions, request as tlsRequest } from 'node:https';
import type { KurrentConnection } from './kurrent-connection.js';

/** What the server's HTTP interface answered. */
export interface HttpAnswer {
  readonly status: number;
  /** The JSON it sent; undefined where it sent something else. */
  readonly body: unknown;
}

/** How long the server may take. */
const deadlineMs = 5_000;
/** An answer that is longer is none we asked for. */
const maxBytes = 64 * 1024;

/**
 * Asks the node the client is connected to by HTTP, which it serves on the same port. The client's own way of asking
 * ends the process over an answer that is no JSON, and keeps connections open.
 *
 * @throws Error where there is no answer, without a word of the URL
 */
export async function httpAnswer(connection: KurrentConnection, path: string): Promise<HttpAnswer> {
  const target = await connection.request('asking by HTTP', async (client) =>
    (await client['getChannel']()).getTarget(),
  );
  const { secure, ...options } = optionsOf(connection.address.url);
  const url = new URL(path, `${secure ? 'https' : 'http'}://${target.replace(/^[a-z]+:(?:\/\/\/?)?/, '')}`);
  return new Promise((resolve, reject) => {
    const asked = (secure ? tlsRequest : plainRequest)(url, { ...options, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxBytes) response.destroy(new Error('its answer is too long'));
        else chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: parsed(Buffer.concat(chunks).toString('utf8')) }),
      );
    });
    const late = setTimeout(() => asked.destroy(new Error('there was no answer in time')), deadlineMs);
    asked.on('close', () => clearTimeout(late));
    asked.on('error', reject);
    asked.end();
  });
}

/** How the connection string says to connect. */
function optionsOf(url: string): RequestOptions & { readonly secure: boolean } {
  const query = new Map(
    (url.split('?')[1] ?? '').split('&').map((pair) => {
      const [name = '', value = ''] = pair.split(/=(.*)/s);
      return [name, value.trim()];
    }),
  );
  // As the client does, nobody's password is sent in the clear.
  if (query.get('tls') === 'false') return { secure: false };
  const file = (name: string) => {
    const path = query.get(name);
    return path === undefined ? undefined : readFileSync(path);
  };
  const credentials = /^[a-z]+(?:\+discover)?:\/\/([^@/?]+:[^@]+)@/.exec(url)?.[1];
  const ca = file('tlsCAFile');
  const cert = file('userCertFile');
  const key = file('userKeyFile');
  return {
    secure: true,
    rejectUnauthorized: query.get('tlsVerifyCert') !== 'false',
    ...(credentials && { auth: decoded(credentials) }),
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
  };
}

function decoded(credentials: string): string {
  try {
    return decodeURIComponent(credentials);
  } catch {
    return credentials;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
