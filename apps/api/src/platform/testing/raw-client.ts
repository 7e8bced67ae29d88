import type { IncomingMessage } from 'node:http';

import { WebSocket, type ClientOptions } from 'ws';

export interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** A WebSocket client that says what a test has it say, and keeps what it hears. */
export class RawClient {
  private static readonly opened = new Set<RawClient>();
  readonly heard: Message[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  private wake: () => void = () => undefined;

  private constructor(readonly ws: WebSocket) {
    ws.on('message', (data: Buffer) => {
      this.heard.push(JSON.parse(data.toString()) as Message);
      this.wake();
    });
    ws.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      ws.on('close', (code, reason) => {
        resolve({ code, reason: reason.toString() });
        this.wake();
      });
    });
  }

  /** Connects. @param url of the server, as `http://…` */
  static async open(
    url: string,
    options: ClientOptions = {},
    protocols = ['graphql-transport-ws'],
  ): Promise<RawClient> {
    const ws = new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, protocols, options);
    const client = new RawClient(ws);
    RawClient.opened.add(client);
    await new Promise<void>((resolve, reject) => {
      ws.once('open', resolve);
      ws.once('error', reject);
    });
    return client;
  }

  /** Connects and is acknowledged. */
  static async with(url: string, token: string): Promise<RawClient> {
    const client = await RawClient.open(url);
    client.say({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
    await client.hears('connection_ack');
    return client;
  }

  say(message: object | string): void {
    this.ws.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  subscribe(id: string, query: string, variables?: object): void {
    this.say({ id, type: 'subscribe', payload: { query, ...(variables && { variables }) } });
  }

  /** The next message of a type, of this subscription where one is named; taken out of what was heard. */
  async hears(type: string, id?: string): Promise<Message> {
    for (;;) {
      const at = this.heard.findIndex((one) => one.type === type && (id === undefined || one.id === id));
      if (at >= 0) return this.heard.splice(at, 1)[0]!;
      if (this.ws.readyState === WebSocket.CLOSED) throw new Error(`closed while waiting for ${type}`);
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  end(): void {
    this.ws.terminate();
  }

  /** Ends all that were opened: one that was made to stop reading does not see that its server is gone. */
  static endAll(): void {
    for (const client of RawClient.opened) client.end();
    RawClient.opened.clear();
  }
}

/** The HTTP answer an upgrade gets instead of a connection. */
export function refusedUpgrade(
  url: string,
  options: ClientOptions = {},
): Promise<{ status: number; headers: IncomingMessage['headers']; code: string }> {
  const ws = new WebSocket(url.replace(/^http/, 'ws'), ['graphql-transport-ws'], options);
  return new Promise((resolve, reject) => {
    ws.once('open', () => reject(new Error('the upgrade was accepted')));
    ws.once('error', reject);
    ws.once('unexpected-response', (_request, response: IncomingMessage) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => {
        const { errors } = JSON.parse(text) as { errors: { extensions: { code: string } }[] };
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          code: errors[0]?.extensions.code ?? '',
        });
      });
    });
  });
}
