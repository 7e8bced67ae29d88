import pg from 'pg';

/** What both peers read: the same rows, from the tables the read model filled. */
export interface ItemRow {
  key: string;
  reference: string;
  title: Record<string, string>;
  state: string;
  themes: string[];
  leads: string[];
  irregularities: string[];
  lastPosition: number;
  lastRecordedAt: string;
}

export interface EntryRow {
  key: string;
  position: number;
  eventId: string;
  type: string;
  effective: string | null;
  earliest: string;
  latest: string;
  recordedAt: string;
  stateBefore: string | null;
  stateAfter: string | null;
  irregularities: string[];
  subject: string;
}

export const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 10 });

const { rows } = await pool.query<{ schema: string }>(
  `select schema from masar.read_model where name = 'items' and role = 'live'`,
);
const schema = rows[0]!.schema;
const now = 'valid_to = 9223372036854775807';

export async function itemRows(programme: string, first: number): Promise<ItemRow[]> {
  const result = await pool.query<ItemRow>(
    `select i.key, i.reference, i.title, i.state, i.themes, i.leads, i.irregularities,
       i.valid_from::float8 as "lastPosition",
       to_char(i.last_recorded_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "lastRecordedAt"
     from ${schema}.register r join ${schema}.item i on i.key = r.key and i.${now}
     where r.${now} and r.programme_key = $1 and not r.removed
     order by r.sort_reference collate "C", r.key limit $2`,
    [programme.toLowerCase(), first],
  );
  return result.rows;
}

export async function entryRows(keys: readonly string[], first: number): Promise<Map<string, EntryRow[]>> {
  const result = await pool.query<EntryRow>(
    `select k.key, j.* from unnest($1::text[]) as k(key) cross join lateral (
       select position::float8 as position, event_id as "eventId", type, effective, earliest::text, latest::text,
         to_char(recorded_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "recordedAt", state_before as "stateBefore",
         state_after as "stateAfter", irregularities, subject
       from ${schema}.journey j where j.key = k.key and ${now} order by earliest, session_order, j.position limit $2
     ) j`,
    [keys, first],
  );
  const byKey = new Map<string, EntryRow[]>(keys.map((key) => [key, []]));
  for (const row of result.rows) byKey.get(row.key)!.push(row);
  return byKey;
}
