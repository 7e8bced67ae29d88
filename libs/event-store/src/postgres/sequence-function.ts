import { appendLock, logChannel } from './append-function.js';

/** How long an id stays claimed whose append was never seen on the server: far longer than one can be on its way. */
export const claimLasts = '1 hour';

/**
 * `masar.sequence` writes what a server has next into the ordered log, with the next positions. Who calls it says up to
 * where it believes everything to be in the log already; where that is not so, another has written meanwhile, and
 * nothing is done. That, and no lease, is what keeps two from writing the same events, whatever they believe of each
 * other.
 *
 * It writes up to the first event it may not pass over, moves the resume point to there, and names that event's number
 * (from 1 on) and the problem: `known` where its id is in the log, `gap` where its revision does not follow the one
 * before on its stream, `order` where its place is not behind the last one's.
 */
export const sequenceFunction = `
create or replace function masar.sequence(
  prefix text, from_commit bigint, from_prepare bigint, to_commit bigint, to_prepare bigint,
  streams text[], revisions bigint[], ids uuid[], types text[], versions integer[], stamps timestamptz[],
  metas json[], datas json[], salts bytea[], commits bigint[], prepares bigint[],
  unsafe text[], whats text[], says text, because text
)
returns table (outcome text, written integer, head bigint, at_commit bigint, at_prepare bigint, detail text)
language plpgsql volatile set enable_seqscan = off as $$
declare
  last_position bigint;
  last_at timestamptz;
  last_commit bigint;
  last_prepare bigint;
  now_commit bigint;
  now_prepare bigint;
  size integer := cardinality(ids);
  bad bigint;
  problem text;
  about text;
begin
  perform pg_advisory_xact_lock(${appendLock});
  select s.commit_position, s.prepare_position into now_commit, now_prepare from masar.sequencer s;
  select e.position, e.recorded_at, e.commit_position, e.prepare_position
    into last_position, last_at, last_commit, last_prepare
    from masar.event e order by e.position desc limit 1;
  last_position := coalesce(last_position, 0);

  problem := case
    when not exists (select from masar.log l where l.kurrentdb = prefix and not l.filling) then 'otherLog'
    when now_commit is distinct from from_commit or now_prepare is distinct from from_prepare then 'moved'
    when last_position > 0 and last_commit is null then 'unplaced'
  end;
  if problem is not null then
    return query select problem, 0, last_position, now_commit, now_prepare, null::text;
    return;
  end if;

  with given as materialized (
    select * from unnest(streams, revisions, ids, commits, prepares) with ordinality
      as w (stream, revision, id, commit_at, prepare_at, n)
  ), expected as materialized (
    select g.*,
      coalesce(
        (select e.revision from masar.event e where e.stream = g.stream order by e.revision desc limit 1), -1
      ) + row_number() over (partition by g.stream order by g.n) as next_revision,
      row_number() over (partition by g.id order by g.n) as occurrence,
      coalesce(lag(g.commit_at) over (order by g.n), last_commit) as behind_commit,
      coalesce(lag(g.prepare_at) over (order by g.n), last_prepare) as behind_prepare
    from given g
  ), judged as materialized (
    select x.n, case
        when x.occurrence > 1 or exists (select from masar.event e where e.id = x.id) then 'known'
        when x.revision <> x.next_revision then 'gap'
        when (x.commit_at, x.prepare_at) <= (x.behind_commit, x.behind_prepare) then 'order'
      end as what,
      x.next_revision
    from expected x
  )
  select j.n, j.what, j.next_revision::text into bad, problem, about
  from judged j where j.what is not null order by j.n limit 1;

  insert into masar.event (position, stream, revision, id, type, schema_version, recorded_at, meta, data, salt,
    commit_position, prepare_position)
  select last_position + w.n, w.stream, w.revision, w.id, w.type, w.v,
    greatest(last_at, max(w.stamp) over (order by w.n)), w.meta, w.data, w.salt, w.commit_at, w.prepare_at
  from unnest(streams, revisions, ids, types, versions, stamps, metas, datas, salts, commits, prepares) with ordinality
    as w (stream, revision, id, type, v, stamp, meta, data, salt, commit_at, prepare_at, n)
  where bad is null or w.n < bad;

  if bad is null then
    now_commit := to_commit;
    now_prepare := to_prepare;
  elsif bad > 1 then
    now_commit := commits[bad - 1];
    now_prepare := prepares[bad - 1];
  end if;
  update masar.sequencer s set commit_position = now_commit, prepare_position = now_prepare,
    state = coalesce(says, s.state), why = because, heard_at = clock_timestamp();
  insert into masar.unsafe_stream (stream, what)
    select u.stream, u.what from unnest(unsafe, whats) as u (stream, what) where u.what is not null
    on conflict (stream) do update set what = excluded.what;
  delete from masar.unsafe_stream s
    using unnest(unsafe, whats) as u (stream, what) where u.what is null and s.stream = u.stream;

  size := coalesce(bad::integer - 1, size);
  -- In the order of the ids, in which they are claimed: whoever claims may wait for this, and this never for them in turn.
  -- Only a log that is up to date can say that an id never came.
  delete from masar.claimed_id c using (
    select d.id from masar.claimed_id d
    where d.id = any (ids[1:size]) or says = 'following' and d.claimed_at < now() - interval '${claimLasts}'
    order by d.id for update
  ) gone where c.id = gone.id;
  if size > 0 then
    perform pg_notify('${logChannel}', '');
  end if;
  return query select coalesce(problem, 'ok'), size, last_position + size, now_commit, now_prepare, about;
end $$;
`;
