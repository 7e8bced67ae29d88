import type { RecordedEvent } from '@masar/event-store';
import type { Halt } from './registry.js';

/** PostgreSQL, or a column's encoding, refused a row: the same batch would be refused again. */
export class RowRefused extends Error {
  override readonly name = 'RowRefused';
}

/** One event that cannot be applied; all before it are. */
export class PoisonEvent extends Error {
  override readonly name = 'PoisonEvent';
  constructor(
    readonly event: RecordedEvent,
    cause: unknown,
  ) {
    super(describe(cause), { cause });
  }
}

/** What is kept of it for people to read. */
export function haltAt({ event, message }: PoisonEvent): Halt {
  return { position: event.position, eventId: event.id, eventType: event.type, error: message };
}

/** Another process moved the checkpoint: what is in memory may be out of date. Nothing was written. */
export class CheckpointMoved extends Error {
  override readonly name = 'CheckpointMoved';
}

/**
 * SQLSTATE classes that are about the data of a row: cardinality, data exception, constraint, program limit.
 * Everything else (no disk, no connection, a lock, a shutdown) may pass, and is tried again.
 */
const aboutTheRow = new Set(['21', '22', '23', '54']);

export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

export function isAboutTheRow(error: unknown): boolean {
  return error instanceof RowRefused || aboutTheRow.has(sqlState(error)?.slice(0, 2) ?? '');
}

/**
 * An error without the data it may quote: SQLSTATE with the table and column, or the kind of error and where
 * it was thrown. Messages are kept only where the runtime words them, from names in the code.
 */
export function describe(error: unknown): string {
  const { name, code, message, stack, table, column, constraint, where, cause } = (error ?? {}) as Record<
    string,
    unknown
  >;
  if (error instanceof RowRefused && cause !== undefined) return describe(cause);
  const state = sqlState(error);
  if (state !== undefined) {
    // While copying, the place stands in the context, which quotes the value after it.
    const copied = typeof where === 'string' ? /^COPY (\w+), line \d+(?:, column (\w+))?/.exec(where) : null;
    const named = copied ? copied.slice(1) : [table, column, constraint];
    const place = named.filter((part) => typeof part === 'string').join('.');
    return `PostgreSQL refused a row: ${state}${place ? ` at ${place}` : ''}`;
  }
  const worded = name === 'TypeError' || name === 'ReferenceError' ? `: ${String(message)}` : '';
  const thrown = typeof stack === 'string' ? /\(?([^\s(]+:\d+):\d+\)?$/m.exec(stack)?.[1] : undefined;
  const file = thrown?.split(/[\\/]/).pop();
  return `${typeof name === 'string' ? name : 'error'}${typeof code === 'string' ? ` ${code}` : ''}${worded}${file ? ` (${file})` : ''}`;
}

/** For log lines: where it is not about data, with its message. */
export function plainly(error: unknown): string {
  if (isAboutTheRow(error)) return describe(error);
  const state = sqlState(error);
  return `${state ? `${state} ` : ''}${(error as Error | undefined)?.message ?? 'failed'}`;
}
