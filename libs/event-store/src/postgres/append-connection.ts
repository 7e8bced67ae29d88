import { Client, type QueryArrayConfig } from 'pg';
import { connectionConfig } from './connection.js';
import type { AppendRow } from './append-request.js';

/** The server answers a batch within this, or the connection is given up and the batch sent again. */
const queryTimeoutMs = 20_000;

/** The one connection a process writes the log through; made anew where it broke. */
export class AppendConnection {
  private client: Client | undefined;
  private connecting: Promise<Client> | undefined;
  closed = false;

  constructor(
    private readonly connectionString: string,
    private readonly applicationName: string,
    /** What it does, as the database shows it. */
    private readonly purpose: 'append' | 'sequence' = 'append',
  ) {}

  /**
   * Calls `masar.append`.
   *
   * @param onSent told just before the server may begin to write
   */
  append(parameters: readonly string[], onSent: () => void): Promise<AppendRow[]> {
    return this.run<AppendRow>(
      {
        name: 'masar-append',
        text: `select request, outcome, first_position, last_position, last_revision, at
          from masar.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
        values: [...parameters],
        rowMode: 'array',
        types: { getTypeParser: () => (text: string) => text },
      },
      onSent,
    );
  }

  /** Runs one statement, each by itself a transaction. */
  async run<R extends unknown[]>(query: QueryArrayConfig, onSent?: () => void): Promise<R[]> {
    const client = this.client ?? (await this.connected());
    onSent?.();
    try {
      return (await client.query<R>(query)).rows;
    } catch (error) {
      // A statement that failed leaves the connection usable; a broken one is replaced at the next append.
      const failed =
        typeof (error as { code?: unknown }).code === 'string' &&
        /^[0-9A-Z]{5}$/.test((error as { code: string }).code);
      if (!failed || (error as { code: string }).code.startsWith('57P')) this.drop(client);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    const { client } = this;
    this.client = undefined;
    await client?.end().catch(() => undefined);
  }

  private connected(): Promise<Client> {
    this.connecting ??= this.connect().finally(() => (this.connecting = undefined));
    return this.connecting;
  }

  private async connect(): Promise<Client> {
    const client = new Client({
      ...connectionConfig(this.connectionString, `${this.applicationName} ${this.purpose}`),
      // A batch may be sent before the one ahead of it is answered; each is a transaction of its own.
      pipeline: true,
      query_timeout: queryTimeoutMs,
      lock_timeout: 10_000,
      statement_timeout: 15_000,
    });
    client.on('error', () => this.drop(client));
    try {
      await client.connect();
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    this.client = client;
    return client;
  }

  private drop(client: Client): void {
    if (this.client === client) this.client = undefined;
    client.end().catch(() => undefined);
  }
}
