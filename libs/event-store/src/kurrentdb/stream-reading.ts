import { isNoStream } from '../appending/append-request.js';
import { LogBehindError, StoreError } from '../errors.js';
import type { JsonObject, RecordedEvent, StreamRange } from '../ports.js';
import type { EventMeta } from '../postgres/canonical.js';
import type { KurrentLimits } from './append-limits.js';
import type { KurrentConnection } from './kurrent-connection.js';
import type { LogLookup, LogPlace } from './log-lookup.js';
import type { LogWait } from './log-wait.js';
import type { StreamNames } from './names.js';
import { readPatiently } from './patiently.js';
import { readServerStream } from './reading.js';
import { ForeignEventError, fromStore, type ServerEvent, type StoredEvent } from './stored-event.js';

/** The log's revisions are 32 bits wide. */
const lastRevision = 2_147_483_647;

interface Compared {
  readonly events: readonly StoredEvent[];
  readonly places: Map<number, LogPlace>;
  readonly missing: readonly number[];
}

/**
 * Reads streams from the server, which has what was just acknowledged, and the place of each event from the ordered log.
 * What the log has and the server has not was removed there, and is never passed over in silence.
 */
export class StreamReading {
  constructor(
    private readonly connection: KurrentConnection,
    private readonly names: StreamNames,
    private readonly lookup: LogLookup,
    private readonly wait: LogWait,
    private readonly limits: Pick<KurrentLimits, 'logMs' | 'readMs'>,
  ) {}

  /**
   * @throws LogBehindError
   * @throws StoreError `UNAVAILABLE`, `UNSAFE_STORE`
   */
  async read(stream: string, range: StreamRange = {}): Promise<RecordedEvent[]> {
    if (isNoStream(stream) || range.limit === 0) return [];
    const { events, places, missing } = await this.compared(stream, range);
    if (missing.length === 0) return this.placed(stream, events, places);
    // It may have been written since the server was asked: asked again the server has it, or it is gone.
    const again = await this.compared(stream, range);
    const gone = missing.filter((revision) => again.missing.includes(revision));
    if (gone.length > 0) throw removed(stream, Math.min(...gone));
    return this.placed(stream, again.events, again.places);
  }

  /** What the server has, what the log has of the same revisions, and which of those the server has not. */
  private async compared(stream: string, range: StreamRange): Promise<Compared> {
    const events = await this.onServer(stream, range);
    const { first, last } = covered(events, range);
    const places = new Map<number, LogPlace>();
    for (const place of await this.lookup.between(stream, first, last)) places.set(place.revision, place);
    const read = new Set(events.map(({ revision }) => revision));
    return { events, places, missing: [...places.keys()].filter((revision) => !read.has(revision)) };
  }

  /** Each event with its place; waits for what the log does not have yet. */
  private async placed(
    stream: string,
    events: readonly StoredEvent[],
    places: Map<number, LogPlace>,
  ): Promise<RecordedEvent[]> {
    const late = events.filter(({ revision }) => !places.has(revision));
    if (late.length > 0) {
      const revisions = late.map(({ revision }) => revision);
      const [first, last] = [Math.min(...revisions), Math.max(...revisions)];
      const arrived = await this.wait.arrival({ stream, first, last }, Date.now() + this.limits.logMs);
      if (!arrived) {
        throw new LogBehindError(
          stream,
          late.map(({ id }) => id),
        );
      }
      for (const place of await this.lookup.between(stream, first, last)) places.set(place.revision, place);
    }
    return events.map((event) => {
      const place = places.get(event.revision);
      if (place?.id !== event.id) throw another(stream, event.revision);
      return recorded(event, place);
    });
  }

  private async onServer(stream: string, range: StreamRange): Promise<StoredEvent[]> {
    const { from, direction = 'forwards', limit } = range;
    if (direction === 'backwards' && from !== undefined && from < 0) return [];
    const name = this.names.onServer(stream);
    const start = from === undefined ? undefined : Math.max(0, from);
    const events = await readPatiently(
      () => readServerStream(this.connection, name, { from: start, direction, limit }),
      this.limits.readMs,
      'try again',
    );
    return events.map((event) => stored(event, stream));
  }
}

/** Which revisions the answer has to have, if they exist. */
function covered(
  events: readonly StoredEvent[],
  { from, direction = 'forwards', limit = Infinity }: StreamRange,
): { readonly first: number; readonly last: number } {
  const whole = events.length < limit;
  const end = events.at(-1)?.revision ?? 0;
  return direction === 'forwards'
    ? { first: bounded(from ?? 0), last: whole ? lastRevision : end }
    : { first: whole ? 0 : end, last: from !== undefined && from < 0 ? -1 : bounded(from ?? lastRevision) };
}

function bounded(revision: number): number {
  return Math.min(lastRevision, Math.max(0, revision));
}

function stored(event: ServerEvent, stream: string): StoredEvent {
  try {
    return fromStore(event, stream);
  } catch (error) {
    if (!(error instanceof ForeignEventError)) throw error;
    throw new StoreError('UNSAFE_STORE', error.message, { cause: error });
  }
}

function recorded(event: StoredEvent, { position, recordedAt }: LogPlace): RecordedEvent {
  const { id, stream, revision, type, schemaVersion, bytes, salt } = event;
  const meta = JSON.parse(event.meta) as EventMeta;
  const data = JSON.parse(bytes) as JsonObject;
  return { id, stream, revision, position, type, schemaVersion, recordedAt, ...meta, data, bytes, salt };
}

function removed(stream: string, revision: number): StoreError {
  return new StoreError(
    'UNSAFE_STORE',
    `stream ${stream}: event ${revision} is in the log, and the server no longer has it`,
  );
}

/** Log and server disagree about an event. */
export function another(stream: string, revision: number): StoreError {
  return new StoreError(
    'UNSAFE_STORE',
    `stream ${stream}: event ${revision} is another in the log than on the server`,
  );
}
