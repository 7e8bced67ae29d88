import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { type LiveField, type LiveFilter, liveDocument } from './live-documents.js';
import { type LiveMessage, Trail } from './trail.js';

export interface FollowOptions {
  /** `ws://…/graphql`, asked for at each connection. */
  readonly url: () => string;
  /** Asked for at each connection. */
  readonly token: () => Promise<string>;
  readonly field: LiveField;
  readonly filter?: LiveFilter;
  /** Begin after this position; with the head where left out. */
  readonly after?: number;
  /** The log that position is of. */
  readonly log?: { readonly logId: string; readonly epoch: number };
  /** Of its operation, `Follow`. The service shares what it makes among those who ask in the same words. */
  readonly name?: string;
  /** Ask for what stands in events, too. */
  readonly withData?: boolean;
  /** With nothing heard for so long it asks, and with no answer for as long again it connects anew. */
  readonly patienceMs?: number;
  /** Told of each message, after the trail. */
  readonly onMessage?: (message: LiveMessage) => void;
}

/** Whoever follows, by whatever client. */
export interface RunningFollower {
  readonly trail: Trail;
  readonly connections: number;
  /** Settles when it ends: with what ended it, or with nothing where it was stopped. */
  readonly ended: Promise<LiveError | undefined>;
  stop(): Promise<void>;
}

/** What the service said no with. */
export interface LiveError {
  readonly code: string;
  readonly message: string;
  readonly extensions: Readonly<Record<string, unknown>>;
}

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** Codes after which asking again for the same gets the same. */
const final = ['LOG_REWOUND', 'FORBIDDEN', 'BAD_USER_INPUT', 'UNAUTHENTICATED', 'GRAPHQL_VALIDATION_FAILED'];
const protocol = 'graphql-transport-ws';
const longestWaitMs = 1_000;

/**
 * Follows a subscription by `graphql-transport-ws` as written, over `ws` and nothing else, so that the service is held to
 * the protocol and not to what one client makes of it. Reconnects and resumes until it is stopped or refused for good.
 */
export class LiveFollower implements RunningFollower {
  readonly trail: Trail;
  /** How its connections ended, in order; those it ended itself are left out. */
  readonly closes: Closed[] = [];
  /** Errors that asking again may mend, in order. */
  readonly setbacks: LiveError[] = [];
  connections = 0;
  /** Whether the service took its subscription on the connection there is. */
  isConnected = false;
  readonly ended: Promise<LiveError | undefined>;
  private readonly stopped = new AbortController();
  private socket: WebSocket | undefined;
  private isPaused = false;
  private failures = 0;
  /** When it last had a sign of life, and whether it asked for one since. */
  private heard = 0;
  private asked = false;

  constructor(private readonly options: FollowOptions) {
    this.trail = new Trail(options.after);
    this.trail.log = options.log;
    this.ended = this.run();
    // Asked for by those who wait for its end.
    this.ended.catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    this.socket?.terminate();
    await this.ended;
  }

  /** Breaks its connection and comes back, as a laptop that wakes up does: it is told how far the log is. */
  reconnect(): void {
    this.socket?.terminate();
  }

  /** Reads no more from its socket: what the service sends stays with the service. */
  pause(): void {
    this.isPaused = true;
    this.socket?.pause();
  }

  resume(): void {
    this.isPaused = false;
    this.hear();
    this.socket?.resume();
  }

  private async run(): Promise<LiveError | undefined> {
    const { signal } = this.stopped;
    while (!signal.aborted) {
      const token = await this.options.token();
      if (signal.aborted) break;
      const error = await new Promise<LiveError | undefined>((resolve) => this.connect(token, resolve));
      this.isConnected = false;
      if (error && final.includes(error.code)) return error;
      if (error) this.setbacks.push(error);
      this.failures += 1;
      const wait = Math.min(longestWaitMs, 25 * 2 ** Math.min(this.failures, 10));
      await delay(wait * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
    }
    return undefined;
  }

  private connect(token: string, over: (error?: LiveError) => void): void {
    const socket = new WebSocket(this.options.url(), protocol, { handshakeTimeout: 5_000 });
    this.socket = socket;
    this.connections += 1;
    let error: LiveError | undefined;
    let ownDoing = false;
    this.hear();
    const { patienceMs = 5_000 } = this.options;
    const watch = setInterval(() => {
      if (socket.readyState !== WebSocket.OPEN || this.isPaused) return;
      if (performance.now() - this.heard < patienceMs) return;
      if (this.asked) {
        ownDoing = true;
        return socket.terminate();
      }
      this.hear();
      this.asked = true;
      socket.send('{"type":"ping"}');
    }, patienceMs / 4);
    socket.on('open', () =>
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })),
    );
    socket.on('message', (data: Buffer) => {
      this.hear();
      const answer = this.take(socket, JSON.parse(data.toString('utf8')) as Message);
      if (!answer) return;
      error = answer;
      socket.close(1000);
    });
    // What broke is told by the close that follows.
    socket.on('error', () => undefined);
    socket.once('close', (code, reason) => {
      clearInterval(watch);
      if (!this.stopped.signal.aborted && !ownDoing)
        this.closes.push({ code, reason: reason.toString('utf8') });
      over(error);
    });
    if (this.isPaused) socket.once('open', () => socket.pause());
  }

  private hear(): void {
    this.heard = performance.now();
    this.asked = false;
  }

  /** @returns what ended the subscription */
  private take(socket: WebSocket, message: Message): LiveError | undefined {
    switch (message.type) {
      case 'connection_ack':
        this.trail.resumed();
        socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: this.asks() }));
        this.isConnected = true;
        return undefined;
      case 'ping':
        socket.send('{"type":"pong"}');
        return undefined;
      case 'pong':
        return undefined;
      case 'next': {
        const { data, errors } = message.payload;
        if (errors) return { ...errors[0]!, code: errors[0]!.extensions['code'] as string };
        this.failures = 0;
        const told = data![this.options.field]!;
        this.trail.take(told);
        this.options.onMessage?.(told);
        return undefined;
      }
      case 'error': {
        const [first] = message.payload;
        return { ...first!, code: first!.extensions['code'] as string };
      }
      case 'complete':
        return { code: 'COMPLETED', message: 'a subscription that has no end was completed', extensions: {} };
    }
  }

  private asks(): object {
    const { field, filter, name = 'Follow', withData } = this.options;
    const { upTo, log } = this.trail;
    return {
      operationName: name,
      query: liveDocument(field, name, withData),
      variables: { ...filter, ...(upTo !== undefined && { after: upTo }), ...(upTo !== undefined && log) },
    };
  }
}

interface GraphqlFault {
  readonly message: string;
  readonly extensions: Readonly<Record<string, unknown>>;
}

type Message =
  | { readonly type: 'connection_ack' | 'ping' | 'pong' }
  | {
      readonly type: 'next';
      readonly payload: {
        readonly data?: Readonly<Record<string, LiveMessage>>;
        readonly errors?: readonly GraphqlFault[];
      };
    }
  | { readonly type: 'error'; readonly payload: readonly GraphqlFault[] }
  | { readonly type: 'complete' };
