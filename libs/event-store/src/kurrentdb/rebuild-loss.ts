import type { Client } from 'pg';
import { StoreError } from '../errors.js';
import type { LogIdentity } from '../ports.js';
import type { StreamNames } from './names.js';

/** What a rebuild may take from the ordered log for good; by itself it takes nothing. */
export interface AcceptedLoss {
  /** Events of the ordered log that its server no longer has as they are in it: of a server that was put back. */
  readonly acceptLoss?: boolean | undefined;
  /** The whole ordered log, for that of a server which has another. */
  readonly acceptOtherLog?: boolean | undefined;
}

/** Events of the ordered log that the server does not have as they are in it. */
export interface Loss {
  readonly lost: number;
  /** Position of the first of them; null where there is none. */
  readonly first: string | null;
}

/** What an event is besides where it stands in a log: a digest of type, version, envelope, bytes and salt. Over `masar.event`. */
export const contentOf = (row: string): string =>
  `sha256(convert_to(${row}.type || ' ' || ${row}.schema_version || ${row}.meta::text || ${row}.data::text, 'UTF8') || ${row}.salt)`;

/**
 * What of the log that was set aside is not in the one that was written anew: the same id in the same stream, at the same
 * revision, with the same content. An id that comes again elsewhere, or with another salt, is another event, which was
 * written after the server was put back.
 *
 * A server that was put back to an earlier state lacks the last events, and may have others since. One that lacks an event
 * and has a later one was scavenged, or is not the one it was. Where it has both and the earlier is not as it is here, it
 * is the row that was changed: nothing that stands before another event on the server was written after that. So nothing
 * is lost with the row.
 *
 * @param unchanged how many events from the first on stand as they stood
 * @param keep what to do to keep them, in a sentence
 * @throws StoreError `UNSAFE_STORE` where it has a later one
 */
export async function lossOf(
  client: Client,
  names: StreamNames,
  unchanged: number,
  keep: string,
): Promise<Loss> {
  const { rows } = await client.query<{ lost: string; first: string | null; kept: string | null }>(
    `with found as materialized (
       select b.position as before, e.position as after,
         (e.stream, e.revision, ${contentOf('e')}) is not distinct from (b.stream, b.revision, b.content) as kept
       from event_before b left join masar.event e using (id)
       where b.position > $1
     ), last as (select max(before) as before, max(after) as after from found where kept)
     select count(*) filter (where lost) as lost, min(before) filter (where lost) as first, (select before from last) as kept
     from (
       select f.before, not kept and (f.before < last.before and f.after < last.after) is not true as lost
       from found f, last
     ) as each`,
    [unchanged],
  );
  const { first, kept } = rows[0]!;
  const lost = Number(rows[0]!.lost);
  if (first === null || kept === null || BigInt(first) > BigInt(kept)) return { lost, first };
  const { rows: lacking } = await client.query<{ stream: string; revision: number }>(
    'select stream, revision from event_before where position = $1',
    [first],
  );
  const { stream, revision } = lacking[0]!;
  throw new StoreError(
    'UNSAFE_STORE',
    `the server no longer has revision ${revision} of ${names.onServer(stream)}, position ${first}, and ${lost - 1} other events of the ordered log, ${asHere}, ` +
      `though it has later ones: it was scavenged, or a stream was deleted. ${keep}`,
  );
}

/** In what an event has to agree to be the same. */
const asHere = 'with the id, stream, revision and content they have here';

/** Both logs, as they were found. */
export interface LogAndServer {
  readonly here: LogIdentity;
  /** How many events the ordered log had. */
  readonly events: number;
  readonly there: LogIdentity;
  /** The server, for people. */
  readonly place: string;
  readonly names: StreamNames;
}

/**
 * Makes sure that nothing is taken from the ordered log which whoever asked for the rebuild has not given up.
 *
 * @throws StoreError `OTHER_LOG` where the server has another log, `UNSAFE_STORE` where it no longer has all of this one
 */
export function requireAccepted(found: LogAndServer, { lost, first }: Loss, accepted: AcceptedLoss): void {
  const { here, events, there, place, names } = found;
  if (events === 0) return;
  const both = `the database has the ordered log of ${here.logId}, epoch ${here.epoch}, and the KurrentDB at ${place} has ${there.logId}, epoch ${there.epoch}, under ${names.all}`;
  const losing = `${lost} of the ${events} events of the ordered log, from position ${first} on, are not on that server ${asHere}, and would be lost`;
  if (there.logId !== here.logId) {
    if (accepted.acceptOtherLog) return;
    throw new StoreError(
      'OTHER_LOG',
      `${both}: another log. ${lost > 0 ? losing : `Each of the ${events} events of the ordered log is on that server`}. Is it the right server, and the right KURRENTDB_PREFIX? Nothing was changed. Where it is, save the ordered log with masar backup first, and then run masar rebuild --log --accept-other-log`,
    );
  }
  if (lost === 0 || accepted.acceptLoss) return;
  throw new StoreError(
    'UNSAFE_STORE',
    `${both}: ${losing}. The server was put back to an earlier state, or the database was changed. Nothing was changed now: put the server forward again; or save the ordered log with masar backup first, and then run masar rebuild --log --accept-loss`,
  );
}
