-- Proof of watching: what each domain took and judged, by source and minute, and what the hub cannot see.

-- Writers append here in the transaction that holds what they count; the fold moves the rows on. An exact answer is a fold table plus
-- what is not folded yet. An empty source stands for what has none: aggregates, timers, and the beat of a domain that had nothing to do.
create table hub.watch_delta (
  id bigint generated always as identity,
  domain text collate "C" not null,
  source text collate "C" not null,
  division text collate "C" not null,
  agency text collate "C" not null,
  minute timestamptz not null,
  received integer not null,
  taken integer not null,
  set_aside integer not null,
  refused integer not null,
  identical integer not null,
  subjects integer not null,
  rules_run integer not null,
  -- Up to which instant the domain has what there is: the newest arrival, or where its timers stand.
  complete_to timestamptz not null,
  -- Judged subjects by kind, and verdicts by rule: {"book": 3}.
  kinds json not null,
  rules json not null,
  constraint watch_delta_pkey primary key (id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0);

create table hub.watch_minute (
  domain text collate "C" not null,
  source text collate "C" not null,
  minute timestamptz not null,
  division text collate "C" not null,
  agency text collate "C" not null,
  received bigint not null,
  taken bigint not null,
  set_aside bigint not null,
  refused bigint not null,
  identical bigint not null,
  subjects bigint not null,
  rules_run bigint not null,
  complete_to timestamptz not null,
  constraint watch_minute_pkey primary key (domain, source, minute)
) with (fillfactor = 80);
create index watch_minute_newest on hub.watch_minute (minute desc, domain desc, source desc);

-- Judged subjects by kind and verdicts by rule, by civil day in China (UTC+8).
create table hub.watch_day (
  what text collate "C" not null,
  name text collate "C" not null,
  day date not null,
  n bigint not null,
  constraint watch_day_pkey primary key (what, name, day),
  constraint watch_day_what_known check (what in ('KIND', 'RULE'))
) with (fillfactor = 80);

-- Each source in each domain: sums since the beginning, and what the domain's own watcher found of its rhythm.
create table hub.watch_source (
  domain text collate "C" not null,
  source text collate "C" not null,
  received bigint not null,
  refused bigint not null,
  subjects bigint not null,
  rules_run bigint not null,
  complete_to timestamptz not null,
  newest timestamptz,
  read_to timestamptz,
  days json not null default '[]',
  constraint watch_source_pkey primary key (domain, source)
) with (fillfactor = 80);

-- What each subgraph says of itself, newest only.
create table hub.watch_beat (
  subgraph text collate "C" not null,
  at timestamptz not null,
  content json not null,
  constraint watch_beat_pkey primary key (subgraph)
) with (fillfactor = 50);

-- One watcher at a time decides what is an alarm.
create table hub.watch_lease (
  name text collate "C" not null,
  holder text collate "C" not null,
  until timestamptz not null,
  constraint watch_lease_pkey primary key (name)
);

-- What holds now. A finding that has not held for as long as its kind asks for waits; it is no alarm yet.
create table hub.alarm (
  key text collate "C" not null,
  kind text collate "C" not null,
  division text collate "C",
  agency text collate "C",
  source text collate "C",
  since timestamptz not null,
  raised_at timestamptz,
  content json not null,
  constraint alarm_pkey primary key (key)
);

-- Moves up to `most` counts into their tables; one session at a time, a second one gets -1. Returns how many it moved.
create function hub.fold_watch(most integer) returns integer
  language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  moved_count integer;
begin
  if not pg_try_advisory_xact_lock(7217003) then
    return -1;
  end if;
  with moved as (
    delete from hub.watch_delta where id = any (array(select id from hub.watch_delta order by id limit most)) returning *
  ), minutes as (
    insert into hub.watch_minute as m (domain, source, minute, division, agency, received, taken, set_aside, refused, identical, subjects,
      rules_run, complete_to)
    select domain, source, minute, max(division), max(agency), sum(received), sum(taken), sum(set_aside), sum(refused), sum(identical),
      sum(subjects), sum(rules_run), max(complete_to)
    from moved group by 1, 2, 3 order by 1, 2, 3
    on conflict (domain, source, minute) do update set received = m.received + excluded.received, taken = m.taken + excluded.taken,
      set_aside = m.set_aside + excluded.set_aside, refused = m.refused + excluded.refused, identical = m.identical + excluded.identical,
      subjects = m.subjects + excluded.subjects, rules_run = m.rules_run + excluded.rules_run,
      complete_to = greatest(m.complete_to, excluded.complete_to)
  ), sources as (
    insert into hub.watch_source as s (domain, source, received, refused, subjects, rules_run, complete_to, newest)
    select domain, source, sum(received), sum(refused), sum(subjects), sum(rules_run), max(complete_to), max(minute) filter (where received > 0)
    from moved group by 1, 2 order by 1, 2
    on conflict (domain, source) do update set received = s.received + excluded.received, refused = s.refused + excluded.refused,
      subjects = s.subjects + excluded.subjects, rules_run = s.rules_run + excluded.rules_run,
      complete_to = greatest(s.complete_to, excluded.complete_to), newest = greatest(s.newest, excluded.newest)
  ), days as (
    insert into hub.watch_day as d (what, name, day, n)
    select what, key, (minute at time zone 'UTC' + interval '8 hours')::date, sum(value::bigint)
    from moved, lateral (select 'KIND' as what, * from json_each_text(kinds) union all select 'RULE', * from json_each_text(rules)) each
    group by 1, 2, 3 order by 1, 2, 3
    on conflict (what, name, day) do update set n = d.n + excluded.n
  )
  select count(*) into moved_count from moved;
  return moved_count;
end $$;
revoke execute on function hub.fold_watch(integer) from public;

-- How the relay stands: the oldest entry that waits, and how many, counted up to 100,001.
create function hub.watch_outbox(out oldest bigint, out waiting integer) language sql security definer
  set search_path = pg_catalog, hub, pg_temp as $$
  select (select min(id) from hub.outbox), (select count(*)::integer from (select 1 from hub.outbox limit 100001) counted) $$;
revoke execute on function hub.watch_outbox() from public;

-- How far every follower is, of whatever role.
create function hub.watch_followers() returns table (role name, follower text, stream text, cursor text) language sql security definer
  set search_path = pg_catalog, hub, pg_temp as $$
  select role, follower, stream, cursor from hub.follower order by role, follower, stream $$;
revoke execute on function hub.watch_followers() from public;

grant insert on hub.watch_delta to gnomon_subgraph;
grant select on hub.watch_delta, hub.watch_minute, hub.watch_day, hub.watch_source, hub.watch_beat, hub.watch_lease, hub.alarm to gnomon_subgraph;
grant update (read_to, days) on hub.watch_source to gnomon_subgraph;
grant insert, update on hub.watch_beat, hub.watch_lease to gnomon_subgraph;
grant insert, update, delete on hub.alarm to gnomon_subgraph;
grant execute on function hub.fold_watch(integer), hub.watch_outbox(), hub.watch_followers() to gnomon_subgraph;

-- Viewers read counts and alarms of their own sources; what belongs to no source is shown to whoever sees the widest area or all.
create function hub.sees_widest() returns boolean language sql stable as $$
  select hub.viewer_all() or exists (select 1 from unnest(hub.viewer_divisions()) pattern where length(pattern) <= 3) $$;
grant select on hub.watch_delta, hub.watch_minute, hub.alarm to public;
do $$
declare
  target text;
begin
  foreach target in array array['watch_delta', 'watch_minute'] loop
    execute format('alter table hub.%I enable row level security', target);
    execute format('create policy parts on hub.%I to gnomon_subgraph using (true) with check (true)', target);
    execute format('create policy viewer on hub.%I for select using (case when source = '''' then (select hub.sees_widest())
      else (select hub.viewer_all()) or division like any ((select hub.viewer_divisions())::text[])
        or agency = any ((select hub.viewer_agencies())::text[]) or source = any ((select hub.viewer_sources())::text[]) end)', target);
  end loop;
end $$;
alter table hub.alarm enable row level security;
create policy parts on hub.alarm to gnomon_subgraph using (true) with check (true);
create policy viewer on hub.alarm for select using (
  raised_at is not null and (source is null or hub.row_visible(division, agency, source)));
