import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { resetSocket } from './reset-socket.js';
import { seededRandom } from './seeded-random.js';

/**
 * What a network does to a connection.
 *
 * - `cut`: reset at both ends, in the middle of a frame as likely as not
 * - `halfClose`: one end is told that the other is done, which still listens; both ends are gone later
 * - `stall`: nothing passes in either direction for a while, and nobody is told
 * - `trickle`: what the server sends passes in crumbs
 * - `delay`: everything arrives later, in order
 */
export const troubles = ['cut', 'halfClose', 'stall', 'trickle', 'delay'] as const;
export type Trouble = (typeof troubles)[number];

export interface Weather {
  /** The n-th connection of a run with the same seed meets the same troubles, in the same order. */
  readonly seed: number;
  /** Troubles to choose from, each as likely; all where left out. */
  readonly of?: readonly Trouble[];
  /** A trouble begins after so many bytes from the server, or so many milliseconds, half to one and a half times. */
  readonly everyBytes: number;
  readonly everyMs: number;
  /** No trouble lasts longer. */
  readonly longestMs: number;
}

/** Bytes read from one end and not yet taken by the other, beyond which no more are read. */
const mostHeld = 64 * 1024;
const crumb = 61;

/** A TCP proxy in front of a server, and a bad network between the two. Bytes are lost with a connection only, never within one. */
export class UnreliableProxy {
  /** How often each trouble began. */
  readonly met: Record<Trouble, number> = { cut: 0, halfClose: 0, stall: 0, trickle: 0, delay: 0 };
  /** Connections so far. */
  connections = 0;
  private readonly passages = new Set<Passage>();
  private isCalm = false;

  private constructor(
    private readonly server: Server,
    private readonly weather: Weather,
  ) {}

  /** @param target port on 127.0.0.1, asked for at each connection; where nobody listens there, the connection is reset */
  static async start(target: () => number, weather: Weather): Promise<UnreliableProxy> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    const proxy = new UnreliableProxy(server, weather);
    server.on('connection', (client) => proxy.pass(client, target()));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Connections that stand. */
  get open(): number {
    return this.passages.size;
  }

  /** From now on no trouble begins, and those under way end. */
  calm(): void {
    this.isCalm = true;
    for (const passage of this.passages) passage.calm();
  }

  /** Resets every connection there is, as when a router restarts. */
  cutAll(): void {
    for (const passage of this.passages) passage.cut();
  }

  async close(): Promise<void> {
    this.server.close();
    this.cutAll();
    await once(this.server, 'close');
  }

  private pass(client: Socket, port: number): void {
    const random = seededRandom(this.weather.seed * 7919 + this.connections);
    this.connections += 1;
    const server = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const passage = new Passage(client, server, this.weather, random, (trouble) => (this.met[trouble] += 1));
    this.passages.add(passage);
    void passage.ended.then(() => this.passages.delete(passage));
    if (this.isCalm) passage.calm();
  }
}

/** One connection through the proxy. */
class Passage {
  readonly ended: Promise<unknown>;
  private readonly over = new AbortController();
  private readonly up: Pipe;
  private readonly down: Pipe;
  private readonly kinds: readonly Trouble[];
  private timer: NodeJS.Timeout | undefined;
  /** Bytes from the server after which the next trouble begins. */
  private bytesLeft = Infinity;
  private isCalm = false;
  private isDoomed = false;

  constructor(
    private readonly client: Socket,
    private readonly server: Socket,
    private readonly weather: Weather,
    private readonly random: () => number,
    private readonly begins: (trouble: Trouble) => void,
  ) {
    this.kinds = weather.of ?? troubles;
    const { signal } = this.over;
    this.up = new Pipe(client, server, signal, () => undefined);
    this.down = new Pipe(server, client, signal, (bytes) => this.passed(bytes));
    for (const socket of [client, server]) {
      socket.on('error', () => this.cut());
      socket.once('close', () => this.closed(socket));
    }
    this.ended = Promise.all([client, server].map((socket) => once(socket, 'close').catch(() => undefined)));
    this.expectTrouble();
  }

  calm(): void {
    this.isCalm = true;
    clearTimeout(this.timer);
    this.bytesLeft = Infinity;
    if (this.isDoomed) this.cut();
    else this.clear();
  }

  /** Resets both ends. */
  cut(): void {
    clearTimeout(this.timer);
    this.over.abort();
    resetSocket(this.client);
    resetSocket(this.server);
  }

  /** One end is gone for good: what it sent still reaches the other, which then is gone too. */
  private closed(socket: Socket): void {
    const ended = socket.readableEnded && !socket.errored;
    if (!ended) this.cut();
    else if (this.client.destroyed && this.server.destroyed) clearTimeout(this.timer);
  }

  private expectTrouble(): void {
    if (this.isCalm || this.over.signal.aborted) return;
    this.bytesLeft = this.about(this.weather.everyBytes);
    this.timer = setTimeout(() => this.begin(), this.about(this.weather.everyMs));
  }

  private passed(bytes: number): void {
    this.bytesLeft -= bytes;
    if (this.bytesLeft <= 0) this.begin();
  }

  private begin(): void {
    clearTimeout(this.timer);
    this.bytesLeft = Infinity;
    const trouble = this.kinds[Math.floor(this.random() * this.kinds.length)]!;
    const lasts = this.weather.longestMs * this.random();
    this.begins(trouble);
    switch (trouble) {
      case 'cut':
        return this.cut();
      case 'halfClose':
        this.isDoomed = true;
        (this.random() < 0.5 ? this.up : this.down).finish();
        this.timer = setTimeout(() => this.cut(), lasts);
        return;
      case 'stall':
        this.up.stall();
        this.down.stall();
        break;
      case 'trickle':
        this.down.trickle();
        break;
      case 'delay':
        this.up.slow(lasts / 10);
        this.down.slow(lasts / 10);
        break;
    }
    this.timer = setTimeout(() => {
      this.clear();
      this.expectTrouble();
    }, lasts);
  }

  private clear(): void {
    this.up.clear();
    this.down.clear();
  }

  private about(usual: number): number {
    return usual * (0.5 + this.random());
  }
}

/** One direction of a connection. */
class Pipe {
  private readonly waiting: Buffer[] = [];
  private held = 0;
  private isAtEnd = false;
  private isStalled = false;
  private largest = Infinity;
  private pauseMs = 0;
  /** Told whenever there is something to do: bytes, an end, better weather. */
  private wake: () => void = () => undefined;

  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
    private readonly over: AbortSignal,
    private readonly passed: (bytes: number) => void,
  ) {
    from.on('data', (bytes: Buffer) => {
      this.waiting.push(bytes);
      this.held += bytes.length;
      if (this.held > mostHeld) from.pause();
      this.wake();
    });
    from.once('end', () => this.finish());
    over.addEventListener('abort', () => this.wake(), { once: true });
    void this.run();
  }

  /** What was read so far is passed on, and then an end. */
  finish(): void {
    this.isAtEnd = true;
    this.wake();
  }

  stall(): void {
    this.isStalled = true;
  }

  trickle(): void {
    this.largest = crumb;
    this.pauseMs = 1;
  }

  /** Each chunk waits for so long. */
  slow(ms: number): void {
    this.pauseMs = ms;
  }

  clear(): void {
    this.isStalled = false;
    this.largest = Infinity;
    this.pauseMs = 0;
    this.wake();
  }

  private async run(): Promise<void> {
    while (!this.over.aborted) {
      if (this.isStalled || (this.waiting.length === 0 && !this.isAtEnd)) {
        await new Promise<void>((resolve) => (this.wake = resolve));
      } else if (this.waiting.length === 0) {
        this.to.end();
        return;
      } else {
        await this.passOn();
      }
    }
  }

  private async passOn(): Promise<void> {
    if (this.pauseMs > 0) await delay(this.pauseMs, undefined, { signal: this.over }).catch(() => undefined);
    if (this.over.aborted || this.isStalled) return;
    const [first] = this.waiting;
    const bytes = first!.subarray(0, this.largest);
    if (bytes.length === first!.length) this.waiting.shift();
    else this.waiting[0] = first!.subarray(bytes.length);
    this.held -= bytes.length;
    if (this.held <= mostHeld) this.from.resume();
    if (!this.to.writable) return;
    if (!this.to.write(bytes)) {
      await once(this.to, 'drain', { signal: this.over }).catch(() => undefined);
    }
    this.passed(bytes.length);
  }
}
