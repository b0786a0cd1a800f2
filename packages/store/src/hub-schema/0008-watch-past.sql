-- The watch over the watch itself, and what stays of its minutes when they are old.

-- When the holder of the lease decided last; nobody has watched the hub since.
alter table hub.watch_lease add column decided_at timestamptz;

-- Times in which nobody watched: every process was down, or none could decide.
create table hub.watch_gap (
  from_at timestamptz not null,
  to_at timestamptz not null,
  constraint watch_gap_pkey primary key (from_at),
  constraint watch_gap_forward check (to_at > from_at)
);
grant select, insert on hub.watch_gap to gnomon_subgraph;

-- Hours, and later civil days in China (UTC+8), of minutes that are old; `minute` is the first one, `minutes` how many there were.
create table hub.watch_past (
  domain text collate "C" not null,
  source text collate "C" not null,
  minute timestamptz not null,
  unit text collate "C" not null,
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
  minutes integer not null,
  constraint watch_past_pkey primary key (domain, source, minute, unit),
  constraint watch_past_unit_known check (unit in ('HOUR', 'DAY'))
) with (fillfactor = 80);
create index watch_past_newest on hub.watch_past (minute desc, domain desc, source desc);
create index watch_past_hours on hub.watch_past (minute) where unit = 'HOUR';

-- Folds up to `most` minutes before an instant into hours, and as many hours before another into days; both are the first instant of an
-- hour. What was judged on a day before that is known from then on by the tallies alone. One session at a time, a second one gets -1.
create function hub.fold_watch_past(minutes_before timestamptz, hours_before timestamptz, most integer) returns integer
  language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  unit_now text;
  moved_count integer;
  total integer := 0;
begin
  if not pg_try_advisory_xact_lock(7217003) then
    return -1;
  end if;
  foreach unit_now in array array['HOUR', 'DAY'] loop
    with minutes as (
      delete from hub.watch_minute where unit_now = 'HOUR' and ctid = any (array(
        select ctid from hub.watch_minute where minute < minutes_before order by minute limit most)) returning *
    ), hours as (
      delete from hub.watch_past where unit_now = 'DAY' and ctid = any (array(
        select ctid from hub.watch_past where unit = 'HOUR' and minute < hours_before order by minute limit most)) returning *
    ), moved as (
      select date_trunc('hour', minute) as first, 1 as minutes, domain, source, division, agency, received, taken, set_aside, refused,
        identical, subjects, rules_run, complete_to from minutes
      union all
      select (date_trunc('day', minute at time zone 'UTC' + interval '8 hours') - interval '8 hours') at time zone 'UTC', minutes,
        domain, source, division, agency, received, taken, set_aside, refused, identical, subjects, rules_run, complete_to from hours
    ), placed as (
      insert into hub.watch_past as p (domain, source, minute, unit, division, agency, received, taken, set_aside, refused, identical,
        subjects, rules_run, complete_to, minutes)
      select domain, source, first, unit_now, max(division), max(agency), sum(received), sum(taken), sum(set_aside), sum(refused),
        sum(identical), sum(subjects), sum(rules_run), max(complete_to), sum(minutes)
      from moved group by domain, source, first order by domain, source, first
      on conflict (domain, source, minute, unit) do update set received = p.received + excluded.received,
        taken = p.taken + excluded.taken, set_aside = p.set_aside + excluded.set_aside, refused = p.refused + excluded.refused,
        identical = p.identical + excluded.identical, subjects = p.subjects + excluded.subjects,
        rules_run = p.rules_run + excluded.rules_run, complete_to = greatest(p.complete_to, excluded.complete_to),
        minutes = p.minutes + excluded.minutes
    )
    select count(*) into moved_count from moved;
    total := total + moved_count;
  end loop;
  delete from hub.watch_day where day < (hours_before at time zone 'UTC' + interval '8 hours')::date;
  return total;
end $$;
revoke execute on function hub.fold_watch_past(timestamptz, timestamptz, integer) from public;
grant execute on function hub.fold_watch_past(timestamptz, timestamptz, integer) to gnomon_subgraph;

-- Hours and days are seen as their minutes were.
grant select on hub.watch_past to public, gnomon_subgraph;
alter table hub.watch_past enable row level security;
create policy parts on hub.watch_past to gnomon_subgraph using (true) with check (true);
create policy viewer on hub.watch_past for select using (case when source = '' then (select hub.sees_widest())
  else (select hub.viewer_all()) or division like any ((select hub.viewer_divisions())::text[])
    or agency = any ((select hub.viewer_agencies())::text[]) or source = any ((select hub.viewer_sources())::text[]) end);
