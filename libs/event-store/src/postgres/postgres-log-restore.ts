import { Client } from 'pg';
import { StoreError } from '../errors.js';
import type { LogHead, LogIdentity, LogRestore, RestorableEvent } from '../ports.js';
import { logChannel } from './append-function.js';
import { connectionConfig } from './connection.js';
import { fillError, headOf, RestoredRows } from './restored-rows.js';
import { lockLog, requireSoleUse } from './sole-use.js';

/**
 * Fills an empty log in one transaction, on a connection of its own. The tables are locked against reading too: a
 * service that starts meanwhile waits, and then finds the log whole, under its new identity.
 */
export class PostgresLogRestore implements LogRestore {
  constructor(
    private readonly connectionString: string,
    private readonly applicationName: string,
    private readonly onRestored: () => void,
  ) {}

  async restore(identity: LogIdentity, events: AsyncIterable<readonly RestorableEvent[]>): Promise<LogHead> {
    const client = new Client(connectionConfig(this.connectionString, this.applicationName));
    // A statement that meets the broken connection fails, which is where it is dealt with.
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('begin');
      await lockLog(client);
      // First what stopping the others would not change.
      await requireEmpty(client);
      await requireSoleUse(client, this.applicationName);
      const head = await writeWhole(client, identity, events);
      await client.query('select pg_notify($1, $2)', [logChannel, '']);
      await client.query('commit');
      this.onRestored();
      // For the plans of those who come next; without it they are made a little later.
      await client.query('analyze masar.event').catch(() => undefined);
      return head;
    } catch (error) {
      throw fillError(error, 'nothing was restored');
    } finally {
      // Ends the transaction too, where it still stands.
      await client.end().catch(() => undefined);
    }
  }
}

/** @throws StoreError `NOT_EMPTY` */
export async function requireEmpty(client: Client): Promise<void> {
  const { position } = await headOf(client);
  if (position === 0) return;
  throw new StoreError(
    'NOT_EMPTY',
    `the store has ${position} events already; a log is restored or copied into an empty store only: name another data folder or database`,
  );
}

/** Writes a whole log in the transaction at hand, checking what follows from one event to the next. */
export async function writeWhole(
  client: Client,
  { logId, epoch }: LogIdentity,
  events: AsyncIterable<readonly RestorableEvent[]>,
): Promise<LogHead> {
  const rows = new RestoredRows(client);
  for await (const batch of events) await rows.write(batch);
  await rows.requireRevisions();
  await client.query('update masar.log set log_id = $1, epoch = $2', [logId, epoch]);
  return rows.head;
}
