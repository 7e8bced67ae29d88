import type { Environment, WebSocketConstructor } from '../environment.js';
import { ScriptedSocket } from './scripted-socket.js';

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** Time that passes when told to, chance that is no chance, and a network that is a script. */
export class ManualEnvironment implements Environment {
  /** Every WebSocket opened so far. */
  readonly sockets: ScriptedSocket[] = [];
  /** Every HTTP request so far, in JSON. */
  readonly requests: { readonly token: string | null; readonly body: RequestBody }[] = [];
  /** What the next HTTP requests are answered with, one each. */
  readonly answers: ((signal: AbortSignal) => Response | Promise<Response>)[] = [];
  /** How long each wait was asked to be. */
  readonly waits: number[] = [];
  chance = 0.5;
  readonly WebSocket: WebSocketConstructor | undefined;

  private time = Date.parse('2026-01-31T10:00:00Z');
  private readonly timers = new Set<Timer>();
  private readonly online = new Set<() => void>();
  private ids = 0;

  constructor() {
    const { sockets } = this;
    this.WebSocket = class extends ScriptedSocket {
      constructor(url: string, protocol: string) {
        super(url, protocol);
        sockets.push(this);
      }
    };
  }

  now = () => this.time;
  random = () => this.chance;
  commandId = () => `made-${++this.ids}`;

  timer = (milliseconds: number, run: () => void) => {
    const timer = { at: this.time + milliseconds, run };
    this.waits.push(milliseconds);
    this.timers.add(timer);
    return () => void this.timers.delete(timer);
  };

  whenOnline = (run: () => void) => {
    this.online.add(run);
    return () => void this.online.delete(run);
  };

  fetch: typeof fetch = async (_url, init) => {
    const { headers, body, signal } = init as RequestInit & { body: string; signal: AbortSignal };
    const token = new Headers(headers).get('authorization');
    this.requests.push({ token, body: JSON.parse(body) as RequestBody });
    const answer = this.answers.shift();
    if (!answer) throw new Error('nothing is to be asked any more');
    return answer(signal);
  };

  /** How much is still going on: timers, listeners, open sockets. */
  get left(): { timers: number; listeners: number; sockets: number } {
    const sockets = this.sockets.filter(({ readyState }) => readyState < 2).length;
    return { timers: this.timers.size, listeners: this.online.size, sockets };
  }

  /** The socket opened last. */
  get socket(): ScriptedSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error('no socket was opened');
    return socket;
  }

  /** Lets time pass, and everything happen that was to happen in it. */
  async pass(milliseconds: number): Promise<void> {
    const until = this.time + milliseconds;
    await settled();
    for (;;) {
      const [next] = [...this.timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.timers.delete(next);
      this.time = next.at;
      next.run();
      await settled();
    }
    this.time = until;
  }

  /** Lets as much time pass as it takes until the next WebSocket is opened. */
  async reopened(): Promise<ScriptedSocket> {
    const opened = this.sockets.length;
    for (let waited = 0; this.sockets.length === opened && waited < 120_000; waited += 100)
      await this.pass(100);
    if (this.sockets.length === opened) throw new Error('no other socket was opened within two minutes');
    return this.socket;
  }

  /** The network is there again. */
  async connected(): Promise<void> {
    for (const run of this.online) run();
    await settled();
  }
}

/** What a request asks. */
export interface RequestBody {
  readonly query: string;
  readonly operationName?: string;
  // Each test knows what it sent.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly variables: any;
}

/** Everything that follows from what has happened has happened. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
