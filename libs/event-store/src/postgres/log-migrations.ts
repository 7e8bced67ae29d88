import type { Migration } from './migrations.js';

/** Key of the lock under which positions are given: one writer at a time, whatever the number of processes. */
export const appendLock = 7_277_001;
/** Notified once for each batch that was appended. */
export const logChannel = 'masar_log';

/**
 * The log. `masar.append` takes a batch of requests, one a stream, and answers each by itself: a conflict never raises,
 * so that it cannot undo the others. Being volatile, it takes a new snapshot for each of its statements, the one after
 * the lock included: the head it reads is the head.
 */
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

create function masar.append(
  streams text[], expected integer[], sizes integer[],
  requests integer[], ids uuid[], types text[], versions integer[], metas json[], datas json[], salts bytea[]
)
returns table (request integer, outcome text, first_position bigint, last_position bigint, last_revision integer, at timestamptz)
language plpgsql volatile as $$
declare
  head bigint;
  head_at timestamptz;
  now_at timestamptz;
begin
  perform pg_advisory_xact_lock(${appendLock});
  select e.position, e.recorded_at into head, head_at from masar.event e order by e.position desc limit 1;
  head := coalesce(head, 0);
  now_at := greatest(clock_timestamp(), head_at);
  return query
  with asked as materialized (
    select r.request, r.stream, r.expected, r.size,
      coalesce((select e.revision from masar.event e where e.stream = r.stream order by e.revision desc limit 1), -1) as current
    from rows from (unnest(streams), unnest(expected), unnest(sizes)) with ordinality as u(stream, expected, size, n),
      lateral (select (u.n - 1)::integer as request, u.stream, u.expected, u.size) r
  ), wanted as materialized (
    select *
    from rows from (
      unnest(requests), unnest(ids), unnest(types), unnest(versions), unnest(metas), unnest(datas), unnest(salts)
    ) with ordinality as e(r, id, type, v, meta, data, salt, n)
  ), known as materialized (
    select w.r, count(*)::integer as anywhere, (count(*) filter (where e.stream = a.stream))::integer as here,
      min(e.position) as first_position, max(e.position) as last_position, max(e.revision) as last_revision,
      max(e.recorded_at) as at
    from wanted w join asked a on a.request = w.r join masar.event e on e.id = w.id
    group by w.r
  ), judged as materialized (
    select a.*, k.first_position, k.last_position, k.last_revision, k.at,
      case
        when k.here = a.size then 'duplicate'
        when k.here > 0 then 'partial'
        when k.anywhere > 0 then 'taken'
        when a.current <> a.expected then 'conflict'
        else 'ok'
      end as outcome
    from asked a left join known k on k.r = a.request
  ), placed as materialized (
    select w.*, j.stream, head + row_number() over (order by w.n) as position,
      (j.current + row_number() over (partition by w.r order by w.n))::integer as revision
    from wanted w join judged j on j.request = w.r
    where j.outcome = 'ok'
  ), written as (
    insert into masar.event (position, stream, revision, id, type, schema_version, recorded_at, meta, data, salt)
    select p.position, p.stream, p.revision, p.id, p.type, p.v, now_at, p.meta, p.data, p.salt from placed p
  ), places as (
    select p.r, min(p.position) as first_position, max(p.position) as last_position, max(p.revision) as last_revision
    from placed p group by p.r
  )
  select j.request, j.outcome, coalesce(p.first_position, j.first_position), coalesce(p.last_position, j.last_position),
    coalesce(p.last_revision, case when j.outcome = 'conflict' then j.current else j.last_revision end),
    case when j.outcome = 'ok' then now_at else j.at end
  from judged j left join places p on p.r = j.request;
  if exists (select from masar.event e where e.position > head) then
    perform pg_notify('${logChannel}', '');
  end if;
end $$;
`,
  },
];
