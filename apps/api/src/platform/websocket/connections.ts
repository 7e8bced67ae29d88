import type { Duplex } from 'node:stream';

import type { SocketMetrics } from '../health/socket-metrics.js';
import type { SocketLimits } from '../limits/limits.js';
import type { Connection } from './connection.js';
import { ConnectionRate } from './connection-rate.js';
import { Users } from './users.js';

/** What the node's connections share with the service. */
export interface ConnectionsParts {
  readonly limits: SocketLimits;
  readonly metrics: SocketMetrics;
  /** The clock tokens expire by. */
  readonly now: () => Date;
  /** Writes a fault down. */
  readonly fault: (error: unknown) => void;
}

/** All WebSocket connections of this node, and what they share: one timer, one flush, one encoded message. */
export class Connections {
  readonly limits: SocketLimits;
  readonly metrics: SocketMetrics;
  readonly now: () => Date;
  readonly fault: (error: unknown) => void;
  readonly users = new Users();
  readonly rate: ConnectionRate;
  private readonly connections = new Set<Connection>();
  private sweeper: NodeJS.Timeout | undefined;
  private stopped: (() => void) | undefined;
  private corked: Duplex[] = [];
  private last: { readonly text: string; readonly bytes: Buffer } | undefined;

  constructor({ limits, metrics, now, fault }: ConnectionsParts) {
    this.limits = limits;
    this.metrics = metrics;
    this.now = now;
    this.fault = fault;
    this.rate = new ConnectionRate(limits.connectionsPerSecond, limits.connectionBurst);
  }

  get size(): number {
    return this.connections.size;
  }

  /** True from `stop` on. */
  get isStopping(): boolean {
    return this.stopped !== undefined;
  }

  add(connection: Connection): void {
    this.connections.add(connection);
    this.metrics.connections += 1;
    this.sweeper ??= setInterval(() => this.sweep(), this.limits.sweepMs).unref();
  }

  remove(connection: Connection): void {
    if (!this.connections.delete(connection)) return;
    this.metrics.connections -= 1;
    if (this.connections.size > 0) return;
    clearInterval(this.sweeper);
    this.sweeper = undefined;
    this.stopped?.();
  }

  /** The bytes of a result with the brace that closes its message. They are made once for all it is sent to in turn. */
  encode(text: string): Buffer {
    if (this.last?.text !== text) this.last = { text, bytes: Buffer.from(`${text}}`) };
    return this.last.bytes;
  }

  /** Holds what is written to a socket back until the turn of the loop ends: all of it then takes one system call. */
  cork(socket: Duplex): void {
    if (socket.writableCorked > 0) return;
    socket.cork();
    if (this.corked.push(socket) === 1) setImmediate(() => this.flush());
  }

  /** Closes all with 1012, and waits for it a bounded time: what is then still open is cut. */
  async stop(): Promise<void> {
    const empty = new Promise<void>((resolve) => (this.stopped = resolve));
    if (this.connections.size === 0) return;
    for (const connection of this.connections) connection.cut('restart');
    const patience = setTimeout(() => {
      for (const connection of this.connections) connection.terminate();
    }, this.limits.closeMs);
    await empty;
    clearTimeout(patience);
  }

  private flush(): void {
    const { corked } = this;
    this.corked = [];
    for (const socket of corked) socket.uncork();
  }

  private sweep(): void {
    const now = performance.now();
    this.rate.forget(now);
    for (const connection of this.connections) connection.look(now);
  }
}
