import type { Client } from 'pg';
import type {
  EventLog,
  FillingOptions,
  LogFilling,
  LogHead,
  LogIdentity,
  RestorableEvent,
} from '../ports.js';
import { PostgresLogFilling } from '../postgres/postgres-log-filling.js';
import { followFromTheEnd, given, givePlaces, placesOf } from './event-places.js';
import type { KurrentConnection } from './kurrent-connection.js';
import { writeIdentity } from './log-identity.js';
import type { StreamNames } from './names.js';
import { comparedWithServer, type Publishing, publishLog, requireEmptyServer } from './publish-log.js';
import { type PlacedEvent, storedOnServer } from './stored-on-server.js';
import { StoreError } from '../errors.js';

export interface KurrentFillingTarget {
  readonly connection: KurrentConnection;
  readonly names: StreamNames;
  /** Of the database with the ordered log. */
  readonly connectionString: string;
  readonly applicationName: string;
  readonly log: Pick<EventLog, 'readAll'> & { forgetIdentity(): void };
}

/**
 * Fills a server and its ordered log: the log in PostgreSQL first, where everything is checked, then the server from it,
 * then each event's place on the server into the log. Killed at any point, the same again finds what is there and goes on.
 */
export class KurrentLogFilling implements LogFilling {
  readonly rows: PostgresLogFilling;
  private readonly publishing: Publishing;
  private identity: LogIdentity | undefined;

  constructor({ connection, names, ...target }: KurrentFillingTarget) {
    this.publishing = { connection, names, log: target.log };
    this.rows = new PostgresLogFilling({ ...target, sequencedFrom: names.prefix });
  }

  async begin(identity: LogIdentity): Promise<number> {
    this.identity = identity;
    return this.rows.begin(identity, () => requireEmptyServer(this.publishing));
  }

  /** {@link begin} with a whole log, checked and written in one transaction; nothing is left where it is not whole. */
  async beginWhole(identity: LogIdentity, events: AsyncIterable<readonly RestorableEvent[]>): Promise<void> {
    this.identity = identity;
    await this.rows.beginWhole(identity, events, () => requireEmptyServer(this.publishing));
  }

  async write(events: readonly RestorableEvent[]): Promise<void> {
    await this.rows.write(events);
  }

  async complete(options: FillingOptions = {}): Promise<void> {
    await this.rows.complete();
    const total = this.rows.head.position;
    await publishLog(this.publishing, total, options);
    await this.rows.transaction(async (client) => {
      const stored = await comparedWithServer(this.publishing, async (events) => {
        await notePlaces(client, events);
        options.onProgress?.(total, total);
      });
      if (stored === total) return;
      throw new StoreError(
        'UNSAFE_STORE',
        `the server has ${stored} of the ${total} events that were appended to it: it loses what it acknowledges, or was put back meanwhile`,
      );
    });
  }

  stored(): AsyncIterable<readonly RestorableEvent[]> {
    return storedOnServer(this.publishing.connection, this.publishing.names);
  }

  async finish(): Promise<LogHead> {
    const { connection, names } = this.publishing;
    await writeIdentity(connection, names, this.identity!);
    return this.rows.finish(followFromTheEnd);
  }

  async close(): Promise<void> {
    await this.rows.close();
  }
}

/** Gives events their places on the server, or makes sure that those they have are these. */
async function notePlaces(client: Client, events: readonly PlacedEvent[]): Promise<void> {
  await givePlaces(client, events);
  const { rows } = await client.query<{ position: string }>(
    `select e.position::text from masar.event e join ${given} using (position)
     where (e.commit_position, e.prepare_position) is distinct from (g.commit_position, g.prepare_position)
     order by e.position limit 1`,
    placesOf(events),
  );
  if (rows[0]) {
    throw new StoreError(
      'UNSAFE_STORE',
      `position ${rows[0].position} stood elsewhere on the server before: it was put back, or it is another server; copy or restore into a new database and another prefix`,
    );
  }
}
