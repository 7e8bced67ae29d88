import { Client } from 'pg';
import { backoffMs, connectionConfig } from './connection.js';
import { logChannel } from './append-function.js';

/** Where no notification comes, somebody who waits looks again after this. */
const lookAgainMs = 1_000;

/**
 * Hears of appends, through one connection for all who wait. A notification is a hint: what counts is what the log
 * holds, so that one that is lost costs a moment and nothing else.
 */
export class LogListener {
  private waiting = new Set<() => void>();
  private client: Client | undefined;
  private connecting = false;
  private closed = false;
  /** Grows with each notification: who reads an unchanged number has missed none. */
  heard = 0;

  constructor(
    private readonly connectionString: string,
    private readonly applicationName: string,
  ) {}

  /** Makes sure that notifications come, as far as the database allows. */
  start(attempt = 0): void {
    if (this.client || this.connecting || this.closed) return;
    this.connecting = true;
    void this.connect().then(
      () => (this.connecting = false),
      () => {
        this.connecting = false;
        if (!this.closed) setTimeout(() => this.start(attempt + 1), backoffMs(attempt)).unref();
      },
    );
  }

  /** Waits for an append after `heard` was read, for a while, or for the signal. */
  async wait(heard: number, signal: AbortSignal): Promise<void> {
    if (this.heard !== heard || signal.aborted || this.closed) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, lookAgainMs);
      signal.addEventListener('abort', done);
      this.waiting.add(done);
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    this.wake();
    const { client } = this;
    this.client = undefined;
    await client?.end().catch(() => undefined);
  }

  private wake(): void {
    this.heard += 1;
    for (const done of this.waiting) done();
  }

  private async connect(): Promise<void> {
    const client = new Client(connectionConfig(this.connectionString, `${this.applicationName} listen`));
    const lost = () => {
      if (this.client !== client) return;
      this.client = undefined;
      this.wake();
      this.start(1);
    };
    client.on('error', lost);
    client.on('end', lost);
    client.on('notification', () => this.wake());
    try {
      await client.connect();
      await client.query(`listen ${logChannel}`);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    if (this.closed) {
      await client.end().catch(() => undefined);
      return;
    }
    this.client = client;
    // What was appended before the connection stood made no sound here.
    this.wake();
  }
}
