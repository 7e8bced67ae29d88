import { Counter, Gauge, type Registry } from 'prom-client';

import type { ErrorCode } from '../errors/codes.js';
import type { CutReason } from '../websocket/close-codes.js';

/** What goes on at the WebSocket endpoint. Counted in plain numbers, for each message is one. */
export class SocketMetrics {
  connections = 0;
  subscriptions = 0;
  /** Sent so far: messages of any kind, and their bytes. */
  messages = 0;
  bytes = 0;
  private readonly cuts: Counter<'reason'>;
  private readonly refused: Counter<'code'>;

  constructor(registry: Registry) {
    const registers = [registry];
    const gauge = (name: string, help: string, value: () => number): void => {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(value());
        },
      });
    };
    const counter = (name: string, help: string, total: () => number): void => {
      let told = 0;
      new Counter({
        name,
        help,
        registers,
        collect() {
          const now = total();
          this.inc(now - told);
          told = now;
        },
      });
    };
    gauge('masar_websocket_connections', 'WebSocket connections', () => this.connections);
    gauge('masar_subscriptions', 'Subscriptions that are followed', () => this.subscriptions);
    counter('masar_websocket_messages_total', 'Messages sent over WebSocket', () => this.messages);
    counter('masar_websocket_bytes_total', 'Bytes of messages sent over WebSocket', () => this.bytes);
    this.cuts = new Counter({
      name: 'masar_websocket_cuts_total',
      help: 'WebSocket connections ended by the service, by reason',
      labelNames: ['reason'],
      registers,
    });
    this.refused = new Counter({
      name: 'masar_websocket_refused_total',
      help: 'WebSocket connections refused at the upgrade, by code',
      labelNames: ['code'],
      registers,
    });
  }

  cut(reason: CutReason): void {
    this.cuts.inc({ reason });
  }

  refuse(code: ErrorCode): void {
    this.refused.inc({ code });
  }
}
