import { randomBytes, randomUUID } from 'node:crypto';
import { type Socket, connect } from 'node:net';

/*
 * Many subscribers in one process, as cheap as they can be made, so that it is the server that is measured: plain sockets
 * with one buffer for all, frames told apart by their heads. Only the first subscriber's events are read; of the others
 * it is counted how many came.
 */

/** What the process is asked. Each is answered; see {@link Told}. */
export type Asked =
  | {
      readonly connect: number;
      readonly url: string;
      readonly query: string;
      /** One a user: each has as many subscribers as the others, from an address of their own. */
      readonly tokens: readonly string[];
    }
  /** So many events by each subscriber, from now on. */
  | { readonly expect: number }
  | { readonly leave: true };

export type Told =
  | { readonly connected: number }
  | { readonly expecting: number }
  /** The last event reached its subscriber at this monotonic time, ns; and what the first one was sent. */
  | { readonly served: string; readonly messages: readonly string[] }
  | { readonly left: true }
  | { readonly failed: string };

/** A message at least as long is an event: what else a server sends is shorter. */
const leastEvent = 400;
/** How many are connecting at a time. */
const abreast = 50;
const opcodes = { text: 0x81, close: 0x88, ping: 0x89, pong: 0x8a };
const pingLength = '{"type":"ping"}'.length;

const buffer = Buffer.allocUnsafe(256 * 1024);
let subscribers: Subscriber[] = [];
let outstanding = 0;
let messages: string[] = [];

const tell = (told: Told): void => void process.send!(told);

/** A frame as clients send them: masked, with a mask that changes nothing. */
function frame(opcode: number, payload: string | Buffer): Buffer {
  const body = Buffer.from(payload);
  const { length } = body;
  const size = length < 126 ? [0x80 | length] : [0xfe, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([opcode, ...size, 0, 0, 0, 0]), body]);
}

class Subscriber {
  /** What arrived of a frame that is not whole yet. */
  private begun: Buffer | undefined;
  private readonly socket: Socket;
  private ready!: () => void;
  private fail!: (error: Error) => void;
  readonly following = new Promise<void>((resolve, reject) => {
    this.ready = resolve;
    this.fail = reject;
  });
  private step: 'upgraded' | 'acknowledged' | 'frames' = 'upgraded';

  constructor(
    private readonly asked: Extract<Asked, { connect: number }>,
    private readonly index: number,
  ) {
    const { hostname, port, pathname } = new URL(asked.url);
    const onread = { buffer, callback: (length: number) => this.read(length) };
    const localAddress = `127.0.0.${1 + this.user}`;
    this.socket = connect({ host: hostname, port: Number(port), localAddress, noDelay: true, onread });
    this.socket
      .on('error', (error) => this.cut(error.message))
      .on('close', () => this.cut('the socket was closed'));
    this.socket.write(
      `GET ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n` +
        'Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n',
    );
  }

  private get user(): number {
    return this.index % this.asked.tokens.length;
  }

  leave(): void {
    this.socket.removeAllListeners('close').destroy();
  }

  private cut(reason: string): void {
    tell({ failed: reason });
    this.fail(new Error(reason));
  }

  private read(length: number): boolean {
    if (this.begun === undefined) {
      this[this.step](buffer, length);
    } else {
      const bytes = Buffer.concat([this.begun, buffer.subarray(0, length)]);
      this.begun = undefined;
      this[this.step](bytes, bytes.length);
    }
    return true;
  }

  private upgraded(bytes: Buffer, end: number): void {
    const answer = bytes.toString('latin1', 0, end);
    if (!answer.startsWith('HTTP/1.1 101')) return this.cut(answer);
    const authorization = `Bearer ${this.asked.tokens[this.user]}`;
    this.send({ type: 'connection_init', payload: { authorization } });
    this.step = 'acknowledged';
  }

  private acknowledged(bytes: Buffer, end: number): void {
    const answer = bytes.toString('latin1', 0, end);
    if (!answer.includes('"connection_ack"')) return this.cut(answer);
    // As graphql-ws's client has it: no two clients have one id.
    this.send({ id: randomUUID(), type: 'subscribe', payload: { query: this.asked.query } });
    // Its pong tells that the subscription was taken.
    this.send({ type: 'ping' });
    this.step = 'frames';
  }

  private frames(bytes: Buffer, end: number): void {
    let at = 0;
    while (at + 2 <= end) {
      const size = bytes[at + 1]!;
      const head = size < 126 ? 2 : 4;
      // Of a longer one whose head is not whole either, nothing is read.
      const length = size < 126 ? size : (bytes[at + 2]! << 8) | bytes[at + 3]!;
      const next = at + head + length;
      if (at + head > end || next > end) break;
      if (length >= leastEvent) this.event(bytes, at + head, next);
      else this.other(bytes[at]!, Buffer.from(bytes.subarray(at + head, next)));
      at = next;
    }
    if (at < end) this.begun = Buffer.from(bytes.subarray(at, end));
  }

  private event(bytes: Buffer, from: number, to: number): void {
    if (this.index === 0) messages.push(bytes.toString('utf8', from, to));
    outstanding -= 1;
    if (outstanding === 0) tell({ served: String(process.hrtime.bigint()), messages });
  }

  private other(opcode: number, payload: Buffer): void {
    if (opcode === opcodes.close) this.cut(`closed: ${payload.subarray(2).toString()}`);
    else if (opcode === opcodes.ping) this.socket.write(frame(opcodes.pong, payload));
    else if (payload.length === pingLength && payload.includes('"ping"')) this.send({ type: 'pong' });
    else if (payload.includes('"pong"')) this.ready();
    else if (payload.includes('"error"') || payload.includes('"complete"')) this.cut(payload.toString());
  }

  private send(message: object): void {
    this.socket.write(frame(opcodes.text, JSON.stringify(message)));
  }
}

async function connectAll(asked: Extract<Asked, { connect: number }>): Promise<void> {
  let next = 0;
  const loop = async (): Promise<void> => {
    while (next < asked.connect) {
      const subscriber = new Subscriber(asked, next);
      next += 1;
      subscribers.push(subscriber);
      await subscriber.following;
    }
  };
  await Promise.all(Array.from({ length: abreast }, loop));
}

process.on('message', (asked: Asked | string) => {
  if (typeof asked === 'string') return;
  if ('connect' in asked) {
    connectAll(asked).then(
      () => tell({ connected: subscribers.length }),
      (error: Error) => tell({ failed: error.message }),
    );
  } else if ('expect' in asked) {
    messages = [];
    outstanding = asked.expect * subscribers.length;
    tell({ expecting: outstanding });
  } else {
    for (const subscriber of subscribers) subscriber.leave();
    subscribers = [];
    tell({ left: true });
  }
});
// Waits to be asked, for as long as there is somebody to ask.
process.channel!.ref();
// Its parent is gone: nobody is left to count for.
process.on('disconnect', () => process.exit(0));
process.stdout.write('listening to its parent\n');
