-- Agencies of whose matters a source tells: one that falls silent while its source goes on is missed.
alter table hub.watch_delta add column agencies text[] collate "C" not null default '{}';

-- The last sixty civil days in China (UTC+8) on which rows about the agency came by the source, in order; of an empty agency, the days on
-- which rows about any agency did.
create table hub.watch_agency (
  domain text collate "C" not null,
  source text collate "C" not null,
  agency text collate "C" not null,
  days date[] not null,
  constraint watch_agency_pkey primary key (domain, source, agency)
) with (fillfactor = 70);
grant select on hub.watch_agency to gnomon_subgraph;

-- Moves up to `most` counts into their tables; one session at a time, a second one gets -1. Returns how many it moved.
create or replace function hub.fold_watch(most integer) returns integer
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
    from moved, lateral (select 'KIND' as what, * from json_each_text(kinds) union all select 'RULE', * from json_each_text(rules)
      union all select 'ROWS', domain, received::text where received > 0) each
    group by 1, 2, 3 order by 1, 2, 3
    on conflict (what, name, day) do update set n = d.n + excluded.n
  ), agencies as (
    insert into hub.watch_agency as a (domain, source, agency, days)
    select domain, source, named.agency, array_agg(distinct (minute at time zone 'UTC' + interval '8 hours')::date)
    from moved, lateral unnest(agencies || array['']) named (agency)
    where agencies <> '{}'
    group by 1, 2, 3 order by 1, 2, 3
    on conflict (domain, source, agency) do update set days = (
      select array_agg(kept.day order by kept.day)
      from (select distinct day from unnest(a.days || excluded.days) each (day) order by day desc limit 60) kept)
      -- Most often the day is known already, and nothing is written.
      where not a.days @> excluded.days
  )
  select count(*) into moved_count from moved;
  return moved_count;
end $$;
