import { Client } from 'pg';
import { StoreError } from '../errors.js';
import { type DigestedLog, LogDigest, logDigest } from '../log-digest.js';
import type { EventLog, FillingOptions, LogIdentity } from '../ports.js';
import { logChannel } from '../postgres/append-function.js';
import { connectionConfig } from '../postgres/connection.js';
import { recordedEvents, selectEvents } from '../postgres/recorded-row.js';
import { RestoredRows, fillError } from '../postgres/restored-rows.js';
import { lockLog, requireSoleUse } from '../postgres/sole-use.js';
import { storedPages } from '../postgres/stored-pages.js';
import { followFromTheEnd, givePlaces } from './event-places.js';
import type { KurrentConnection } from './kurrent-connection.js';
import { KurrentFault } from './kurrent-fault.js';
import { readIdentity, writeIdentity } from './log-identity.js';
import type { StreamNames } from './names.js';
import { type AcceptedLoss, contentOf, lossOf, requireAccepted } from './rebuild-loss.js';
import { type UnsafeStream, unsafeOnServer } from './server-metadata.js';
import { ForeignEventError } from './stored-event.js';
import { storedOnServer } from './stored-on-server.js';

export interface RebuildingLog {
  readonly connection: KurrentConnection;
  readonly names: StreamNames;
  readonly connectionString: string;
  /** What the connections of this process begin with. */
  readonly applicationName: string;
}

export interface RebuildOptions extends FillingOptions, AcceptedLoss {}

/** What a rebuild found and made. */
export interface RebuiltLog extends DigestedLog, LogIdentity {
  readonly before: DigestedLog & LogIdentity;
  /** How many events from the first on stand as they stood: same event, position, time and bytes. */
  readonly unchanged: number;
  /** Events the ordered log had and the server does not have as they were: they are in no log any more. */
  readonly lost: number;
  /** Streams of which the server may drop, or has dropped, events. */
  readonly unsafe: readonly UnsafeStream[];
}

/**
 * Writes the ordered log anew from the server, in one transaction: whatever goes wrong, and whenever it is broken off, it
 * stays as it was. Where it is not as before with events added, it is in another epoch. Events are lost to it, or another
 * log takes its place, only where that was accepted.
 *
 * @throws StoreError `IN_USE`; `OTHER_LOG` where the server has another log, or none; `UNSAFE_STORE` where it no longer has
 *   events that only the ordered log keeps, or has some that Masar did not write; `INVALID_LOG`, `UNAVAILABLE`
 */
export async function rebuildLog(
  rebuilding: RebuildingLog,
  options: RebuildOptions = {},
): Promise<RebuiltLog> {
  const { connection, names, connectionString, applicationName } = rebuilding;
  const client = new Client(connectionConfig(connectionString, applicationName));
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('begin');
    await lockLog(client);
    await requireSoleUse(client, applicationName);
    const here = await identityIn(client);
    const before = await logDigest(storedPages(logOn(client)));
    const there = await readIdentity(connection, names);
    if (!there && before.events > 0) throw noLogThere(connection, names);
    await setAside(client);
    const deleted = new Set<string>();
    const written = await writeAnew(
      client,
      rebuilding,
      before.events,
      (stream) => deleted.add(stream),
      options,
    );
    const unchanged = await countUnchanged(client, before, written);
    const loss = await lossOf(client, names, unchanged, keep);
    const { place } = connection;
    if (there) requireAccepted({ here, events: before.events, there, place, names }, loss, options);
    const identity = identityAfter(here, there, unchanged === before.events);
    const unsafe = await unsafeOnServer(connection, names, deleted);
    await settle(client, identity, names, unsafe, unchanged);
    // Last but for the commit: where that fails, both differ, and the same again makes them agree.
    await writeIdentity(connection, names, identity);
    await client.query('commit');
    await client.query('analyze masar.event').catch(() => undefined);
    const { events, digest } = written.after;
    return {
      ...identity,
      events,
      digest,
      before: { ...here, ...before },
      unchanged,
      lost: loss.lost,
      unsafe,
    };
  } catch (error) {
    if (error instanceof ForeignEventError)
      throw new StoreError('UNSAFE_STORE', `${error.message}; ${stays}`);
    if (error instanceof KurrentFault) throw new StoreError('UNSAFE_STORE', `${error.message}; ${stays}`);
    throw fillError(error, stays);
  } finally {
    await client.end().catch(() => undefined);
  }
}

const stays = 'the ordered log stays as it was';

function noLogThere({ place }: KurrentConnection, { all }: StreamNames): StoreError {
  return new StoreError(
    'OTHER_LOG',
    `the KurrentDB at ${place} has no log under ${all}, and the database has the events of one: is it the right server, and the right KURRENTDB_PREFIX? ${stays}. To put its events there, save them with masar backup and restore that into a new database and another KURRENTDB_PREFIX`,
  );
}

async function identityIn(client: Client): Promise<LogIdentity> {
  const { rows } = await client.query<LogIdentity>('select log_id as "logId", epoch from masar.log');
  return rows[0]!;
}

/** The log as this transaction sees it. */
const logOn = (client: Client): Pick<EventLog, 'readAll'> => ({
  readAll: async (after, limit) => {
    const { rows } = await client.query<unknown[]>(
      selectEvents('where position > $1 order by position limit $2', [after, limit]),
    );
    return recordedEvents(rows);
  },
});

/** Empties the log, and keeps of each event what tells whether it stands again where it stood. */
async function setAside(client: Client): Promise<void> {
  await client.query(
    `create temp table event_before on commit drop as
       select position, id, stream, revision, recorded_at, ${contentOf('e')} as content
       from masar.event e;
     alter table event_before add primary key (position);
     alter table masar.event disable trigger log_is_final;
     truncate masar.event;
     alter table masar.event enable trigger log_is_final`,
  );
}

interface WrittenAnew {
  readonly after: DigestedLog;
  /** Of as many events as there were before, or of all where there are fewer. */
  readonly beginning: DigestedLog;
}

async function writeAnew(
  client: Client,
  { connection, names }: RebuildingLog,
  before: number,
  onDeleted: (stream: string) => void,
  { onProgress, signal }: FillingOptions,
): Promise<WrittenAnew> {
  const rows = new RestoredRows(client);
  const digest = new LogDigest();
  let beginning = digest.soFar();
  for await (const events of storedOnServer(connection, names, onDeleted)) {
    if (signal?.aborted) throw new StoreError('CLOSED', `it was stopped; ${stays}`);
    await rows.write(events);
    await givePlaces(client, events);
    for (const event of events) {
      digest.add(event);
      if (event.position === before) beginning = digest.soFar();
    }
    const done = rows.head.position;
    onProgress?.(done, Math.max(done, before));
  }
  await requireWhole(rows);
  const after = digest.soFar();
  return { after, beginning: after.events < before ? after : beginning };
}

/** @throws StoreError `UNSAFE_STORE` where a stream has a hole */
async function requireWhole(rows: RestoredRows): Promise<void> {
  try {
    await rows.requireRevisions();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new StoreError(
      'UNSAFE_STORE',
      `the server no longer has every event (${error.message}): it was scavenged. ${keep}`,
      { cause: error },
    );
  }
}

const keep = `Nothing was changed: the ordered log may be the only one that has them. Save it with masar backup, and restore that into another database and KURRENTDB_PREFIX`;

/** Where the digests agree nothing has to be looked for. */
async function countUnchanged(
  client: Client,
  before: DigestedLog,
  { beginning }: WrittenAnew,
): Promise<number> {
  if (beginning.events === before.events && beginning.digest === before.digest) return before.events;
  const { rows } = await client.query<{ unchanged: string }>(
    `select coalesce(min(b.position) - 1, (select count(*) from event_before)) as unchanged
     from event_before b left join masar.event e using (position)
     where (b.id, b.stream, b.revision, b.recorded_at, b.content) is distinct from
       (e.id, e.stream, e.revision, e.recorded_at, ${contentOf('e')})`,
  );
  return Number(rows[0]!.unchanged);
}

/** The same where it goes on as it was; otherwise in an epoch that neither side was ever in. */
function identityAfter(here: LogIdentity, there: LogIdentity | undefined, goesOn: boolean): LogIdentity {
  const { logId, epoch } = there ?? here;
  // Cursors of another log are refused by its id.
  if (logId !== here.logId) return { logId, epoch };
  const last = Math.max(epoch, here.epoch);
  return { logId, epoch: goesOn ? last : last + 1 };
}

/** What goes with the log: its name, where to follow from, and who had come further than it stands unchanged. */
async function settle(
  client: Client,
  { logId, epoch }: LogIdentity,
  names: StreamNames,
  unsafe: readonly UnsafeStream[],
  unchanged: number,
): Promise<void> {
  await client.query('update masar.log set log_id = $1, epoch = $2, kurrentdb = $3', [
    logId,
    epoch,
    names.prefix,
  ]);
  await followFromTheEnd(client);
  await client.query('delete from masar.unsafe_stream');
  await client.query('insert into masar.unsafe_stream select * from unnest($1::text[], $2::text[])', [
    unsafe.map(({ stream }) => stream),
    unsafe.map(({ what }) => what),
  ]);
  const { rows } = await client.query<{ there: boolean }>(
    `select to_regclass('masar.worker') is not null as there`,
  );
  if (rows[0]!.there) {
    await client.query('update masar.worker set position = least(position, $1)', [unchanged]);
  }
  await client.query('select pg_notify($1, $2)', [logChannel, '']);
}
