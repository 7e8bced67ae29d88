/** Key of the lock under which positions are given: one writer at a time, whatever the number of processes. */
export const appendLock = 7_277_001;
/** Notified once for each batch that was appended. */
export const logChannel = 'masar_log';

/** SQLSTATE of an append to a log that is sequenced from a server, or not whole yet. */
export const otherLog = 'MS001';

/**
 * `masar.append` takes a batch of requests, one a stream, and answers each by itself: a conflict never raises, so that
 * it cannot undo the others. Being volatile, it takes a new snapshot for each of its statements, the one after the lock
 * included: the head it reads is the head.
 *
 * Streams and the revisions expected (-1: none) come by request; everything else by event, in the order of requests,
 * with the number of its request from 0 on. Where every request can be written, as nearly always, one row without a
 * request answers for all; otherwise each has its own.
 *
 * Its plans are kept while the table grows from nothing, so they may never be scans of it: a table that was empty
 * when they were made, or a condition whose share of the rows the planner can only guess, would make one look best.
 */
export const appendFunction = `
drop function if exists masar.append(
  text[], integer[], integer[], integer[], uuid[], text[], integer[], json[], json[], bytea[]);

create or replace function masar.append(
  streams text[], expected integer[],
  requests integer[], owners text[], revisions integer[],
  ids uuid[], types text[], versions integer[], metas json[], datas json[], salts bytea[]
)
returns table (request integer, outcome text, first_position bigint, last_position bigint, last_revision integer, at timestamptz)
language plpgsql volatile set enable_seqscan = off as $$
declare
  head bigint;
  head_at timestamptz;
  now_at timestamptz;
begin
  perform pg_advisory_xact_lock(${appendLock});
  if exists (select from masar.log l where l.kurrentdb is not null or l.filling) then
    raise exception 'the log is not written by appending' using errcode = '${otherLog}';
  end if;
  select e.position, e.recorded_at into head, head_at from masar.event e order by e.position desc limit 1;
  head := coalesce(head, 0);
  now_at := greatest(clock_timestamp(), head_at);

  if not exists (select from masar.event e where e.id = any (ids))
    and not exists (
      select from unnest(streams, expected) as a (stream, revision)
      where a.revision <> coalesce(
        (select e.revision from masar.event e where e.stream = a.stream order by e.revision desc limit 1), -1)
    )
  then
    insert into masar.event (position, stream, revision, id, type, schema_version, recorded_at, meta, data, salt)
    select head + w.n, w.stream, w.revision, w.id, w.type, w.v, now_at, w.meta, w.data, w.salt
    from unnest(owners, revisions, ids, types, versions, metas, datas, salts) with ordinality
      as w (stream, revision, id, type, v, meta, data, salt, n);
    perform pg_notify('${logChannel}', '');
    return query select null::integer, 'ok', head + 1, head + cardinality(ids), null::integer, now_at;
    return;
  end if;

  return query
  with wanted as materialized (
    select *
    from unnest(requests, owners, revisions, ids, types, versions, metas, datas, salts) with ordinality
      as w (r, stream, revision, id, type, v, meta, data, salt, n)
  ), asked as materialized (
    select s.r as request, s.size, streams[s.r + 1] as stream, expected[s.r + 1] as expected,
      coalesce(
        (select e.revision from masar.event e where e.stream = streams[s.r + 1] order by e.revision desc limit 1), -1
      ) as current
    from (select w.r, count(*) as size from wanted w group by w.r) s
  ), known as materialized (
    select w.r, count(*) as anywhere, count(*) filter (where e.stream = w.stream) as here,
      min(e.position) as first_position, max(e.position) as last_position, max(e.revision) as last_revision,
      max(e.recorded_at) as at
    from wanted w join masar.event e on e.id = w.id
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
    select w.*, head + row_number() over (order by w.n) as position
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
  if (select max(e.position) from masar.event e) > head then
    perform pg_notify('${logChannel}', '');
  end if;
end $$;
`;
