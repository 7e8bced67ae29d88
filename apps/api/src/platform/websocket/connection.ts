import type { Duplex } from 'node:stream';

import type { VerifiedToken } from '@masar/access';
import { WebSocket } from 'ws';

import { CUTS, type CutReason } from './close-codes.js';
import type { Connections } from './connections.js';
import type { Subscription } from './subscription.js';
import { textFrameStart } from './text-frame.js';

/** Bytes RFC 6455 leaves for the reason of a close. */
const LONGEST_REASON = 123;
/** Characters of a reason that was too long: at most three bytes each. */
const SHORT_REASON = LONGEST_REASON / 3;
/** Messages about an id that graphql-ws is about to forget. */
const MOST_HELD = 32;
/** What the server alone sends: from a client they are no message of the protocol. */
const OF_THE_SERVER: ReadonlySet<unknown> = new Set(['connection_ack', 'next', 'error']);

interface Draining {
  readonly drained: Promise<void>;
  readonly resolve: () => void;
  readonly deadline: number;
}

/**
 * One client: its socket as graphql-ws sees it, and what it may hold there. It has no timer of its own: `Connections` looks
 * at all of them in turn.
 */
export class Connection {
  /** By id; those that are over stay until graphql-ws has forgotten them. */
  readonly subscriptions = new Map<string, Subscription>();
  /** Who is there, once `connection_init` said so. */
  user: VerifiedToken | undefined;
  private readonly openedAt = performance.now();
  private heardAt = this.openedAt;
  private pingedAt = this.openedAt;
  private closeBy = Infinity;
  private initialised = false;
  private closing = false;
  private draining: Draining | undefined;
  private watchesDrain = false;
  private handle: ((text: string) => Promise<void>) | undefined;

  constructor(
    private readonly ws: WebSocket,
    private readonly raw: Duplex,
    private readonly all: Connections,
    /** The header of the upgrade, until `connection_init` came. */
    public authorization: string | undefined,
  ) {
    ws.on('message', (data: Buffer, binary) => this.receive(data.toString(), binary));
    ws.on('ping', () => this.heard());
    ws.on('pong', () => this.heard());
    // What is wrong with the socket or a frame closes it, and the close is what counts.
    ws.on('error', () => undefined);
  }

  get protocol(): string {
    return this.ws.protocol;
  }

  /** Bytes sent that the peer's machine has not taken. */
  get backlog(): number {
    return this.raw.writableLength;
  }

  /** True from the moment on at which either side closes. */
  get gone(): boolean {
    return this.closing || this.ws.readyState !== WebSocket.OPEN;
  }

  /** For graphql-ws: what handles the messages. */
  onMessage(handle: (text: string) => Promise<void>): void {
    this.handle = handle;
  }

  /** For graphql-ws: one of the protocol's own messages. */
  send(text: string): void {
    if (!this.maySend()) return;
    this.all.cork(this.raw);
    this.ws.send(text);
    this.count(Buffer.byteLength(text));
  }

  /** A `next` message: its own start, and the result, of which all clients share the bytes. */
  sendNext(start: Buffer, result: string): void {
    if (!this.maySend()) return;
    const rest = this.all.encode(result);
    this.all.cork(this.raw);
    // The frame is written here, for ws would copy and encode the whole of it for each client. Between its own frames
    // there is room for it: without compression it writes each of them at once.
    this.raw.write(textFrameStart(start, rest.length));
    this.raw.write(rest);
    this.count(start.length + rest.length);
  }

  /** Waits until the backlog is small, or the connection gone; one that does not drain in time is cut. */
  drained(): Promise<void> {
    if (this.gone || this.backlog <= this.all.limits.drainedBytes) return Promise.resolve();
    if (this.draining) return this.draining.drained;
    if (!this.watchesDrain) this.raw.on('drain', () => this.lookAtBacklog());
    this.watchesDrain = true;
    let resolve = (): void => undefined;
    const drained = new Promise<void>((done) => (resolve = done));
    this.draining = { drained, resolve, deadline: performance.now() + this.all.limits.drainMs };
    return drained;
  }

  /** For graphql-ws: closes with a code of the protocol. */
  close(code: number, reason: string): void {
    this.end('protocol', code, reason);
  }

  /** Ends it from this side: what it follows is let go at once, whether or not the peer takes the close. */
  cut(why: CutReason): void {
    const [code, words] = CUTS[why];
    this.end(why, code, words);
    if (why === 'dead') this.terminate();
  }

  /** Ends it without a word. */
  terminate(): void {
    this.ws.terminate();
  }

  /** What time asks for. @param now of `performance.now()` */
  look(now: number): void {
    const { initMs, silenceMs, pingMs } = this.all.limits;
    if (now - this.heardAt > silenceMs) return this.cut('dead');
    if (now > this.closeBy) return this.terminate();
    if (this.gone) return;
    if (this.expired()) return this.cut('expired');
    if (!this.initialised && now - this.openedAt > initMs) return this.cut('initTimeout');
    this.lookAtBacklog();
    if (this.draining && now > this.draining.deadline) return this.cut('slow');
    if (now - this.pingedAt < pingMs) return;
    this.pingedAt = now;
    this.ws.ping();
  }

  /** Lets go of everything: the socket is closed, or about to be. */
  release(): void {
    this.closing = true;
    this.authorization = undefined;
    for (const subscription of this.subscriptions.values()) subscription.leave();
    this.draining?.resolve();
    this.draining = undefined;
  }

  private end(why: CutReason, code: number, reason: string): void {
    if (this.closing) return;
    this.release();
    this.closeBy = performance.now() + this.all.limits.closeMs;
    this.all.metrics.cut(why);
    this.ws.close(code, Buffer.byteLength(reason) > LONGEST_REASON ? reason.slice(0, SHORT_REASON) : reason);
  }

  private heard(): void {
    this.heardAt = performance.now();
  }

  private receive(text: string, binary = false): void {
    this.heard();
    if (this.closing) return;
    const message = binary ? undefined : messageOf(text);
    if (!message || OF_THE_SERVER.has(message.type)) return this.cut('protocol');
    const { type, id } = message;
    if (typeof id === 'string') {
      if (id.length > this.all.limits.idCharacters) return this.cut('protocol');
      // graphql-ws would take a new subscription of this id for the one it is about to end.
      const former = this.subscriptions.get(id);
      if (former?.over) return this.hold(former, text);
    }
    if (type === 'connection_init') this.initialised = true;
    const handled = this.deliver(text);
    if (typeof id !== 'string') return;
    if (type === 'subscribe') void this.forgetAfter(handled, id);
    // graphql-ws ends what has begun; one that is only beginning is to end as well.
    if (type === 'complete') this.subscriptions.get(id)?.leave();
  }

  private hold(former: Subscription, text: string): void {
    if (former.held.length >= MOST_HELD) return this.cut('protocol');
    former.held.push(text);
  }

  private async deliver(text: string): Promise<void> {
    try {
      await this.handle?.(text);
    } catch (error) {
      this.all.fault(error);
      this.cut('fault');
    }
  }

  /** Once graphql-ws has forgotten a subscription, what was held about its id is taken as if it came now. */
  private async forgetAfter(handled: Promise<void>, id: string): Promise<void> {
    const subscription = this.subscriptions.get(id);
    if (!subscription) return;
    await handled;
    if (this.subscriptions.get(id) !== subscription) return;
    this.subscriptions.delete(id);
    for (const text of subscription.held) this.receive(text);
  }

  private maySend(): boolean {
    if (this.gone) return false;
    if (this.expired()) this.cut('expired');
    else if (this.backlog > this.all.limits.backlogBytes) this.cut('slow');
    return !this.closing;
  }

  private expired(): boolean {
    return this.user !== undefined && this.user.expiresAt.getTime() <= this.all.now().getTime();
  }

  private lookAtBacklog(): void {
    if (!this.draining || this.backlog > this.all.limits.drainedBytes) return;
    this.draining.resolve();
    this.draining = undefined;
  }

  private count(bytes: number): void {
    this.all.metrics.messages += 1;
    this.all.metrics.bytes += bytes;
  }
}

function messageOf(text: string): { readonly type?: unknown; readonly id?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
