import type pg from 'pg';
import { quote } from './layout.js';
import type { ReadModel } from './read-model.js';
import { isUnowned } from './owner.js';

/** How long dropping may wait for a reader that is still at it, before it is left to the next pass. */
const dropPatience = '2s';

/**
 * Drops what crashed builds of this version left: their rows, and schemas without a row. Only its owner calls
 * this, so nothing is being built meanwhile.
 */
export async function dropLeftovers(pool: pg.Pool, model: ReadModel): Promise<string[]> {
  const { rows } = await pool.query<{ schema: string }>(
    `SELECT schema FROM masar.read_model WHERE name = $1 AND version = $2 AND role = 'building'
     UNION
     SELECT nspname FROM pg_namespace
     WHERE nspname ~ $3 AND nspname NOT IN (SELECT schema FROM masar.read_model)`,
    [model.name, model.version, `^rm_${model.name}_v${model.version}_[0-9]+$`],
  );
  return dropEach(pool, rows);
}

/**
 * Drops retired builds of this model whose time of grace is over, and retires older versions that no process
 * has followed for as long: during a rolling upgrade old nodes go on reading theirs.
 */
export async function dropRetired(pool: pg.Pool, model: ReadModel, graceMs: number): Promise<string[]> {
  await retireAbandoned(pool, model, graceMs);
  const { rows } = await pool.query<{ schema: string }>(
    `SELECT schema FROM masar.read_model
     WHERE name = $1 AND role = 'retired' AND since <= now() - $2 * interval '1 millisecond'`,
    [model.name, graceMs],
  );
  return dropEach(pool, rows);
}

async function retireAbandoned(pool: pg.Pool, model: ReadModel, graceMs: number): Promise<void> {
  const { rows } = await pool.query<{ version: number }>(
    `SELECT DISTINCT version FROM masar.read_model WHERE name = $1 AND version < $2 AND role <> 'retired'`,
    [model.name, model.version],
  );
  for (const { version } of rows) {
    const unowned = await isUnowned(pool, model.name, version);
    await pool.query(
      `UPDATE masar.read_model SET
         abandoned_since = CASE WHEN $3 THEN coalesce(abandoned_since, now()) END,
         role = CASE WHEN $3 AND abandoned_since <= now() - $4 * interval '1 millisecond' THEN 'retired' ELSE role END,
         since = CASE WHEN $3 AND abandoned_since <= now() - $4 * interval '1 millisecond' THEN now() ELSE since END
       WHERE name = $1 AND version = $2 AND role <> 'retired'`,
      [model.name, version, unowned, graceMs],
    );
  }
}

/** Those that could be dropped; one a reader still holds stays for the next pass. */
async function dropEach(pool: pg.Pool, builds: readonly { schema: string }[]): Promise<string[]> {
  const dropped: string[] = [];
  for (const { schema } of builds) if (await dropSchema(pool, schema)) dropped.push(schema);
  return dropped;
}

async function dropSchema(pool: pg.Pool, schema: string): Promise<boolean> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query(`BEGIN; SET LOCAL lock_timeout = '${dropPatience}'`);
    await client.query(`DROP SCHEMA IF EXISTS ${quote(schema)} CASCADE`);
    await client.query('DELETE FROM masar.read_model WHERE schema = $1', [schema]);
    await client.query('COMMIT');
    return true;
  } catch (error) {
    await client.query('ROLLBACK').catch((reason: Error) => (broken = reason));
    if ((error as { code?: string }).code === '55P03') return false;
    throw error;
  } finally {
    client.release(broken);
  }
}
