import pg from 'pg';

async function ask<R extends object>(connectionString: string, sql: string): Promise<R[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<R>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Every event of a database's log with all that is kept of it, as text, read past the product. */
export async function logRows(connectionString: string): Promise<string[]> {
  const rows = await ask<{ row: string }>(
    connectionString,
    `select (position, stream, revision, id, type, schema_version, recorded_at, meta::text, data::text, salt)::text as row
     from masar.event order by position`,
  );
  return rows.map(({ row }) => row);
}

export interface LogState {
  readonly logId: string;
  readonly epoch: number;
  readonly filling: boolean;
  readonly kurrentdb: string | null;
  readonly events: number;
  /** How many have a place on a server. */
  readonly placed: number;
}

/** What a database says of its log. */
export async function logState(connectionString: string): Promise<LogState> {
  const [row] = await ask<LogState>(
    connectionString,
    `select log_id as "logId", epoch, filling, kurrentdb,
       (select count(*) from masar.event)::integer as events,
       (select count(commit_position) from masar.event)::integer as placed
     from masar.log`,
  );
  return row!;
}
