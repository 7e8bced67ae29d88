import type { ClientBase } from 'pg';
import { StoreError } from '../errors.js';
import type { LogHead, RestorableEvent } from '../ports.js';
import { canonicalMeta, isTooDeep, tooDeepToRead } from './canonical.js';
import { faultOf } from './postgres-errors.js';
import { isoFromText } from './recorded-row.js';

/*
 * How the events of another log become rows of this one, and what has to follow from one to the next: the same for a log
 * that is put back at once and for one that is filled page by page.
 */

const insert = `insert into masar.event (position, stream, revision, id, type, schema_version, recorded_at, meta, data, salt)
  select * from unnest($1::bigint[], $2::text[], $3::integer[], $4::uuid[], $5::text[], $6::integer[],
    $7::timestamptz[], $8::json[], $9::json[], $10::bytea[])`;

/** A revision that does not follow the one before it on its stream; unique they are by the table's own rule. */
const outOfOrder = `select o.position::text, o.stream, o.revision, o.n::integer as expected from (
    select e.position, e.stream, e.revision, row_number() over (partition by e.stream order by e.position) - 1 as n
    from masar.event e
  ) o where o.revision <> o.n order by o.position limit 1`;

/** The last event of the log, by whatever connection is at hand. */
export async function headOf(client: ClientBase): Promise<LogHead> {
  const { rows } = await client.query<{ head: string; at: string }>(
    'select position::text as head, recorded_at::text as at from masar.event order by position desc limit 1',
  );
  return rows[0]
    ? { position: Number(rows[0].head), recordedAt: isoFromText(rows[0].at) }
    : { position: 0, recordedAt: null };
}

/** Takes the events that follow a head. */
export class RestoredRows {
  constructor(
    private readonly client: ClientBase,
    private last: LogHead = { position: 0, recordedAt: null },
  ) {}

  get head(): LogHead {
    return this.last;
  }

  /** @throws StoreError `INVALID_LOG` where they do not follow */
  async write(batch: readonly RestorableEvent[]): Promise<void> {
    if (batch.length === 0) return;
    let { position, recordedAt } = this.last;
    for (const event of batch) {
      position += 1;
      if (event.position !== position)
        throw invalidLog(`position ${event.position} stands where ${position} should`);
      if (recordedAt !== null && event.recordedAt < recordedAt) {
        throw invalidLog(`at position ${position} time goes back, from ${recordedAt} to ${event.recordedAt}`);
      }
      if (isTooDeep(event.bytes)) throw invalidLog(`the data at position ${position} ${tooDeepToRead}`);
      recordedAt = event.recordedAt;
    }
    await this.client.query({ name: 'masar-restore', text: insert, values: columnsOf(batch) });
    this.last = { position, recordedAt };
  }

  /** @throws StoreError `INVALID_LOG` where the revisions of a stream are not dense in the order of positions */
  async requireRevisions(): Promise<void> {
    const { rows } = await this.client.query<{
      position: string;
      stream: string;
      revision: number;
      expected: number;
    }>(outOfOrder);
    if (!rows[0]) return;
    const { position: at, stream, revision, expected } = rows[0];
    throw invalidLog(`position ${at} has revision ${revision} of ${stream} where ${expected} should stand`);
  }
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
    batch.map(canonicalMeta),
    batch.map(({ bytes }) => bytes),
    batch.map(({ salt }) => Buffer.from(salt)),
  ];
}

export function invalidLog(message: string, options?: ErrorOptions): StoreError {
  return new StoreError('INVALID_LOG', message, options);
}

/**
 * What went wrong, as the port has it; what the source of the events threw is passed on.
 *
 * @param left what of the log stands after it, in a clause
 */
export function fillError(error: unknown, left: string): unknown {
  if (error instanceof StoreError) return error;
  const { code, constraint } = error as { code?: unknown; constraint?: string };
  if (code === '55P03') return inUse('its tables are locked');
  if (code === '23505' && constraint === 'event_id')
    return invalidLog('an event id stands twice', { cause: error });
  if (code === '23505')
    return invalidLog('a position or a revision of a stream stands twice', { cause: error });
  switch (faultOf(error)) {
    case 'refused':
      return invalidLog('the database refuses a value of an event', { cause: error });
    case 'transient':
    case 'exhausted':
      return new StoreError(
        'UNAVAILABLE',
        `the database broke off, or cannot write now (full, or read-only); ${left}`,
        { cause: error },
      );
    case 'other':
      return error;
  }
}

export function inUse(who: string): StoreError {
  return new StoreError('IN_USE', `the store is in use (${who}): stop what works on it, then try again`);
}
