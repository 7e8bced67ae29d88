/** What a WebSocket has to be for us: the browser's, Node's (22 and later), or that of the package `ws`. */
export interface WebSocketLike {
  readonly readyState: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

/** Opens a WebSocket. */
export type WebSocketConstructor = new (url: string, protocol: string) => WebSocketLike;

/** A timer that can be taken back. */
export type CancelTimer = () => void;

/** Clock, chance and network: what a test replaces. */
export interface Environment {
  /** Milliseconds since 1970. */
  now(): number;
  /** From 0 up to and without 1. */
  random(): number;
  timer(milliseconds: number, run: () => void): CancelTimer;
  /** Calls back when the machine says that it is connected to a network again; returns how to stop that. */
  whenOnline(run: () => void): CancelTimer;
  commandId(): string;
  readonly fetch: typeof fetch;
  /** Where there is one. */
  readonly WebSocket: WebSocketConstructor | undefined;
}

/** The longest a timer of JavaScript can wait; longer ones fire at once. */
const longestTimer = 2 ** 31 - 1;

/** The machine's own. */
export function systemEnvironment(given: {
  readonly fetch?: typeof fetch | undefined;
  readonly webSocket?: WebSocketConstructor | undefined;
}): Environment {
  const global = globalThis as typeof globalThis & {
    readonly WebSocket?: WebSocketConstructor;
    addEventListener?(type: 'online', run: () => void): void;
    removeEventListener?(type: 'online', run: () => void): void;
  };
  return {
    now: () => Date.now(),
    random: () => Math.random(),
    timer: (milliseconds, run) => {
      const timer = setTimeout(run, Math.min(milliseconds, longestTimer));
      return () => clearTimeout(timer);
    },
    whenOnline: (run) => {
      global.addEventListener?.('online', run);
      return () => global.removeEventListener?.('online', run);
    },
    commandId: () => crypto.randomUUID(),
    fetch: given.fetch ?? ((...request) => fetch(...request)),
    WebSocket: given.webSocket ?? global.WebSocket,
  };
}
