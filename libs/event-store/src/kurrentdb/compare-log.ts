import type { EventLog, RecordedEvent } from '../ports.js';
import { firstDifference } from '../same-event.js';
import { unsafetyOf } from './checks/stream-limits.js';
import type { Server } from './open-ordered-log.js';
import { type UnsafeStream, unsafeOnServer } from './server-metadata.js';
import { isBefore, type Place, placeOf } from './place.js';
import { ForeignEventError, type ServerEvent } from './stored-event.js';
import { serverPages } from './server-pages.js';
import { storedEvent } from './stored-on-server.js';
import { tombstoneType } from './stream-metadata.js';

/** Events of a stream that the log has and the server no longer. */
export interface MissingEvents {
  /** Without the prefix. */
  readonly stream: string;
  readonly events: number;
  readonly firstRevision: number;
  readonly lastRevision: number;
  /** What became of them, where that can be told. */
  readonly why: string | undefined;
}

/** How the ordered log stands against the server, event by event. */
export interface LogComparison {
  /** Position up to which both were compared: where the log ended when it began. */
  readonly upTo: number;
  /** The first event that is not the same in both, and in what; undefined where there is none but missing ones. */
  readonly difference: string | undefined;
  /** How many events the server no longer has. */
  readonly missingEvents: number;
  /** Of which streams; of more than a hundred the first. */
  readonly missing: readonly MissingEvents[];
  /** Streams whose metadata hide events, or that were deleted, and have all of them still. */
  readonly unsafe: readonly UnsafeStream[];
}

/** Rows of the log read at a time; as many of the server's. What bounds the memory, since an event is bounded too. */
const page = 500;
/** Streams that are named. */
const mostStreams = 100;

interface PlacedRow {
  readonly event: RecordedEvent;
  readonly place: Place | null;
}

type Missing = Omit<MissingEvents, 'why'>;

/**
 * Reads the log and the server side by side, up to where the log stands, and compares everything that is kept of an event.
 * Both are in one order: what stands earlier on one side is missing on the other.
 *
 * @throws StoreError `UNAVAILABLE`
 */
export async function compareLog(
  server: Server & { readonly log: Pick<EventLog, 'readAll'> },
): Promise<LogComparison> {
  const { connection, names } = server;
  const end = await endOfLog(server);
  const comparing = new Comparing(server);
  const onServer = eventsUpTo(server, end.resume, (stream) => comparing.deleted.add(stream));
  try {
    let next = await onServer.next();
    for await (const row of rowsUpTo(server, end.position)) {
      while (!next.done && row.place && isBefore(next.value.position!, row.place)) {
        comparing.surplus(next.value, row.event.position);
        next = await onServer.next();
      }
      if (!next.done && row.place && !isBefore(row.place, next.value.position!)) {
        comparing.both(row.event, next.value);
        next = await onServer.next();
      } else comparing.missing(row);
    }
    for (; !next.done; next = await onServer.next()) comparing.surplus(next.value, end.position + 1);
  } finally {
    await onServer.return(undefined);
  }
  const missing: MissingEvents[] = [];
  for (const one of comparing.missingStreams.values()) {
    missing.push({ ...one, why: await unsafetyOf(connection, names.onServer(one.stream), true) });
  }
  return {
    upTo: end.position,
    difference: comparing.difference,
    missingEvents: comparing.missingEvents,
    missing,
    unsafe: await unsafeOnServer(connection, names, comparing.deleted),
  };
}

/** What was found so far. */
class Comparing {
  difference: string | undefined;
  missingEvents = 0;
  readonly missingStreams = new Map<string, Missing>();
  readonly deleted = new Set<string>();
  private recordedAt = '';

  constructor(private readonly server: Server) {}

  both(row: RecordedEvent, event: ServerEvent): void {
    const { names } = this.server;
    const before = this.recordedAt;
    this.recordedAt = row.recordedAt;
    try {
      const { stampedAt, ...stored } = storedEvent(event, names.fromServer(event.streamId)!);
      const recordedAt = stampedAt > before ? stampedAt : before;
      const differs = firstDifference(row, { ...stored, position: row.position, recordedAt });
      if (differs === undefined) return;
      this.differs(
        `position ${row.position} (revision ${row.revision} of ${row.stream}) has another ${differs} than event ${event.revision} of ${event.streamId}`,
      );
    } catch (error) {
      if (!(error instanceof ForeignEventError)) throw error;
      this.differs(`position ${row.position}: ${error.message}`);
    }
  }

  surplus({ streamId, revision }: ServerEvent, position: number): void {
    this.differs(
      `event ${revision} of ${streamId} is on the server, before position ${position}, and not in the log`,
    );
  }

  missing({ event, place }: PlacedRow): void {
    this.recordedAt = event.recordedAt;
    if (!place) this.differs(`position ${event.position} has no place on the server`);
    this.missingEvents += 1;
    const { stream, revision } = event;
    const known = this.missingStreams.get(stream);
    if (!known && this.missingStreams.size >= mostStreams) return;
    this.missingStreams.set(stream, {
      stream,
      events: (known?.events ?? 0) + 1,
      firstRevision: known?.firstRevision ?? revision,
      lastRevision: revision,
    });
  }

  private differs(what: string): void {
    this.difference ??= what;
  }
}

interface EndOfLog {
  readonly position: number;
  readonly resume: Place | null;
}

/** Where the log ends, and up to where it has everything of the server's, at one moment. */
async function endOfLog({ pool }: Server): Promise<EndOfLog> {
  const { rows } = await pool.query<{ position: string; commit: string | null; prepare: string | null }>(
    `select coalesce((select max(e.position) from masar.event e), 0)::text as position,
       s.commit_position::text as commit, s.prepare_position::text as prepare
     from masar.sequencer s`,
  );
  const { position, commit, prepare } = rows[0]!;
  return { position: Number(position), resume: placeOf(commit, prepare) };
}

async function* rowsUpTo(
  { pool, log }: Server & { readonly log: Pick<EventLog, 'readAll'> },
  last: number,
): AsyncGenerator<PlacedRow> {
  for (let after = 0; after < last;) {
    const limit = Math.min(page, last - after);
    const events = await log.readAll(after, limit);
    const { rows } = await pool.query<{ position: string; commit: string | null; prepare: string | null }>(
      `select e.position::text, e.commit_position::text as commit, e.prepare_position::text as prepare
       from masar.event e where e.position > $1 order by e.position limit $2`,
      [after, limit],
    );
    const places = new Map(rows.map((row) => [Number(row.position), placeOf(row.commit, row.prepare)]));
    for (const event of events) yield { event, place: places.get(event.position) ?? null };
    if (events.length === 0) return;
    after = events.at(-1)!.position;
  }
}

async function* eventsUpTo(
  { connection, names }: Server,
  last: Place | null,
  onDeleted: (stream: string) => void,
): AsyncGenerator<ServerEvent, undefined, undefined> {
  if (!last) return undefined;
  for await (const events of serverPages(connection, [names.all])) {
    for (const event of events) {
      if (event.type === tombstoneType) onDeleted(names.fromServer(event.streamId)!);
      else if (!isBefore(last, event.position!)) yield event;
    }
  }
  return undefined;
}
