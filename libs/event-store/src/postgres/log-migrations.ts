import { appendFunction } from './append-function.js';
import type { Migration } from './migrations.js';
import { sequenceFunction } from './sequence-function.js';

/** The log: its tables, then the functions that write them. */
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
  {
    version: 3,
    sql: `
-- Where the event stands in the server's order; null where this table is the store.
alter table masar.event add commit_position bigint, add prepare_position bigint;
-- The prefix under which a server has the events; null where this table is the store.
alter table masar.log add kurrentdb text;
-- A copy or a restore into it is not finished.
alter table masar.log add filling boolean not null default false;

create table masar.sequencer (
  one boolean primary key default true check (one),
  -- Everything on the server up to here is in the log; null before its first event.
  commit_position bigint,
  prepare_position bigint,
  state text not null,
  why text,
  heard_at timestamptz
);
insert into masar.sequencer (state) values ('starting');

-- Ids on their way to the server, by the stream they are for: no other may have them before the log has them.
create table masar.claimed_id (
  id uuid primary key,
  stream text collate "C" not null,
  -- By more than one append: that one of them was refused says nothing of the others.
  shared boolean not null default false,
  claimed_at timestamptz not null default clock_timestamp()
);
create index claimed_id_by_age on masar.claimed_id (claimed_at);

-- Streams whose metadata would let the server drop events of ours.
create table masar.unsafe_stream (
  stream text collate "C" primary key,
  what text not null
);

-- What an event says is final; its place is given once, where a log was filled before its server was.
drop trigger event_is_final on masar.event;
create trigger event_is_final
  before delete or update of position, stream, revision, id, type, schema_version, recorded_at, meta, data, salt
  on masar.event for each row execute function masar.refuse_change();
create trigger place_is_final before update of commit_position, prepare_position on masar.event
  for each row when (old.commit_position is not null) execute function masar.refuse_change();
`,
  },
  {
    // It refuses to write a log that is sequenced, or being filled.
    version: 4,
    sql: appendFunction,
  },
  {
    version: 5,
    sql: sequenceFunction,
  },
  {
    version: 6,
    sql: `
-- Whether the log had everything its server had, once since it was made. Until then an id can be on the server that neither
-- the log nor a claim knows.
alter table masar.sequencer add caught_up boolean not null default false;

-- A claim says too where on its stream the event is meant to be, for the server knows it again there only, and which append
-- made it. Claims without that are over: nothing is sent before the log has what the server has.
delete from masar.claimed_id;
alter table masar.claimed_id
  add revision bigint not null,
  add claimant uuid not null default gen_random_uuid();
${sequenceFunction}`,
  },
];
