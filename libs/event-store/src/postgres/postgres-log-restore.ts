import { Client } from 'pg';
import { StoreError } from '../errors.js';
import type { LogHead, LogIdentity, LogRestore, RestorableEvent } from '../ports.js';
import { appendLock, logChannel } from './append-function.js';
import { canonicalise } from './canonical.js';
import { connectionConfig } from './connection.js';
import { faultOf } from './postgres-errors.js';

/** How long to wait for those who read or append at this moment, before they count as working on the store. */
const patience = '10s';

const insert = `insert into masar.event (position, stream, revision, id, type, schema_version, recorded_at, meta, data, salt)
  select * from unnest($1::bigint[], $2::text[], $3::integer[], $4::uuid[], $5::text[], $6::integer[],
    $7::timestamptz[], $8::json[], $9::json[], $10::bytea[])`;

/** A revision that does not follow the one before it on its stream; unique they are by the table's own rule. */
const outOfOrder = `select o.position::text, o.stream, o.revision, o.n::integer as expected from (
    select e.position, e.stream, e.revision, row_number() over (partition by e.stream order by e.position) - 1 as n
    from masar.event e
  ) o where o.revision <> o.n order by o.position limit 1`;

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
      await this.takeEmpty(client);
      const head = await write(client, events);
      await client.query('update masar.log set log_id = $1, epoch = $2', [identity.logId, identity.epoch]);
      await client.query('select pg_notify($1, $2)', [logChannel, '']);
      await client.query('commit');
      this.onRestored();
      // For the plans of those who come next; without it they are made a little later.
      await client.query('analyze masar.event').catch(() => undefined);
      return head;
    } catch (error) {
      throw restoreError(error);
    } finally {
      // Ends the transaction too, where it still stands.
      await client.end().catch(() => undefined);
    }
  }

  /** Locks the log against everybody, and makes sure that it is empty and nobody works on it. */
  private async takeEmpty(client: Client): Promise<void> {
    await client.query(
      `set local lock_timeout = '${patience}'; set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0`,
    );
    await client.query('select pg_advisory_xact_lock($1)', [appendLock]);
    await client.query('lock table masar.log, masar.event in access exclusive mode');
    const { rows: held } = await client.query<{ head: string }>(
      'select position::text as head from masar.event order by position desc limit 1',
    );
    if (held[0]) {
      throw new StoreError(
        'NOT_EMPTY',
        `the store has ${held[0].head} events already; a log is restored into an empty store only: name another data folder or database`,
      );
    }
    const { rows: others } = await client.query<{ name: string }>(
      `select distinct application_name as name from pg_stat_activity
       where datname = current_database() and usename = current_user and pid <> pg_backend_pid()
         and application_name like 'masar%' and not starts_with(application_name, $1) order by 1`,
      [this.applicationName],
    );
    if (others.length > 0) throw inUse(others.map(({ name }) => name).join(', '));
  }
}

/** Writes batch after batch, checking what follows from one event to the next. */
async function write(client: Client, events: AsyncIterable<readonly RestorableEvent[]>): Promise<LogHead> {
  let position = 0;
  let recordedAt: string | null = null;
  for await (const batch of events) {
    for (const event of batch) {
      position += 1;
      if (event.position !== position)
        throw invalid(`position ${event.position} stands where ${position} should`);
      if (recordedAt !== null && event.recordedAt < recordedAt) {
        throw invalid(`at position ${position} time goes back, from ${recordedAt} to ${event.recordedAt}`);
      }
      recordedAt = event.recordedAt;
    }
    if (batch.length > 0)
      await client.query({ name: 'masar-restore', text: insert, values: columnsOf(batch) });
  }
  const { rows } = await client.query<{
    position: string;
    stream: string;
    revision: number;
    expected: number;
  }>(outOfOrder);
  if (rows[0]) {
    const { position: at, stream, revision, expected } = rows[0];
    throw invalid(`position ${at} has revision ${revision} of ${stream} where ${expected} should stand`);
  }
  return { position, recordedAt };
}

function columnsOf(batch: readonly RestorableEvent[]): unknown[] {
  return [
    batch.map(({ position }) => position),
    batch.map(({ stream }) => stream),
    batch.map(({ revision }) => revision),
    batch.map(({ id }) => id),
    batch.map(({ type }) => type),
    batch.map(({ schemaVersion }) => schemaVersion),
    batch.map(({ recordedAt }) => recordedAt),
    batch.map(metaOf),
    batch.map(({ bytes }) => bytes),
    batch.map(({ salt }) => Buffer.from(salt)),
  ];
}

function metaOf({ decidedOn, effective, actor, commandId, causationId, correlationId }: RestorableEvent) {
  return canonicalise({ decidedOn, effective, actor: { ...actor }, commandId, causationId, correlationId });
}

function invalid(message: string, options?: ErrorOptions): StoreError {
  return new StoreError('INVALID_LOG', message, options);
}

function inUse(who: string): StoreError {
  return new StoreError('IN_USE', `the store is in use (${who}): stop what works on it, then restore`);
}

/** What went wrong, as the port has it; what the source of the events threw is passed on. */
function restoreError(error: unknown): unknown {
  if (error instanceof StoreError) return error;
  const { code, constraint } = error as { code?: unknown; constraint?: string };
  if (code === '55P03') return inUse('its tables are locked');
  if (code === '23505' && constraint === 'event_id')
    return invalid('an event id stands twice', { cause: error });
  if (code === '23505') return invalid('a position or a revision of a stream stands twice', { cause: error });
  switch (faultOf(error)) {
    case 'refused':
      return invalid('the database refuses a value of an event', { cause: error });
    case 'transient':
    case 'exhausted':
      return new StoreError(
        'UNAVAILABLE',
        'the database broke off, or cannot write now (full, or read-only); nothing was restored',
        { cause: error },
      );
    case 'other':
      return error;
  }
}
