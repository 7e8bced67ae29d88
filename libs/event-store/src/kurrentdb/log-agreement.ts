import type { Pool } from 'pg';
import { StoreError } from '../errors.js';
import type { LogIdentity } from '../ports.js';
import { appendLock } from '../postgres/append-function.js';
import { inTransaction } from '../postgres/transaction.js';
import { followFromTheEnd } from './event-places.js';
import type { KurrentConnection } from './kurrent-connection.js';
import { identityOrThis, readIdentity } from './log-identity.js';
import type { StreamNames } from './names.js';

interface InDatabase extends LogIdentity {
  readonly kurrentdb: string | null;
  readonly isEmpty: boolean;
}

/**
 * Makes sure that the database has the ordered log of what the server has under the prefix. A server without a log gets
 * the identity of the database's empty one; an empty log in the database becomes that of the server's.
 *
 * @throws StoreError `OTHER_LOG` where they are two logs; `UNSAFE_STORE`, `UNAVAILABLE`
 */
export async function agreeOnLog(
  pool: Pool,
  connection: KurrentConnection,
  names: StreamNames,
): Promise<void> {
  const here = await inDatabase(pool);
  const there = here.isEmpty
    ? await identityOrThis(connection, names, here)
    : await readIdentity(connection, names);
  if (!there) throw noLogThere(connection, names);
  const isSame = here.logId === there.logId && here.epoch === there.epoch;
  if (isSame && here.kurrentdb === names.prefix) return;
  if (!here.isEmpty) throw two(here, there, connection, names);
  await adopt(pool, there, names);
}

async function inDatabase(pool: Pool): Promise<InDatabase> {
  const { rows } = await pool.query<InDatabase>(
    `select log_id as "logId", epoch, kurrentdb, not exists (select from masar.event) as "isEmpty" from masar.log`,
  );
  return rows[0]!;
}

/** The database's log, which is empty, is the server's from now on: from its beginning. */
async function adopt(pool: Pool, { logId, epoch }: LogIdentity, names: StreamNames): Promise<void> {
  const client = await pool.connect();
  try {
    await inTransaction(client, async () => {
      await client.query('select pg_advisory_xact_lock($1)', [appendLock]);
      const { rowCount } = await client.query(
        `update masar.log set log_id = $1, epoch = $2, kurrentdb = $3
         where (log_id, epoch, kurrentdb) is distinct from ($1, $2, $3) and not exists (select from masar.event)`,
        [logId, epoch, names.prefix],
      );
      if (rowCount !== 1) return;
      await followFromTheEnd(client);
      await client.query('delete from masar.unsafe_stream');
    });
  } finally {
    client.release();
  }
}

function noLogThere({ place }: KurrentConnection, { all }: StreamNames): StoreError {
  return new StoreError(
    'OTHER_LOG',
    `the KurrentDB at ${place} has no log under ${all}, and the database has the events of one: is it the right server? To put the events there, save them with masar backup and restore that into a new database and another KURRENTDB_PREFIX`,
  );
}

function two(here: InDatabase, there: LogIdentity, { place }: KurrentConnection, names: StreamNames) {
  return new StoreError(
    'OTHER_LOG',
    `the database has the ordered log of ${here.logId}, epoch ${here.epoch}, and the KurrentDB at ${place} has ${there.logId}, epoch ${there.epoch}, under ${names.all}: name the server or the database that belongs to the other; or save the ordered log with masar backup, and let masar rebuild --log write it anew`,
  );
}
