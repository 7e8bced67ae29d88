import type { Client } from 'pg';
import { StoreError } from '../errors.js';
import type { LogIdentity } from '../ports.js';
import type { StreamNames } from './names.js';

/** What a rebuild may take from the ordered log for good; by itself it takes nothing. */
export interface AcceptedLoss {
  /** Events of the ordered log that its server no longer has: of a server that was put back. */
  readonly acceptLoss?: boolean | undefined;
  /** The whole ordered log, for that of a server which has another. */
  readonly acceptOtherLog?: boolean | undefined;
}

/** Events of the ordered log that the server does not have. */
export interface Loss {
  readonly lost: number;
  /** Position of the first of them; null where there is none. */
  readonly first: string | null;
}

/**
 * What of the log that was set aside is not in the one that was written anew. A server that was put back to an earlier
 * state lacks the last events, and may have others since. One that lacks an event and has a later one was scavenged, or is
 * not the one it was.
 *
 * @param keep what to do to keep them, in a sentence
 * @throws StoreError `UNSAFE_STORE` where it has a later one
 */
export async function lossOf(client: Client, names: StreamNames, keep: string): Promise<Loss> {
  const { rows } = await client.query<{ lost: string; first: string | null; kept: string | null }>(
    `select count(*) filter (where e.id is null) as lost,
       min(b.position) filter (where e.id is null) as first, max(b.position) filter (where e.id is not null) as kept
     from event_before b left join masar.event e using (id)`,
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
    `the server no longer has revision ${revision} of ${names.onServer(stream)}, position ${first}, and ${lost - 1} other events of the ordered log, ` +
      `though it has later ones: it was scavenged, or a stream was deleted. ${keep}`,
  );
}

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
  const losing = `${lost} of the ${events} events of the ordered log, from position ${first} on, are not on that server and would be lost`;
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
    `${both}: ${losing}. The server was put back to an earlier state. Nothing was changed: put it forward again; or save the ordered log with masar backup first, and then run masar rebuild --log --accept-loss`,
  );
}
