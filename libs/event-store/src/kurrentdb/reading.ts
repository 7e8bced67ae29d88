import type { KurrentDBClient } from '@kurrent/kurrentdb-client';
import type { KurrentConnection } from './kurrent-connection.js';
import { KurrentFault } from './kurrent-fault.js';
import type { Place } from './place.js';
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
  maxCount: number,
): Promise<ServerEvent[]> {
  const fromRevision = from ?? (direction === 'forwards' ? 'start' : 'end');
  try {
    return await connection.request(
      `reading stream ${name}`,
      (client) =>
        collect(client.readStream(name, { fromRevision, direction, maxCount, requiresLeader: true })),
      pageDeadlineMs,
    );
  } catch (error) {
    if (error instanceof KurrentFault && error.kind === 'notFound') return [];
    throw error;
  }
}

/**
 * Events of all streams, or of those whose names begin so, in the server's order, by the leader.
 *
 * @throws KurrentFault
 */
export function readServerAll(
  connection: KurrentConnection,
  { from, direction = 'forwards', limit, prefixes }: ServerAllRange,
): Promise<ServerEvent[]> {
  const fromPosition = from ?? (direction === 'forwards' ? 'start' : 'end');
  return connection.request(
    'reading all streams',
    (client) =>
      collect(
        client.readAll({
          fromPosition,
          direction,
          maxCount: limit,
          requiresLeader: true,
          // The interval is one of subscriptions, and only the type asks for it.
          ...(prefixes && {
            filter: { filterOn: 'streamName', prefixes: [...prefixes], checkpointInterval: 1 },
          }),
        }),
      ),
    pageDeadlineMs,
  );
}

type Resolved = ReturnType<KurrentDBClient['readStream']> | ReturnType<KurrentDBClient['readAll']>;

/** To the end, which comes after as many as were asked for. */
async function collect(read: Resolved): Promise<ServerEvent[]> {
  const events: ServerEvent[] = [];
  for await (const { event } of read) if (event) events.push(event);
  return events;
}
