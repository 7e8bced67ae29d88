import type { ClientBase, Pool } from 'pg';
import { appendLock } from './append-function.js';
import { inUse } from './restored-rows.js';

/** How long to wait for those who read or append at this moment, before they count as working on the store. */
const patience = '10s';

/** Locks the log against everybody until the transaction ends, reading included. */
export async function lockLog(client: ClientBase): Promise<void> {
  await client.query(
    `set local lock_timeout = '${patience}'; set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0`,
  );
  await client.query('select pg_advisory_xact_lock($1)', [appendLock]);
  await client.query('lock table masar.log, masar.event in access exclusive mode');
}

/**
 * @param applicationName what the connections of this process, and of those that do the same, begin with
 * @throws StoreError `IN_USE` where other processes of Masar are connected to the database
 */
export async function requireSoleUse(client: ClientBase | Pool, applicationName: string): Promise<void> {
  const { rows: others } = await client.query<{ name: string }>(
    `select distinct application_name as name from pg_stat_activity
     where datname = current_database() and usename = current_user and pid <> pg_backend_pid()
       and application_name like 'masar%' and not starts_with(application_name, $1) order by 1`,
    [applicationName],
  );
  if (others.length > 0) throw inUse(others.map(({ name }) => name).join(', '));
}
