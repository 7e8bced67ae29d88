import type { Pool } from 'pg';
import type { KurrentConnection } from '../kurrent-connection.js';
import { KurrentFault } from '../kurrent-fault.js';
import type { StreamNames } from '../names.js';
import { glanceAtServer, readServerStream } from '../reading.js';
import { type Place, placeOf } from '../place.js';
import { aclOf, jsonOf, truncationOf } from '../stream-metadata.js';
import { lastOf, openTo } from './access.js';
import type { StoreFinding } from './store-finding.js';

/** Streams named in one finding; of more, how many there are. */
const named = 10;
/** Metadata events read at a time. */
const page = 500;
/** How long to look at what was set while nothing of ours followed. */
const patienceMs = 10_000;

const check = 'streams';
const mend =
  'set the metadata of each to {} (or {"$acl": …}), and nothing was lost where no scavenge ran; ' +
  'masar doctor names what is gone, and masar backup keeps what the ordered log has';

/** Names on the server, with what is wrong with each. */
type Unsafe = ReadonlyMap<string, string>;

/**
 * Looks at the streams whose metadata were ever seen to hide events, as they are now: at those seen by whoever writes the
 * ordered log, at those set after its last event, and at the stream that says which log this is.
 */
export async function streamLimits(
  connection: KurrentConnection,
  names: StreamNames,
  pool: Pool,
): Promise<StoreFinding[]> {
  const seen = await seenBefore(pool);
  const { suspects, open, whole } = await lookAtNew(connection, names, await resumePoint(pool));
  const unsafe = new Map<string, string>();
  const identity = await unsafetyOf(connection, names.identity, false);
  if (identity !== undefined) unsafe.set(names.identity, identity);
  for (const stream of new Set([...seen, ...suspects])) {
    const onServer = names.onServer(stream);
    const what = await unsafetyOf(connection, onServer, await logHas(pool, stream));
    if (what !== undefined) unsafe.set(onServer, what);
    else if (seen.includes(stream))
      await pool.query('delete from masar.unsafe_stream where stream = $1', [stream]);
  }
  return [
    judge(unsafe, names),
    ...(whole ? [] : [unseen()]),
    ...(open.length === 0 ? [] : [openStreams(open, names)]),
  ];
}

function judge(unsafe: Unsafe, names: StreamNames): StoreFinding {
  if (unsafe.size === 0)
    return { check, level: 'ok', detail: `none under ${names.all} hides or lost events` };
  const shown = [...unsafe].slice(0, named).map(([stream, what]) => `${stream}: ${what}`);
  const more = unsafe.size > named ? `; and ${unsafe.size - named} more` : '';
  return { check, level: 'refuse', detail: `${shown.join('; ')}${more}. ${mend}` };
}

function unseen(): StoreFinding {
  const detail = `not all metadata could be looked at within ${patienceMs / 1000} s: those that are left are looked at as the ordered log catches up`;
  return { check, level: 'warn', detail };
}

function openStreams(open: readonly string[], names: StreamNames): StoreFinding {
  const shown = open.slice(0, named).map((stream) => names.onServer(stream));
  const more = open.length > named ? ` and ${open.length - named} more` : '';
  const detail = `the access list of ${shown.join(', ')}${more} lets everybody write, delete or set metadata: leave "$w", "$d" and "$mw" to the user of Masar`;
  return { check: 'access', level: 'warn', detail };
}

/**
 * What the server hides or has lost of a stream; undefined where it has all of it.
 *
 * @param onServer its name there
 * @param expected whether it has to have events
 */
export async function unsafetyOf(
  connection: KurrentConnection,
  onServer: string,
  expected: boolean,
): Promise<string | undefined> {
  try {
    const set = truncationOf(await lastOf(connection, `$$${onServer}`));
    if (set !== undefined) return set;
    const [first] = await readServerStream(connection, onServer, { limit: 1 });
    if (!first) return expected ? 'the server has none of its events' : undefined;
    return first.revision === 0n
      ? undefined
      : `the server has lost its revisions before ${first.revision} (scavenged)`;
  } catch (error) {
    if (!(error instanceof KurrentFault) || error.kind !== 'deleted') throw error;
    return 'it was deleted for good (a tombstone)';
  }
}

async function seenBefore(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ stream: string }>('select stream from masar.unsafe_stream order by 1');
  return rows.map(({ stream }) => stream);
}

async function logHas(pool: Pool, stream: string): Promise<boolean> {
  return (await pool.query('select 1 from masar.event where stream = $1 limit 1', [stream])).rows.length > 0;
}

/** Everything at or before it was seen by whoever writes the ordered log. */
async function resumePoint(pool: Pool): Promise<Place | null> {
  const { rows } = await pool.query<{ commit: string | null; prepare: string | null }>(
    'select commit_position::text as commit, prepare_position::text as prepare from masar.sequencer',
  );
  return placeOf(rows[0]?.commit, rows[0]?.prepare);
}

interface NewMetadata {
  /** Streams whose metadata hid events at some time, though they may not do so any more. */
  readonly suspects: readonly string[];
  /** Streams with an access list that lets everybody change them. */
  readonly open: readonly string[];
  /** Whether all were looked at. */
  readonly whole: boolean;
}

async function lookAtNew(
  connection: KurrentConnection,
  names: StreamNames,
  after: Place | null,
): Promise<NewMetadata> {
  const suspects = new Set<string>();
  const open = new Set<string>();
  const seen = (whole: boolean): NewMetadata => ({ suspects: [...suspects], open: [...open], whole });
  const deadline = Date.now() + patienceMs;
  for (let from = after ?? undefined; ;) {
    let read;
    try {
      const range = { from, limit: page, prefixes: [names.metadata] };
      read = await glanceAtServer(connection, range, Math.max(1, deadline - Date.now()));
    } catch (error) {
      if (error instanceof KurrentFault && error.kind === 'noAnswer') return seen(false);
      throw error;
    }
    const { events, isWhole } = read;
    for (const event of events) {
      const stream = names.fromServer(event.streamId.slice(2));
      if (stream === undefined) continue;
      const metadata = jsonOf(event);
      if (truncationOf(metadata) !== undefined) suspects.add(stream);
      if (openTo(aclOf(metadata) ?? {}, 'nobody').length > 0) open.add(stream);
      else open.delete(stream);
    }
    if (events.length < page) return seen(isWhole);
    if (Date.now() > deadline) return seen(false);
    from = events.at(-1)!.position;
  }
}
