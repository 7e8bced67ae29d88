import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';

/** Where a follower stands ("How a client knows that nothing is missing"). */
export interface Cursor {
  readonly logId: string;
  readonly epoch: number;
  readonly position: number;
}

/** What every message of a subscription has, whatever kind it is. */
export interface FollowedMessage {
  readonly __typename: string;
  readonly position: number;
  readonly covers: Omit<Cursor, 'position'> & { readonly after: number; readonly upTo: number };
  readonly [field: string]: unknown;
}

interface Frame {
  readonly type: string;
  // Each type has a payload of its own.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly payload?: any;
}

/** Close codes after which coming back would fail in the same way ("Close codes"). */
const fatal = [1009, 4400, 4401, 4406, 4409, 4429];
/** Codes of errors that pass ("Errors"). */
const passing = [
  'OVERLOADED',
  'UNAVAILABLE',
  'READ_MODEL_BUILDING',
  'NOT_YET',
  'RATE_LIMITED',
  'READ_MODEL_HALTED',
];
const silenceMs = 45_000;

/**
 * A follower written from docs/SUBSCRIPTIONS.md and nothing else, as another team would: on a bare WebSocket. What it
 * cannot do by that document, the document does not say.
 */
export class DocumentClient {
  /** Messages used, in order. */
  readonly messages: FollowedMessage[] = [];
  /** How often it connected. */
  connections = 0;
  private socket: WebSocket | undefined;
  private stopped = false;
  private tries = 0;

  constructor(
    private readonly url: string,
    private readonly token: () => Promise<string>,
    private readonly query: string,
    public cursor?: Cursor,
  ) {}

  /** Follows until it is stopped. @throws Error with a code where it cannot go on */
  async follow(): Promise<void> {
    while (!this.stopped) {
      const end = await this.connection(await this.token());
      if (this.stopped) return;
      if (end === 'LOG_REWOUND' || (typeof end === 'number' ? fatal.includes(end) : !passing.includes(end))) {
        throw new Error(`cannot go on: ${end}`);
      }
      const least = end === 1013 || end === 'OVERLOADED' ? 5_000 : 0;
      await delay(Math.max(least, Math.random() * Math.min(30_000, 500 * 2 ** this.tries)));
      this.tries += 1;
    }
  }

  stop(): void {
    this.stopped = true;
    this.socket?.send('{"id":"1","type":"complete"}');
    this.socket?.close(1000);
  }

  /** Loses the connection, as a network does. */
  lose(): void {
    this.socket?.terminate();
  }

  /** Stops reading, or goes on. */
  read(goOn: boolean): void {
    if (goOn) this.socket?.resume();
    else this.socket?.pause();
  }

  /** One connection. @returns the close code, or the code of the error that ended the subscription */
  private connection(token: string): Promise<number | string> {
    this.connections += 1;
    return new Promise((resolve) => {
      const socket = (this.socket = new WebSocket(this.url, 'graphql-transport-ws'));
      let silence: NodeJS.Timeout | undefined;
      const end = (how: number | string) => {
        clearTimeout(silence);
        socket.close(1000);
        resolve(how);
      };
      const send = (frame: object) => socket.send(JSON.stringify(frame));
      socket.on('open', () =>
        send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }),
      );
      socket.on('error', () => undefined);
      socket.on('close', (code) => end(code));
      socket.on('message', (data: Buffer) => {
        clearTimeout(silence);
        silence = setTimeout(() => {
          socket.terminate();
        }, silenceMs);
        const { type, payload } = JSON.parse(data.toString()) as Frame;
        if (type === 'ping') send({ type: 'pong' });
        if (type === 'connection_ack') send({ id: '1', type: 'subscribe', payload: this.subscription() });
        if (type === 'error') end(payload[0].extensions.code as string);
        if (type === 'next' && !this.use(Object.values(payload.data)[0] as FollowedMessage)) end(1006);
      });
    });
  }

  private subscription(): object {
    const { cursor } = this;
    const variables = cursor && { after: cursor.position, logId: cursor.logId, epoch: cursor.epoch };
    return { query: this.query, variables };
  }

  /** Steps 3 to 5. @returns false where the message does not continue the last one */
  private use(message: FollowedMessage): boolean {
    const { after, upTo, logId, epoch } = message.covers;
    this.cursor ??= { logId, epoch, position: after };
    if (logId !== this.cursor.logId || epoch !== this.cursor.epoch || after !== this.cursor.position)
      return false;
    this.messages.push(message);
    this.cursor = { logId, epoch, position: upTo };
    this.tries = 0;
    return true;
  }
}
