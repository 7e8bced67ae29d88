import pg from 'pg';
import { channel } from './registry.js';

const retryMs = 1_000;

/**
 * Hears of every change of a checkpoint or a state, on whatever node. What is missed while the connection is
 * down must be found by asking now and then.
 */
export class Notifications {
  private client: pg.Client | undefined;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    private readonly connectionString: string,
    private readonly heard: (model: string) => void,
  ) {}

  /** Never fails: it tries again until it is closed. */
  async open(): Promise<void> {
    if (this.closed) return;
    const client = new pg.Client({
      connectionString: this.connectionString,
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
      application_name: 'masar read models',
    });
    this.client = client;
    let again = false;
    const reopen = (): void => {
      if (again || this.closed) return;
      again = true;
      void client.end().catch(() => undefined);
      this.timer = setTimeout(() => void this.open(), retryMs);
    };
    client.on('error', reopen);
    client.on('end', reopen);
    client.on('notification', ({ payload }) => this.heard(payload ?? ''));
    try {
      await client.connect();
      await client.query(`LISTEN ${channel}`);
    } catch {
      reopen();
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.client?.end().catch(() => undefined);
  }
}
