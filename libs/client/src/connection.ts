// One handler each, taken back as one: what every WebSocket there is has in common.
/* oxlint-disable unicorn/prefer-add-event-listener */
import type { Cursor } from './coverage.js';
import type { CancelTimer, Environment, WebSocketLike } from './environment.js';
import type { GraphQLProblem } from './errors.js';

/** How long things may take on a connection, in milliseconds. */
export interface ConnectionTimes {
  /** From opening it to the service's `connection_ack`. */
  readonly connect: number;
  /** Without any message, before we ask for a sign of life. */
  readonly ask: number;
  /** Without any message, before the connection is given up as dead. */
  readonly silence: number;
}

/** What is asked of the connection once the service has taken the token. */
export interface Subscribe {
  readonly query: string;
  readonly operationName?: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The result of an execution, as far as the protocol has a say in it. */
export interface ExecutionResult {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly GraphQLProblem[];
}

/** How a connection ended, where we did not end it. */
export type Ending =
  /** Closed by the other side, or broken: 1006. */
  | { readonly kind: 'closed'; readonly code: number; readonly reason: string }
  /** No answer within `connect`, or no sign of life within `silence`. */
  | { readonly kind: 'silent'; readonly after: number }
  /** The subscription ended with errors. */
  | { readonly kind: 'refused'; readonly errors: readonly GraphQLProblem[] }
  /** The service says that nothing more will come. */
  | { readonly kind: 'completed' }
  /** It said something that is not in the protocol. */
  | { readonly kind: 'nonsense'; readonly what: string };

/** What a connection tells, at most until it ended or was ended. */
export interface ConnectionHandlers {
  /**
   * The token was taken.
   *
   * @param log the log the service answers from, where it says so
   * @returns what to subscribe to; undefined where the connection was ended for what it is
   */
  acknowledged(log: Cursor | undefined): Subscribe | undefined;
  result(result: ExecutionResult): void;
  ended(ending: Ending): void;
}

/** Subprotocol of https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md */
const subprotocol = 'graphql-transport-ws';
/** The only subscription of a connection. */
const id = '1';
/** `readyState` of a WebSocket that is open. */
const open = 1;

/**
 * One WebSocket with one subscription, from opening to its end. It does not come back; that is what `Following` does.
 *
 * The protocol is spoken here rather than by graphql-ws's client. That drags nothing of graphql-js into a page, but is 3.3 kB
 * (minified, compressed; this is 1.0 kB), mostly reconnecting and sharing a socket, which are done here in another way, and it
 * neither watches for silence nor leaves close codes to its user.
 */
export class Connection {
  private readonly socket: WebSocketLike;
  private cancel: CancelTimer;
  private over = false;
  private subscribed = false;
  private broken = 'connection failed';

  /** @throws where `url` is none a WebSocket can be opened to */
  constructor(
    private readonly environment: Environment & { readonly WebSocket: NonNullable<Environment['WebSocket']> },
    url: string,
    token: string,
    private readonly times: ConnectionTimes,
    private readonly handlers: ConnectionHandlers,
  ) {
    this.socket = new environment.WebSocket(url, subprotocol);
    this.cancel = environment.timer(times.connect, () => this.fail({ kind: 'silent', after: times.connect }));
    this.socket.onopen = () =>
      this.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
    this.socket.onmessage = ({ data }: { data: unknown }) => this.receive(data);
    // A close follows, and says less.
    this.socket.onerror = ({ message }: { message?: string }) => void (this.broken = message ?? this.broken);
    this.socket.onclose = ({ code, reason }: { code: number; reason: string }) =>
      this.fail({ kind: 'closed', code, reason: reason || (code === 1006 ? this.broken : '') });
  }

  /** Ends it, whatever state it is in. Nothing is told after this. */
  end(): void {
    if (this.over) return;
    this.release();
    if (this.subscribed) this.send({ id, type: 'complete' });
    this.socket.close(1000, 'done');
  }

  private receive(data: unknown): void {
    if (this.over) return;
    const message = parsed(data);
    if (this.subscribed) this.watch();
    switch (message?.type) {
      case 'connection_ack':
        if (this.subscribed) return this.fail({ kind: 'nonsense', what: 'a second connection_ack' });
        return this.subscribe(this.handlers.acknowledged(logOf(message.payload)));
      case 'ping':
        return this.send({
          type: 'pong',
          ...(message.payload !== undefined && { payload: message.payload }),
        });
      case 'pong':
        return undefined;
      case 'next':
        if (typeof message.payload !== 'object' || message.payload === null) break;
        return this.handlers.result(message.payload);
      case 'error':
        if (!Array.isArray(message.payload)) break;
        return this.fail({ kind: 'refused', errors: message.payload as GraphQLProblem[] });
      case 'complete':
        return this.fail({ kind: 'completed' });
      default:
    }
    return this.fail({
      kind: 'nonsense',
      what: `${String(data).slice(0, 100)} is no message of ${subprotocol}`,
    });
  }

  private subscribe(payload: Subscribe | undefined): void {
    if (!payload || this.over) return;
    this.subscribed = true;
    this.watch();
    this.send({ id, type: 'subscribe', payload });
  }

  /** Something was heard. Until the next time: first we ask for a sign of life, then it is over. */
  private watch(): void {
    const { ask, silence } = this.times;
    this.cancel();
    this.cancel = this.environment.timer(ask, () => {
      this.send({ type: 'ping' });
      this.cancel = this.environment.timer(silence - ask, () =>
        this.fail({ kind: 'silent', after: silence }),
      );
    });
  }

  private send(message: object): void {
    if (this.socket.readyState === open) this.socket.send(JSON.stringify(message));
  }

  private fail(ending: Ending): void {
    if (this.over) return;
    this.release();
    if (ending.kind === 'silent') this.drop();
    else if (ending.kind !== 'closed') this.socket.close(1000, 'done');
    this.handlers.ended(ending);
  }

  private release(): void {
    this.over = true;
    this.cancel();
    this.socket.onopen = null;
    this.socket.onmessage = null;
    this.socket.onclose = null;
    // `ws` throws errors nobody listens to, such as that of a socket closed before it was open.
    this.socket.onerror = () => undefined;
  }

  /** A peer that does not answer will not answer a close either: `ws` would wait half a minute for it. */
  private drop(): void {
    const socket = this.socket as WebSocketLike & { terminate?(): void };
    if (socket.terminate) socket.terminate();
    else socket.close();
  }
}

function parsed(data: unknown): { readonly type?: unknown; readonly payload?: unknown } | undefined {
  if (typeof data !== 'string') return undefined;
  try {
    return (JSON.parse(data) as { type?: unknown } | null) ?? undefined;
  } catch {
    return undefined;
  }
}

function logOf(payload: unknown): Cursor | undefined {
  const log = (payload as { masar?: Partial<Cursor> } | undefined)?.masar;
  return typeof log?.position === 'number' ? (log as Cursor) : undefined;
}
