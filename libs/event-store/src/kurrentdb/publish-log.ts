import type { AppendToStreamOptions, EventData } from '@kurrent/kurrentdb-client';
import { StoreError } from '../errors.js';
import type { EventLog, FillingOptions, RestorableEvent } from '../ports.js';
import { storedPages } from '../postgres/stored-pages.js';
import { firstDifference } from '../same-event.js';
import type { KurrentConnection } from './kurrent-connection.js';
import { KurrentFault } from './kurrent-fault.js';
import type { StreamNames } from './names.js';
import { patiently } from './patiently.js';
import { readServerAll } from './reading.js';
import { type EventToStore, ForeignEventError, sizeOnServer, toStore } from './stored-event.js';
import { type PlacedEvent, storedOnServer } from './stored-on-server.js';

/** What is appended at once: less than what a server takes of itself, as it counts. */
const maxEvents = 100;
const maxBytes = 512 * 1024;

export interface Publishing {
  readonly connection: KurrentConnection;
  readonly names: StreamNames;
  /** The log in PostgreSQL, which has every event. */
  readonly log: Pick<EventLog, 'readAll'>;
}

/** @throws StoreError `NOT_EMPTY` where the server has an event under the prefix; `UNAVAILABLE` */
export async function requireEmptyServer({ connection, names }: Publishing): Promise<void> {
  const [first] = await patiently(() => readServerAll(connection, { limit: 1, prefixes: [names.all] })).catch(
    (error: unknown) => {
      throw unsafe(error);
    },
  );
  if (first) throw notEmpty(names, `${first.streamId} is there`);
}

/**
 * Appends the events of the log in their order, one stream after another as they follow, each with its revision and its
 * recorded time as the stamp: what the server's order gives them is what they have. What an earlier try appended is
 * compared and left.
 *
 * @throws StoreError `NOT_EMPTY` where the server has other events, `UNAVAILABLE`
 */
export async function publishLog(
  publishing: Publishing,
  total: number,
  { onProgress, signal }: FillingOptions = {},
): Promise<void> {
  let published = await comparedWithServer(publishing);
  for await (const page of storedPages(publishing.log, published)) {
    for (const run of runsOf(page)) {
      await append(publishing, run, signal);
      published += run.events.length;
      onProgress?.(published, total);
    }
  }
}

/**
 * How many events of the log the server has, which has no others, in no other order.
 *
 * @param seen told of each page that is the same in both
 * @throws StoreError `NOT_EMPTY` where it has others
 */
export async function comparedWithServer(
  { connection, names, log }: Publishing,
  seen: (events: readonly PlacedEvent[]) => Promise<void> = async () => undefined,
): Promise<number> {
  let compared = 0;
  try {
    for await (const page of storedOnServer(connection, names)) {
      const rows = await log.readAll(compared, page.length);
      page.forEach((event, index) => {
        const row = rows[index];
        const differs = row ? firstDifference(row, event) : 'position';
        if (!differs) return;
        const where = `event ${event.revision} of ${names.onServer(event.stream)}`;
        throw notEmpty(
          names,
          row
            ? `${where} stands where position ${row.position} of the log should, with another ${differs}`
            : `${where} is no event of the log`,
        );
      });
      compared += page.length;
      await seen(page);
    }
    return compared;
  } catch (error) {
    throw error instanceof ForeignEventError ? notEmpty(names, error.message) : unsafe(error);
  }
}

/** Events that follow each other on one stream, no more than are appended at once. */
interface Run {
  readonly stream: string;
  /** Of the first. */
  readonly revision: number;
  readonly events: EventToStore[];
}

function* runsOf(events: readonly RestorableEvent[]): Generator<Run> {
  let run: Run | undefined;
  let bytes = 0;
  for (const event of events) {
    const { stream, revision } = event;
    const stored = toStore(event);
    const size = sizeOnServer(stored);
    if (run && (run.stream !== stream || run.events.length >= maxEvents || bytes + size > maxBytes)) {
      yield run;
      run = undefined;
      bytes = 0;
    }
    run ??= { stream, revision, events: [] };
    run.events.push(stored);
    bytes += size;
  }
  if (run) yield run;
}

async function append(
  { connection, names }: Publishing,
  { stream, revision, events }: Run,
  signal: AbortSignal | undefined,
): Promise<void> {
  const name = names.onServer(stream);
  const streamState: AppendToStreamOptions['streamState'] =
    revision === 0 ? 'no_stream' : BigInt(revision - 1);
  try {
    await patiently(
      () =>
        connection.request(`appending to ${name}`, (client) =>
          client.appendToStream(name, events as unknown as EventData[], { streamState }),
        ),
      signal,
    );
  } catch (error) {
    const conflicts = error instanceof KurrentFault && error.kind === 'conflict';
    throw conflicts ? notEmpty(names, `somebody else writes to ${name}`) : unsafe(error);
  }
}

/** A fault that does not pass is the server's answer to what is asked of it. */
function unsafe(error: unknown): unknown {
  return error instanceof KurrentFault
    ? new StoreError('UNSAFE_STORE', error.message, { cause: error })
    : error;
}

function notEmpty({ all }: StreamNames, why: string): StoreError {
  return new StoreError(
    'NOT_EMPTY',
    `the server has other events under ${all} already (${why}): set KURRENTDB_PREFIX to one that is not in use, or name another server`,
  );
}
