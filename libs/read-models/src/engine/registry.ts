import type { ReadModel } from './read-model.js';
import type { Queryable } from './schema.js';
import { literal } from './schema.js';

/** Migrations of the table that says which schema a read model is read from. */
export const migrations = [
  {
    version: 1,
    sql: `
      CREATE SCHEMA IF NOT EXISTS masar;
      CREATE SEQUENCE masar.read_model_build;
      CREATE TABLE masar.read_model (
        schema text PRIMARY KEY,
        name text NOT NULL,
        version integer NOT NULL,
        -- live: read and followed; building: not read yet; retired: only by requests that began before
        role text NOT NULL CHECK (role IN ('building', 'live', 'retired')),
        checkpoint bigint NOT NULL DEFAULT 0,
        event_id uuid,
        halted json,
        requested text CHECK (requested IN ('retry', 'rebuild')),
        -- when it took its role
        since timestamptz NOT NULL DEFAULT now(),
        -- an older version nobody has followed since
        abandoned_since timestamptz,
        updated_at timestamptz NOT NULL DEFAULT now()
      ) WITH (fillfactor = 50);
      CREATE UNIQUE INDEX read_model_live ON masar.read_model (name, version) WHERE role = 'live';
      CREATE FUNCTION masar.read_model_move(which text, was bigint, becomes bigint, event uuid) RETURNS void
      LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE masar.read_model SET checkpoint = becomes, event_id = event, updated_at = now()
        WHERE schema = which AND checkpoint = was AND role <> 'retired';
        IF NOT FOUND THEN
          RAISE EXCEPTION 'the checkpoint of % is not at %', which, was USING ERRCODE = 'MA001';
        END IF;
        PERFORM pg_notify('masar_read_model', name) FROM masar.read_model WHERE schema = which;
      END $$;
      CREATE FUNCTION masar.read_model_expect(ended bigint, expected bigint) RETURNS void
      LANGUAGE plpgsql AS $$
      BEGIN
        IF ended <> expected THEN
          RAISE EXCEPTION 'ended % of % versions', ended, expected USING ERRCODE = 'MA002';
        END IF;
      END $$;`,
  },
];

/** The channel notified with a model's name whenever a row of `masar.read_model` says something new. */
export const channel = 'masar_read_model';

/** Where and why a model stands still. Names nobody and quotes no data. */
export interface Halt {
  /** The event that could not be applied. */
  readonly position: number;
  readonly eventId: string;
  readonly eventType: string;
  readonly error: string;
}

/** A row of `masar.read_model`: one build of one version of a read model. */
export interface Build {
  readonly schema: string;
  readonly name: string;
  readonly version: number;
  readonly role: 'building' | 'live' | 'retired';
  readonly checkpoint: number;
  /** Id of the event at the checkpoint; null at 0. */
  readonly eventId: string | null;
  readonly halted: Halt | null;
}

const columns =
  'schema, name, version, role, checkpoint::float8 AS checkpoint, event_id::text AS "eventId", halted';

/** All builds that are not retired, of all models and versions. One statement, so one moment. */
export async function readBuilds(on: Queryable): Promise<Build[]> {
  const { rows } = await on.query<Build>(`SELECT ${columns} FROM masar.read_model WHERE role <> 'retired'`);
  return rows;
}

export async function readLive(on: Queryable, model: ReadModel): Promise<Build | undefined> {
  const { rows } = await on.query<Build>(
    `SELECT ${columns} FROM masar.read_model WHERE name = $1 AND version = $2 AND role = 'live'`,
    [model.name, model.version],
  );
  return rows[0];
}

/** The number of the next build. */
export async function nextBuild(on: Queryable): Promise<number> {
  const { rows } = await on.query<{ build: number }>(
    "SELECT nextval('masar.read_model_build')::float8 AS build",
  );
  return rows[0]!.build;
}

export async function insertBuilding(on: Queryable, model: ReadModel, schema: string): Promise<Build> {
  const { rows } = await on.query<Build>(
    `INSERT INTO masar.read_model (schema, name, version, role) VALUES ($1, $2, $3, 'building')
     RETURNING ${columns}`,
    [schema, model.name, model.version],
  );
  return rows[0]!;
}

/** SQLSTATE where another process had moved the checkpoint. */
export const checkpointMoved = 'MA001';

/** The statement that moves the checkpoint from where the caller believes it stands; fails where it does not. */
export function moveCheckpoint(
  { schema }: { schema: string },
  from: number,
  to: { position: number; id: string },
): string {
  return `SELECT masar.read_model_move(${literal(schema)}, ${from}, ${to.position}, ${literal(to.id)})`;
}

export async function setHalted(
  on: Queryable,
  build: { schema: string; name: string },
  halted: Halt | null,
): Promise<void> {
  await on.query(
    `WITH told AS (UPDATE masar.read_model SET halted = $2, updated_at = now() WHERE schema = $1 RETURNING 1)
     SELECT pg_notify('${channel}', $3) FROM told`,
    [build.schema, halted && JSON.stringify(halted), build.name],
  );
}

/**
 * Reads go to `schema` from now on; what was live is retired. Run it in a transaction. Undefined, and nothing done,
 * where the live build has come further than this one: no reader is sent back.
 */
export async function goLive(on: Queryable, model: ReadModel, schema: string): Promise<Build | undefined> {
  const live = [model.name, model.version];
  const { rows } = await on.query<{ ahead: boolean }>(
    `SELECT role = 'live' AND halted IS NULL AND checkpoint >
       (SELECT checkpoint FROM masar.read_model WHERE schema = $3) AS ahead
     FROM masar.read_model WHERE name = $1 AND version = $2 AND role = 'live' FOR UPDATE`,
    [...live, schema],
  );
  if (rows[0]?.ahead) return undefined;
  await on.query(
    `UPDATE masar.read_model SET role = 'retired', since = now() WHERE name = $1 AND version = $2 AND role = 'live'`,
    live,
  );
  const switched = await on.query<Build>(
    `UPDATE masar.read_model SET role = 'live', since = now() WHERE schema = $1 RETURNING ${columns}`,
    [schema],
  );
  await on.query(`SELECT pg_notify('${channel}', $1)`, [model.name]);
  return switched.rows[0];
}

/** Nothing reads this schema from now on. */
export async function retire(on: Queryable, { schema }: { schema: string }): Promise<void> {
  await on.query(`UPDATE masar.read_model SET role = 'retired', since = now() WHERE schema = $1`, [schema]);
}

export type Request = 'retry' | 'rebuild';

/** Asks the owner, whichever node that is; false where the model has no live build to ask for. */
export async function request(on: Queryable, model: ReadModel, what: Request): Promise<boolean> {
  const { rowCount } = await on.query(
    `WITH asked AS (
       UPDATE masar.read_model SET requested = $3
       WHERE name = $1 AND version = $2 AND role = 'live' RETURNING name)
     SELECT pg_notify('${channel}', name) FROM asked`,
    [model.name, model.version, what],
  );
  return rowCount === 1;
}

/** What is asked of the live build's owner. It stands until {@link clearRequest}, so a crash does not lose it. */
export async function readRequest(on: Queryable, schema: string): Promise<Request | undefined> {
  const { rows } = await on.query<{ requested: Request | null }>(
    'SELECT requested FROM masar.read_model WHERE schema = $1',
    [schema],
  );
  return rows[0]?.requested ?? undefined;
}

export async function clearRequest(on: Queryable, schema: string): Promise<void> {
  await on.query('UPDATE masar.read_model SET requested = NULL WHERE schema = $1', [schema]);
}
