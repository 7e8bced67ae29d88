import type { WebSocketLike } from '../environment.js';

interface Frame {
  readonly type: string;
  // Each test knows what it is sent.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly payload?: any;
}

/** A WebSocket without a network: the test is the service at its other end. */
export class ScriptedSocket implements WebSocketLike {
  readyState = 0;
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: never) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  onclose: ((event: never) => void) | null = null;
  /** What the client sent. */
  readonly sent: Frame[] = [];
  /** What it closed with. */
  closed: { readonly code: number | undefined } | undefined;

  constructor(
    readonly url: string,
    readonly protocol: string,
  ) {}

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Frame);
  }

  close(code?: number): void {
    this.readyState = 2;
    this.closed = { code };
  }

  /** The variables it subscribed with. */
  get asked(): unknown {
    return this.sent.find(({ type }) => type === 'subscribe')?.payload.variables as unknown;
  }

  /** The token it came with. */
  get token(): unknown {
    return this.sent.find(({ type }) => type === 'connection_init')?.payload.authorization as unknown;
  }

  /** The service opens, and takes the token. */
  accept(masar: object | undefined = { logId: 'log', epoch: 1, position: 10 }): this {
    this.readyState = 1;
    this.onopen?.({} as never);
    return this.say({ type: 'connection_ack', payload: { masar } });
  }

  /** The service says something. */
  say(frame: object | string): this {
    this.onmessage?.({ data: typeof frame === 'string' ? frame : JSON.stringify(frame) } as never);
    return this;
  }

  /** The service sends a message of the subscription. */
  next(message: object): this {
    return this.say({ id: '1', type: 'next', payload: { data: { events: message } } });
  }

  /** The service, or the network, closes it. */
  cut(code = 1006, reason = ''): this {
    this.readyState = 3;
    this.onclose?.({ code, reason } as never);
    return this;
  }
}
