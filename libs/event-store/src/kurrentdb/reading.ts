import type { KurrentConnection } from './kurrent-connection.js';
import { KurrentFault } from './kurrent-fault.js';
import type { Place } from './place.js';
import { type ReadAnswer, readCall } from './read-call.js';
import type { ServerEvent } from './stored-event.js';

export interface ServerStreamRange {
  /** First revision wanted, inclusive. Default: the first (forwards) or the last (backwards). */
  readonly from?: number | undefined;
  readonly direction?: 'forwards' | 'backwards';
  /** At most this many. Default: all. */
  readonly limit?: number | undefined;
}

export interface ServerAllRange {
  /** Inclusive, as the server has it: where it is known already, the first event is that one. Default: an end. */
  readonly from?: Place | undefined;
  readonly direction?: 'forwards' | 'backwards';
  /** At most this many. */
  readonly limit: number;
  /** Names of streams begin with one of these. Default: all streams. */
  readonly prefixes?: readonly string[];
}

/** Read within one deadline, so that a long stream needs no long one. */
const pageEvents = 500;
/** How long one page may take. */
const pageDeadlineMs = 20_000;
/**
 * How long the server may look for ours among what others wrote, though that be everything, and it says nothing
 * meanwhile. Whether the connection still stands, the client looks by itself.
 */
const scanDeadlineMs = 60 * 60_000;

/**
 * The events of a stream by the leader, as they stand there; empty for a stream that does not exist.
 *
 * @param name with the prefix
 * @throws KurrentFault
 */
export async function readServerStream(
  connection: KurrentConnection,
  name: string,
  { from, direction = 'forwards', limit = Infinity }: ServerStreamRange = {},
): Promise<ServerEvent[]> {
  const events: ServerEvent[] = [];
  const step = direction === 'forwards' ? 1 : -1;
  let next: bigint | undefined = from === undefined ? undefined : BigInt(from);
  while (events.length < limit && (next === undefined || next >= 0n)) {
    const size = Math.min(pageEvents, limit - events.length);
    const page = await readPage(connection, name, next, direction, size);
    events.push(...page);
    if (page.length < size) break;
    next = page.at(-1)!.revision + BigInt(step);
  }
  return events;
}

async function readPage(
  connection: KurrentConnection,
  name: string,
  from: bigint | undefined,
  direction: 'forwards' | 'backwards',
  limit: number,
): Promise<ServerEvent[]> {
  try {
    return await connection.request(
      `reading stream ${name}`,
      async (client) => {
        const reading = { of: { stream: name }, from, direction, limit, deadlineMs: pageDeadlineMs };
        return [...(await readCall(client, reading)).events];
      },
      pageDeadlineMs,
    );
  } catch (error) {
    if (error instanceof KurrentFault && error.kind === 'notFound') return [];
    throw error;
  }
}

/**
 * Events of all streams, or of those whose names begin so, in the server's order, by the leader. With names it lasts as
 * long as the server takes to find so many, or to look through all there is.
 *
 * @throws KurrentFault
 */
export async function readServerAll(
  connection: KurrentConnection,
  range: ServerAllRange,
): Promise<readonly ServerEvent[]> {
  return (await readAll(connection, range, range.prefixes ? scanDeadlineMs : pageDeadlineMs)).events;
}

/**
 * {@link readServerAll}, left after a while, with what was found by then.
 *
 * @throws KurrentFault
 */
export function glanceAtServer(
  connection: KurrentConnection,
  range: ServerAllRange,
  leaveMs: number,
): Promise<ReadAnswer> {
  return readAll(connection, range, leaveMs + pageDeadlineMs, leaveMs);
}

function readAll(
  connection: KurrentConnection,
  { from, direction = 'forwards', limit, prefixes }: ServerAllRange,
  deadlineMs: number,
  leaveMs?: number,
): Promise<ReadAnswer> {
  return connection.request(
    'reading all streams',
    (client) => readCall(client, { of: { prefixes }, from, direction, limit, deadlineMs, leaveMs }),
    deadlineMs,
  );
}
