import { appendFunction } from './append-function.js';
import type { Migration } from './migrations.js';

/** The log: its tables, then the function that writes them. */
export const logMigrations: readonly Migration[] = [
  {
    version: 1,
    sql: `
create table masar.log (
  one boolean primary key default true check (one),
  log_id uuid not null default gen_random_uuid(),
  epoch integer not null default 1
);
insert into masar.log default values;

create table masar.event (
  position bigint primary key,
  stream text collate "C" not null,
  revision integer not null,
  id uuid not null,
  type text not null,
  schema_version integer not null,
  recorded_at timestamptz not null,
  -- json, not jsonb: the bytes that were written are the bytes that are read
  meta json not null,
  data json not null,
  salt bytea not null,
  constraint event_id unique (id),
  constraint event_stream_revision unique (stream, revision)
);

create function masar.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the log is only ever appended to' using errcode = 'insufficient_privilege';
end $$;
create trigger event_is_final before update or delete on masar.event
  for each row execute function masar.refuse_change();
create trigger log_is_final before truncate on masar.event
  for each statement execute function masar.refuse_change();
`,
  },
  {
    version: 2,
    sql: appendFunction,
  },
];
